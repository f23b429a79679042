import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newSortableId } from '../../kernel/ids.ts'
import type { Json } from '../../kernel/json.ts'
import { subtract, ZERO } from '../../kernel/money.ts'
import type { Tx } from '../../platform/db.ts'
import { type Answer, toRefusal } from '../api/index.ts'
import type { Call } from '../context.ts'
import { type Customer, findCustomers } from '../customers/index.ts'
import { lockOrders, type Order, saveOrders, toOrderView } from '../orders/index.ts'
import { announce } from '../outbox/index.ts'
import {
  giftBalance,
  insertVoucherTransactions,
  lockVouchersByCode,
  saveRedeemed,
  type Voucher,
} from '../vouchers/index.ts'
import {
  decideRollback,
  type RollbackCommand,
  type RollbackDecision,
  type RolledBack,
} from './decide-rollback.ts'
import type { Redemption } from './redemption.ts'
import { toFactContext, toRollbackFact } from './redemption-facts.ts'
import { toRedemptionView } from './redemption-view.ts'
import {
  type Family,
  findFamily,
  insertRedemptions,
  lockFamily,
  markRolledBack,
} from './redemptions.repo.ts'

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
  const customerId = await findCustomerId(tx, call, input.customer)
  const { family, vouchers, order } = await load(tx, call, input.redemptionId)
  const decision = decideRollback({ ...input, call, family, order, customerId }, (kind) =>
    newSortableId(kind, call.now.getTime()),
  )
  if (decision instanceof ApiError) throw decision

  const undone = undoVouchers(decision, vouchers)
  save(tx, decision, undone)
  const [customer] = family[0].customerId
    ? await findCustomers(tx, call.projectId, [family[0].customerId])
    : []
  const contextOf = toContext(customer, undone)
  announce(tx, toFacts(call, decision, contextOf))
  return decision.kind === 'denied'
    ? toRefusal(decision.error, call)
    : { status: 200, body: toBody(decision, input.endpoint, contextOf) }
}

/** Locks vouchers, then the order, then the redemptions, as everybody does. */
async function load(
  tx: Tx,
  call: Call,
  id: string,
): Promise<{ family: Family; vouchers: Map<string, Voucher>; order: Order | undefined }> {
  const { projectId } = call
  const found = await findFamily(tx, projectId, id)
  if (!found) throw notFound('redemption', id)
  const locked = await lockVouchersByCode(
    tx,
    found.flatMap(({ voucherId }) => (voucherId ? [{ projectId, code: voucherId }] : [])),
  )
  const vouchers = new Map(locked.flatMap((voucher) => (voucher ? [[voucher.id, voucher]] : [])))
  const { orderId } = found[0]
  const [order] = orderId ? await lockOrders(tx, [{ projectId, id: orderId, sourceId: null }]) : []
  const family = await lockFamily(tx, projectId, id)
  if (!family) throw notFound('redemption', id)
  return { family, vouchers, order }
}

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

/** The vouchers with what was taken from them given back; those that are gone stay gone. */
function undoVouchers(
  decision: RollbackDecision,
  vouchers: ReadonlyMap<string, Voucher>,
): Map<string, Voucher> {
  const undone = new Map(vouchers)
  if (decision.kind === 'denied') return undone
  for (const { redemption } of decision.parts) {
    const voucher = undone.get(redemption.voucherId ?? '')
    if (!voucher) continue
    const redeemedQuantity = voucher.redeemedQuantity - 1
    const redeemedAmount = subtract(voucher.gift?.redeemedAmount ?? ZERO, redemption.amount ?? ZERO)
    undone.set(
      voucher.id,
      voucher.gift
        ? { ...voucher, redeemedQuantity, gift: { ...voucher.gift, redeemedAmount } }
        : { ...voucher, redeemedQuantity },
    )
  }
  return undone
}

function save(tx: Tx, decision: RollbackDecision, vouchers: ReadonlyMap<string, Voucher>): void {
  if (decision.kind === 'denied') {
    insertRedemptions(tx, [decision.rollback])
    return
  }
  const { parts, parent, order } = decision
  const present = parts.flatMap((part) => {
    const voucher = vouchers.get(part.redemption.voucherId ?? '')
    return voucher ? [{ ...part, voucher, refund: part.redemption.amount ?? ZERO }] : []
  })
  saveRedeemed(
    tx,
    present.map(({ voucher, refund }) => ({
      voucherId: voucher.id,
      redeemedQuantityDelta: -1,
      redeemedAmountDelta: -refund,
    })),
  )
  insertVoucherTransactions(
    tx,
    present.flatMap(({ voucher, refund, rollback }) =>
      voucher.gift && refund > 0
        ? [
            {
              projectId: voucher.projectId,
              voucherId: voucher.id,
              type: 'CREDITS_REFUND' as const,
              amount: refund,
              balance: giftBalance(voucher.gift),
              redemptionId: rollback.id,
              createdAt: rollback.createdAt,
            },
          ]
        : [],
    ),
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
}

type ContextOf = (redemption: Redemption) => ReturnType<typeof toFactContext>

const toContext =
  (customer: Customer | undefined, vouchers: ReadonlyMap<string, Voucher>): ContextOf =>
  ({ voucherId }) =>
    toFactContext(customer, vouchers.get(voucherId ?? ''))

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
