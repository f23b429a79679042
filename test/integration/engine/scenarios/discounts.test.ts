import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { apply, offLines, ofLines, type Step, scopedTo } from './support.ts'

/* Scenarios 1 to 37 of discounts, each through a validation and the redemption that follows it. */
const t = useTestApp()

const amount = (amount_off: number, fields: object = {}): Step => ({
  discount: { type: 'AMOUNT', amount_off, ...fields },
})
const percent = (percent_off: number, fields: object = {}): Step => ({
  discount: { type: 'PERCENT', percent_off, ...fields },
})
const fixed = (fixed_amount: number, fields: object = {}): Step => ({
  discount: { type: 'FIXED', fixed_amount, ...fields },
})
const gift = (balance: number, credits?: number): Step => ({
  gift: { balance, ...(credits !== undefined && { credits }) },
})

describe('a discount on the order', () => {
  it.each<[string, number, number, Step]>([
    ['1: AMOUNT 1000', 20_000, 19_000, amount(1_000)],
    ['2: AMOUNT 1000', 30_000, 29_000, amount(1_000)],
    ['3: PERCENT 10', 20_050, 18_045, percent(10)],
    ['4: PERCENT 10', 9_999, 8_999, percent(10)],
    ['4: PERCENT 10', 9_995, 8_995, percent(10)],
    ['5: PERCENT 33', 4_999, 3_349, percent(33)],
    ['5: PERCENT 12.5', 12_345, 10_802, percent(12.5)],
    ['6: PERCENT 50', 99, 49, percent(50)],
    ['6: PERCENT 50', 1, 0, percent(50)],
    ['6: PERCENT 50', 0, 0, percent(50)],
    ['7: PERCENT 20, at most 5000', 100_000, 95_000, percent(20, { amount_limit: 5_000 })],
    ['7: PERCENT 20, at most 5000', 20_000, 16_000, percent(20, { amount_limit: 5_000 })],
    ['8: AMOUNT 1000', 500, 0, amount(1_000)],
    ['9: AMOUNT 8000', 159_920, 151_920, amount(8_000)],
    ['10: FIXED 1000', 2_500, 1_000, fixed(1_000)],
    ['10: FIXED 2500', 2_000, 2_000, fixed(2_500)],
    ['11: gift 100', 200_000, 199_900, gift(100, 100)],
    ['12: a gift card of 2500', 20_000, 17_500, gift(2_500)],
    ['12: a gift card of 2500', 2_000, 0, gift(2_500)],
  ])('scenario %s of %i leaves %i', async (_scenario, before, total, step) => {
    const { validation, redemption } = await apply(t, { amount: before }, step)
    const off = before - total
    const totals = {
      amount: before,
      total_amount: total,
      ...(off > 0 && {
        discount_amount: off,
        total_discount_amount: off,
        applied_discount_amount: off,
        total_applied_discount_amount: off,
      }),
    }
    expect(validation.order).toMatchObject(totals)
    expect(validation).not.toHaveProperty('inapplicable_redeemables')
    expect(redemption.order).toMatchObject(totals)
    expect(redemption.redemptions).toMatchObject([{ result: 'SUCCESS', order: totals }])
  })
})

const sample = ofLines(
  ['mug', 1_000, 2],
  ['poster', 1_500, 3],
  ['tshirt', 2_000, 3],
  ['bottle', 2_500, 2],
)
const three = (step: Step, settings: object = {}): Step => ({
  ...step,
  rule: scopedTo(['mug', 'poster', 'tshirt'], settings),
})
const everyLine = { effect: 'APPLY_TO_ITEMS' }
const byQuantity = { effect: 'APPLY_TO_ITEMS_BY_QUANTITY' }
const proportionally = { effect: 'APPLY_TO_ITEMS_PROPORTIONALLY' }
const proportionallyByQuantity = { effect: 'APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY' }

