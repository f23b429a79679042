import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import { type Cart, type CartLine, EMPTY_LINE, totalsOf } from '../discounts/index.ts'
import type { Order, OrderItem, PricedOrder } from './order.ts'

type View = { [key: string]: Json }

/** The money of an order; what is zero is left out (R-ORD-03, R-DISC-02). */
function toAmounts(cart: Cart): View {
  const totals = totalsOf(cart)
  const { amount, initialAmount } = cart
  const view: View = {}
  const putPositive = (key: string, value: number): void => {
    if (value > 0) view[key] = value
  }
  if (amount !== undefined) view['amount'] = amount
  if (initialAmount !== undefined) view['initial_amount'] = initialAmount
  putPositive('discount_amount', cart.discountAmount)
  putPositive('items_discount_amount', totals.itemsDiscountAmount)
  putPositive('total_discount_amount', totals.totalDiscountAmount)
  putPositive('applied_discount_amount', cart.appliedDiscountAmount)
  putPositive('items_applied_discount_amount', totals.itemsAppliedDiscountAmount)
  putPositive('total_applied_discount_amount', totals.totalAppliedDiscountAmount)
  if (amount !== undefined) view['total_amount'] = totals.totalAmount
  return view
}

const positive = (key: string, value: number): View => (value > 0 ? { [key]: value } : {})
const notZero = (key: string, value: number): View => (value === 0 ? {} : { [key]: value })
const known = (key: string, value: Json | null): View => (value === null ? {} : { [key]: value })

/** The items of an order, each with the numbers of its line. */
export const toItemViews = ({ items, cart }: Pick<PricedOrder, 'items' | 'cart'>): View[] =>
  cart.lines.map((line, index) => toItemView(items[index], line))

/** A line (§8.2). One that a discount added has no item of its own: it is the product that was given. */
function toItemView(item: OrderItem | undefined, line: CartLine): View {
  const { amount, initialQuantity, initialAmount } = line
  return {
    object: 'order_item',
    ...known('id', item?.id ?? null),
    ...known('source_id', item?.sourceId ?? line.skuSourceId ?? line.productSourceId),
    ...known('related_object', item ? item.relatedObject : line.skuId === null ? 'product' : 'sku'),
    ...known('product_id', item?.productId ?? line.productId),
    ...known('sku_id', item?.skuId ?? line.skuId),
    quantity: line.quantity,
    ...known('initial_quantity', initialQuantity),
    ...positive('discount_quantity', line.discountQuantity),
    ...notZero('applied_quantity', line.appliedQuantity),
    ...notZero('applied_quantity_amount', line.appliedQuantityAmount),
    ...positive('applied_discount_quantity', line.appliedDiscountQuantity),
    ...known('price', line.price),
    ...known('amount', amount),
    ...known('initial_amount', initialAmount),
    ...positive('discount_amount', line.discountAmount),
    ...positive('applied_discount_amount', line.appliedDiscountAmount),
    ...(amount !== null && { subtotal_amount: Math.max(0, amount - line.discountAmount) }),
    ...known('product', item?.product ?? null),
    ...known('sku', item?.sku ?? null),
    ...known('metadata', item?.metadata ?? null),
  }
}

/** A stored item, written by `toItemView`, without what only the request that wrote it applied. */
export function fromItemView(view: View): { item: OrderItem; line: CartLine } {
  const text = (key: string) => (view[key] as string | undefined) ?? null
  const amount = (key: string) => (view[key] ?? null) as CartLine['amount']
  const count = (key: string, absent = 0) => (view[key] as number | undefined) ?? absent
  return {
    item: {
      id: text('id'),
      sourceId: text('source_id'),
      relatedObject: text('related_object') as OrderItem['relatedObject'],
      productId: text('product_id'),
      skuId: text('sku_id'),
      product: (view['product'] ?? null) as OrderItem['product'],
      sku: (view['sku'] ?? null) as OrderItem['sku'],
      metadata: (view['metadata'] ?? null) as OrderItem['metadata'],
    },
    line: {
      ...EMPTY_LINE,
      productId: text('product_id'),
      skuId: text('sku_id'),
      quantity: count('quantity', 1),
      price: amount('price'),
      amount: amount('amount'),
      initialQuantity: (view['initial_quantity'] as number | undefined) ?? null,
      initialAmount: amount('initial_amount'),
      discountAmount: count('discount_amount') as CartLine['discountAmount'],
      discountQuantity: count('discount_quantity'),
      metadata: (view['metadata'] ?? {}) as CartLine['metadata'],
    },
  }
}

const toPerson = (id: string | null): View | null =>
  id === null ? null : { id, object: 'customer' }

/** What the views of an order have in common, its money and its lines. */
const toContent = (order: PricedOrder): View => ({
  ...toAmounts(order.cart),
  ...(order.cart.lines.length > 0 && { items: toItemViews(order) }),
})

const toPeople = ({ customerId, referrerId }: PricedOrder): View => ({
  ...(customerId !== null && { customer: toPerson(customerId) }),
  ...(referrerId !== null && { referrer: toPerson(referrerId) }),
  customer_id: customerId,
  referrer_id: referrerId,
})

/** The order of an answer that stores none (§16.2); its `applied_*` are those of the redeemable or request at hand. */
export function toPricedOrderView(order: PricedOrder): View {
  return {
    ...(order.id !== null && { id: order.id }),
    ...(order.sourceId !== null && { source_id: order.sourceId }),
    ...toContent(order),
    ...(Object.keys(order.metadata).length > 0 && { metadata: order.metadata }),
    ...toPeople(order),
    object: 'order',
  }
}

/** A stored order inside a redemption or an occurrence (SimpleOrder, engine-programs §13.1). */
export function toSimpleOrder(order: Order): View {
  return {
    id: order.id,
    source_id: order.sourceId,
    created_at: toIso(order.createdAt),
    updated_at: order.updatedAt ? toIso(order.updatedAt) : null,
    status: order.status,
    ...toContent(order),
    metadata: order.metadata,
    customer_id: order.customerId,
    referrer_id: order.referrerId,
    object: 'order',
  }
}

/** A stored order by itself (§8.1). */
export function toOrderView(order: Order): View {
  return {
    ...toSimpleOrder(order),
    customer: toPerson(order.customerId),
    referrer: toPerson(order.referrerId),
    redemptions: order.redemptions,
  }
}
