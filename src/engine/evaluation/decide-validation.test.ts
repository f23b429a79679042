import { describe, expect, it } from 'vitest'
import {
  aCategory,
  aRule,
  decideIn,
  summed,
  type Wish,
  type World,
} from '../../../test/support/evaluation.ts'
import {
  aGiftCard,
  aLoyaltyCard,
  aVoucher,
  NOW,
  type VoucherFields,
} from '../../../test/support/vouchers.ts'
import { totalsOf } from '../discounts/index.ts'
import type { Voucher } from '../vouchers/index.ts'

const ms = (offset: number): Date => new Date(NOW.getTime() + offset)
const percent = (code: string, percentOff: number, fields?: VoucherFields): Voucher =>
  aVoucher(code, { type: 'PERCENT', percent_off: percentOff }, fields)
const amountOff = (code: string, off: number, fields?: VoucherFields): Voucher =>
  aVoucher(code, { type: 'AMOUNT', amount_off: off }, fields)
const itemsOff = (code: string, off: number): Voucher =>
  aVoucher(code, { type: 'AMOUNT', amount_off: off, effect: 'APPLY_TO_ITEMS' })

const PARTIAL = { redeemablesApplicationMode: 'PARTIAL' } as const
const all = (vouchers: readonly Voucher[]): string[] => vouchers.map(({ code }) => code)

/** Decides all of `vouchers` in their order, on an order of `amount`. */
const decide = (vouchers: Voucher[], amount?: number, world: Partial<World> = {}) =>
  decideIn({ vouchers, ...world }, all(vouchers), amount === undefined ? undefined : { amount })

