import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { money } from '../../kernel/money.ts'
import { calculateOrder, totalOf } from './calculate-order.ts'
import type { OrderInput } from './order.schema.ts'
import type { Order, PricedOrder } from './order.ts'

const stored: Order = {
  id: 'ord_1',
  projectId: 'proj_1',
  sourceId: 'o-1',
  customerId: 'cust_1',
  status: 'PAID',
  amount: money(10_000),
  discountAmount: money(9_200),
  items: [{ object: 'order_item', amount: 10_000 }],
  metadata: { shop: 'A' },
  redemptions: {},
  createdAt: new Date(0),
  updatedAt: null,
}

const calculated = (input: OrderInput, base?: Order): PricedOrder => {
  const order = calculateOrder(input, base)
  if (order instanceof Error) throw order
  return order
}

describe('calculateOrder', () => {
  it.each<[string, OrderInput, number | undefined]>([
    ['price times quantity', { items: [{ price: 1_000, quantity: 3 }] }, 3_000],
    [
      'an item amount before its price',
      { items: [{ price: 1_000, quantity: 3, amount: 2_500 }] },
      2_500,
    ],
    ['an order amount before its items', { amount: 6_000, items: [{ amount: 6_700 }] }, 6_000],
    ['an order amount of nothing', { amount: 0, items: [{ amount: 6_700 }] }, 0],
    [
      'the price of the SKU before that of the product',
      { items: [{ sku: { price: 5 }, product: { price: 9 } }] },
      5,
    ],
    ['the price of the product at last', { items: [{ product: { price: 9 }, quantity: 2 }] }, 18],
    ['only items that have an amount', { items: [{ quantity: 4 }, { amount: 70 }] }, 70],
    ['nothing where nothing is said', { items: [{ quantity: 4 }] }, undefined],
  ])('counts %s (R-ORD-01, R-ORD-02)', (_name, input, amount) => {
    expect(calculated(input).amount).toBe(amount)
  })

  it('goes on from the stored order when only its id is given (R-ORD-06)', () => {
    expect(calculated({ id: 'ord_1' }, stored)).toMatchObject({
      id: 'ord_1',
      sourceId: 'o-1',
      amount: 10_000,
      discountAmount: 9_200,
      items: stored.items,
    })
  })

  it('keeps earlier discounts within a smaller amount (R-RED-08)', () => {
    const order = calculated({ id: 'ord_1', amount: 5_000 }, stored)
    expect(order.discountAmount).toBe(5_000)
    expect(totalOf(order)).toBe(0)
  })

  it('refuses sums beyond the safe integers and names the field', () => {
    const input = { items: [{ price: Number.MAX_SAFE_INTEGER, quantity: 2 }] }
    expect(calculateOrder(input, undefined)).toMatchObject({
      key: 'invalid_amount',
      context: { details: expect.stringContaining('.order') },
    })
  })

  it('never leaves a negative total', () => {
    fc.assert(
      fc.property(fc.option(fc.nat()), fc.array(fc.nat()), (amount, amounts) => {
        const items = amounts.map((each) => ({ amount: each }))
        expect(totalOf(calculated({ amount, items }, stored))).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
