import { describe, expect, it } from 'vitest'
import { parseRule, type RuleInput } from './index.ts'

const one = (condition: object): RuleInput => ({ rules: { 1: condition } })
const refusalOf = (input: RuleInput): unknown => {
  try {
    return parseRule(input)
  } catch (error) {
    const { key, context } = error as { key: string; context: { details: string } }
    return `${key}: ${context.details}`
  }
}
const bundleOf = (line: object, rest: object = {}): RuleInput => ({
  bundle_rules: { 1: line, ...rest },
})
const ITEM = { id: 'prod_1', type: 'product_or_sku', object: 'product' }
const TWO = { 1: { name: 'order.items.aggregated_quantity', conditions: { $is: [2] } } }

describe('a rule that is written', () => {
  it('is kept as given, with its logic and the empty rules below filled in', () => {
    const amount = { name: 'order.amount', conditions: { $more_than: [1] } }
    expect(parseRule({ rules: { 1: amount, 2: amount } }).rules).toEqual({
      1: { ...amount, rules: {} },
      2: { ...amount, rules: {} },
      logic: '1 and 2',
    })
    expect(parseRule({ rules: { 1: amount, logic: ' 1' } }).rules).toMatchObject({ logic: '1' })
    expect(parseRule({})).toEqual({ rules: {}, error: null, applicableTo: null, bundleRules: null })
  })

  it('changes in what is given', () => {
    const current = parseRule({ error: { message: 'no' }, applicable_to: { included_all: true } })
    expect(parseRule({ error: null }, current)).toEqual({ ...current, error: null })
    expect(parseRule({ applicable_to: null }, current)).toEqual({ ...current, applicableTo: null })
  })

  it.each<[string, RuleInput, string]>([
    ['no object', { rules: [] }, 'Property .rules must be object'],
    [
      'a key that is no number',
      { rules: { a: {} } },
      "Property .rules has key 'a', where numbers from 1 are allowed",
    ],
    ['a condition that is none', { rules: { 1: 5 } }, 'Property .rules.1 must be object'],
    ['no name', one({}), "Property .rules.1 should have required property 'name'"],
    ['an unknown name', one({ name: 'weather' }), "Rule 'weather' is not known (.rules.1)"],
    [
      'an inherited name',
      one({ name: 'constructor' }),
      "Rule 'constructor' is not known (.rules.1)",
    ],
    [
      'a name of items by itself',
      one({ name: 'order.items.quantity', conditions: { $is: [1] } }),
      "Rule 'order.items.quantity' is known only below order items (.rules.1)",
    ],
    [
      'no conditions',
      one({ name: 'order.amount' }),
      "Rule 'order.amount' must have 'conditions' (.rules.1)",
    ],
    [
      'an operator that makes no sense',
      one({ name: 'redemption.api_key', conditions: { $more_than: [1] } }),
      "Rule 'redemption.api_key' does not know operator '$more_than', but $is, $is_not, $in, $not_in, $starts_with, $ends_with, $contains, $not_contain, $timeframe, $timeframe_absolute, $timeframe_daily_hours, $dow (.rules.1)",
    ],
    [
      'a value of the wrong kind',
      one({ name: 'order.amount', conditions: { $more_than: ['much'] } }),
      "Rule 'order.amount' must have a number as value (.rules.1.conditions.$more_than)",
    ],
    [
      'no value',
      one({ name: 'order.amount', conditions: { $more_than: [] } }),
      "Rule 'order.amount' must have 1 to 1000 values (.rules.1.conditions.$more_than)",
    ],
    [
      'rules below what has none',
      one({ name: 'order.amount', conditions: { $more_than: 1 }, rules: TWO }),
      "Rule 'order.amount' cannot have 'rules' of its own (.rules.1)",
    ],
    [
      'rules below items that are not about items',
      one({
        name: 'order.items.any',
        rules: { 1: { name: 'order.amount', conditions: { $is: [1] } } },
      }),
      "Rule 'order.amount' is not known below a condition on order items (.rules.1.rules.1)",
    ],
    [
      'an item without an id',
      one({ name: 'order.items.any', conditions: { $is: [{ object: 'product' }] } }),
      "Rule 'order.items.any' must have values with an 'id' or a 'source_id' (.rules.1.conditions.$is)",
    ],
    [
      'logic that names nothing',
      { rules: { 1: { name: 'order.amount', conditions: { $is: 1 } }, logic: '1 and 2' } },
      'Property .rules.logic names rule 2 at position 6, which is not defined',
    ],
    [
      'logic of nothing',
      { rules: { logic: '1' } },
      'Property .rules.logic names rule 1 at position 0, which is not defined',
    ],
    [
      'a message that is none',
      { error: { message: 5 } },
      'Property .error.message must be string of at most 10000 characters',
    ],
    [
      'too many conditions',
      {
        rules: Object.fromEntries(
          Array.from({ length: 101 }, (_, index) => [
            index + 1,
            { name: 'order.amount', conditions: { $is: 1 } },
          ]),
        ),
      },
      'Property .rules must have at most 100 conditions',
    ],
    [
      'a bundle of something else',
      bundleOf({ name: 'order.items.every', conditions: { $is: [ITEM] }, rules: TWO }),
      "Rule 'order.items.every' is not known in a bundle (.bundle_rules.1)",
    ],
    [
      'a bundle of several in one line',
      bundleOf({ name: 'order.items.any', conditions: { $is: [ITEM, ITEM] }, rules: TWO }),
      "Rule 'order.items.any' must have '$is' with exactly one value (.bundle_rules.1)",
    ],
    [
      'a bundle without a quantity',
      bundleOf({ name: 'order.items.any', conditions: { $is: [ITEM] } }),
      "Rule 'order.items.any' must have one rule 'order.items.aggregated_quantity' (.bundle_rules.1)",
    ],
    [
      'a bundle of no units',
      bundleOf({
        name: 'order.items.any',
        conditions: { $is: [ITEM] },
        rules: { 1: { name: 'order.items.aggregated_quantity', conditions: { $is: [0] } } },
      }),
      "Rule 'order.items.aggregated_quantity' must have '$is' with one whole number from 1 (.bundle_rules.1.rules.1)",
    ],
    [
      'a bundle without measure',
      bundleOf(
        { name: 'order.items.any', conditions: { $is: [ITEM] }, rules: TWO },
        { limit: 101 },
      ),
      'Property .bundle_rules.limit must be integer from 1 to 100, or null',
    ],
  ])('is refused for %s', (_what, input, details) => {
    expect(refusalOf(input)).toBe(`invalid_validation_rules: ${details}`)
  })

  it.each<[object, string]>([
    [{ included: 5 }, 'Property .applicable_to.included must be array'],
    [
      { included: [{ object: 'shop' }] },
      'Property .applicable_to.included[0].object should be equal to one of the allowed values: product, sku, products_collection',
    ],
    [
      { included: [{ object: 'sku' }] },
      "Property .applicable_to.included[0] should have required property 'id'",
    ],
    [
      { included: [{ effect: 'ALL' }] },
      'Property .applicable_to.included[0].effect should be equal to one of the allowed values: APPLY_TO_EVERY, APPLY_FROM_CHEAPEST, APPLY_TO_CHEAPEST, APPLY_FROM_MOST_EXPENSIVE, APPLY_TO_MOST_EXPENSIVE',
    ],
    [
      { excluded: [{ quantity_limit: 1.5 }] },
      'Property .applicable_to.excluded[0].quantity_limit must be integer',
    ],
    [{ included: [{ repeat: 0 }] }, 'Property .applicable_to.included[0].repeat must be >= 1'],
    [
      { included: [{ strict: 'no' }] },
      'Property .applicable_to.included[0].strict must be boolean',
    ],
    [{ included_all: 'yes' }, 'Property .applicable_to.included_all must be boolean'],
  ])('is refused for products that make no sense: %j', (applicable_to, details) => {
    expect(refusalOf({ applicable_to })).toBe(`invalid_payload: ${details}`)
  })

  it('is refused for a formula that does not parse, with the place in it', () => {
    const applicable_to = { included: [{ object: 'product', id: 'prod_1', price_formula: '1 +' }] }
    expect(refusalOf({ applicable_to })).toMatch(
      /^invalid_payload: Property \.applicable_to\.included\[0\]\.price_formula is not a formula: .* at character \d+$/,
    )
  })

  it('keeps numbers written as text as numbers (W-1), and nulls', () => {
    const applicable_to = { included: [{ quantity_limit: '3', price: null }], excluded: null }
    expect(parseRule({ applicable_to }).applicableTo).toEqual({
      included: [{ strict: false, effect: 'APPLY_TO_EVERY', quantity_limit: 3, price: null }],
      excluded: [],
      included_all: false,
    })
  })

  it('keeps a bundle, which is had once where nothing else is said (§14)', () => {
    const line = { name: 'order.items.any', conditions: { $is: [ITEM] }, rules: TWO }
    expect(parseRule(bundleOf(line)).bundleRules).toEqual({ 1: line, limit: 1 })
    expect(parseRule(bundleOf(line, { limit: null })).bundleRules).toEqual({ 1: line, limit: null })
    expect(parseRule({ bundle_rules: null }).bundleRules).toEqual({})
  })
})
