import { ApiError } from '../../kernel/api-error.ts'
import { min, money, ZERO } from '../../kernel/money.ts'
import { parseIsoDate } from '../../kernel/time.ts'
import { totalsOf } from '../discounts/index.ts'
import type { ProjectSchemas } from '../metadata-schemas/index.ts'
import { calculateOrder } from './calculate-order.ts'
import type { Catalog } from './item-catalog.ts'
import { type Order, type OrderStatus, withLineIds } from './order.ts'
import { type OrderBody, toOrderInput } from './order-body.schema.ts'
import { refuseOrderMetadata } from './order-metadata.ts'

/** What a decision on an order needs to know besides the order. */
export type OrderContext = {
  projectId: string
  catalog: Catalog
  /** What metadata is held against. */
  schemas: ProjectSchemas
  /** The people that the body names, once they are stored; undefined where it names none. */
  customerId: string | undefined
  referrerId: string | undefined
  now: Date
  newId: (kind: 'order' | 'orderLine') => string
}

/** The order as `body` makes or changes it (R-ORD-01, R-ORD-02, R-ORD-08); or why it cannot. */
export function decideOrder(
  body: OrderBody,
  stored: Order | undefined,
  context: OrderContext,
): Order | ApiError {
  const { projectId, catalog, schemas, now } = context
  const input = toOrderInput(body)
  const refusal = refuseOrderMetadata(schemas, input, { isNew: !stored })
  if (refusal) return refusal
  const priced = calculateOrder(input, stored, { projectId, catalog })
  if (priced instanceof ApiError) return priced
  const createdAt = body.created_at ? parseIsoDate(body.created_at) : undefined
  const order: Order = {
    ...priced,
    id: stored?.id ?? context.newId('order'),
    projectId,
    cart: withDiscount(priced.cart, body.discount_amount),
    customerId: context.customerId ?? priced.customerId,
    referrerId: context.referrerId ?? priced.referrerId,
    status: body.status ?? priced.status,
    redemptions: stored?.redemptions ?? {},
    createdAt: stored?.createdAt ?? createdAt ?? now,
    updatedAt: stored ? now : null,
  }
  return withLineIds(order, () => context.newId('orderLine'))
}

/** A discount on the whole order that the caller tells, as far as the order has room for it. */
function withDiscount(cart: Order['cart'], given: number | null | undefined): Order['cart'] {
  if (typeof given !== 'number') return cart
  const { totalAmount } = totalsOf({ ...cart, discountAmount: ZERO })
  return { ...cart, discountAmount: min(money(given), money(totalAmount ?? 0)) }
}

/** What is announced of an order that came to have a status (engine-programs §13.3). */
const OF_STATUS: Partial<Record<OrderStatus, 'paid' | 'canceled' | 'fulfilled'>> = {
  PAID: 'paid',
  CANCELED: 'canceled',
  FULFILLED: 'fulfilled',
}

export type OrderChange = 'created' | 'updated' | 'paid' | 'canceled' | 'fulfilled'

/** What happened to an order, in the order in which it is announced (§13.6). */
export function decideOrderChanges(before: Order | undefined, after: Order): OrderChange[] {
  const reached = before?.status === after.status ? undefined : OF_STATUS[after.status]
  return [before ? 'updated' : 'created', ...(reached ? [reached] : [])]
}
