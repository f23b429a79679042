import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  aGiftCard,
  aVoucher,
  NOW,
  naming,
  type VoucherFields,
} from '../../../test/support/vouchers.ts'
import { type Money, money, ZERO } from '../../kernel/money.ts'
import { calculateOrder, type PricedOrder } from '../orders/index.ts'
import { decideValidation, type Outcome, type Redeemable } from './decide-validation.ts'
import { DEFAULT_STACKING_RULES } from './stacking-rules.ts'

const ms = (offset: number): Date => new Date(NOW.getTime() + offset)
const PARTIAL = { ...DEFAULT_STACKING_RULES, applicationMode: 'PARTIAL' } as const

const percent = (code: string, percentOff: number, fields?: VoucherFields): Redeemable =>
  naming(aVoucher(code, { type: 'PERCENT', percentOff, amountLimit: null }, fields))
const amountOff = (code: string, off: number, fields?: VoucherFields): Redeemable =>
  naming(aVoucher(code, { type: 'AMOUNT', amountOff: money(off) }, fields))
const aGift = (code: string, balance: number, credits?: number): Redeemable =>
  naming(aGiftCard(code, balance), credits)
const unknown = (code: string): Redeemable => ({ id: code, credits: undefined, voucher: undefined })

const anOrder = (amount?: number): PricedOrder => {
  const order = calculateOrder({ amount: amount ?? null }, undefined)
  if (order instanceof Error) throw order
  return order
}
const decide = (redeemables: Redeemable[], amount?: number, rules = DEFAULT_STACKING_RULES) =>
  decideValidation(redeemables, amount === undefined ? undefined : anOrder(amount), rules, NOW)

const told = (outcome: Outcome): string =>
  outcome.status === 'INAPPLICABLE'
    ? outcome.refusal.key
    : outcome.status === 'SKIPPED'
      ? outcome.reason
      : String(outcome.applied)
const totals = ({ order, outcomes }: ReturnType<typeof decide>) => ({
  applied: outcomes.map(told),
  total: order && (order.amount ?? 0) - order.discountAmount,
})

