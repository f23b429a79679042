import { ApiError, notFound } from '../../kernel/api-error.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import {
  type Customer,
  type CustomerInput,
  findCustomers,
  imagineCustomer,
} from '../customers/index.ts'
import {
  addToCatalog,
  type Circumstances,
  decideValidation,
  duplicatedRedeemables,
  type EvaluationState,
  findTooMany,
  hasTwins,
  loadSegments,
  loadState,
  type Named,
  nameRedeemables,
  occasionOf,
  type RedeemInput,
  readUsageOf,
  refuseOtherTracking,
  toCircumstances,
  toRedeemables,
  toRuleCustomer,
  toTrackingId,
  type ValidationDecision,
} from '../evaluation/index.ts'
import {
  calculateOrder,
  catalogReferences,
  findOrders,
  type PricedOrder,
  toOrderReference,
} from '../orders/index.ts'
import type { Voucher } from '../vouchers/index.ts'

/** A request with the decision about it. */
export type Evaluated = {
  /** Whom we know; undefined for nobody, and for a customer who is not stored. */
  customer: Customer | undefined
  circumstances: Circumstances
  decision: ValidationDecision
  trackingId: string | null
}

/** What is different from what is stored, for a simulation. */
export type Imagined = {
  /** That do not exist. */
  vouchers: readonly Voucher[]
  /** Changes what was loaded before anything is decided, and tells what the redeemables are then. */
  state: (state: EvaluationState, named: readonly Named[]) => [EvaluationState, readonly Named[]]
  circumstances: (circumstances: Circumstances) => Circumstances
}

/**
 * Decides what `input` asks for, without writing anything. Vouchers that a session is to reserve are locked until
 * `tx` ends. Throws for a request that names what does not exist, or one thing twice.
 */
export async function evaluateRequest(
  tx: Tx,
  call: Call,
  input: RedeemInput,
  imagined?: Imagined,
): Promise<Evaluated> {
  const { projectId, now } = call
  const customer = await findCustomer(tx, call, input.customer)
  const trackingId = trackAsked(call, customer, input)
  const namings = [{ projectId, redeemables: input.redeemables }]
  const isLocking = input.session !== undefined
  const { named: all, found } = await nameRedeemables(tx, namings, { isLocking })
  const vouchers = [...found.vouchers, ...(imagined?.vouchers ?? [])]
  const stored = await loadState(tx, { ...found, vouchers }, now)
  const [state, named] = imagined?.state(stored, all[0] ?? []) ?? [stored, all[0] ?? []]
  const order = await calculateAskedOrder(tx, call, { input, state, customer })
  const asked = toCircumstances(state, call, {
    input,
    customer: await loadAskedCustomer(tx, call, { state, customer, input: input.customer }),
  })
  const circumstances = imagined?.circumstances(asked) ?? asked

  const redeemables = toRedeemables(state, input.redeemables, named)
  const tooMany = findTooMany(input.redeemables, circumstances.stackingRules)
  if (tooMany) throw tooMany
  const targets = redeemables.flatMap(({ target }) => target ?? [])
  if (hasTwins(redeemables)) throw duplicatedRedeemables()
  const { timeZone } = circumstances
  const occasion = occasionOf(circumstances)
  await readUsageOf(tx, state, [{ projectId, targets, occasion, timeZone, now }])
  return {
    customer,
    circumstances,
    decision: decideValidation(redeemables, order, circumstances),
    trackingId,
  }
}

/** The `tracking_id` of whom a request is about. Throws `ambiguous_tracking_id` for one of somebody else (C-16). */
export function trackAsked(
  { projectId }: Call,
  customer: Customer | undefined,
  input: Pick<RedeemInput, 'customer' | 'trackingId'>,
): string | null {
  // Beside an id a `source_id` is ignored (C-10).
  const sourceId = customer ? customer.sourceId : input.customer?.source_id
  const trackingId = toTrackingId(projectId, sourceId, input)
  const refusal = refuseOtherTracking(trackingId, sourceId, input)
  if (refusal) throw refusal
  return trackingId
}

/** The order that is asked about, on top of what is stored of it. */
export async function calculateAskedOrder(
  db: Db,
  { projectId }: Call,
  {
    input,
    state,
    customer,
  }: {
    input: Pick<RedeemInput, 'order'>
    state: EvaluationState
    customer: Customer | undefined
  },
): Promise<PricedOrder | undefined> {
  if (!input.order) return undefined
  const reference = toOrderReference(projectId, input.order)
  const [stored] = reference ? await findOrders(db, [reference]) : []
  if (!stored && input.order.id) throw notFound('order', input.order.id)
  await addToCatalog(db, state.catalog, catalogReferences(projectId, input.order, stored))
  const order = calculateOrder(input.order, stored, { projectId, catalog: state.catalog })
  if (order instanceof ApiError) throw order
  return { ...order, customerId: customer?.id ?? order.customerId }
}

/** Whom we know under the id or `source_id`; an unknown id is refused (R-CUST-02). */
export async function findCustomer(
  db: Db,
  { projectId }: Call,
  input: CustomerInput | undefined,
): Promise<Customer | undefined> {
  const named = input?.id || input?.source_id
  if (!named) return undefined
  const [customer] = await findCustomers(db, projectId, [named])
  if (!customer && input?.id) throw notFound('customer', input.id)
  return customer
}

/**
 * The customer as the rules in `state` look at them: what the request says of the customer counts before what is stored,
 * for this request alone (R-CUST-03), also where it is asked which passive segments they are in.
 */
export async function loadAskedCustomer(
  db: Db,
  call: Call,
  {
    state,
    customer,
    input,
  }: {
    state: EvaluationState
    customer: Customer | undefined
    input: CustomerInput | undefined
  },
): Promise<Circumstances['customer']> {
  if (!input) return undefined
  const asked = imagineCustomer(call, customer, input)
  await loadSegments(db, state, call, [asked])
  const stored = toRuleCustomer(customer)
  return {
    id: stored?.id ?? null,
    segmentIds: state.segments.get(asked.id) ?? [],
    birthdate: input.birthdate ?? stored?.birthdate ?? null,
    metadata: { ...stored?.metadata, ...(input.metadata as JsonObject | null | undefined) },
  }
}
