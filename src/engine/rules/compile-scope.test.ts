import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import { evaluateRule } from './index.ts'
import type { CompiledRule, RuleFacts } from './rule.ts'
import { anItem, anOrder, oneRule, theFacts } from './rules.fixture.ts'

const keyOf = (rule: CompiledRule, facts: RuleFacts): string =>
  evaluateRule(rule, facts)?.key ?? 'allowed'

describe('a rule on order items', () => {
  const a = anItem({ quantity: 2, price: 500 })
  const b = anItem({
    productId: 'prod_b',
    productSourceId: 'b',
    price: 2_000,
    metadata: { size: 3 },
  })
  const sku = anItem({
    skuId: 'sku_1',
    skuSourceId: 's1',
    price: 100,
    skuMetadata: { color: 'red' },
  })
  const inCollection = anItem({
    productId: 'prod_c',
    productSourceId: 'c',
    collectionIds: ['pc_1'],
  })
  const on = (rule: CompiledRule, ...items: ReturnType<typeof anItem>[]) =>
    keyOf(rule, theFacts({ order: anOrder({ items }) })) === 'allowed'
  const isA = { $is: [{ id: 'prod_a', object: 'product' }] }

  it('wants one of them, all, none, the cheapest or the dearest to be as it says', () => {
    const scope = (quantifier: string) => oneRule(`order.items.${quantifier}`, isA)
    expect(on(scope('any'), b, a)).toBe(true)
    expect(on(scope('any'), b)).toBe(false)
    expect(on(scope('every'), a, a)).toBe(true)
    expect(on(scope('every'), a, b)).toBe(false)
    expect(on(scope('none'), b)).toBe(true)
    expect(on(scope('none'), a, b)).toBe(false)
    expect(on(scope('cheapest'), b, a)).toBe(true)
    expect(on(scope('most_expensive'), b, a)).toBe(false)
    expect(on(scope('cheapest'), anItem({ price: null }))).toBe(false)
  })

  it('finds products, SKUs and collections by id or source id', () => {
    const any = (value: object | string) =>
      oneRule('order.items.any', { $is: [value] } as JsonObject)
    expect(on(any({ source_id: 'b', object: 'product' }), b)).toBe(true)
    expect(on(any({ id: 'sku_1', object: 'sku' }), sku)).toBe(true)
    expect(on(any('s1'), sku)).toBe(true)
    expect(
      on(
        any({ id: 'pc_1', type: 'products_collection', object: 'products_collection' }),
        inCollection,
      ),
    ).toBe(true)
    expect(on(oneRule('order.items.any', { $from: ['pc_1'] }), inCollection)).toBe(true)
    expect(on(oneRule('order.items.any', { $from: ['pc_1'] }), a)).toBe(false)
    expect(oneRule('order.items.any', { $from: ['pc_1'] }).needs.collectionIds).toEqual(['pc_1'])
  })

  it('goes on to conditions below, on one item or on all that are selected together', () => {
    const sub = (name: string, conditions: object, property?: string) =>
      oneRule('order.items.any', isA, {
        rules: { 1: { name, conditions, ...(property && { property }) } } as never,
      })
    expect(on(sub('order.items.quantity', { $more_than_or_equal: [2] }), a)).toBe(true)
    expect(on(sub('order.items.quantity', { $more_than_or_equal: [3] }), a, a)).toBe(false)
    expect(on(sub('order.items.aggregated_quantity', { $more_than_or_equal: [4] }), a, b, a)).toBe(
      true,
    )
    expect(on(sub('order.items.aggregated_quantity', { $more_than_or_equal: [5] }), a, b, a)).toBe(
      false,
    )
    expect(on(sub('order.items.aggregated_amount', { $is: [2_000] }), a, b, a)).toBe(true)
    expect(on(sub('order.items.price', { $less_than: [600] }), a)).toBe(true)
    expect(on(sub('order.items.metadata', { $is: [3] }, 'size'), b)).toBe(false)
    expect(
      on(
        oneRule(
          'order.items.every',
          {},
          {
            rules: {
              1: { name: 'order.items.metadata', property: 'size', conditions: { $is: [3] } },
            },
          },
        ),
        b,
        b,
      ),
    ).toBe(true)
  })

  it('has short names for prices and metadata of any and of each', () => {
    expect(on(oneRule('order.items.price_any', { $is: [2_000] }), a, b)).toBe(true)
    expect(on(oneRule('order.items.price_each', { $is: [2_000] }), a, b)).toBe(false)
    expect(on(oneRule('order.items.price_each', { $more_than: [400] }), a, b)).toBe(true)
    expect(on(oneRule('order.items.metadata_any', { $is: [3] }, { property: 'size' }), a, b)).toBe(
      true,
    )
    expect(on(oneRule('order.items.metadata_each', { $is: [3] }, { property: 'size' }), a, b)).toBe(
      false,
    )
    expect(on(oneRule('order.items.count', { $is: [2] }), a, b)).toBe(true)
  })

  it('speaks of products and SKUs in the cart too', () => {
    const many = { rules: { 1: { name: 'product.quantity', conditions: { $more_than: [1] } } } }
    expect(on(oneRule('product.id', { $is: ['prod_a'] }, many), b, a)).toBe(true)
    expect(on(oneRule('product.id', { $is: ['prod_b'] }, many), b, a)).toBe(false)
    expect(on(oneRule('product.id', { $is_not: ['prod_a'] }), b, a)).toBe(false)
    expect(on(oneRule('product.id', { $is_not: ['prod_a'] }), b)).toBe(true)
    expect(on(oneRule('sku.id', { $in: ['sku_1'] }), sku)).toBe(true)
    expect(on(oneRule('sku.metadata', { $is: ['red'] }, { property: 'color' }), a, sku)).toBe(true)
    expect(on(oneRule('sku.price', { $is: [500] }), a, sku)).toBe(false)
  })

  it('goes on from the metadata of products to the items that have it', () => {
    const red = anItem({ quantity: 2, productMetadata: { color: 'red' } })
    const rule = (name: string, conditions: object) =>
      oneRule(
        'product.metadata',
        { $is: ['red'] },
        {
          property: 'color',
          rules: { 1: { name, conditions } } as never,
        },
      )
    const quantity = rule('product.metadata.aggregated_quantity', { $more_than_or_equal: [4] })
    expect(on(quantity, red, a, red)).toBe(true)
    expect(on(quantity, red, a)).toBe(false)
    const all = rule('product.metadata.match_all', { $is: [true] })
    expect(on(all, red, red)).toBe(true)
    expect(on(all, red, a)).toBe(false)
  })

  it('takes what selects items together', () => {
    const rule = oneRule('order.items.any', { $is: ['prod_c'], $from: ['pc_1'] })
    expect(on(rule, inCollection)).toBe(true)
    expect(on(rule, anItem({ ...inCollection, collectionIds: [] }))).toBe(false)
  })

  it('knows which items a discount is for', () => {
    const rule = oneRule('product.discount_applicable', { $is: [true] })
    const facts = theFacts({
      order: anOrder({ items: [a, b] }),
      isDiscountApplicable: (index) => index === 1,
    })
    expect(keyOf(rule, facts)).toBe('allowed')
    expect(keyOf(rule, { ...facts, isDiscountApplicable: () => false })).toBe(
      'order_rules_violated',
    )
  })
})
