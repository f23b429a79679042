import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import {
  apply,
  offLines,
  ofLines,
  ok,
  redeemableOf,
  type Step,
  scopedTo,
  withStackingRules,
} from './support.ts'

/* Scenarios 15, 16 and 38 to 58: redeemables that are applied one after another. */
const t = useTestApp()

const amount = (amount_off: number, fields: object = {}): Step => ({
  discount: { type: 'AMOUNT', amount_off, ...fields },
})
const percent = (percent_off: number, rest: Partial<Step> = {}): Step => ({
  discount: { type: 'PERCENT', percent_off },
  ...rest,
})
const percentOfLines = (percent_off: number, ...names: string[]): Step => ({
  discount: { type: 'PERCENT', percent_off, effect: 'APPLY_TO_ITEMS' },
  ...(names.length > 0 && { rule: scopedTo(names) }),
})
const expired: Step = percent(10, { voucher: { expiration_date: '2020-01-01T00:00:00.000Z' } })

type Entry = { order: Record<string, number>; status?: string; result: { details?: object } }
const applied = (entries: readonly Entry[]) =>
  entries.map(({ order }) => order['total_applied_discount_amount'] ?? 0)
const totals = (entries: readonly Entry[]) =>
  entries.map(({ order }) => order['total_amount'] ?? Number.NaN)

/** Validates the steps and redeems them, and returns the entries of both, which must tell the same. */
async function stack(order: object, ...steps: Step[]) {
  const { validation, redemption } = await apply(t, order, ...steps)
  expect(applied(redemption.redemptions)).toEqual(applied(validation.redeemables))
  expect(totals(redemption.redemptions)).toEqual(totals(validation.redeemables))
  expect(redemption.order.total_amount).toBe(validation.order.total_amount)
  return validation
}
/** The answer to a validation of the steps. */
async function validate(order: object, ...steps: Step[]) {
  const redeemables = []
  for (const step of steps) redeemables.push(await redeemableOf(t, step))
  return {
    ids: redeemables.map(({ id }) => id),
    ...(await ok(t, '/v1/validations', { redeemables, order })),
  }
}
const createCategory = async (hierarchy = 1): Promise<string> =>
  (await ok(t, '/v1/categories', { name: 'c', hierarchy })).id
const within = (category_id: string, step: Step): Step => ({ ...step, voucher: { category_id } })
const skippedFor = (id: string | undefined, key: string) => ({
  status: 'SKIPPED',
  id,
  result: { details: { key } },
})

const INITIAL = { discount_calculation_mode: 'INITIAL_AMOUNT' }
const PARTIAL = { redeemables_application_mode: 'PARTIAL' }
const sample = ofLines(
  ['mug', 1_000, 2],
  ['poster', 1_500, 3],
  ['tshirt', 2_000, 3],
  ['bottle', 2_500, 2],
)
const three = ['mug', 'poster', 'tshirt']

