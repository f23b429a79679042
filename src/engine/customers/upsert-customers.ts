import { ApiError } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { findSchemas, type SchemasOf } from '../metadata-schemas/index.ts'
import { announce } from '../outbox/index.ts'
import {
  findCustomers,
  findReferencedCustomers,
  insertCustomers,
  lockCustomers,
  updateCustomers,
} from './customer.repo.ts'
import { parseEmbeddedCustomer } from './customer.schema.ts'
import type { Customer } from './customer.ts'
import { toCustomerView } from './customer-view.ts'
import {
  type CustomerState,
  type CustomerWish,
  decideUpserts,
  putCustomer,
  toReference,
  type Upsert,
} from './decide-upsert.ts'
import { findSummaries } from './summary.repo.ts'

/** A wish, and where its outcome goes. */
type Open = { wish: CustomerWish; place: number }
export type Outcome = Upsert | ApiError
type Decided = Open & { outcome: Outcome }
type Round = { schemasOf: SchemasOf; settle: (decided: readonly Decided[]) => Promise<void> }

/** Each round but the first is caused by somebody who deleted a customer at that very moment. */
const ROUNDS_MAX = 10

/**
 * Creates or changes the customer of each wish, in order, and announces what became different (C-10 to
 * C-13, C-17). Returns the customer as its own wish left it; a wish that is malformed, names an unknown id or has
 * metadata that does not fit (M-3) yields the error and changes nothing. Customers whom nothing changes cost one read
 * together and no lock. The others are locked until `tx` ends: vouchers and orders must be locked before, and a second
 * call in one transaction could deadlock with a rival.
 */
export async function upsertCustomers(
  tx: Tx,
  wishes: readonly CustomerWish[],
): Promise<(Customer | ApiError)[]> {
  const outcomes = await runUpserts(tx, wishes)
  return outcomes.map((outcome) => (outcome instanceof ApiError ? outcome : outcome.customer))
}

/** `upsertCustomers` that tells of each customer too whether the wish created or changed them. */
export async function runUpserts(tx: Tx, wishes: readonly CustomerWish[]): Promise<Outcome[]> {
  const outcomes = new Map<number, Outcome>()
  let open: Open[] = []
  for (const [place, wish] of wishes.entries()) {
    const refusal = findRefusal(wish)
    if (refusal) outcomes.set(place, refusal)
    else open.push({ wish, place })
  }
  const settle = (decided: readonly Decided[]): Promise<void> => {
    for (const { place, outcome } of decided) outcomes.set(place, outcome)
    return announceUpserts(tx, decided)
  }
  const projectIds = open.map(({ wish }) => wish.call.projectId)
  const schemasOf = await findSchemas(tx, projectIds)
  for (let round = 1; open.length > 0; round += 1) {
    invariant(round <= ROUNDS_MAX, 'a customer that is deleted again and again')
    open = await runRound(tx, open, { schemasOf, settle })
  }
  return wishes.map((_wish, place) => outcomes.get(place) as Outcome)
}

