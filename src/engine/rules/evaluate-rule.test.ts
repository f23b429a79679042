import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import { changesNeeded, evaluateRule, explainRule, violationDetails } from './index.ts'
import type { CompiledRule, RuleFacts } from './rule.ts'
import { anItem, anOrder, compileRules, counting, oneRule, theFacts } from './rules.fixture.ts'

const keyOf = (rule: CompiledRule, facts: RuleFacts): string =>
  evaluateRule(rule, facts)?.key ?? 'allowed'

describe('a rule on the customer', () => {
  const vip = oneRule('customer.metadata', { $is: [true] }, { property: 'vip' })

  it('looks at the metadata that the request shows (R-RULE-04)', () => {
    const of = (metadata: JsonObject) =>
      keyOf(vip, theFacts({ customer: { id: null, metadata, segmentIds: [] } }))
    expect(of({ vip: true })).toBe('allowed')
    expect(of({ vip: false })).toBe('customer_rules_violated')
    expect(of({})).toBe('customer_rules_violated')
  })

  it('follows dots into nested metadata, and never into what is inherited', () => {
    const facts = theFacts({
      customer: { id: null, metadata: { address: { city: 'Gdańsk' } }, segmentIds: [] },
    })
    const at = (property: string) =>
      keyOf(oneRule('customer.metadata', { $has_value: [true] }, { property }), facts)
    expect(at('address.city')).toBe('allowed')
    expect(at('address.town')).toBe('customer_rules_violated')
    expect(at('constructor')).toBe('customer_rules_violated')
    expect(at('address.constructor')).toBe('customer_rules_violated')
  })

  it('knows the segments of the customer, and needs one (scenario 111)', () => {
    const rule = oneRule('customer.segment', { $is: ['seg_1'] })
    expect(rule.needs).toMatchObject({ segmentIds: ['seg_1'], usesCustomer: true })
    expect(keyOf(rule, theFacts({ customer: undefined }))).toBe('missing_customer')
    expect(keyOf(rule, theFacts())).toBe('customer_rules_violated')
    const customer = { id: null, metadata: {}, segmentIds: ['seg_2', 'seg_1'] }
    expect(keyOf(rule, theFacts({ customer }))).toBe('allowed')
  })
})

describe('a rule on the order', () => {
  const atLeast = oneRule(
    'order.amount',
    { $more_than_or_equal: [10_000] },
    { error: { message: 'Spend $100' } },
  )

  it('compares the amount and tells the message of its owner (scenario 108)', () => {
    expect(evaluateRule(atLeast, theFacts())).toBeUndefined()
    expect(evaluateRule(atLeast, theFacts({ order: anOrder({ amount: 9_999 }) }))).toEqual({
      key: 'order_rules_violated',
      ruleId: 'val_1',
      message: 'Spend $100',
      because: 'order amount >= 10000: 9999, add 1',
    })
  })

  it('says what it lacks (R-RULE-05)', () => {
    expect(keyOf(atLeast, theFacts({ order: undefined }))).toBe('missing_order')
    expect(keyOf(atLeast, theFacts({ order: anOrder({ amount: undefined }) }))).toBe(
      'missing_amount',
    )
    const count = oneRule('order.items.count', { $more_than: [0] })
    expect(keyOf(count, theFacts())).toBe('missing_order_items')
  })

  it('sees what is left of the amount, beside the initial one (R-RULE-08, scenario 46)', () => {
    const rule = compileRules({
      1: { name: 'order.amount', conditions: { $more_than: [1_000] } },
      2: { name: 'order.initial_amount', conditions: { $less_than: [1_100] } },
    })
    const withLeft = (amount: number) =>
      keyOf(rule, theFacts({ order: anOrder({ amount, initialAmount: 1_050 }) }))
    expect(withLeft(1_050)).toBe('allowed')
    expect(withLeft(950)).toBe('order_rules_violated')
  })

  it('tells that it asks for the total after the effect (C-10)', () => {
    const rule = oneRule('order.total_amount', { $more_than: [8_999] })
    expect(rule.needs.usesTotalAmount).toBe(true)
    expect(atLeast.needs.usesTotalAmount).toBe(false)
    expect(keyOf(rule, theFacts())).toBe('allowed')
  })

  it('takes several operators together (R-RULE-03), and scalars for lists (R-RULE-02)', () => {
    const rule = oneRule('order.amount', { $more_than: 5_000, $less_than: 9_000 })
    expect(keyOf(rule, theFacts())).toBe('order_rules_violated')
    expect(keyOf(rule, theFacts({ order: anOrder({ amount: 6_000 }) }))).toBe('allowed')
  })

  it('is about the time where it says so, whatever else there is', () => {
    const rule = oneRule('order.amount', { $dow: [1] })
    expect(keyOf(rule, theFacts({ order: undefined }))).toBe('allowed')
    expect(keyOf(rule, theFacts({ timeZone: 'Pacific/Kiritimati' }))).toBe('order_rules_violated')
  })
})