describe('decideValidation', () => {
  it.each<[string, Voucher, number, number]>([
    ['AMOUNT 1000 on 20000 (scenario 1)', amountOff('A', 1_000), 20_000, 19_000],
    ['PERCENT 10 on 20050 (scenario 3)', percent('A', 10), 20_050, 18_045],
    ['PERCENT 10 on 9995, half up (scenario 4)', percent('A', 10), 9_995, 8_995],
    ['PERCENT 12.5 on 12345 (scenario 5)', percent('A', 12.5), 12_345, 10_802],
    ['PERCENT 50 on 1 (scenario 6)', percent('A', 50), 1, 0],
    ['AMOUNT 1000 on 500 (scenario 8)', amountOff('A', 1_000), 500, 0],
    ['a gift card of 2500 on 20000 (scenario 12)', aGiftCard('G', 2_500), 20_000, 17_500],
    ['a gift card of 2500 on 2000 (scenario 12)', aGiftCard('G', 2_500), 2_000, 0],
  ])('applies %s', (_name, voucher, amount, total) => {
    expect(summed(decide([voucher], amount)).total).toBe(total)
  })

  it.each<[string, Voucher, Wish?]>([
    ['voucher_disabled', percent('X', 10, { isActive: false, expirationDate: ms(-1) })],
    ['voucher_not_active', percent('X', 10, { startDate: ms(1) })],
    ['voucher_expired', percent('X', 10, { expirationDate: ms(0) })],
    ['voucher_expired', percent('X', 10, { expirationDate: ms(-1), redemptionQuantity: 0 })],
    ['quantity_exceeded', percent('X', 10, { redemptionQuantity: 2, redeemedQuantity: 2 })],
    ['quantity_exceeded', percent('X', 10, { redemptionQuantity: 0 })],
    ['gift_amount_exceeded', aGiftCard('X', 2_500), { code: 'X', credits: 2_501 }],
    ['invalid_customer', aLoyaltyCard('X', 100)],
  ])(
    'refuses with %s, the first check that fails (R-VALID-01, scenarios 13, 83, 88)',
    (key, voucher, wish) => {
      const decision = decideIn({ vouchers: [voucher] }, [wish ?? 'X'], { amount: 10_000 })
      expect(decision.isValid).toBe(false)
      expect(decision.order).toBeUndefined()
      expect(decision.outcomes).toMatchObject([
        { status: 'INAPPLICABLE', refusal: { key, details: 'X' } },
      ])
    },
  )

  it('tells of all that is wrong the first, whatever else there is (R-VALID-01, R-RULE-09)', () => {
    const rule = (name: string, property?: string) =>
      aRule({ rules: { 1: { name, ...(property && { property }), conditions: { $is: [-1] } } } })
    const everything = {
      isActive: false,
      startDate: ms(1),
      expirationDate: ms(-1),
      redemptionQuantity: 0,
      isReferralCode: true,
      referrerId: 'cust_1',
    }
    const rules = [
      rule('redemption.metadata', 'x'),
      rule('order.amount'),
      rule('customer.metadata', 'x'),
    ]
    const mended = [
      {},
      { isActive: true },
      { startDate: null },
      { expirationDate: null },
      { redemptionQuantity: null },
      { isReferralCode: false },
    ]
    let fields: VoucherFields = everything
    const keys = mended.map((mend) => {
      fields = { ...fields, ...mend }
      const world = { vouchers: [percent('X', 10, fields)], rules: { v_X: rules } }
      const customer = { id: 'cust_1', metadata: {}, segmentIds: [], birthdate: null }
      const [outcome] = decideIn(world, ['X'], { amount: 100 }, { customer }).outcomes
      return outcome?.status === 'INAPPLICABLE' && outcome.refusal.key
    })
    expect(keys).toEqual([
      'voucher_disabled',
      'voucher_not_active',
      'voucher_expired',
      'quantity_exceeded',
      'referrer_not_permitted_to_redeem',
      'customer_rules_violated',
    ])
  })

  it('lets only its holder spend a loyalty card, for a reward, within its points (R-RED-07, scenario 88)', () => {
    const card = aLoyaltyCard('CARD', 100, { holderId: 'cust_1' })
    const as = (customerId: string, wish: Wish) =>
      decideIn(
        { vouchers: [card] },
        [wish],
        { amount: 1_000 },
        {
          customer: { id: customerId, metadata: {}, segmentIds: [], birthdate: null },
        },
      ).outcomes
    expect(as('cust_1', { code: 'CARD' })).toMatchObject([{ refusal: { key: 'missing_reward' } }])
    expect(as('cust_1', { code: 'CARD', reward: { points: 101 } })).toMatchObject([
      { refusal: { key: 'loyalty_card_points_exceeded', details: 'CARD' } },
    ])
    expect(as('cust_2', { code: 'CARD', reward: { points: 1 } })).toMatchObject([
      {
        refusal: {
          key: 'invalid_customer',
          message: 'Customer must be a holder of a loyalty card.',
          details: 'CARD',
        },
      },
    ])
  })

  it('does not let referrers use their own code (R-RED-09)', () => {
    const code = percent('REF', 10, { isReferralCode: true, referrerId: 'cust_1' })
    const as = (id: string) =>
      decideIn(
        { vouchers: [code] },
        ['REF'],
        { amount: 100 },
        {
          customer: { id, metadata: {}, segmentIds: [], birthdate: null },
        },
      )
    expect(as('cust_1').outcomes).toMatchObject([
      { refusal: { key: 'referrer_not_permitted_to_redeem' } },
    ])
    expect(as('cust_2').isValid).toBe(true)
  })

  it('counts the start date in and the expiration date out (R-VALID-02)', () => {
    expect(
      decide([percent('X', 10, { startDate: ms(0), expirationDate: ms(1) })], 100).isValid,
    ).toBe(true)
  })

  it('applies each to what the ones before left (scenario 39)', () => {
    const vouchers = [aGiftCard('G', 5_000), percent('P', 20), amountOff('A', 8_000)]
    const decision = decideIn({ vouchers }, [{ code: 'G', credits: 100 }, 'P', 'A'], {
      amount: 200_000,
    })
    expect(summed(decision)).toEqual({ applied: ['100', '39980', '8000'], total: 151_920 })
  })

  it('applies to lines and to the order in one request (scenario 40, without the reward)', () => {
    const vouchers = [
      itemsOff('I', 1_000),
      aGiftCard('G', 5_000),
      percent('P', 40),
      amountOff('A', 30),
    ]
    const decision = decideIn({ vouchers }, ['I', { code: 'G', credits: 100 }, 'P', 'A'], {
      items: [{ amount: 2_000 }, { amount: 700 }],
    })
    expect(summed(decision)).toEqual({ applied: ['1700', '100', '360', '30'], total: 510 })
    const totals = decision.order && totalsOf(decision.order.cart)
    expect(totals).toMatchObject({ itemsDiscountAmount: 1_700, totalDiscountAmount: 2_190 })
    expect(decision.order?.cart.discountAmount).toBe(490)
  })

  it('takes percentages of what is left, or of the order as it came (R-STACK-08, scenarios 42, 44, 45)', () => {
    const [ten, off, half] = [percent('P', 10), amountOff('A', 1_500), percent('H', 50)]
    const initial = { stackingRules: { discountCalculationMode: 'INITIAL_AMOUNT' } } as const
    expect(summed(decide([ten, off, half], 10_000)).applied).toEqual(['1000', '1500', '3750'])
    expect(summed(decide([off, ten, half], 10_000)).applied).toEqual(['1500', '850', '3825'])
    expect(summed(decide([ten, off, half], 10_000, initial))).toEqual({
      applied: ['1000', '1500', '5000'],
      total: 2_500,
    })
    const halves = [half, percent('I', 50), percent('J', 50)]
    expect(summed(decide(halves, 3_000)).applied).toEqual(['1500', '750', '375'])
    expect(summed(decide(halves, 3_000, initial)).applied).toEqual(['1500', '1500', '0'])
  })

  it('leaves lines that are discounted alone in ONCE mode (R-STACK-07, scenario 38)', () => {
    const first = aVoucher('F', { type: 'PERCENT', percent_off: 10, effect: 'APPLY_TO_ITEMS' })
    const second = aVoucher('S', { type: 'PERCENT', percent_off: 20, effect: 'APPLY_TO_ITEMS' })
    const rule = aRule({
      applicable_to: { included: [{ object: 'product', source_id: 'p0' }] },
    })
    const world = { vouchers: [first, second], rules: { v_F: [rule] } }
    const order = {
      items: [
        { source_id: 'p0', related_object: 'product' as const, amount: 1_000 },
        { source_id: 'p1', related_object: 'product' as const, amount: 2_000 },
      ],
    }
    const once = { redeemablesProductsApplicationMode: 'ONCE' } as const
    expect(summed(decideIn({ ...world, stackingRules: once }, ['F', 'S'], order)).total).toBe(2_500)
    expect(summed(decideIn(world, ['F', 'S'], order)).total).toBe(2_320)
  })

  it('refuses everything in ALL mode when one is refused (R-STACK-06, scenario 52)', () => {
    const [valid, expired] = [percent('V', 10), percent('E', 10, { expirationDate: ms(-1) })]
    expect(decide([valid, expired], 100)).toMatchObject({ isValid: false, order: undefined })
    expect(summed(decide([expired, valid], 100))).toEqual({
      applied: ['voucher_expired', 'preceding_validation_failed'],
      total: undefined,
    })
  })

  it('applies the rest in PARTIAL mode (scenario 53)', () => {
    const stack = [percent('E', 10, { expirationDate: ms(-1) }), percent('V', 10)]
    expect(summed(decide(stack, 100, { stackingRules: PARTIAL }))).toEqual({
      applied: ['voucher_expired', '10'],
      total: 90,
    })
  })

  it('tells every unknown code (R-VAL-03, scenario 54)', () => {
    expect(summed(decideIn({ vouchers: [] }, ['A', 'B'], { amount: 100 })).applied).toEqual([
      'not_found',
      'not_found',
    ])
  })

  it('applies two codes of one campaign without a category (scenario 47)', () => {
    const pair = [
      amountOff('A', 1_000, { campaignId: 'camp_1' }),
      amountOff('B', 1_000, { campaignId: 'camp_1' }),
    ]
    expect(summed(decide(pair, 20_000))).toEqual({ applied: ['1000', '1000'], total: 18_000 })
  })

  it('skips the sixth and stays valid (R-STACK-03, R-ALG-01, scenario 51)', () => {
    const decision = decide(
      ['A', 'B', 'C', 'D', 'E', 'F'].map((code) => amountOff(code, 1)),
      100,
    )
    expect(decision.isValid).toBe(true)
    expect(summed(decision)).toEqual({
      applied: ['1', '1', '1', '1', '1', 'applicable_redeemables_limit_exceeded'],
      total: 95,
    })
  })

  it('skips what is beyond the limit of its category (R-STACK-03, scenario 48)', () => {
    const three = ['A', 'B', 'C'].map((code) => amountOff(code, 10, { categoryId: 'cat_1' }))
    const categories = [aCategory('cat_1')]
    const skipped = ['10', '10', 'applicable_redeemables_per_category_limit_exceeded']
    for (const stackingRules of [
      { applicableRedeemablesPerCategoryLimit: 2 },
      {
        applicableRedeemablesCategoryLimits: { cat_1: 2 },
        applicableRedeemablesPerCategoryLimit: 1,
      },
    ]) {
      expect(summed(decide(three, 100, { categories, stackingRules })).applied).toEqual(skipped)
    }
    expect(summed(decide(three, 100, { categories })).applied).toEqual(['10', '10', '10'])
  })

  it('redeems what changes nothing, or skips it where the rules say so (R-STACK-09, scenario 56)', () => {
    const stack = [amountOff('A', 100), percent('P', 10)]
    expect(summed(decide(stack, 100)).applied).toEqual(['100', '0'])
    const skipping = { stackingRules: { redeemablesNoEffectRule: 'SKIP' } } as const
    expect(summed(decide(stack, 100, skipping)).applied).toEqual(['100', 'no_effect'])
  })

  it('lets a discount do without an order, but no gift card (R-RED-03)', () => {
    expect(decide([percent('P', 10)]).isValid).toBe(true)
    expect(decide([aGiftCard('G', 100)]).outcomes).toMatchObject([
      { refusal: { key: 'missing_order' } },
    ])
    expect(decideIn({ vouchers: [aGiftCard('G', 100)] }, ['G'], {}).outcomes).toMatchObject([
      { refusal: { key: 'missing_amount' } },
    ])
  })

  it('leaves to others what a session has reserved, and to its key what it has (R-SES-03, R-SES-04, scenarios 99, 100)', () => {
    const once = percent('ONCE', 10, { redemptionQuantity: 1 })
    const gift = aGiftCard('G', 5_000)
    const sessions = new Map([
      [once.id, [{ voucherId: once.id, key: 'ssn_1', credits: 0, points: 0 }]],
      [gift.id, [{ voucherId: gift.id, key: 'ssn_1', credits: 3_000, points: 0 }]],
    ])
    const world = { vouchers: [once, gift], state: { sessions } }
    const order = { amount: 10_000 }
    expect(decideIn(world, ['ONCE'], order).outcomes).toMatchObject([
      { refusal: { key: 'quantity_exceeded' } },
    ])
    expect(decideIn(world, ['ONCE'], order, { sessionKey: 'ssn_1' }).isValid).toBe(true)
    expect(decideIn(world, [{ code: 'G', credits: 3_000 }], order).outcomes).toMatchObject([
      { refusal: { key: 'gift_amount_exceeded' } },
    ])
    expect(summed(decideIn(world, [{ code: 'G', credits: 2_000 }], order)).applied).toEqual([
      '2000',
    ])
    expect(summed(decideIn(world, ['G'], order)).applied).toEqual(['2000'])
  })
})