/** Callers check no more than that a customer is an object; here a bad one must not fail its neighbours. */
function findRefusal({ input }: CustomerWish): ApiError | undefined {
  try {
    parseEmbeddedCustomer(input)
    return undefined
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
}

/**
 * Settles wishes as far as possible: reads, creates who is missing, then locks who must change and decides
 * again on what they are then. Everybody creates before locking, each in one sequence, so that rivals with
 * the same customers queue and do not deadlock. What is settled is announced while the rest is being stored, all
 * that concerns one customer together. Returns the wishes whose customers vanished meanwhile.
 */
async function runRound(
  tx: Tx,
  open: readonly Open[],
  { schemasOf, settle }: Round,
): Promise<Open[]> {
  const references = open.map(({ wish }) => toReference(wish))
  const read = decide(await findReferencedCustomers(tx, references), open, schemasOf)
  const parts = insertCustomers(tx, read.created)
  const isStored = concerns([...read.created, ...read.updated])
  await settle(read.decided.filter((decided) => !isStored(decided)))
  const lost: Customer[] = []
  for (const part of parts) {
    const inserted = await part
    lost.push(...inserted.lost)
    await settle(read.decided.filter(concerns(inserted.stored)))
  }
  const unsettled = read.decided.filter(concerns([...read.updated, ...lost]))
  if (unsettled.length === 0) return []

  const rivals = await findReferencedCustomers(
    tx,
    lost.map(({ projectId, sourceId }) => ({ projectId, id: null, sourceId })),
  )
  const ids = [...read.updated, ...rivals].map(({ id }) => id)
  const locked = decide(await lockCustomers(tx, ids), unsettled, schemasOf)
  updateCustomers(tx, locked.updated)
  const isGone = concerns(locked.created)
  await settle(locked.decided.filter((decided) => !isGone(decided)))
  return locked.decided.filter(isGone)
}

/** Whether a decision is about one of `customers`. */
const concerns = (customers: readonly Customer[]): ((decided: Decided) => boolean) => {
  const ids = new Set(customers.map(({ id }) => id))
  return ({ outcome }) => !(outcome instanceof ApiError) && ids.has(outcome.customer.id)
}

/** The outcome of each wish, and the customers to be stored as the last of them left them. */
function decide(
  known: readonly Customer[],
  open: readonly Open[],
  schemasOf: SchemasOf,
): { decided: Decided[]; created: Customer[]; updated: Customer[] } {
  const state: CustomerState = new Map()
  for (const customer of known) putCustomer(state, customer)
  const outcomes = decideUpserts(
    state,
    open.map(({ wish }) => wish),
    { newId: () => newId('customer'), schemasOf },
  )
  const created = new Map<string, Customer>()
  const updated = new Map<string, Customer>()
  for (const outcome of outcomes) {
    if (outcome instanceof ApiError || outcome.kind === 'unchanged') continue
    const { kind, customer } = outcome
    const isNew = kind === 'created' || created.has(customer.id)
    ;(isNew ? created : updated).set(customer.id, customer)
  }
  return {
    decided: open.map((each, index) => ({ ...each, outcome: outcomes[index] as Outcome })),
    created: [...created.values()],
    updated: [...updated.values()],
  }
}

/** One occurrence for every wish that made a difference, in their order (C-17). */
function announceUpserts(tx: Tx, decided: readonly Decided[]): Promise<void> {
  const effects = decided.flatMap(({ wish: { call, isQuiet = false }, outcome }): Effect[] => {
    if (outcome instanceof ApiError || outcome.kind === 'unchanged') return []
    return [{ call, kind: outcome.kind, customer: outcome.customer, isQuiet }]
  })
  return announceEffects(tx, effects)
}

/** Announces customers who were changed in bulk and stored by other means; webhooks are not told (C-35). */
export async function announceChanged(tx: Tx, call: Call, ids: readonly string[]): Promise<void> {
  const customers = await findCustomers(tx, call.projectId, ids)
  const effects = customers.map((customer): Effect => {
    return { call, kind: 'updated', customer, isQuiet: true }
  })
  await announceEffects(tx, effects)
}

type Effect = { call: Call; kind: 'created' | 'updated'; customer: Customer; isQuiet: boolean }

async function announceEffects(tx: Tx, effects: readonly Effect[]): Promise<void> {
  const summaries = await findSummaries(
    tx,
    effects.flatMap(({ kind, customer }) => (kind === 'updated' ? [customer] : [])),
  )
  announce(
    tx,
    effects.map(({ call, kind, customer, isQuiet }) => ({
      call,
      type: `customer.${kind}` as const,
      customerId: customer.id,
      data: { customer: toCustomerView(customer, summaries.get(customer.id)) },
      isQuiet: isQuiet && kind === 'updated',
    })),
  )
}
