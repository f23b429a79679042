import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { money, ZERO } from '../../kernel/money.ts'
import { EMPTY_LINE, totalsOf } from '../discounts/index.ts'
import { calculateOrder } from './calculate-order.ts'
import type { Catalog } from './item-catalog.ts'
import type { OrderInput } from './order.schema.ts'
import type { Order, PricedOrder } from './order.ts'

const stored: Order = {
  id: 'ord_1',
  projectId: 'proj_1',
  sourceId: 'o-1',
  customerId: 'cust_1',
  referrerId: null,
  status: 'PAID',
  items: [
    {
      id: 'ordli_1',
      sourceId: 'mug',
      relatedObject: 'product',
      productId: 'prod_1',
      skuId: null,
      product: null,
      sku: null,
      metadata: null,
    },
  ],
  cart: {
    amount: money(10_000),
    initialAmount: undefined,
    discountAmount: money(9_200),
    appliedDiscountAmount: ZERO,
    lines: [{ ...EMPTY_LINE, productId: 'prod_1', quantity: 2, amount: money(10_000) }],
  },
  metadata: { shop: 'A' },
  redemptions: {},
  createdAt: new Date(0),
  updatedAt: null,
}

const calculated = (input: OrderInput, base?: Order, catalog: Catalog = new Map()): PricedOrder => {
  const order = calculateOrder(input, base, { projectId: 'proj_1', catalog })
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
    expect(calculated(input).cart.amount).toBe(amount)
  })

  it('goes on from the stored order when only its id is given (R-ORD-06)', () => {
    expect(calculated({ id: 'ord_1' }, stored)).toMatchObject({
      id: 'ord_1',
      sourceId: 'o-1',
      items: stored.items,
      cart: { amount: 10_000, discountAmount: 9_200, lines: [{ quantity: 2, amount: 10_000 }] },
    })
  })

  it('keeps earlier discounts within a smaller amount (R-RED-08)', () => {
    const order = calculated({ id: 'ord_1', amount: 5_000 }, stored)
    expect(order.cart.discountAmount).toBe(5_000)
    expect(totalsOf(order.cart).totalAmount).toBe(0)
  })

  it('takes prices, names and collections from the catalogue where the caller gives none (R-ORD-01, R-ORD-04)', () => {
    const entry = {
      productId: 'prod_1',
      productSourceId: 'mug',
      productName: 'Mug',
      productPrice: money(700),
      productMetadata: { color: 'red' },
      skuId: null,
      skuSourceId: null,
      skuName: null,
      skuPrice: null,
      skuMetadata: {},
      collectionIds: ['pc_1'],
    }
    const catalog: Catalog = new Map([['proj_1 product mug', entry]])
    const items = [
      { source_id: 'mug', related_object: 'product' as const, quantity: 3 },
      { product: { source_id: 'mug', metadata: { color: 'blue' } }, price: 500 },
    ]
    const order = calculated({ items }, undefined, catalog)
    expect(order.cart).toMatchObject({
      amount: 2_600,
      lines: [
        { productId: 'prod_1', price: 700, amount: 2_100, collectionIds: ['pc_1'] },
        // What the request says of a product goes before what is stored (R-ORD-05).
        { productId: 'prod_1', price: 500, amount: 500, productMetadata: { color: 'blue' } },
      ],
    })
    const elsewhere = calculateOrder({ items }, undefined, { projectId: 'proj_2', catalog })
    expect(elsewhere).toMatchObject({ cart: { amount: 500 } })
  })

  it('refuses sums beyond the safe integers and names the field', () => {
    const input = { items: [{ price: Number.MAX_SAFE_INTEGER, quantity: 2 }] }
    const nothing = { projectId: 'proj_1', catalog: new Map() }
    expect(calculateOrder(input, undefined, nothing)).toMatchObject({
      key: 'invalid_amount',
      context: { details: expect.stringContaining('.order') },
    })
  })

  it('never leaves a negative total', () => {
    fc.assert(
      fc.property(fc.option(fc.nat()), fc.array(fc.nat()), (amount, amounts) => {
        const items = amounts.map((each) => ({ amount: each }))
        const { cart } = calculated({ amount, items }, stored)
        expect(totalsOf(cart).totalDiscountAmount).toBeLessThanOrEqual(cart.amount ?? 0)
      }),
    )
  })
})
