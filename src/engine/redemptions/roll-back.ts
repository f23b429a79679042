import { ApiError, notFound } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import { newSortableId } from '../../kernel/ids.ts'
import type { Json } from '../../kernel/json.ts'
import { subtract, ZERO } from '../../kernel/money.ts'
import type { Tx } from '../../platform/db.ts'
import { type Answer, toRefusal } from '../api/index.ts'
import type { Call } from '../context.ts'
import { type Customer, findCustomers, toSimpleCustomer } from '../customers/index.ts'
import {
  type EvaluationState,
  loadState,
  type Target,
  tierTarget,
  voucherTarget,
} from '../evaluation/index.ts'
import { requireMetadata } from '../metadata-schemas/index.ts'
import { lockOrders, type Order, saveOrders, toOrderFacts, toOrderView } from '../orders/index.ts'
import { announce, type Fact } from '../outbox/index.ts'
import { type Refund, refundLots } from '../points/index.ts'
import { findTiers, saveTierUsage } from '../promotions/index.ts'
import { findRewardResults, undoRewards } from '../rewards/index.ts'
import { findStackingRules } from '../stacking-rules/index.ts'
import { addUsage, findUsageKinds, lockUsageKeys, type UsageChange } from '../usage/index.ts'
import {
  insertVoucherTransactions,
  lockVouchersById,
  saveRedeemed,
  type Voucher,
  type VoucherTransaction,
} from '../vouchers/index.ts'
import { calculateUndoneUsage, countedObjects } from './calculate-undone-usage.ts'
import {
  decideRollback,
  type RollbackCommand,
  type RollbackDecision,
  type RolledBack,
} from './decide-rollback.ts'
import { toTransactionFact } from './ledger-facts.ts'
import type { Redemption } from './redemption.ts'
import { type FactContext, toFactContext, toRollbackFact } from './redemption-facts.ts'
import { toRedemptionView } from './redemption-view.ts'
import {
  type Family,
  findFamily,
  insertRedemptions,
  lockFamily,
  markRolledBack,
} from './redemptions.repo.ts'
import { byRedemption, toTransaction } from './save-redemptions.ts'

/** What a caller asks for. */
export type RollbackInput = Pick<
  RollbackCommand,
  'endpoint' | 'orderReference' | 'reason' | 'trackingId' | 'metadata'
> & {
  redemptionId: string
  /** Id or `source_id` of the customer the caller believes it was. */
  customer: string | undefined
}

type View = { [key: string]: Json }

/**
 * Undoes a redemption, or a whole stack, once: uses and credits return to the vouchers, the order is
 * cancelled (R-RB-01, R-RB-02). A second attempt is recorded and answered 400 `already_rolled_back`;
 * throws what leaves no trace (R-RB-03, R-RB-04).
 */
export async function rollBack(tx: Tx, call: Call, input: RollbackInput): Promise<Answer> {
  const { metadata } = input
  await requireMetadata(tx, call.projectId, { of: 'redemption', metadata, on: 'update' })
  const customerId = await findCustomerId(tx, call, input.customer)
  const { family, state, order, usage, rewards } = await load(tx, call, input.redemptionId)
  const orderMode = (await findStackingRules(tx, call.projectId)).redeemablesRollbackOrderMode
  const decision = decideRollback(
    { ...input, call, family, order, orderMode, customerId },
    (kind) => newSortableId(kind, call.now.getTime()),
  )
  if (decision instanceof ApiError) throw decision

  undo(decision, state)
  const transactions = save(tx, decision, { state, usage, rewards })
  await refundLots(tx, toRefunds(decision, state), call.now)
  const [customer] = family[0].customerId
    ? await findCustomers(tx, call.projectId, [family[0].customerId])
    : []
  const contextOf: ContextOf = (redemption) => {
    const result = rewards.get(redemption.id)
    const reward = result && { customer: customer ? toSimpleCustomer(customer) : null, ...result }
    return toFactContext(customer, targetOf(state, redemption), reward)
  }
  const undone = await undoGiven(tx, call, decision, contextOf)
  announce(tx, [
    ...toFacts(call, decision, contextOf),
    ...undone,
    ...toConsequences(call, decision, { order, customer, transactions, contextOf }),
  ])
  return decision.kind === 'denied'
    ? toRefusal(decision.error, call)
    : { status: 200, body: toBody(decision, input.endpoint, contextOf) }
}

/** */
async function undoGiven(
  tx: Tx,
  call: Call,
  decision: RollbackDecision,
  contextOf: ContextOf,
): Promise<Fact[]> {
  if (decision.kind === 'denied') return []
  const parts = new Map(
    decision.parts.flatMap(({ redemption }) =>
      redemption.points === null ? [] : [[redemption.id, redemption]],
    ),
  )
  return undoRewards(tx, call, [...parts.keys()], (id) => {
    const redemption = parts.get(id)
    invariant(redemption, 'what is taken back was given by a redemption')
    const { customer, holder, voucher, campaign } = contextOf(redemption)
    return { customer, holder, voucher, campaign }
  })
}

