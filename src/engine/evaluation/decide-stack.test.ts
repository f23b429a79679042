import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aCategory, aRule, decideIn, summed, type World } from '../../../test/support/evaluation.ts'
import { aGiftCard, aVoucher, NOW, type VoucherFields } from '../../../test/support/vouchers.ts'
import { type Cart, totalsOf } from '../discounts/index.ts'
import type { Voucher } from '../vouchers/index.ts'

const ms = (offset: number): Date => new Date(NOW.getTime() + offset)
const percent = (code: string, percentOff: number, fields?: VoucherFields): Voucher =>
  aVoucher(code, { type: 'PERCENT', percent_off: percentOff }, fields)
const amountOff = (code: string, off: number, fields?: VoucherFields): Voucher =>
  aVoucher(code, { type: 'AMOUNT', amount_off: off }, fields)

const PARTIAL = { redeemablesApplicationMode: 'PARTIAL' } as const
const all = (vouchers: readonly Voucher[]): string[] => vouchers.map(({ code }) => code)

/** Decides all of `vouchers` in their order, on an order of `amount`. */
const decide = (vouchers: Voucher[], amount?: number, world: Partial<World> = {}) =>
  decideIn({ vouchers, ...world }, all(vouchers), amount === undefined ? undefined : { amount })

describe('a stack of redeemables', () => {
  describe('with categories that do not go together', () => {
    const exclusive = percent('EXCLUSIVE', 50, { categoryId: 'cat_x' })
    const common = percent('COMMON', 10)
    const joint = percent('JOINT', 20, { categoryId: 'cat_j' })
    const world = {
      categories: [aCategory('cat_x'), aCategory('cat_j')],
      stackingRules: { exclusiveCategories: ['cat_x'], jointCategories: ['cat_j'] },
    }

    it('leaves out what is common beside an exclusive one, wherever it stands (R-STACK-02, scenario 49)', () => {
      expect(summed(decide([exclusive, common], 1_000, world)).applied).toEqual([
        '500',
        'exclusion_rules_not_met',
      ])
      expect(summed(decide([common, exclusive], 1_000, world)).applied).toEqual([
        'exclusion_rules_not_met',
        '500',
      ])
    })

    it('applies common ones when the exclusive one cannot be applied', () => {
      const expired = { ...exclusive, validity: { ...exclusive.validity, expirationDate: ms(-1) } }
      const partial = { ...world, stackingRules: { ...world.stackingRules, ...PARTIAL } }
      expect(summed(decide([common, expired], 1_000, partial)).applied).toEqual([
        '100',
        'voucher_expired',
      ])
    })

    it('applies joint ones beside both (R-STACK-01, scenario 50), after the others (R-STACK-05, scenario 58)', () => {
      expect(summed(decide([joint, common], 1_000, world)).applied).toEqual(['180', '100'])
      expect(summed(decide([joint, exclusive], 1_000, world)).applied).toEqual(['100', '500'])
      const { stackingRules } = world
      const combined = {
        ...world,
        stackingRules: { ...stackingRules, groupedRedeemablesSortingRule: 'COMBINED' },
      }
      expect(summed(decide([joint, common], 1_000, combined)).applied).toEqual(['200', '80'])
    })

    it('applies one exclusive one by default (C-33)', () => {
      const second = percent('SECOND', 10, { categoryId: 'cat_x' })
      expect(summed(decide([exclusive, second], 1_000, world)).applied).toEqual([
        '500',
        'applicable_exclusive_redeemables_limit_exceeded',
      ])
    })

    it('applies the lower hierarchy first where the project says so (R-STACK-04, scenario 57)', () => {
      const [late, early] = [
        percent('LATE', 10, { categoryId: 'cat_2' }),
        amountOff('EARLY', 500, { categoryId: 'cat_1' }),
      ]
      const decision = decide([late, early], 1_000, {
        categories: [aCategory('cat_1', 1), aCategory('cat_2', 2)],
        stackingRules: { redeemablesSortingRule: 'CATEGORY_HIERARCHY' },
      })
      expect(summed(decision).applied).toEqual(['50', '500'])
      expect(decision.applied.map(({ redeemable }) => redeemable.id)).toEqual(['EARLY', 'LATE'])
    })
  })

  describe('with rules', () => {
    const above = (name: string, amount: number, message?: string) =>
      aRule({
        rules: {
          '1': {
            name,
            conditions: { $more_than: [amount] },
            rules: {},
            ...(message !== undefined && { error: { message } }),
          },
          logic: '1',
        },
      })

    it('asks what is left before a redeemable, not what the order cost at first (R-RULE-08, scenario 43)', () => {
      const [ten, twenty] = [percent('TEN', 10), percent('TWENTY', 20)]
      const rules = { v_TWENTY: [above('order.amount', 10_000)] }
      const both = { vouchers: [ten, twenty], rules, stackingRules: PARTIAL }
      expect(summed(decideIn(both, ['TEN', 'TWENTY'], { amount: 10_500 }))).toEqual({
        applied: ['1050', 'order_rules_violated'],
        total: 9_450,
      })
      expect(summed(decideIn(both, ['TWENTY', 'TEN'], { amount: 10_500 })).total).toBe(7_560)
    })

    it('keeps the initial amount through the stack (scenario 46)', () => {
      const rule = aRule({
        rules: {
          '1': { name: 'order.amount', conditions: { $more_than: [1_000] }, rules: {} },
          '2': { name: 'order.initial_amount', conditions: { $less_than: [1_100] }, rules: {} },
          logic: '1 and 2',
        },
      })
      const world = {
        vouchers: [percent('C', 10), aGiftCard('G', 100)],
        rules: { v_C: [rule] },
        stackingRules: PARTIAL,
      }
      expect(summed(decideIn(world, ['C', 'G'], { amount: 1_050 })).applied).toEqual(['105', '100'])
      expect(summed(decideIn(world, ['G', 'C'], { amount: 1_050 })).applied).toEqual([
        '100',
        'order_rules_violated',
      ])
    })

    it('asks rules on the total after the effect, and undoes it when they fail (R-ALG-02, C-10)', () => {
      const world = {
        vouchers: [percent('P', 50)],
        rules: { v_P: [above('order.total_amount', 600)] },
      }
      expect(summed(decideIn(world, ['P'], { amount: 1_000 })).applied).toEqual([
        'order_rules_violated',
      ])
      expect(summed(decideIn(world, ['P'], { amount: 2_000 })).applied).toEqual(['1000'])
    })

    it('tells the message of the rule and names it (R-ERR-04, R-RULE-09, scenario 108)', () => {
      const rule = above('order.amount', 9_999, 'Spend $100')
      const world = { vouchers: [percent('P', 10)], rules: { v_P: [rule] } }
      expect(decideIn(world, ['P'], { amount: 9_999 }).outcomes).toMatchObject([
        {
          refusal: {
            key: 'order_rules_violated',
            customMessage: 'Spend $100',
            details: `Discount Coupon cannot be redeemed because of violated validation rules: ${rule.id}`,
          },
        },
      ])
      expect(decideIn(world, ['P'], { amount: 10_000 }).isValid).toBe(true)
    })

    it('asks the rules of the campaign as well (R-RULE-06)', () => {
      const world = {
        vouchers: [percent('P', 10, { campaignId: 'camp_1' })],
        rules: { camp_1: [above('order.amount', 500)], v_P: [above('order.amount', 100)] },
      }
      expect(decideIn(world, ['P'], { amount: 400 }).isValid).toBe(false)
      expect(decideIn(world, ['P'], { amount: 501 }).isValid).toBe(true)
    })

    it('counts redeemables of one request towards a limit they share (R-RULE-07)', () => {
      const twice = aRule({
        rules: {
          '1': {
            name: 'campaign.redemptions.count',
            conditions: { $less_than_or_equal: [2] },
            rules: {},
          },
          logic: '1',
        },
      })
      const vouchers = ['A', 'B', 'C'].map((code) => amountOff(code, 1, { campaignId: 'camp_1' }))
      const world = { vouchers, rules: { camp_1: [twice] }, stackingRules: PARTIAL }
      expect(summed(decideIn(world, ['A', 'B', 'C'], { amount: 100 })).applied).toEqual([
        '1',
        '1',
        'redemption_rules_violated',
      ])
    })
  })

  it('takes no more off than the order costs, and its parts add up (R-DISC-01, R-DISC-02)', () => {
    fc.assert(
      fc.property(anyVouchers, anyItems, fc.option(fc.nat(100_000)), (vouchers, items, amount) => {
        const order = { items, amount }
        const world = { vouchers, stackingRules: PARTIAL }
        const { applied, order: after } = decideIn(world, all(vouchers), order)
        let sum = 0
        for (const outcome of applied) {
          expect(outcome.applied).toBeGreaterThanOrEqual(0)
          sum += outcome.applied
          if (outcome.order) expect(totalsOf(outcome.order.cart).totalDiscountAmount).toBe(sum)
        }
        if (after) expectToAddUp(after.cart, sum)
      }),
    )
  })
})

