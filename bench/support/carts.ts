/** Carts of ten lines with five promotions each, in our form and in that of @medusajs/promotion. */
import {
  type Cart,
  type CartLine,
  compileScope,
  type Discount,
  type DiscountContext,
  EMPTY_LINE,
  toDiscount,
} from '../../src/engine/discounts/index.ts'
import { NO_OPERANDS } from '../../src/engine/formulas/index.ts'
import type { Json, JsonObject } from '../../src/kernel/json.ts'
import { money } from '../../src/kernel/money.ts'

export type OurPromotion = { discount: Discount; context: DiscountContext }
export type OurCase = { cart: Cart; promotions: readonly OurPromotion[] }
export type TheirCase = { items: JsonObject[]; promotions: JsonObject[] }
export type CartCase = { ours: OurCase; theirs: TheirCase }

const LINES = 10
/** Such that every percentage of what the promotion before left is a whole number of cents for both sides. */
const PRICE_STEP = 10_000

type Product = { id: string; collection: string; price: number; quantity: number }

const productsOf = (seed: number): Product[] =>
  Array.from({ length: LINES }, (_, place) => ({
    id: `prod_${place}`,
    collection: `pc_${place % 2}`,
    price: PRICE_STEP * (1 + ((seed * 7 + place * 3) % 9)),
    quantity: 1 + ((seed + place) % 3),
  }))

/** One promotion in the words of both sides: what it takes off, and which products it is for. */
type Rule = {
  ours: Parameters<typeof toDiscount>[0]
  theirs: {
    type: 'percentage' | 'fixed'
    target: 'items' | 'order'
    allocation: 'each' | 'across'
    value: number
  }
  products?: string[]
  collection?: string
}

/** Three for some products each, one split over all lines, one for the order as a whole. */
const rulesOf = (splitCents: number): Rule[] => [
  {
    ours: { type: 'PERCENT', percent_off: 10, effect: 'APPLY_TO_ITEMS' },
    theirs: { type: 'percentage', target: 'items', allocation: 'each', value: 10 },
    products: ['prod_0', 'prod_2', 'prod_3', 'prod_5', 'prod_7', 'prod_9'],
  },
  {
    ours: { type: 'PERCENT', percent_off: 20, effect: 'APPLY_TO_ITEMS' },
    theirs: { type: 'percentage', target: 'items', allocation: 'each', value: 20 },
    collection: 'pc_1',
  },
  {
    ours: { type: 'AMOUNT', amount_off: 500, effect: 'APPLY_TO_ITEMS_BY_QUANTITY' },
    theirs: { type: 'fixed', target: 'items', allocation: 'each', value: 5 },
    products: ['prod_1', 'prod_2', 'prod_4', 'prod_6', 'prod_8'],
  },
  {
    ours: {
      type: 'AMOUNT',
      amount_off: splitCents,
      effect: 'APPLY_TO_ITEMS_PROPORTIONALLY',
    },
    theirs: { type: 'fixed', target: 'items', allocation: 'across', value: splitCents / 100 },
  },
  {
    ours: { type: 'PERCENT', percent_off: 10, effect: 'APPLY_TO_ORDER' },
    theirs: { type: 'percentage', target: 'order', allocation: 'across', value: 10 },
  },
]

/** The context of every discount but its scope. */
const CONTEXT = {
  now: new Date('2026-06-01T12:00:00.000Z'),
  timeZone: 'UTC',
  mode: 'DISCOUNTED_AMOUNT',
  once: false,
  discountedLines: new Set<number>(),
  bundle: null,
  operands: NO_OPERANDS,
  productOf: () => undefined,
} as const

/** The products of promotions are the same for all carts, and compiled once. */
const CONTEXTS: readonly DiscountContext[] = rulesOf(0).map(({ products, collection }) => {
  const included = [
    ...(products ?? []).map((id) => ({ object: 'product' as const, id })),
    ...(collection ? [{ object: 'products_collection' as const, id: collection }] : []),
  ]
  return { ...CONTEXT, scope: compileScope({ included }) }
})

const toOurPromotions = (rules: readonly Rule[]): OurPromotion[] =>
  rules.flatMap(({ ours }, place) => {
    const context = CONTEXTS[place]
    return context ? [{ discount: toDiscount(ours), context }] : []
  })

function toTheirPromotion({ theirs, products, collection }: Rule, place: number): JsonObject {
  const rule = (attribute: string, values: string[]): Json => ({
    attribute,
    operator: 'in',
    values: values.map((value) => ({ value })),
  })
  const targetRules: Json[] = [
    ...(products ? [rule('items.product_id', products)] : []),
    ...(collection ? [rule('items.collection_id', [collection])] : []),
  ]
  return {
    code: `P${place}`,
    is_tax_inclusive: false,
    application_method: {
      type: theirs.type,
      target_type: theirs.target,
      allocation: theirs.allocation,
      value: theirs.value,
      max_quantity: theirs.allocation === 'each' ? 100 : null,
      target_rules: targetRules,
    },
  }
}

const SHARED: readonly JsonObject[] = rulesOf(0).map(toTheirPromotion)

/** All but the one that is split, which depends on the cart. */
const toTheirPromotions = (rules: readonly Rule[]): JsonObject[] =>
  rules.map((rule, place) =>
    rule.theirs.type === 'fixed' && rule.theirs.allocation === 'across'
      ? toTheirPromotion(rule, place)
      : (SHARED[place] ?? {}),
  )

const toLine = ({ id, collection, price, quantity }: Product): CartLine => ({
  ...EMPTY_LINE,
  productId: id,
  collectionIds: [collection],
  quantity,
  price: money(price),
  amount: money(price * quantity),
})

const toItem = ({ id, collection, price, quantity }: Product): JsonObject => ({
  id: `item_${id}`,
  product_id: id,
  collection_id: collection,
  quantity,
  subtotal: (price * quantity) / 100,
  original_total: (price * quantity) / 100,
  is_discountable: true,
})

/** Cart number `seed`; `leftOf` says what its lines still cost after the promotions for products. */
export function cartCase(seed: number, leftOf: (ours: OurCase) => number): CartCase {
  const products = productsOf(seed)
  const amount = products.reduce((total, { price, quantity }) => total + price * quantity, 0)
  const cart: Cart = {
    amount: money(amount),
    initialAmount: undefined,
    discountAmount: money(0),
    appliedDiscountAmount: money(0),
    lines: products.map(toLine),
  }
  const left = leftOf({ cart, promotions: toOurPromotions(rulesOf(0).slice(0, 3)) })
  // A tenth of what is left, so that each line's part is a tenth of the line.
  const rules = rulesOf(left / 10)
  return {
    ours: { cart, promotions: toOurPromotions(rules) },
    theirs: { items: products.map(toItem), promotions: toTheirPromotions(rules) },
  }
}