type Loaded = {
  family: Family
  state: EvaluationState
  order: Order | undefined
  usage: ReadonlyMap<string, readonly UsageChange[]>
  /** What loyalty cards were redeemed for, by redemption. */
  rewards: ReadonlyMap<string, View>
}

/** Locks vouchers, then the order, then the redemptions, then counters, as everybody does. */
async function load(tx: Tx, call: Call, id: string): Promise<Loaded> {
  const { projectId, now } = call
  const found = await findFamily(tx, projectId, id)
  if (!found) throw notFound('redemption', id)
  const idsOf = (field: 'voucherId' | 'promotionTierId'): string[] =>
    found.flatMap(({ [field]: each }) => each ?? [])
  const vouchers = await lockVouchersById(tx, projectId, idsOf('voucherId'))
  const tiers = await findTiers(tx, projectId, idsOf('promotionTierId'))
  const { orderId } = found[0]
  const [order] = orderId ? await lockOrders(tx, [{ projectId, id: orderId, sourceId: null }]) : []
  const family = await lockFamily(tx, projectId, id)
  if (!family) throw notFound('redemption', id)
  const state = await loadState(
    tx,
    { projectIds: [projectId], vouchers, tiers: [...tiers.values()] },
    now,
  )
  const usage = await loadUsage(tx, family, state.projects.get(projectId)?.timeZone ?? 'UTC')
  const rewards = await findRewardResults(
    tx,
    family.flatMap((one) => (one.points === null ? [] : one.id)),
  )
  return { family, state, order, usage, rewards }
}

/** What a rollback takes back from counters, by redemption; the counters are locked until `tx` ends. */
async function loadUsage(
  tx: Tx,
  family: Family,
  timeZone: string,
): Promise<ReadonlyMap<string, readonly UsageChange[]>> {
  const kinds = await findUsageKinds(tx, [...new Set(family.flatMap(countedObjects))])
  const usage = new Map(
    family.map((redemption) => [redemption.id, calculateUndoneUsage(redemption, kinds, timeZone)]),
  )
  await lockUsageKeys(
    tx,
    [...usage.values()].flat().map(({ key }) => key),
  )
  return usage
}

/** What a redemption was of, as it is now; undefined when that is gone. */
const targetOf = (
  state: EvaluationState,
  { voucherId, promotionTierId }: Redemption,
): Target | undefined =>
  voucherTarget(state, voucherId ?? undefined) ?? tierTarget(state, promotionTierId ?? undefined)

/** The id of the customer a caller names; throws `not_found` for nobody we know (R-RB-04). */
async function findCustomerId(
  tx: Tx,
  { projectId }: Call,
  named: string | undefined,
): Promise<string | undefined> {
  if (named === undefined) return undefined
  const [customer] = await findCustomers(tx, projectId, [named])
  if (!customer) throw notFound('customer', named)
  return customer.id
}

/** Gives back to the vouchers in `state` what was taken from them; those that are gone stay gone. */
function undo(decision: RollbackDecision, state: EvaluationState): void {
  if (decision.kind === 'denied') return
  for (const { redemption } of decision.parts) {
    const voucher = state.vouchers.get(redemption.voucherId ?? '')
    if (voucher) state.vouchers.set(voucher.id, withoutRedemption(voucher, redemption))
  }
}

const toRefunds = (decision: RollbackDecision, { vouchers }: EvaluationState): Refund[] =>
  decision.kind === 'denied'
    ? []
    : decision.parts.flatMap(({ redemption: { id, voucherId, points } }) => {
        const voucher = vouchers.get(voucherId ?? '')
        return voucher ? [{ voucher, redemptionId: id, points: points ?? 0 }] : []
      })

function withoutRedemption(voucher: Voucher, { amount, points }: Redemption): Voucher {
  const redeemedQuantity = voucher.redeemedQuantity - 1
  if (voucher.gift) {
    const redeemedAmount = subtract(voucher.gift.redeemedAmount, amount ?? ZERO)
    return { ...voucher, redeemedQuantity, gift: { ...voucher.gift, redeemedAmount } }
  }
  if (voucher.loyaltyCard) {
    const redeemedPoints = voucher.loyaltyCard.redeemedPoints - (points ?? 0)
    return {
      ...voucher,
      redeemedQuantity,
      loyaltyCard: { ...voucher.loyaltyCard, redeemedPoints },
    }
  }
  return { ...voucher, redeemedQuantity }
}

