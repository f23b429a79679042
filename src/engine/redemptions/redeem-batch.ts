import { ApiError } from '../../kernel/api-error.ts'
import { newId, newSortableId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { type Answer, answerOnce, toRefusal } from '../api/index.ts'
import type { Call } from '../context.ts'
import { type Customer, upsertCustomers } from '../customers/index.ts'
import {
  addToCatalog,
  type EvaluationState,
  loadSegments,
  loadState,
  lockUsageOf,
  mayCount,
  nameRedeemables,
  occasionOf,
  putOrder,
  toRuleCustomer,
  toTrackingId,
} from '../evaluation/index.ts'
import {
  catalogReferences,
  findMisfit,
  lockOrders,
  type Misfits,
  type OrderItemInput,
  orderKeys,
  overrideProducts,
  toOrderReference,
} from '../orders/index.ts'
import { lockOffered, lockRecipients, type PreparedRewards } from '../rewards/index.ts'
import { decideRedeemBatch, type LoadedRequest, targetsOf } from './decide-redeem-batch.ts'
import { giveRewards, prepareGifts } from './give-rewards.ts'
import { toRedeemAnswer } from './redeem-answer.ts'
import { type Decided, knownCustomer, type RedeemRequest } from './redeem-request.ts'
import { savePayments, saveRedemptions } from './save-redemptions.ts'
import { showCard } from './show-card.ts'

/**
 * Redeems a batch in `tx`: loads and locks once, decides every request on what the ones before it left,
 * saves and announces once, and answers each. Nothing happens when it throws.
 */
export function redeemBatch(tx: Tx, batch: readonly RedeemRequest[]): Promise<Answer[]> {
  return answerOnce(tx, batch, async (requests) => {
    const { state, loaded, prepared } = await load(tx, requests)
    const decisions = decideRedeemBatch(state, loaded, (kind) =>
      kind === 'orderLine'
        ? newId(kind)
        : newSortableId(kind, requests[0]?.call.now.getTime() ?? 0),
    )
    const decided = loaded.flatMap((request, index): Decided[] => {
      const decision = decisions[index]
      return decision === undefined || decision instanceof ApiError ? [] : [{ request, decision }]
    })
    const transactions = savePayments(tx, decided)
    const given = await giveRewards(tx, decided, prepared)
    saveRedemptions(tx, decided, { given, transactions })
    // The answers are made while PostgreSQL writes.
    const answers = loaded.map((request, index): Answer => {
      const decision = decisions[index]
      if (decision === undefined || decision instanceof ApiError) {
        return toRefusal(decision ?? new ApiError('internal_error'), request.call)
      }
      return toRedeemAnswer(request.call, decision, {
        shape: request.shape,
        customer: knownCustomer(request),
        given,
      })
    })
    return showCard(tx, decided, answers)
  })
}

type Loaded = {
  state: EvaluationState
  loaded: (LoadedRequest & RedeemRequest)[]
  prepared: PreparedRewards
}

/** Locks vouchers, products, orders, customers, counters and rewards, in this order everywhere. */
async function load(tx: Tx, requests: readonly RedeemRequest[]): Promise<Loaded> {
  const asked = requests.map(({ call, input }) => ({
    projectId: call.projectId,
    redeemables: input.redeemables,
  }))
  const { named, found } = await nameRedeemables(tx, asked, { isLocking: true })
  const prepared = await prepareGifts(tx, requests, { named, found })
  const misfitsOf = await overrideAllProducts(tx, requests)
  const now = requests[0]?.call.now ?? new Date(0)
  const [state, orders] = await Promise.all([
    loadState(tx, found, now),
    lockOrders(
      tx,
      requests.flatMap(({ call, input }) => toOrderReference(call.projectId, input.order) ?? []),
    ),
  ])
  for (const order of orders) putOrder(state, order)
  await addToCatalog(tx, state.catalog, toCatalogReferences(state, requests))

  const people = await loadPeople(tx, requests)
  await lockRecipients(tx, prepared)
  const loaded = requests.map((request, index) => {
    const { customer, referrer } = people[index] ?? {}
    const known = customer instanceof ApiError ? undefined : customer
    const trackingId = toTrackingId(request.call.projectId, known?.sourceId, request.input)
    const misfit = misfitsOf(request)
    return { ...request, named: named[index] ?? [], customer, referrer, trackingId, misfit }
  })
  await loadAllSegments(tx, state, loaded)
  if (mayCount(state)) await lockUsageOf(tx, state, toQuestions(state, loaded))
  await lockOffered(tx, state.offers, prepared)
  return { state, loaded, prepared }
}

/** The segments of those who redeem, project by project. */
async function loadAllSegments(
  tx: Tx,
  state: EvaluationState,
  loaded: readonly LoadedRequest[],
): Promise<void> {
  const byProject = new Map<string, { call: Call; customers: Map<string, Customer> }>()
  for (const { call, customer } of loaded) {
    if (!customer || customer instanceof ApiError) continue
    const known = byProject.get(call.projectId) ?? { call, customers: new Map() }
    known.customers.set(customer.id, customer)
    byProject.set(call.projectId, known)
  }
  for (const { call, customers } of byProject.values()) {
    await loadSegments(tx, state, call, [...customers.values()])
  }
}

/** Each project's in one go: rivals that lock the same products must lock them in one sequence. */
async function overrideAllProducts(
  tx: Tx,
  requests: readonly RedeemRequest[],
): Promise<(request: RedeemRequest) => ApiError | undefined> {
  const byProject = new Map<string, { call: Call; items: OrderItemInput[] }>()
  for (const { call, input } of requests) {
    const given = input.order?.items ?? []
    const known = byProject.get(call.projectId)
    if (known) known.items.push(...given)
    else if (given.length > 0) byProject.set(call.projectId, { call, items: [...given] })
  }
  const misfits = new Map<string, Misfits>()
  for (const [projectId, { call, items }] of byProject)
    misfits.set(projectId, await overrideProducts(tx, call, items))
  return ({ call, input }) => {
    const ofProject = misfits.get(call.projectId)
    return ofProject && findMisfit(ofProject, input.order?.items)
  }
}

const toCatalogReferences = (state: EvaluationState, requests: readonly RedeemRequest[]) =>
  requests.flatMap(({ call, input }) => {
    const reference = toOrderReference(call.projectId, input.order)
    const [key] = reference ? orderKeys(reference) : []
    return catalogReferences(call.projectId, input.order, state.orders.get(key ?? ''))
  })

/** What each request asks the counters: whoever is refused for another reason asks in vain, but safely. */
const toQuestions = (state: EvaluationState, loaded: readonly LoadedRequest[]) =>
  loaded.map((request) => {
    const { call, customer } = request
    const { timeZone = 'UTC' } = state.projects.get(call.projectId) ?? {}
    const known = customer instanceof ApiError ? undefined : customer
    const occasion = occasionOf({
      customer: toRuleCustomer(known),
      appId: call.appId,
      now: call.now,
      timeZone,
    })
    const { projectId, now } = call
    return { projectId, targets: targetsOf(state, request), occasion, timeZone, now }
  })

const ROLES = ['customer', 'referrer'] as const
type People = Pick<LoadedRequest, (typeof ROLES)[number]>

/** The customer and the referrer of each request, created or updated (R-CUST-01); undefined for nobody. */
async function loadPeople(tx: Tx, requests: readonly RedeemRequest[]): Promise<People[]> {
  const wishes = requests.flatMap(({ call, input: asked }, index) =>
    ROLES.flatMap((role) => {
      const input = asked[role]
      return input ? [{ index, role, call, input }] : []
    }),
  )
  const people = requests.map((): People => ({ customer: undefined, referrer: undefined }))
  const outcomes = wishes.length > 0 ? await upsertCustomers(tx, wishes) : []
  for (const [place, { index, role }] of wishes.entries()) {
    const person = people[index]
    if (person) person[role] = outcomes[place]
  }
  return people
}
