import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { useSecondProcess } from './second-process.ts'
import { createVoucher, inParallel, PARALLEL, redeeming, tally } from './support.ts'

/*
 * What these tests guard: that a limit holds, whoever redeems at once. Three things hold it: the row locks of `lockUsage`
 * (usage-repo.test.ts fails without them), those of the vouchers that rivals share, and the constraint `usage_limit_kept`.
 */
const t = useTestApp()
const second = useSecondProcess(t)

const limited = async (name: string, conditions: object): Promise<string> => {
  const rules = { '1': { name, conditions, rules: {} }, logic: '1' }
  const { status, body } = await t.call('POST', '/v1/validation-rules', { name: 'limit', rules })
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body.id
}

const assign = async (ruleId: string, type: string, id: string): Promise<void> => {
  const url = `/v1/validation-rules/${ruleId}/assignments`
  const body = { related_object_type: type, related_object_id: id }
  const answer = await t.call('POST', url, body)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
}

const createCampaign = async (fields: object = {}): Promise<{ id: string; name: string }> => {
  const name = `camp-${Math.random().toString(36).slice(2)}`
  const body = {
    name,
    voucher: {
      type: 'DISCOUNT_VOUCHER',
      discount: { type: 'AMOUNT', amount_off: 100 },
      redemption: { quantity: null },
    },
    ...fields,
  }
  const answer = await t.call('POST', '/v1/campaigns', body)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return answer.body
}

const codeOf = async (campaignId: string): Promise<string> =>
  (await t.call('POST', `/v1/campaigns/${campaignId}/vouchers`)).body.code

const idOf = async (code: string): Promise<string> =>
  (await t.call('GET', `/v1/vouchers/${code}`)).body.id

const by = (code: string, customer?: string) => ({
  ...redeeming(code),
  ...(customer && { customer: { source_id: customer } }),
})
const redeem = (body: object) => t.call('POST', '/v1/redemptions', body)

describe('a limit for each customer', () => {
  it('lets a customer redeem once, others too, and again after a rollback (R-RULE-07, scenario 112)', async () => {
    const code = await createVoucher(t)
    const rule = await limited('redemption.count.per_customer', { $less_than_or_equal: [1] })
    await assign(rule, 'voucher', await idOf(code))
    const first = await redeem(by(code, 'ann'))
    expect(first.status).toBe(200)
    expect((await redeem(by(code, 'ann'))).body).toMatchObject({
      key: 'redemption_rules_violated',
      message: 'redemption does not match validation rules',
      details: `Discount Coupon cannot be redeemed because of violated validation rules: ${rule}`,
      resource_type: 'redemption',
    })
    expect((await redeem(by(code, 'bob'))).status).toBe(200)
    const { id } = first.body.redemptions[0]
    expect((await t.call('POST', `/v1/redemptions/${id}/rollback`)).status).toBe(200)
    expect((await redeem(by(code, 'ann'))).status).toBe(200)
    expect((await redeem(by(code, 'ann'))).status).toBe(400)
  })

  it('counts what was redeemed before the rule was assigned', async () => {
    const code = await createVoucher(t)
    expect((await redeem(by(code, 'cid'))).status).toBe(200)
    const rule = await limited('redemption.count.per_customer', { $less_than_or_equal: [1] })
    await assign(rule, 'voucher', await idOf(code))
    expect((await redeem(by(code, 'cid'))).body.key).toBe('redemption_rules_violated')
    expect((await t.call('POST', '/v1/validations', by(code, 'cid'))).body.valid).toBe(false)
  })

  it('gets back what was redeemed before the rule was assigned and is rolled back after', async () => {
    const code = await createVoucher(t)
    const before = await redeem(by(code, 'hal'))
    const rule = await limited('redemption.count.per_customer', { $less_than_or_equal: [2] })
    await assign(rule, 'voucher', await idOf(code))
    expect((await redeem(by(code, 'hal'))).status).toBe(200)
    expect((await redeem(by(code, 'hal'))).status).toBe(400)
    const { id } = before.body.redemptions[0]
    expect((await t.call('POST', `/v1/redemptions/${id}/rollback`)).status).toBe(200)
    expect((await redeem(by(code, 'hal'))).status).toBe(200)
    expect((await redeem(by(code, 'hal'))).status).toBe(400)
  })

  it('needs to know the customer (R-RULE-05)', async () => {
    const code = await createVoucher(t)
    const rule = await limited('redemption.count.per_customer', { $less_than_or_equal: [1] })
    await assign(rule, 'voucher', await idOf(code))
    expect((await redeem(by(code))).body.key).toBe('missing_customer')
  })

  it('holds for parallel redemptions through two processes', async () => {
    const code = await createVoucher(t)
    const rule = await limited('redemption.count.per_customer', { $less_than_or_equal: [3] })
    await assign(rule, 'voucher', await idOf(code))
    const answers = await inParallel(PARALLEL, (index) =>
      second.post(index, '/v1/redemptions', by(code, `dan${index % 2}`)),
    )
    expect(tally(answers)).toEqual({ granted: 6, redemption_rules_violated: PARALLEL - 6 })
  })
})

