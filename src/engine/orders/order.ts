import type { Json } from '../../kernel/json.ts'
import type { Money } from '../../kernel/money.ts'

export type OrderStatus = 'CREATED' | 'PAID' | 'CANCELED' | 'FULFILLED'

/** A line of an order, in the form it is stored and shown (engine-core §8.2). */
export type OrderItem = { [key: string]: Json } & { amount?: number }

export type Metadata = { [key: string]: Json }

/** What an order remembers of one redemption (R-RED-02); `stacked` lists the parts of a stack. */
export type OrderRedemption = {
  date: string
  rollback_id?: string
  rollback_date?: string
  related_object_type: 'voucher' | 'redemption'
  related_object_id: string
  stacked?: string[]
  rollback_stacked?: string[]
}

/** An order as far as its price goes. Without `amount` nothing was said about money (R-ORD-02). */
export type PricedOrder = {
  id: string | null
  sourceId: string | null
  customerId: string | null
  status: OrderStatus
  amount: Money | undefined
  /** Order-level discounts of this and of all earlier requests. */
  discountAmount: Money
  items: readonly OrderItem[]
  metadata: Metadata
  createdAt: Date | null
  updatedAt: Date | null
}

/** A stored order. */
export type Order = PricedOrder & {
  id: string
  projectId: string
  amount: Money
  redemptions: Readonly<Record<string, OrderRedemption>>
  createdAt: Date
}
