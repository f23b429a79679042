import { describe, expect, it } from 'vitest'
import { NO_SCHEMAS } from '../metadata-schemas/index.ts'
import { decideOrder, decideOrderChanges } from './decide-order.ts'
import type { Order, OrderStatus } from './order.ts'
import type { OrderBody } from './order-body.schema.ts'

const NOW = new Date('2026-06-01T12:00:00.000Z')

function decided(body: OrderBody, stored?: Order): Order {
  const order = decideOrder(body, stored, {
    projectId: 'proj_1',
    catalog: new Map(),
    schemas: NO_SCHEMAS,
    customerId: undefined,
    referrerId: undefined,
    now: NOW,
    newId: (kind) => (kind === 'order' ? 'ord_1' : 'ordli_1'),
  })
  if (order instanceof Error) throw order
  return order
}

describe('decideOrder', () => {
  it('makes a new order, placed when the caller says or now', () => {
    expect(decided({ amount: 5 })).toMatchObject({
      id: 'ord_1',
      status: 'CREATED',
      createdAt: NOW,
      updatedAt: null,
    })
    const placed = decided({ created_at: '2026-01-01' })
    expect(placed.createdAt).toEqual(new Date('2026-01-01T00:00:00.000Z'))
  })

  it('keeps of a stored order what the body does not change', () => {
    const stored = { ...decided({ amount: 5, status: 'PAID' }), customerId: 'cust_1' }
    const changed = decided({ metadata: { a: 1 }, created_at: '2020-01-01' }, stored)
    expect(changed).toMatchObject({ status: 'PAID', customerId: 'cust_1', metadata: { a: 1 } })
    expect(changed).toMatchObject({ createdAt: NOW, updatedAt: NOW, cart: { amount: 5 } })
  })

  it.each([
    [300, 300],
    [3_000, 1_000],
    [0, 0],
  ])('takes %i off an order of 1000 as %i', (given, discountAmount) => {
    expect(decided({ amount: 1_000, discount_amount: given }).cart).toMatchObject({
      discountAmount,
    })
  })
})

describe('decideOrderChanges', () => {
  const withStatus = (status: OrderStatus): Order => ({ ...decided({ amount: 1 }), status })

  it.each<[OrderStatus | undefined, OrderStatus, string[]]>([
    [undefined, 'CREATED', ['created']],
    [undefined, 'PAID', ['created', 'paid']],
    ['CREATED', 'CREATED', ['updated']],
    ['CREATED', 'PAID', ['updated', 'paid']],
    ['PAID', 'PAID', ['updated']],
    ['PAID', 'CANCELED', ['updated', 'canceled']],
    ['PAID', 'FULFILLED', ['updated', 'fulfilled']],
    ['PAID', 'CREATED', ['updated']],
  ])('tells of %s to %s (engine-programs §13.3)', (before, after, changes) => {
    const stored = before && withStatus(before)
    expect(decideOrderChanges(stored, withStatus(after))).toEqual(changes)
  })
})