describe('a rule on redemptions', () => {
  it('counts the one at hand (R-RULE-07, C-11)', () => {
    const rule = oneRule('redemption.count.per_customer', { $less_than_or_equal: [1] })
    const counted = (count: number) =>
      keyOf(
        rule,
        theFacts({ counters: counting({ 'redemptions redeemable customer ever': count }) }),
      )
    expect(counted(1)).toBe('allowed')
    expect(counted(2)).toBe('redemption_rules_violated')
    expect(keyOf(rule, theFacts({ customer: undefined }))).toBe('missing_customer')
  })

  it.each([
    ['redemption.count.daily', 'redemptions', 'redeemable', 'everybody', 'daily'],
    ['redemption.count.per_customer.weekly', 'redemptions', 'redeemable', 'customer', 'weekly'],
    ['redemption.count.per_api_key', 'redemptions', 'redeemable', 'api_key', null],
    ['redemption.count.per_user', 'redemptions', 'redeemable', 'user', null],
    ['campaign.redemptions.count.monthly', 'redemptions', 'campaign', 'everybody', 'monthly'],
    ['campaign.redemptions.customers_count', 'redemptions', 'campaign', 'customer', null],
    ['campaign.orders.amount', 'orders_amount', 'campaign', 'everybody', null],
    ['campaign.orders.amount_discounted', 'orders_discount', 'campaign', 'everybody', null],
  ])('tells which counter %s needs', (name, measure, object, subject, period) => {
    expect(oneRule(name, { $less_than: [4] }).needs.counters).toEqual([
      { measure, object, subject, period, max: 3 },
    ])
  })

  it('has no greatest count where another branch may allow more', () => {
    const limit = { name: 'redemption.count.daily', conditions: { $less_than_or_equal: [3] } }
    const vip = { name: 'customer.metadata', property: 'vip', conditions: { $is: [true] } }
    expect(compileRules({ 1: limit, 2: vip, logic: '1 or 2' }).needs.counters[0]?.max).toBeNull()
    const tighter = { ...limit, conditions: { $less_than_or_equal: [2] } }
    expect(compileRules({ 1: limit, 2: tighter }).needs.counters).toMatchObject([{ max: 2 }])
  })

  it('lets only its holder redeem when it says so (C-39, R-CUST-05)', () => {
    const rule = (wanted: boolean) =>
      oneRule('publication.redeemable_by_linked_customer', { $is: [wanted] })
    expect(keyOf(rule(true), theFacts({ holderId: 'cust_1' }))).toBe('allowed')
    expect(keyOf(rule(true), theFacts({ holderId: 'cust_2' }))).toBe('redemption_rules_violated')
    expect(keyOf(rule(true), theFacts())).toBe('redemption_rules_violated')
    expect(keyOf(rule(true), theFacts({ customer: undefined }))).toBe('missing_customer')
    expect(keyOf(rule(false), theFacts({ holderId: 'cust_2' }))).toBe('allowed')
  })

  it('looks at credits, points, metadata and who calls', () => {
    const redemption = {
      giftCredits: 500,
      points: 3,
      metadata: { shop: 'a' },
      apiKey: 'web',
      userLogin: 'ann',
    }
    const facts = theFacts({ redemption })
    expect(keyOf(oneRule('redemption.gift.amount', { $less_than: [501] }), facts)).toBe('allowed')
    expect(
      keyOf(oneRule('redemption.reward.pay_with_points.points_used', { $is: [3] }), facts),
    ).toBe('allowed')
    expect(keyOf(oneRule('redemption.metadata', { $is: ['a'] }, { property: 'shop' }), facts)).toBe(
      'allowed',
    )
    expect(keyOf(oneRule('redemption.api_key', { $in: ['web'] }), facts)).toBe('allowed')
    expect(keyOf(oneRule('redemption.user.login', { $starts_with: ['b'] }), facts)).toBe(
      'redemption_rules_violated',
    )
    expect(keyOf(oneRule('redemption.gift.amount', { $less_than: [501] }), theFacts())).toBe(
      'redemption_rules_violated',
    )
    expect(keyOf(oneRule('custom_event.metadata', { $is: [1] }, { property: 'x' }), facts)).toBe(
      'redemption_rules_violated',
    )
  })
})

