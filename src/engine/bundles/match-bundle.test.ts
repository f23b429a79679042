import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileBundle } from './bundle.ts'
import { type BundleLine, matchBundle, toBundleView } from './match-bundle.ts'

const line = (fields: Partial<BundleLine>): BundleLine => ({
  productId: null,
  productSourceId: null,
  skuId: null,
  skuSourceId: null,
  collectionIds: [],
  quantity: 1,
  ...fields,
})

const part = (id: string, quantity: number, object?: string) => ({
  name: 'order.items.any',
  conditions: {
    $is: [{ id, type: object === 'products_collection' ? object : 'product_or_sku', object }],
  },
  rules: {
    1: { name: 'order.items.aggregated_quantity', conditions: { $is: [quantity] } },
    logic: '1',
  },
})

function bundle(stored: object) {
  const compiled = compileBundle(stored)
  if (!compiled) throw new Error('no bundle')
  return compiled
}

describe('compileBundle', () => {
  it('knows no bundle where there is none', () => {
    for (const stored of [null, undefined, {}, { limit: 2 }, [], 'x']) {
      expect(compileBundle(stored)).toBeNull()
    }
  })

  it('reads numbered parts in order, one bundle being the limit unless another is given', () => {
    const stored = {
      10: part('prod_b', 2),
      2: part('sku_a', 1),
      1: part('pc_1', 3, 'products_collection'),
    }
    expect(bundle(stored)).toEqual({
      parts: [
        { object: 'products_collection', id: 'pc_1', quantity: 3 },
        { object: 'sku', id: 'sku_a', quantity: 1 },
        { object: 'product', id: 'prod_b', quantity: 2 },
      ],
      limit: 1,
    })
    expect(bundle({ ...stored, limit: null }).limit).toBeNull()
  })
})

describe('matchBundle', () => {
  it('counts what the scarcest part allows, up to the limit (R-BUN-01)', () => {
    const rules = { 1: part('prod_a', 2), 2: part('prod_b', 1) }
    const lines = [
      line({ productId: 'prod_a', quantity: 7 }),
      line({ productId: 'prod_b', quantity: 5 }),
    ]
    expect(matchBundle(bundle({ ...rules, limit: null }), lines).quantity).toBe(3)
    expect(matchBundle(bundle({ ...rules, limit: 2 }), lines).quantity).toBe(2)
  })

  it('tells which units make it up, and what lacks otherwise (R-BUN-02)', () => {
    const rules = bundle({ 1: part('prod_a', 3), 2: part('prod_b', 1), limit: 5 })
    const lines = [
      line({ productId: 'prod_a', quantity: 2 }),
      line({ productId: 'prod_a', skuId: 'sku_a', quantity: 2 }),
      line({ productId: 'prod_b', quantity: 9 }),
    ]
    expect(toBundleView(matchBundle(rules, lines))).toEqual({
      quantity: 1,
      limit: 5,
      identified: [
        { id: 'prod_a', object: 'product', item_index: 0, item_quantity: 2 },
        { id: 'sku_a', object: 'sku', item_index: 1, item_quantity: 1 },
        { id: 'prod_b', object: 'product', item_index: 2, item_quantity: 1 },
      ],
    })
    expect(toBundleView(matchBundle(rules, lines.slice(0, 1)))).toEqual({
      quantity: 0,
      limit: 5,
      identified: [],
      missing: [
        { id: 'prod_a', object: 'product', item_quantity: 1 },
        { id: 'prod_b', object: 'product', item_quantity: 1 },
      ],
    })
  })

  it('gives a unit to one part only, to the closest that names it', () => {
    const rules = bundle({
      1: part('pc_1', 1, 'products_collection'),
      2: part('prod_a', 1),
      3: part('sku_a', 1),
      limit: null,
    })
    const all = { productId: 'prod_a', skuId: 'sku_a', collectionIds: ['pc_1'] }
    expect(matchBundle(rules, [line({ ...all, quantity: 2 })]).quantity).toBe(0)
    expect(matchBundle(rules, [line({ ...all, quantity: 7 })]).quantity).toBe(2)
  })

  it('takes from no line more units than it has', () => {
    const quantities = fc.array(fc.nat(20), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(quantities, fc.integer({ min: 1, max: 5 }), fc.nat(3), (counts, each, shared) => {
        const rules = bundle({
          1: part('pc_1', each, 'products_collection'),
          2: part('prod_0', 1),
          limit: null,
        })
        const lines = counts.map((quantity, index) =>
          line({
            productId: `prod_${index <= shared ? 0 : index}`,
            collectionIds: ['pc_1'],
            quantity,
          }),
        )
        const { identified, quantity } = matchBundle(rules, lines)
        for (const [index, { quantity: most }] of lines.entries()) {
          const taken = identified.filter(({ itemIndex }) => itemIndex === index)
          expect(
            taken.reduce((total, { itemQuantity }) => total + itemQuantity, 0),
          ).toBeLessThanOrEqual(most)
        }
        const total = identified.reduce((sum, { itemQuantity }) => sum + itemQuantity, 0)
        expect(total).toBe(quantity * (each + 1))
      }),
    )
  })
})