describe('decideValidation', () => {
  it.each<[string, Redeemable, number, number]>([
    ['AMOUNT 1000 on 20000 (scenario 1)', amountOff('A', 1_000), 20_000, 19_000],
    ['PERCENT 10 on 20050 (3)', percent('A', 10), 20_050, 18_045],
    ['PERCENT 10 on 9995, half up (4)', percent('A', 10), 9_995, 8_995],
    ['PERCENT 12.5 on 12345 (5)', percent('A', 12.5), 12_345, 10_802],
    ['PERCENT 50 on 1 (6)', percent('A', 50), 1, 0],
    ['AMOUNT 1000 on 500 (8)', amountOff('A', 1_000), 500, 0],
    ['gift of 2500 on 20000 (12)', aGift('G', 2_500), 20_000, 17_500],
    ['gift of 2500 on 2000 (12)', aGift('G', 2_500), 2_000, 0],
    ['100 of a gift of 2500 (11)', aGift('G', 2_500, 100), 200_000, 199_900],
  ])('applies %s', (_name, redeemable, amount, total) => {
    expect(totals(decide([redeemable], amount)).total).toBe(total)
  })

  it.each<[string, Redeemable]>([
    ['not_found', unknown('X')],
    ['voucher_disabled', percent('X', 10, { isActive: false, expirationDate: ms(-1) })],
    ['voucher_not_active', percent('X', 10, { startDate: ms(1) })],
    ['voucher_expired', percent('X', 10, { expirationDate: ms(0) })],
    ['voucher_expired', percent('X', 10, { expirationDate: ms(-1), redemptionQuantity: 0 })],
    ['quantity_exceeded', percent('X', 10, { redemptionQuantity: 2, redeemedQuantity: 2 })],
    ['gift_amount_exceeded', aGift('X', 2_500, 2_501)],
  ])('refuses with %s, the first check that fails (R-VALID-01)', (key, redeemable) => {
    const decision = decide([redeemable], 10_000)
    expect(decision.isValid).toBe(false)
    expect(decision.order).toBeUndefined()
    expect(decision.outcomes).toMatchObject([{ status: 'INAPPLICABLE', refusal: { key } }])
  })

  it('counts the start date in and the expiration date out (R-VALID-02)', () => {
    const edges = percent('X', 10, { startDate: ms(0), expirationDate: ms(1) })
    expect(decide([edges], 100).isValid).toBe(true)
  })

  it('applies each to what the ones before left, as documented (scenario 39)', () => {
    const stack = [aGift('G', 5_000, 100), percent('P', 20), amountOff('A', 8_000)]
    expect(totals(decide(stack, 200_000))).toEqual({
      applied: ['100', '39980', '8000'],
      total: 151_920,
    })
  })

  it('depends on the order of the request (scenario 44)', () => {
    const [ten, off, half] = [percent('P', 10), amountOff('A', 1_500), percent('H', 50)]
    expect(totals(decide([ten, off, half], 10_000)).applied).toEqual(['1000', '1500', '3750'])
    expect(totals(decide([off, ten, half], 10_000)).applied).toEqual(['1500', '850', '3825'])
  })

  it('refuses everything in ALL mode when one is refused (scenario 52)', () => {
    const [valid, expired] = [percent('V', 10), percent('E', 10, { expirationDate: ms(-1) })]
    expect(decide([valid, expired], 100).isValid).toBe(false)
    expect(totals(decide([expired, valid], 100))).toEqual({
      applied: ['voucher_expired', 'preceding_validation_failed'],
      total: undefined,
    })
  })

  it('applies the rest in PARTIAL mode (scenario 53)', () => {
    const stack = [percent('E', 10, { expirationDate: ms(-1) }), percent('V', 10)]
    expect(totals(decide(stack, 100, PARTIAL))).toEqual({
      applied: ['voucher_expired', '10'],
      total: 90,
    })
  })

  it('tells every unknown code (R-VAL-03)', () => {
    expect(totals(decide([unknown('A'), unknown('B')], 100)).applied).toEqual([
      'not_found',
      'not_found',
    ])
  })

  it('skips the sixth and stays valid (scenario 51, R-ALG-01)', () => {
    const stack = ['A', 'B', 'C', 'D', 'E', 'F'].map((code) => amountOff(code, 1))
    const decision = decide(stack, 100)
    expect(decision.isValid).toBe(true)
    expect(decision.outcomes.map(told).at(-1)).toBe('applicable_redeemables_limit_exceeded')
    expect(decision.applied).toBe(5)
  })

  it('redeems what changes nothing, or skips it where the rules say so (scenario 56)', () => {
    const stack = [amountOff('A', 100), percent('P', 10)]
    expect(totals(decide(stack, 100)).applied).toEqual(['100', '0'])
    const skipping = { ...DEFAULT_STACKING_RULES, noEffectRule: 'SKIP' } as const
    expect(totals(decide(stack, 100, skipping)).applied).toEqual(['100', 'no_effect'])
  })

  it('lets a discount do without an order, but no gift card (R-RED-03)', () => {
    expect(decide([percent('P', 10)]).isValid).toBe(true)
    expect(decide([aGift('G', 100)]).outcomes).toMatchObject([
      { refusal: { key: 'missing_order' } },
    ])
    expect(
      decideValidation([aGift('G', 100)], anOrder(), DEFAULT_STACKING_RULES, NOW).outcomes,
    ).toMatchObject([{ refusal: { key: 'missing_amount' } }])
  })

  it('takes no more off than the order costs, and never a negative amount (R-DISC-01)', () => {
    const redeemable = fc.oneof(
      fc.double({ min: 0, max: 100, noNaN: true }).map((off) => percent('P', off)),
      fc.nat(100_000).map((off) => amountOff('A', off)),
      fc
        .tuple(fc.nat(100_000), fc.option(fc.nat(100_000), { nil: undefined }))
        .map(([balance, credits]) => aGift('G', balance, credits)),
    )
    fc.assert(
      fc.property(
        fc.array(redeemable, { minLength: 1, maxLength: 8 }),
        fc.nat(200_000),
        fc.boolean(),
        (stack, amount, isAll) => {
          const rules = isAll ? DEFAULT_STACKING_RULES : PARTIAL
          const { outcomes, order, applied } = decideValidation(stack, anOrder(amount), rules, NOW)
          let sum: Money = ZERO
          for (const outcome of outcomes) {
            if (outcome.status !== 'APPLICABLE') continue
            expect(outcome.applied).toBeGreaterThanOrEqual(0)
            sum = money(sum + outcome.applied)
            expect(outcome.discountAmount).toBe(sum)
            expect(outcome.credits ?? 0).toBeLessThanOrEqual(outcome.voucher.gift?.amount ?? 0)
          }
          expect(sum).toBeLessThanOrEqual(amount)
          if (order) expect([order.discountAmount, applied]).toEqual([sum, sum])
        },
      ),
    )
  })
})
