import type { Json } from '../../kernel/json.ts'
import { type Money, ZERO } from '../../kernel/money.ts'
import { toIso } from '../../kernel/time.ts'
import { totalOf } from './calculate-order.ts'
import type { Order, PricedOrder } from './order.ts'

type View = { [key: string]: Json }

/** The money of an order; a discount of nothing is left out (R-ORD-03, R-DISC-02). */
function toAmounts(order: PricedOrder, applied: Money): View {
  const { amount, discountAmount } = order
  return {
    ...(amount !== undefined && { amount }),
    ...(discountAmount > 0 && {
      discount_amount: discountAmount,
      total_discount_amount: discountAmount,
    }),
    ...(applied > 0 && {
      applied_discount_amount: applied,
      total_applied_discount_amount: applied,
    }),
    ...(amount !== undefined && { total_amount: totalOf(order) }),
  }
}

/**
 * The order of an answer that stores none (§16.2). `applied` is what the redeemable or request at hand
 * took off (R-DISC-03).
 */
export function toPricedOrderView(order: PricedOrder, applied: Money): View {
  return {
    ...(order.id !== null && { id: order.id }),
    ...(order.sourceId !== null && { source_id: order.sourceId }),
    ...toAmounts(order, applied),
    ...(order.items.length > 0 && { items: [...order.items] }),
    ...(Object.keys(order.metadata).length > 0 && { metadata: order.metadata }),
    customer_id: order.customerId,
    referrer_id: null,
    object: 'order',
  }
}

/** A stored order inside a redemption or an occurrence (SimpleOrder, engine-programs §13.1). */
export function toSimpleOrder(order: Order, applied: Money = ZERO): View {
  return {
    id: order.id,
    source_id: order.sourceId,
    created_at: toIso(order.createdAt),
    updated_at: order.updatedAt ? toIso(order.updatedAt) : null,
    status: order.status,
    ...toAmounts(order, applied),
    ...(order.items.length > 0 && { items: [...order.items] }),
    metadata: order.metadata,
    customer_id: order.customerId,
    referrer_id: null,
    object: 'order',
  }
}

/** A stored order by itself (§8.1). */
export function toOrderView(order: Order, applied: Money = ZERO): View {
  return {
    ...toSimpleOrder(order, applied),
    customer: order.customerId === null ? null : { id: order.customerId, object: 'customer' },
    redemptions: order.redemptions,
  }
}