describe('a discount on lines', () => {
  it.each<[string, Step, number[], number]>([
    ['17', three(amount(1_000, everyLine)), [1_000, 1_000, 1_000, 0], 14_500],
    ['18', three(amount(1_000, byQuantity)), [2_000, 3_000, 3_000, 0], 9_500],
    ['19', three(amount(1_000, proportionally)), [160, 360, 480, 0], 16_500],
    ['20', three(amount(1_000, proportionallyByQuantity)), [250, 375, 375, 0], 16_500],
    ['21', three(percent(10, everyLine)), [200, 450, 600, 0], 16_250],
    ['22', three(fixed(1_000, everyLine)), [0, 1_500, 3_000, 0], 13_000],
    ['23', three(percent(10, { ...everyLine, amount_limit: 500 })), [200, 450, 500, 0], 16_350],
    [
      '24',
      three(percent(10, { ...everyLine, aggregated_amount_limit: 1_000 })),
      [200, 450, 350, 0],
      16_500,
    ],
    [
      '25',
      three(amount(1_000, { ...everyLine, aggregated_amount_limit: 2_500 })),
      [1_000, 1_000, 500, 0],
      15_000,
    ],
    [
      '26',
      three(amount(1_000, { ...byQuantity, aggregated_amount_limit: 4_500 })),
      [2_000, 2_500, 0, 0],
      13_000,
    ],
    [
      '27',
      three(amount(1_000, byQuantity), { quantity_limit: 2 }),
      [2_000, 2_000, 2_000, 0],
      11_500,
    ],
    ['28', three(fixed(1_000, everyLine), { quantity_limit: 2 }), [0, 1_000, 2_000, 0], 14_500],
    ['31', three(amount(999, proportionally)), [160, 360, 479, 0], 16_501],
    ['31', three(amount(1_001, proportionallyByQuantity)), [250, 376, 375, 0], 16_499],
  ])('scenario %s takes off the sample cart what it says', async (_scenario, step, off, total) => {
    const { validation, redemption } = await apply(t, sample, step)
    const sum = off.reduce((a, b) => a + b, 0)
    for (const order of [validation.order, redemption.order]) {
      expect(offLines(order)).toEqual(off)
      expect(order).toMatchObject({
        amount: 17_500,
        items_discount_amount: sum,
        total_discount_amount: sum,
        total_amount: total,
      })
    }
  })

  const six = [2_900, 3_100, 2_900, 1_700, 1_500, 60_000].map(
    (price, index) => [`p${index}`, price, 1] as const,
  )
  it.each<[string, Step, object, number[], number]>([
    [
      '29',
      amount(300, proportionally),
      { ...ofLines(['a', 3_300, 1], ['b', 3_400, 1]), amount: 6_000 },
      [148, 152],
      5_700,
    ],
    [
      '30',
      amount(1_000, proportionally),
      ofLines(['a', 2_000, 1], ['b', 8_000, 1]),
      [200, 800],
      9_000,
    ],
    [
      '30',
      amount(1_000, proportionally),
      ofLines(['a', 500, 1], ['b', 500, 1], ['c', 500, 1]),
      [334, 333, 333],
      500,
    ],
    [
      '30',
      amount(100, proportionally),
      ofLines(['a', 100, 1], ['b', 100, 1], ['c', 100, 1]),
      [34, 33, 33],
      200,
    ],
    ['32', amount(2_000, proportionally), ofLines(['a', 100, 1], ['b', 900, 1]), [100, 900], 0],
    ['33', amount(1_000, everyLine), ofLines(['a', 2_000, 1], ['b', 700, 1]), [1_000, 700], 1_000],
    ['34', amount(700, byQuantity), ofLines(['a', 5_000, 1], ['b', 300, 2]), [700, 600], 4_300],
    [
      '34',
      amount(700, { ...byQuantity, aggregated_amount_limit: 1_500 }),
      ofLines(['a', 5_000, 1], ['b', 3_000, 2]),
      [700, 800],
      9_500,
    ],
    ['35', fixed(800, everyLine), ofLines(...six), [2_100, 2_300, 2_100, 900, 700, 59_200], 4_800],
    ['36', percent(10, everyLine), ofLines(['a', 3_333, 3]), [1_000], 8_999],
    [
      '37',
      {
        discount: { type: 'FIXED', ...everyLine },
        rule: scopedTo(['a'], { price: 1_500, quantity_limit: 3 }),
      },
      ofLines(['a', 2_000, 5]),
      [1_500],
      8_500,
    ],
  ])('scenario %s', async (_scenario, step, cart, off, total) => {
    const { validation, redemption } = await apply(t, cart, step)
    for (const order of [validation.order, redemption.order]) {
      expect([offLines(order), order.total_amount]).toEqual([off, total])
    }
  })
})