describe('a limit of a campaign', () => {
  it('is shared by its codes, whoever redeems them, through two processes', async () => {
    const campaign = await createCampaign()
    const rule = await limited('campaign.redemptions.count', { $less_than_or_equal: [20] })
    await assign(rule, 'campaign', campaign.id)
    // Each process has a code of its own, so that only the counter is between them, and it is there already.
    const codes = [await codeOf(campaign.id), await codeOf(campaign.id)]
    expect((await redeem(by(codes[0] ?? ''))).status).toBe(200)
    const answers = await inParallel(PARALLEL, (index) =>
      second.post(index, '/v1/redemptions', by(codes[index % 2] ?? '', `eve${index}`)),
    )
    expect(tally(answers)).toEqual({ granted: 19, redemption_rules_violated: PARALLEL - 19 })
    const { rows } = await t.db.pool.query(
      `select used from usage_counter where object_id = $1 and measure = 'redemptions'`,
      [campaign.id],
    )
    expect(rows).toEqual([{ used: 20 }])
  })

  it('is a budget of what its codes take off (campaign.orders.amount_discounted)', async () => {
    const campaign = await createCampaign()
    const rule = await limited('campaign.orders.amount_discounted', {
      $less_than_or_equal: [2_050],
    })
    await assign(rule, 'campaign', campaign.id)
    const codes = [await codeOf(campaign.id), await codeOf(campaign.id)]
    expect((await redeem(by(codes[0] ?? ''))).status).toBe(200)
    const answers = await inParallel(PARALLEL, (index) =>
      second.post(index, '/v1/redemptions', by(codes[index % 2] ?? '')),
    )
    expect(tally(answers)).toEqual({ granted: 19, redemption_rules_violated: PARALLEL - 19 })
  })

  it('counts by the day of the project, and starts again on the next', async () => {
    const campaign = await createCampaign()
    const rule = await limited('campaign.redemptions.count.daily', { $less_than_or_equal: [1] })
    await assign(rule, 'campaign', campaign.id)
    const code = await codeOf(campaign.id)
    expect((await redeem(by(code))).status).toBe(200)
    expect((await redeem(by(code))).status).toBe(400)
    t.clock.advance(24 * 3_600_000)
    expect((await redeem(by(code))).status).toBe(200)
    expect((await redeem(by(code))).status).toBe(400)
  })
})

describe('a limit on the units that a campaign discounts', () => {
  const buy = (code: string, quantity: number, customer?: string) =>
    redeem({
      ...by(code, customer),
      order: { items: [{ source_id: 'shirt', related_object: 'product', quantity, price: 1_000 }] },
    })
  const unitsOf = (answer: { body: { order: { items: { discount_quantity?: number }[] } } }) =>
    answer.body.order.items[0]?.discount_quantity ?? 0

  async function limitedTo(limit: object): Promise<string> {
    const campaign = await createCampaign({
      voucher: {
        type: 'DISCOUNT_VOUCHER',
        discount: { type: 'AMOUNT', amount_off: 100, effect: 'APPLY_TO_ITEMS_BY_QUANTITY' },
        redemption: { quantity: null },
      },
    })
    const included = [{ object: 'product', source_id: 'shirt', ...limit }]
    const { body } = await t.call('POST', '/v1/validation-rules', {
      name: 'units',
      applicable_to: { included },
    })
    await assign(body.id, 'campaign', campaign.id)
    return codeOf(campaign.id)
  }

  it('gives each customer what is left of it, and gets back what is rolled back (R-APR-07, scenario 73)', async () => {
    const code = await limitedTo({ product_campaign_quantity_limit: 10 })
    const [five, four] = [await buy(code, 5), await buy(code, 4)]
    const one = await buy(code, 3)
    expect([five, four, one].map(unitsOf)).toEqual([5, 4, 1])
    expect(one.body.order).toMatchObject({ amount: 3_000, total_discount_amount: 100 })
    expect(unitsOf(await buy(code, 3))).toBe(0)
    await t.call('POST', `/v1/redemptions/${four.body.redemptions[0].id}/rollback`)
    expect(unitsOf(await buy(code, 9))).toBe(4)
  })

  it('may be for each customer', async () => {
    const code = await limitedTo({ product_customer_campaign_quantity_limit: 2 })
    expect(unitsOf(await buy(code, 5, 'fay'))).toBe(2)
    expect(unitsOf(await buy(code, 5, 'fay'))).toBe(0)
    expect(unitsOf(await buy(code, 5, 'gus'))).toBe(2)
  })

  it('holds for parallel redemptions', async () => {
    const code = await limitedTo({ product_campaign_quantity_limit: 10 })
    const answers = await inParallel(16, () => buy(code, 3))
    expect(answers.reduce((sum, answer) => sum + unitsOf(answer), 0)).toBe(10)
  })
})