describe('discounts one after another', () => {
  it('see on the order what lines have lost (scenario 15)', async () => {
    const { redeemables, order } = await stack(sample, percentOfLines(10, ...three), percent(10))
    expect(applied(redeemables)).toEqual([1_250, 1_625])
    expect(order).toMatchObject({
      items_discount_amount: 1_250,
      discount_amount: 1_625,
      total_amount: 14_625,
    })
  })

  it('do not see on lines what the order has lost (scenario 16)', async () => {
    const { redeemables, order } = await stack(sample, percent(10), percentOfLines(10, ...three))
    expect(applied(redeemables)).toEqual([1_750, 1_250])
    expect([offLines(order), order.total_amount]).toEqual([[200, 450, 600, 0], 14_500])
  })

  it('discount a line again, or once where the project says so (R-STACK-07, scenario 38)', async () => {
    const cart = ofLines(['a', 1_000, 1], ['b', 2_000, 1])
    const steps = [percentOfLines(10, 'a'), percentOfLines(20)]
    const again = await stack(cart, ...steps)
    expect([offLines(again.order), again.order.total_amount]).toEqual([[280, 400], 2_320])
    expect(offLines(again.redeemables[0].order)).toEqual([100, 0])
    const rules = { redeemables_products_application_mode: 'ONCE' }
    const once = await withStackingRules(t, rules, () => stack(cart, ...steps))
    expect([offLines(once.order), once.order.total_amount]).toEqual([[100, 400], 2_500])
  })

  it('take from what is left: gift card, percentage, amount (scenario 39)', async () => {
    const steps = [{ gift: { balance: 5_000, credits: 100 } }, percent(20), amount(8_000)]
    const { redeemables, order } = await stack({ amount: 200_000 }, ...steps)
    expect(applied(redeemables)).toEqual([100, 39_980, 8_000])
    expect(totals(redeemables)).toEqual([199_900, 159_920, 151_920])
    expect(order).toMatchObject({ discount_amount: 48_080, applied_discount_amount: 48_080 })
  })

  it('take off lines, then off the order (scenario 40; with its reward in rewards/stack.test.ts)', async () => {
    const steps = [
      amount(1_000, { effect: 'APPLY_TO_ITEMS' }),
      { gift: { balance: 500, credits: 100 } },
      percent(40),
      amount(30),
    ]
    const { redeemables, order } = await stack(ofLines(['a', 2_000, 1], ['b', 700, 1]), ...steps)
    expect(totals(redeemables)).toEqual([1_000, 900, 540, 510])
    expect(order).toMatchObject({
      discount_amount: 490,
      items_discount_amount: 1_700,
      total_discount_amount: 2_190,
    })
  })

  it('keep to a limit over lines before the order is discounted (scenario 41)', async () => {
    const cart = ofLines(['a', 3_000, 1], ['b', 6_000, 1], ['c', 5_000, 1])
    const lines = amount(2_000, { effect: 'APPLY_TO_ITEMS', aggregated_amount_limit: 5_000 })
    const first = { ...lines, rule: scopedTo(['a', 'b']) }
    expect((await stack(cart, first, amount(2_500))).order).toMatchObject({
      items_discount_amount: 4_000,
      discount_amount: 2_500,
      total_discount_amount: 6_500,
      total_amount: 7_500,
    })
  })

  it.each<[string, number, Step[], number[], number[]]>([
    ['42', 100, [percent(10), percent(20)], [10, 18], [10, 20]],
    [
      '44',
      10_000,
      [percent(10), amount(1_500), percent(50)],
      [1_000, 1_500, 3_750],
      [1_000, 1_500, 5_000],
    ],
    [
      '44, the amount first',
      10_000,
      [amount(1_500), percent(10), percent(50)],
      [1_500, 850, 3_825],
      [1_500, 1_000, 5_000],
    ],
    ['45', 3_000, [percent(50), percent(50), percent(50)], [1_500, 750, 375], [1_500, 1_500, 0]],
  ])(
    'take percentages of what is left, or of the order as it came (R-STACK-08, scenario %s)',
    async (_scenario, before, steps, left, initial) => {
      const sum = (parts: readonly number[]) => parts.reduce((a, b) => a + b, 0)
      const { redeemables, order } = await stack({ amount: before }, ...steps)
      expect(applied(redeemables)).toEqual(left)
      expect(order.total_amount).toBe(before - sum(left))
      const other = await withStackingRules(t, INITIAL, () => stack({ amount: before }, ...steps))
      expect(applied(other.redeemables)).toEqual(initial)
      expect(other.order.total_amount).toBe(before - sum(initial))
    },
  )

  it('ask their rules about what is left (R-RULE-08, scenario 43)', async () => {
    const above = { rules: { 1: { name: 'order.amount', conditions: { $more_than: [10_000] } } } }
    const [ten, twenty] = [percent(10), percent(20, { rule: above })]
    await withStackingRules(t, PARTIAL, async () => {
      const { ids, ...first } = await validate({ amount: 10_500 }, ten, twenty)
      expect(first).toMatchObject({
        valid: true,
        redeemables: [{ id: ids[0], status: 'APPLICABLE' }],
        inapplicable_redeemables: [
          {
            id: ids[1],
            status: 'INAPPLICABLE',
            result: { error: { key: 'order_rules_violated' } },
          },
        ],
        order: { total_amount: 9_450 },
      })
    })
    const { redeemables } = await stack({ amount: 10_500 }, twenty, ten)
    expect(totals(redeemables)).toEqual([8_400, 7_560])
  })

  it('are two codes of one campaign (scenario 47)', async () => {
    const voucher = { type: 'DISCOUNT_VOUCHER', ...amount(1_000) }
    const { id } = await ok(t, '/v1/campaigns', { name: 'Two codes', voucher })
    const redeemables = []
    for (let count = 0; count < 2; count += 1) {
      const { code } = await ok(t, `/v1/campaigns/${id}/vouchers`, {})
      redeemables.push({ object: 'voucher', id: code })
    }
    const body = await ok(t, '/v1/validations', { redeemables, order: { amount: 20_000 } })
    expect(body).toMatchObject({ valid: true, order: { total_amount: 18_000 } })
    expect(body.redeemables).toHaveLength(2)
    for (const entry of body.redeemables) expect(entry.status).toBe('APPLICABLE')
  })

  it('have no effect where nothing is left, and may be skipped then (R-STACK-09, scenario 56)', async () => {
    const steps = [amount(100), percent(10)]
    const { redeemables } = await stack({ amount: 100 }, ...steps)
    expect(redeemables).toMatchObject([{ status: 'APPLICABLE' }, { status: 'APPLICABLE' }])
    expect(applied(redeemables)).toEqual([100, 0])
    await withStackingRules(t, { redeemables_no_effect_rule: 'SKIP' }, async () => {
      const { ids, ...body } = await validate({ amount: 100 }, ...steps)
      expect(body).toMatchObject({ valid: true, order: { total_amount: 0 } })
      expect(body.skipped_redeemables).toMatchObject([skippedFor(ids[1], 'no_effect')])
    })
  })
})