describe('a rule of several conditions', () => {
  const failing = { name: 'order.amount', conditions: { $more_than: [99_999] } }
  const limit = { name: 'redemption.count', conditions: { $less_than: [1] } }
  const vip = { name: 'customer.metadata', property: 'vip', conditions: { $is: [true] } }

  it('needs all of them where it has no logic, and nothing when it has none', () => {
    expect(
      keyOf(
        compileRules({ 1: failing, 2: { ...failing, conditions: { $more_than: [1] } } }),
        theFacts(),
      ),
    ).toBe('order_rules_violated')
    expect(keyOf(compileRules({}), theFacts())).toBe('allowed')
  })

  it('tells the error of the customer first, then of the order, then of the redemption (R-RULE-09)', () => {
    expect(keyOf(compileRules({ 1: limit, 2: failing, 3: vip }), theFacts())).toBe(
      'customer_rules_violated',
    )
    expect(keyOf(compileRules({ 1: limit, 2: failing }), theFacts())).toBe('order_rules_violated')
    expect(keyOf(compileRules({ 1: limit, 2: vip, logic: '1' }), theFacts())).toBe(
      'redemption_rules_violated',
    )
  })

  it('tells the message of the failing condition, else that of the rule (R-ERR-04, scenario 109)', () => {
    const own = { ...failing, error: { message: 'own' } }
    const passing = { ...failing, conditions: { $more_than: [1] } }
    const fallback = { error: { message: 'fallback' } }
    const messageOf = (rules: object, rest = {}) =>
      evaluateRule(compileRules(rules, rest), theFacts())?.message
    expect(messageOf({ 1: own, 2: passing, logic: '1 AND 2' }, fallback)).toBe('own')
    expect(
      messageOf(
        { 1: { ...passing, error: { message: 'own' } }, 2: failing, logic: '1 AND 2' },
        fallback,
      ),
    ).toBe('fallback')
    expect(messageOf({ 1: failing })).toBeUndefined()
  })

  it('gives the details as the reference does', () => {
    const violation = { key: 'order_rules_violated', ruleId: 'val_1', because: '' } as const
    expect(violationDetails(violation, 'voucher_discount')).toBe(
      'Discount Coupon cannot be redeemed because of violated validation rules: val_1',
    )
    expect(violationDetails({ ...violation, key: 'missing_customer' }, 'voucher_gift')).toBe(
      'Customer is required to validate rules',
    )
  })

  it('asks for the fewest changes that satisfy its logic', () => {
    const rule = compileRules({ 1: failing, 2: limit, 3: vip, logic: '(1 and 2) or 3' })
    expect(changesNeeded(rule, theFacts())).toEqual([
      'customer metadata vip is true: not there, make it true',
    ])
    const periodic = oneRule('redemption.count.daily', { $less_than_or_equal: [2] })
    expect(changesNeeded(periodic, theFacts({ counters: () => 3 }))).toEqual([
      'redemptions today <= 2: 3, wait for the next day',
    ])
  })

  it('explains each condition with what was expected and what there was', () => {
    const rule = compileRules({
      1: { name: 'order.amount', conditions: { $more_than_or_equal: [10_200] } },
    })
    expect(explainRule(rule, theFacts())).toEqual({
      what: 'validation rule val_1',
      passed: false,
      message: 'order amount >= 10200: 10000, add 200',
      parts: [
        {
          what: 'order amount >= 10200',
          passed: false,
          expected: { $more_than_or_equal: [10_200] },
          actual: 10_000,
          message: 'order amount >= 10200: 10000, add 200',
        },
      ],
    })
  })

  it('says which item to change, and how', () => {
    const items = [anItem({ quantity: 1 }), anItem({ productId: 'prod_b', productSourceId: 'b' })]
    const rule = oneRule(
      'order.items.any',
      { $is: ['prod_a'] },
      {
        rules: { 1: { name: 'order.items.quantity', conditions: { $more_than_or_equal: [3] } } },
      },
    )
    expect(changesNeeded(rule, theFacts({ order: anOrder({ items }) }))).toEqual([
      'an order item is prod_a and has quantity >= 3: item 0 quantity >= 3: 1, add 2',
    ])
    const none = oneRule('order.items.none', { $is: ['prod_a'] })
    expect(changesNeeded(none, theFacts({ order: anOrder({ items }) }))).toEqual([
      'no order item is prod_a: take out item 0',
    ])
  })
})
