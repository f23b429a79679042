import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { inParallel } from '../redemptions/support.ts'
import { ok, redeemableOf, type Step, withStackingRules } from './support.ts'

/* What stacking rules say beside the scenarios: limits, categories that differ, and their words (engine-core §10.3). */
const t = useTestApp()
const amount = (amount_off: number, category_id?: string): Step => ({
  discount: { type: 'AMOUNT', amount_off },
  voucher: { ...(category_id && { category_id }) },
})
const percent = (percent_off: number, category_id?: string): Step => ({
  discount: { type: 'PERCENT', percent_off },
  voucher: { ...(category_id && { category_id }) },
})
const createCategory = async (hierarchy = 1): Promise<string> =>
  (await ok(t, '/v1/categories', { name: 'c', hierarchy })).id

type Entry = {
  id: string
  order: { total_applied_discount_amount?: number }
  result: { details: { key: string; message: string } }
}
/** What each of `steps` takes off an order of 1000, or why it is skipped. */
async function outcomesOf(...steps: Step[]) {
  const redeemables = []
  for (const step of steps) redeemables.push(await redeemableOf(t, step))
  const body = await ok(t, '/v1/validations', { redeemables, order: { amount: 1_000 } })
  expect(body.valid).toBe(true)
  const entries: Entry[] = [...body.redeemables, ...(body.skipped_redeemables ?? [])]
  return redeemables.map(({ id }) => {
    const skipped = body.skipped_redeemables?.find((entry: Entry) => entry.id === id)
    const applied = entries.find((entry) => entry.id === id)?.order
    return skipped?.result.details ?? applied?.total_applied_discount_amount ?? 0
  })
}

describe('a limit of redeemables (R-STACK-03, R-STACK-10)', () => {
  it('is of a request', async () => {
    await withStackingRules(t, { applicable_redeemables_limit: 2 }, async () => {
      expect(await outcomesOf(amount(1), amount(2), amount(3))).toEqual([
        1,
        2,
        {
          key: 'applicable_redeemables_limit_exceeded',
          message: 'Applicable redeemables limit exceeded',
        },
      ])
    })
  })

  it('is of each category, or of one by its id', async () => {
    const [one, other] = [await createCategory(), await createCategory()]
    const rules = {
      applicable_redeemables_per_category_limit: 1,
      applicable_redeemables_category_limits: { [other]: 2 },
    }
    const exceeded = {
      key: 'applicable_redeemables_per_category_limit_exceeded',
      message: 'Applicable redeemables limit per category exceeded',
    }
    await withStackingRules(t, rules, async () => {
      const steps = [amount(1, one), amount(2, one), amount(3, other), amount(4, other), amount(5)]
      expect(await outcomesOf(...steps)).toEqual([1, exceeded, 3, 4, 5])
    })
  })

  it('is of exclusive ones, in all and of each category', async () => {
    const [one, other] = [await createCategory(), await createCategory()]
    const exclusive_categories = [one, other]
    const steps = [amount(1, one), amount(2, one), amount(3, other)]
    const inAll = {
      key: 'applicable_exclusive_redeemables_limit_exceeded',
      message: 'Applicable exclusive redeemables limit exceeded',
    }
    await withStackingRules(t, { exclusive_categories }, async () => {
      expect(await outcomesOf(...steps)).toEqual([1, inAll, inAll])
    })
    const rules = {
      exclusive_categories,
      applicable_exclusive_redeemables_limit: 3,
      applicable_exclusive_redeemables_per_category_limit: 1,
    }
    const ofCategory = {
      key: 'applicable_exclusive_redeemables_per_category_limit_exceeded',
      message: 'Applicable exclusive redeemables limit per category exceeded',
    }
    await withStackingRules(t, rules, async () => {
      expect(await outcomesOf(...steps)).toEqual([1, ofCategory, 3])
    })
  })

  it('is not reached by ones that are refused or excluded', async () => {
    const exclusive = await createCategory()
    const rules = { exclusive_categories: [exclusive], applicable_redeemables_limit: 1 }
    await withStackingRules(t, rules, async () => {
      expect(await outcomesOf(amount(1), amount(2, exclusive))).toEqual([
        {
          key: 'exclusion_rules_not_met',
          message: 'Redeemable cannot be applied due to exclusion rules',
        },
        2,
      ])
    })
  })
})

