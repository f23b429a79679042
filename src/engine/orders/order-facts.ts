import type { Json } from '../../kernel/json.ts'
import type { Call } from '../context.ts'
import type { Fact } from '../outbox/index.ts'
import { decideOrderChanges } from './decide-order.ts'
import type { Order } from './order.ts'
import { toSimpleOrder } from './order-view.ts'

type View = { [key: string]: Json }

/** What happened to an order, with the people and the redemption that it concerns. */
export type OrderHappening = {
  before: Order | undefined
  after: Order
  customer: View | null
  referrer: View | null
  redemption: View | null
}

/** What is announced of an order: that it was made or changed, and the status it reached (engine-programs §13.6). */
export function toOrderFacts(
  call: Call,
  { before, after, customer, referrer, redemption }: OrderHappening,
): Fact[] {
  const data = { customer, referrer, order: toSimpleOrder(after), redemption }
  const customerId = customer ? after.customerId : null
  return decideOrderChanges(before, after).map(
    (change): Fact => ({ call, type: `customer.order.${change}`, customerId, data }),
  )
}