/** Returns the lines of the ledger by the rollback that caused them. */
function save(
  tx: Tx,
  decision: RollbackDecision,
  { state, usage, rewards }: Pick<Loaded, 'state' | 'usage' | 'rewards'>,
): ReadonlyMap<string, VoucherTransaction> {
  if (decision.kind === 'denied') {
    insertRedemptions(tx, [decision.rollback])
    return new Map()
  }
  const { parts, parent, order } = decision
  const transactions = saveVouchers(tx, parts, { vouchers: state.vouchers, rewards })
  saveTiers(tx, parts, state)
  addUsage(
    tx,
    parts.flatMap(({ redemption }) => usage.get(redemption.id) ?? []),
  )
  const all = parent ? [...parts, parent] : parts
  if (order) saveOrders(tx, [order])
  insertRedemptions(
    tx,
    all.map(({ rollback }) => rollback),
  )
  markRolledBack(
    tx,
    all.map(({ redemption }) => redemption.id),
  )
  return transactions
}

type Consequences = {
  order: Order | undefined
  customer: Customer | undefined
  transactions: ReadonlyMap<string, VoucherTransaction>
  contextOf: ContextOf
}

/** What else happened with a rollback: to the cards that got back what was spent, and to the order. */
function toConsequences(
  call: Call,
  decision: RollbackDecision,
  { order, customer, transactions, contextOf }: Consequences,
): Fact[] {
  if (decision.kind === 'denied') return []
  const moved = decision.parts.flatMap(({ redemption, rollback }) => {
    const transaction = transactions.get(rollback.id)
    if (!transaction) return []
    const context = contextOf(redemption)
    return [toTransactionFact(call, transaction, { redemption: rollback, context })]
  })
  if (!decision.order || !customer) return moved
  const happened = toOrderFacts(call, {
    before: order,
    after: decision.order,
    customer: toSimpleCustomer(customer),
    referrer: null,
    redemption: null,
  })
  return [...moved, ...happened]
}

type Part = RolledBack['parts'][number]

function saveVouchers(
  tx: Tx,
  parts: readonly Part[],
  { vouchers, rewards }: Pick<EvaluationState, 'vouchers'> & Pick<Loaded, 'rewards'>,
): ReadonlyMap<string, VoucherTransaction> {
  const present = parts.flatMap((part) => {
    const voucher = vouchers.get(part.redemption.voucherId ?? '')
    const { amount, points } = part.redemption
    return voucher ? [{ ...part, voucher, credits: amount ?? ZERO, points: points ?? 0 }] : []
  })
  saveRedeemed(
    tx,
    present.map(({ voucher, credits, points }) => ({
      voucherId: voucher.id,
      redeemedQuantityDelta: -1,
      redeemedAmountDelta: -credits,
      redeemedPointsDelta: -points,
    })),
  )
  return byRedemption(
    insertVoucherTransactions(
      tx,
      present.flatMap(({ voucher, redemption, rollback, credits, points }) => {
        const { id = null, name = null } = rewards.get(redemption.id) ?? {}
        const details = {
          redemption: { id: redemption.id },
          rollback: { id: rollback.id },
          ...(id !== null && { reward: { id, name } }),
        }
        return toTransaction(voucher, rollback, { credits, points, details })
      }),
    ),
  )
}

function saveTiers(tx: Tx, parts: readonly Part[], { tiers }: EvaluationState): void {
  saveTierUsage(
    tx,
    parts.flatMap(({ redemption }) => {
      const tier = tiers.get(redemption.promotionTierId ?? '')
      if (!tier) return []
      const { orderSnapshot, discount } = redemption
      return [
        {
          tierId: tier.id,
          redeemedQuantityDelta: -1,
          ordersAmountDelta: -Number(orderSnapshot?.['amount'] ?? 0),
          ordersDiscountDelta: -(discount ?? ZERO),
        },
      ]
    }),
  )
}

type ContextOf = (redemption: Redemption) => FactContext

function toFacts(call: Call, decision: RollbackDecision, contextOf: ContextOf) {
  const pairs =
    decision.kind === 'denied'
      ? [decision]
      : [...decision.parts, ...(decision.parent ? [decision.parent] : [])]
  return pairs.map((pair) => toRollbackFact(call, pair, contextOf(pair.redemption)))
}

/** §19: the rollback itself, or with the stacked endpoint all of them with their head and the order. */
function toBody(
  { parts, parent, order }: RolledBack,
  endpoint: RollbackInput['endpoint'],
  contextOf: ContextOf,
): unknown {
  const views = parts.map(
    ({ redemption, rollback }): View => toRedemptionView(rollback, contextOf(redemption)),
  )
  if (endpoint === 'single') return views[0]
  return {
    rollbacks: views,
    ...(parent && {
      parent_rollback: toRedemptionView(parent.rollback, contextOf(parent.redemption)),
    }),
    order: order ? toOrderView(order) : null,
  }
}
