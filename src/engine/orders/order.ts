import type { Json } from '../../kernel/json.ts'
import type { Cart, CartLine } from '../discounts/index.ts'

export type OrderStatus = 'CREATED' | 'PAID' | 'CANCELED' | 'FULFILLED'

export type Metadata = { [key: string]: Json }

/** What a line of an order is about; its numbers are the line of the cart at the same place (engine-core §8.2). */
export type OrderItem = {
  /** `ordli_…` once the order is stored. */
  id: string | null
  sourceId: string | null
  relatedObject: 'product' | 'sku' | null
  productId: string | null
  skuId: string | null
  /** The product and the SKU as the caller described them, on top of what is stored (R-ORD-05). */
  product: Metadata | null
  sku: Metadata | null
  metadata: Metadata | null
}

/** What an order remembers of one redemption (R-RED-02); `stacked` lists the parts of a stack. */
export type OrderRedemption = {
  date: string
  rollback_id?: string
  rollback_date?: string
  related_object_type: 'voucher' | 'promotion_tier' | 'redemption'
  related_object_id: string
  related_object_parent_id?: string
  stacked?: string[]
  rollback_stacked?: string[]
}

/** An order as far as its price goes. Without an amount in its cart nothing was said about money (R-ORD-02). */
export type PricedOrder = {
  id: string | null
  sourceId: string | null
  customerId: string | null
  referrerId: string | null
  status: OrderStatus
  items: readonly OrderItem[]
  /** Amounts, discounts of this and of all earlier requests, and a line for each item. */
  cart: Cart
  metadata: Metadata
  createdAt: Date | null
  updatedAt: Date | null
}

/** A stored order. */
export type Order = PricedOrder & {
  id: string
  projectId: string
  redemptions: Readonly<Record<string, OrderRedemption>>
  createdAt: Date
}

/** `order` with an id for each of its lines, those that discounts added included, as it is stored. */
export function withLineIds<O extends PricedOrder>(order: O, newLineId: () => string): O {
  const { items, cart } = order
  if (cart.lines.length === items.length && items.every(({ id }) => id !== null)) return order
  return {
    ...order,
    items: cart.lines.map((line, index): OrderItem => {
      const item = items[index] ?? toAddedItem(line)
      return item.id === null ? { ...item, id: newLineId() } : item
    }),
  }
}

const toAddedItem = (line: CartLine): OrderItem => ({
  id: null,
  sourceId: line.skuSourceId ?? line.productSourceId,
  relatedObject: line.skuId === null ? 'product' : 'sku',
  productId: line.productId,
  skuId: line.skuId,
  product: null,
  sku: null,
  metadata: null,
})