describe('a stack of which one cannot be applied', () => {
  it('is refused as a whole (R-STACK-06, scenario 52)', async () => {
    const { ids, ...first } = await validate({ amount: 100 }, expired, percent(10))
    expect(first).toMatchObject({
      valid: false,
      redeemables: [
        { id: ids[0], status: 'INAPPLICABLE', result: { error: { key: 'voucher_expired' } } },
        skippedFor(ids[1], 'preceding_validation_failed'),
      ],
    })
    const { ids: others, ...second } = await validate({ amount: 100 }, percent(10), expired)
    expect(second).toMatchObject({
      valid: false,
      inapplicable_redeemables: [
        { id: others[1], status: 'INAPPLICABLE', result: { error: { key: 'voucher_expired' } } },
      ],
    })
    for (const body of [first, second]) expect(body).not.toHaveProperty('order')
    const redeemables = others.map((id: string) => ({ object: 'voucher', id }))
    const refused = await t.call('POST', '/v1/redemptions', { redeemables, order: { amount: 100 } })
    expect(refused).toMatchObject({ status: 400, body: { key: 'voucher_expired' } })
    const { redemption } = (await t.call('GET', `/v1/vouchers/${others[0]}`)).body
    expect(redemption.redeemed_quantity).toBe(0)
  })

  it('applies the others where the project says so (R-STACK-06, scenario 53)', async () => {
    await withStackingRules(t, PARTIAL, async () => {
      for (const steps of [
        [percent(10), expired],
        [expired, percent(10)],
      ]) {
        const { valid, redeemables, inapplicable_redeemables, order } = await validate(
          { amount: 100 },
          ...steps,
        )
        expect({ valid, total: order.total_amount }).toEqual({ valid: true, total: 90 })
        expect(redeemables).toMatchObject([{ status: 'APPLICABLE' }])
        expect(redeemables).toHaveLength(1)
        expect(inapplicable_redeemables).toMatchObject([
          { status: 'INAPPLICABLE', result: { error: { key: 'voucher_expired' } } },
        ])
        expect(inapplicable_redeemables).toHaveLength(1)
      }
    })
  })
})

describe('categories', () => {
  it('limit how many of them are applied (R-STACK-03, scenario 48)', async () => {
    const category = await createCategory()
    const rules = { applicable_redeemables_per_category_limit: 2 }
    await withStackingRules(t, rules, async () => {
      const steps = [1, 2, 3].map(() => within(category, amount(10)))
      const { ids, ...body } = await validate({ amount: 100 }, ...steps)
      expect(body).toMatchObject({ valid: true, order: { total_amount: 80 } })
      const key = 'applicable_redeemables_per_category_limit_exceeded'
      expect(body.skipped_redeemables).toMatchObject([skippedFor(ids[2], key)])
    })
  })

  it('exclude common ones, and join what is to be joined (R-STACK-01, R-STACK-02, scenarios 49, 50, 58)', async () => {
    const [never, always] = [await createCategory(), await createCategory()]
    const rules = { exclusive_categories: [never], joint_categories: [always] }
    const exclusive = within(never, percent(50))
    const joint = within(always, percent(20))
    const common = percent(10)
    await withStackingRules(t, rules, async () => {
      for (const steps of [
        [exclusive, common],
        [common, exclusive],
      ]) {
        const { ids, ...body } = await validate({ amount: 1_000 }, ...steps)
        expect(body).toMatchObject({ valid: true, order: { total_amount: 500 } })
        const skipped = skippedFor(ids[steps.indexOf(common)], 'exclusion_rules_not_met')
        expect(body.skipped_redeemables).toMatchObject([skipped])
      }
      const { redeemables } = await stack({ amount: 1_000 }, exclusive, joint)
      expect(applied(redeemables)).toEqual([500, 100])
      const others = await stack({ amount: 1_000 }, common, joint)
      expect(applied(others.redeemables)).toEqual([100, 180])
      const { order, ids, redeemables: last } = await validate({ amount: 1_000 }, joint, exclusive)
      expect(order.total_amount).toBe(400)
      const byId = new Map(last.map((entry: Entry & { id: string }) => [entry.id, entry]))
      expect(applied(ids.map((id: string) => byId.get(id) as Entry))).toEqual([100, 500])
    })
  })

  it('come in the order of their hierarchy where the project says so (R-STACK-04, scenario 57)', async () => {
    const [second, first] = [await createCategory(2), await createCategory(1)]
    const steps = [within(second, percent(10)), within(first, amount(500))]
    expect((await validate({ amount: 1_000 }, ...steps)).order.total_amount).toBe(400)
    const rules = { redeemables_sorting_rule: 'CATEGORY_HIERARCHY' }
    await withStackingRules(t, rules, async () => {
      expect((await validate({ amount: 1_000 }, ...steps)).order.total_amount).toBe(450)
    })
  })
})
