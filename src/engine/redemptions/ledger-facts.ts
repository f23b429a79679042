import type { Json, JsonObject } from '../../kernel/json.ts'
import type { Call } from '../context.ts'
import type { Fact } from '../outbox/index.ts'
import {
  isOfPoints,
  toBalanceView,
  toTransactionView,
  type VoucherTransaction,
} from '../vouchers/index.ts'
import type { Redemption } from './redemption.ts'
import type { FactContext } from './redemption-facts.ts'
import { toRedemptionView } from './redemption-view.ts'

/** What is announced of a movement on a gift card or loyalty card, with what moved it (engine-programs §13.4). */
export function toTransactionFact(
  call: Call,
  transaction: VoucherTransaction,
  { redemption, context }: { redemption: Redemption; context: FactContext },
): Fact {
  const { voucher, campaign, holder } = context
  const kind = isOfPoints(transaction.type) ? 'loyalty_card' : 'gift'
  const caused = redemption.object === 'redemption' ? 'redemption' : 'rollback'
  return {
    call,
    type: `voucher.${kind}.transaction.created`,
    customerId: null,
    data: {
      transaction: withOrder(toTransactionView(transaction), redemption.orderSnapshot),
      voucher,
      campaign,
      holder,
      balance: toBalanceView(transaction) as Json,
      order: redemption.orderSnapshot,
      [caused]: toRedemptionView(redemption, context),
    },
  }
}

/** The movement with both names of the order that it paid for. */
function withOrder(
  transaction: ReturnType<typeof toTransactionView>,
  order: Redemption['orderSnapshot'],
): Json {
  if (!order) return transaction
  const { id, source_id = null } = order
  const details = { ...(transaction['details'] as JsonObject), order: { id, source_id } }
  return { ...transaction, details } as Json
}