describe('a category', () => {
  it('may be calculated from the initial amount, or from what is left (R-STACK-08)', async () => {
    const category = await createCategory()
    const steps = () => [percent(50), percent(10, category), percent(10)]
    const initial = { initial_amount_mode_categories: [category] }
    await withStackingRules(t, initial, async () => {
      expect(await outcomesOf(...steps())).toEqual([500, 100, 40])
    })
    const left = {
      discount_calculation_mode: 'INITIAL_AMOUNT',
      discounted_amount_mode_categories: [category],
    }
    await withStackingRules(t, left, async () => {
      expect(await outcomesOf(...steps())).toEqual([500, 50, 100])
    })
  })

  it('may be skipped where it has no effect, or redeemed all the same (R-STACK-09)', async () => {
    const category = await createCategory()
    const steps = () => [amount(1_000), percent(10, category), percent(10)]
    const skipped = {
      key: 'no_effect',
      message: 'Redeemable cannot be applied due to no effect',
    }
    await withStackingRules(t, { no_effect_skip_categories: [category] }, async () => {
      expect(await outcomesOf(...steps())).toEqual([1_000, skipped, 0])
    })
    const rules = {
      redeemables_no_effect_rule: 'SKIP',
      no_effect_redeem_anyway_categories: [category],
    }
    await withStackingRules(t, rules, async () => {
      expect(await outcomesOf(...steps())).toEqual([1_000, 0, skipped])
    })
  })

  it('does not count a redemption that was skipped (R-STACK-09)', async () => {
    await withStackingRules(t, { redeemables_no_effect_rule: 'SKIP' }, async () => {
      const redeemables = [await redeemableOf(t, amount(1_000)), await redeemableOf(t, percent(10))]
      const body = await ok(t, '/v1/redemptions', { redeemables, order: { amount: 1_000 } })
      expect(body.redemptions).toHaveLength(1)
      expect(body.skipped_redeemables).toMatchObject([
        { id: redeemables[1]?.id, result: { details: { key: 'no_effect' } } },
      ])
      const uses = await inParallel(2, async (index) => {
        const { body: voucher } = await t.call('GET', `/v1/vouchers/${redeemables[index]?.id}`)
        return voucher.redemption.redeemed_quantity
      })
      expect(uses).toEqual([1, 0])
    })
  })

  it('without one has the hierarchy 1, and ties keep the order of the request (R-STACK-04)', async () => {
    const [zero, two] = [await createCategory(0), await createCategory(2)]
    const rules = { redeemables_sorting_rule: 'CATEGORY_HIERARCHY' }
    await withStackingRules(t, rules, async () => {
      const steps = [percent(50, two), percent(50), percent(50), percent(50, zero)]
      expect(await outcomesOf(...steps)).toEqual([63, 250, 125, 500])
    })
  })

  it('that is joint comes last, unless all are sorted as one (R-STACK-05)', async () => {
    const joint = await createCategory()
    const rules = { joint_categories: [joint] }
    await withStackingRules(t, rules, async () => {
      expect(await outcomesOf(percent(50, joint), percent(50))).toEqual([250, 500])
    })
    const combined = { ...rules, grouped_redeemables_sorting_rule: 'COMBINED' }
    await withStackingRules(t, combined, async () => {
      expect(await outcomesOf(percent(50, joint), percent(50))).toEqual([500, 250])
    })
  })
})

describe('a redemption of which nothing can be applied', () => {
  it('is refused, recorded and told as such where parts may be applied (R-RED-04, EV-3)', async () => {
    await withStackingRules(t, { redeemables_application_mode: 'PARTIAL' }, async () => {
      const redeemables = ['none-1', 'none-2'].map((id) => ({ object: 'voucher', id }))
      const { status, body } = await t.call('POST', '/v1/redemptions', {
        redeemables,
        order: { amount: 1_000 },
      })
      expect({ status, key: body.key, message: body.message }).toEqual({
        status: 400,
        key: 'no_applicable_redeemables',
        message: 'No applicable redeemables',
      })
      expect(body).toMatchObject({
        resource_id: expect.stringMatching(/^rf_/),
        resource_type: 'redemption',
      })
      expect((await t.call('GET', `/v1/redemptions/${body.resource_id}`)).body).toMatchObject({
        result: 'FAILURE',
        failure_code: 'no_applicable_redeemables',
        failure_message: 'No applicable redeemables',
        order: null,
      })
      const { rows } = await t.db.pool.query(
        `select type, customer_id, data from occurrence where data -> 'redemption' ->> 'id' = $1`,
        [body.resource_id],
      )
      expect(rows).toMatchObject([
        {
          type: 'redemption.failed',
          customer_id: null,
          data: {
            campaign: null,
            voucher: null,
            order: null,
            redemption: {
              result: 'FAILURE',
              status: 'FAILED',
              failure_code: 'no_applicable_redeemables',
              failure_message: 'No applicable redeemables',
            },
          },
        },
      ])
    })
  })
})