function expectToAddUp(cart: Cart, sum: number): void {
  const totals = totalsOf(cart)
  expect(totals.totalAppliedDiscountAmount).toBe(sum)
  expect(totals.totalAmount).toBe((cart.amount ?? 0) - sum)
  for (const line of cart.lines) {
    expect(line.discountAmount).toBeLessThanOrEqual(line.amount ?? 0)
  }
}

const effects = fc.constantFrom(undefined, 'APPLY_TO_ITEMS' as const)
const anyVouchers = fc
  .array(
    fc.oneof(
      fc.record({ type: fc.constant('PERCENT' as const), off: fc.nat(100), effect: effects }),
      fc.record({ type: fc.constant('AMOUNT' as const), off: fc.nat(100_000), effect: effects }),
      fc.record({ type: fc.constant('GIFT' as const), off: fc.nat(100_000), effect: effects }),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((wanted) =>
    wanted.map(({ type, off, effect }, index) => {
      if (type === 'GIFT') return aGiftCard(`V${index}`, off)
      const value = type === 'PERCENT' ? { percent_off: off } : { amount_off: off }
      return aVoucher(`V${index}`, { type, ...value, ...(effect && { effect }) })
    }),
  )
const anyItems = fc.array(
  fc.record({ price: fc.nat(5_000), quantity: fc.integer({ min: 1, max: 9 }) }),
  { minLength: 1, maxLength: 6 },
)
