import { beforeAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'

/** A cart of 115: one item of 100, one of 15 (scenario 107). */
const t = useTestApp()
const cart = {
  order: {
    items: [
      { source_id: 'p-100', related_object: 'product', amount: 10_000, quantity: 1 },
      { source_id: 'p-15', related_object: 'product', amount: 1_500, quantity: 1 },
    ],
  },
}
const customer = { source_id: 'ann' }

const ok = async (method: 'POST' | 'PUT', url: string, body?: object) => {
  const answer = await t.call(method, url, body)
  if (answer.status >= 300) throw new Error(`${url}: ${JSON.stringify(answer.body)}`)
  return answer.body
}
const qualify = async (body: object) => {
  const answer = await t.call('POST', '/v1/qualifications', body)
  expect(answer.status).toBe(200)
  return answer.body
}
const found = (body: {
  redeemables: { data: { id: string; order?: { total_applied_discount_amount?: number } }[] }
}) =>
  Object.fromEntries(
    body.redeemables.data.map(({ id, order }) => [id, order?.total_applied_discount_amount]),
  )
const createRule = async (fields: object): Promise<string> =>
  (await ok('POST', '/v1/validation-rules', { name: 'r', ...fields })).id
const assign = (ruleId: string, type: string, id: string) =>
  ok('POST', `/v1/validation-rules/${ruleId}/assignments`, {
    related_object_type: type,
    related_object_id: id,
  })
const createVoucher = async (code: string, fields: object = {}) =>
  ok('POST', `/v1/vouchers/${code}`, {
    discount: { type: 'PERCENT', percent_off: 10 },
    ...fields,
  })
const itemsRule = (sourceId: string) =>
  createRule({ applicable_to: { included: [{ object: 'product', source_id: sourceId }] } })

let ids: { promotion: string; items10: string; items20: string }

beforeAll(async () => {
  await ok('POST', '/v1/customers', { ...customer, metadata: { vip: true } })
  const campaign = await ok('POST', '/v1/campaigns', { name: 'P', campaign_type: 'PROMOTION' })
  const tier = async (name: string, discount: object) =>
    (await ok('POST', `/v1/promotions/${campaign.id}/tiers`, { name, action: { discount } })).id
  const vip = await createRule({
    rules: {
      '1': {
        name: 'customer.metadata',
        property: 'vip',
        conditions: { $is: [true] },
        rules: {},
      },
      logic: '1',
    },
  })
  ids = {
    promotion: await tier('everybody', { type: 'PERCENT', percent_off: 10 }),
    items10: await tier('ten off', { type: 'PERCENT', percent_off: 10, effect: 'APPLY_TO_ITEMS' }),
    items20: await tier('twenty off', {
      type: 'PERCENT',
      percent_off: 20,
      effect: 'APPLY_TO_ITEMS',
    }),
  }
  await assign(await itemsRule('p-100'), 'promotion_tier', ids.items10)
  await assign(await itemsRule('p-15'), 'promotion_tier', ids.items20)
  await assign(vip, 'promotion_tier', ids.items10)
  await assign(vip, 'promotion_tier', ids.items20)

  await createVoucher('GIFT', {
    type: 'GIFT_VOUCHER',
    discount: undefined,
    gift: { amount: 2_500 },
  })
  await createVoucher('UNUSED', { active: false })
  await createVoucher('OVER', { expiration_date: '2020-01-01T00:00:00.000Z' })
  await createVoucher('NOTYET', { start_date: '2099-01-01T00:00:00.000Z' })
  await createVoucher('USED', { redemption: { quantity: 0 } })
  await ok('POST', '/v1/publications', { voucher: 'GIFT', customer })
  t.clock.advance(1_000)
})

describe('POST /v1/qualifications', () => {
  it('finds what anybody can use for the cart (R-QUAL-04, scenario 107)', async () => {
    const body = await qualify(cart)
    expect(found(body)).toEqual({ [ids.promotion]: 1_150 })
    expect(body).toMatchObject({
      redeemables: { object: 'list', data_ref: 'data', total: 1, has_more: false },
      order: { amount: 11_500, customer_id: null, referrer_id: null, object: 'order' },
      stacking_rules: { redeemables_limit: 30 },
    })
  })

  it('finds what a customer can use, each by itself (R-QUAL-03, scenario 107)', async () => {
    const body = await qualify({ ...cart, customer })
    expect(found(body)).toEqual({
      GIFT: 2_500,
      [ids.promotion]: 1_150,
      [ids.items10]: 1_000,
      [ids.items20]: 300,
    })
    const gift = body.redeemables.data.find(({ id }: { id: string }) => id === 'GIFT')
    expect(gift).toMatchObject({
      object: 'voucher',
      result: { gift: { credits: 2_500, balance: 2_500 } },
      order: { total_amount: 9_000 },
    })
  })

  it('finds what the customer holds, and nothing of anybody else (R-QUAL-01)', async () => {
    expect(found(await qualify({ ...cart, customer, scenario: 'CUSTOMER_WALLET' }))).toEqual({
      GIFT: 2_500,
    })
    const other = { source_id: 'bob' }
    expect(found(await qualify({ ...cart, customer: other, scenario: 'CUSTOMER_WALLET' }))).toEqual(
      {},
    )
    expect(found(await qualify({ ...cart, customer: other }))).toEqual({ [ids.promotion]: 1_150 })
  })

  it('finds in a wallet the cards and the coupons of the customer (R-QUAL-04)', async () => {
    await createVoucher('COUPON')
    await ok('POST', '/v1/publications', { voucher: 'COUPON', customer: { source_id: 'cleo' } })
    await createVoucher('CLEOS-GIFT', {
      type: 'GIFT_VOUCHER',
      discount: undefined,
      gift: { amount: 2_500 },
    })
    await ok('POST', '/v1/publications', { voucher: 'CLEOS-GIFT', customer: { source_id: 'cleo' } })
    const wallet = { ...cart, customer: { source_id: 'cleo' }, scenario: 'CUSTOMER_WALLET' }
    expect(found(await qualify(wallet))).toEqual({ COUPON: 1_150, 'CLEOS-GIFT': 2_500 })
    expect(found(await qualify(cart))).toEqual({ [ids.promotion]: 1_150 })
  })

  it('shows a new code at once, newest first (R-QUAL-05, scenario 93)', async () => {
    const filters = { resource_type: { conditions: { $in: ['voucher'] } } }
    const ask = () => qualify({ scenario: 'ALL', options: { filters } })
    expect(found(await ask())).toEqual({})
    for (const code of ['NEW1', 'NEW2', 'NEW3', 'NEW4', 'NEW5', 'NEW6']) {
      t.clock.advance(1_000)
      await createVoucher(code)
    }
    const body = await ask()
    expect(body.redeemables.data.map(({ id }: { id: string }) => id)).toEqual([
      'NEW6',
      'NEW5',
      'NEW4',
      'NEW3',
      'NEW2',
    ])
    expect(body.redeemables).toMatchObject({ total: 5, has_more: true })
    const next = await qualify({
      options: { filters, starting_after: body.redeemables.more_starting_after },
    })
    expect(next.redeemables).toMatchObject({ data: [{ id: 'NEW1' }], has_more: false })
    expect(next.redeemables).not.toHaveProperty('more_starting_after')
  })

  it('shows a campaign in place of its codes, which nobody holds yet (R-QUAL-01)', async () => {
    const campaign = await ok('POST', '/v1/campaigns', {
      name: 'bulk',
      voucher: { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 700 } },
    })
    const { code } = await ok('POST', `/v1/campaigns/${campaign.id}/vouchers`)
    const options = { limit: 50, filters: { campaign_id: { conditions: { $is: campaign.id } } } }
    const body = await qualify({ ...cart, options })
    expect(body.redeemables.data).toMatchObject([
      { id: campaign.id, object: 'campaign', order: { total_applied_discount_amount: 700 } },
    ])
    await ok('POST', '/v1/publications', { voucher: code, customer })
    const held = await qualify({ ...cart, customer, options })
    expect(Object.keys(found(held)).sort()).toEqual([code, campaign.id].sort())
  })

  it('ignores limits that count earlier redemptions (R-QUAL-02)', async () => {
    const { id, code } = await createVoucher('ONCE-EACH')
    const rule = await createRule({
      rules: {
        '1': {
          name: 'redemption.count.per_customer',
          conditions: { $less_than_or_equal: [1] },
          rules: {},
        },
        logic: '1',
      },
    })
    await assign(rule, 'voucher', id)
    await ok('POST', '/v1/redemptions', {
      redeemables: [{ object: 'voucher', id: code }],
      customer,
    })
    const options = { filters: { code: { conditions: { $is: code } } } }
    expect(Object.keys(found(await qualify({ ...cart, customer, options })))).toEqual([code])
  })

  it('ignores the limits of a campaign (R-QUAL-02)', async () => {
    const campaign = await ok('POST', '/v1/campaigns', {
      name: 'used up',
      voucher: { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 700 } },
    })
    const limits = {
      '1': { name: 'campaign.orders.amount', conditions: { $less_than: [1] }, rules: {} },
      '2': { name: 'campaign.redemptions.count', conditions: { $less_than: [1] }, rules: {} },
      '3': { name: 'campaign.redemptions.customers_count', conditions: { $less_than: [1] } },
    }
    await assign(await createRule({ rules: limits }), 'campaign', campaign.id)
    const { code } = await ok('POST', `/v1/campaigns/${campaign.id}/vouchers`)
    const holder = { source_id: 'dora' }
    await ok('POST', '/v1/publications', { voucher: code, customer: holder })
    const body = { ...cart, customer: holder }
    const validation = { ...body, redeemables: [{ object: 'voucher', id: code }] }
    expect((await ok('POST', '/v1/validations', validation)).valid).toBe(false)
    const options = { filters: { code: { conditions: { $is: code } } } }
    expect(found(await qualify({ ...body, options }))).toMatchObject({ [code]: 700 })
    await t.call('DELETE', `/v1/campaigns/${campaign.id}`)
  })

  it('sorts by the deal', async () => {
    const options = (sorting_rule: string) => ({
      limit: 4,
      sorting_rule,
      filters: { resource_type: { conditions: { $is: 'promotion_tier' } } },
    })
    const best = await qualify({ ...cart, customer, options: options('BEST_DEAL') })
    expect(best.redeemables.data.map(({ id }: { id: string }) => id)).toEqual([
      ids.promotion,
      ids.items10,
      ids.items20,
    ])
    const least = await qualify({ ...cart, customer, options: options('LEAST_DEAL') })
    expect(least.redeemables.data[0].id).toBe(ids.items20)
  })

  it('finds what is taken off products', async () => {
    const filters = { resource_type: { conditions: { $is: 'promotion_tier' } } }
    const ask = (scenario: string, who?: object) =>
      qualify({ ...cart, ...(who && { customer: who }), scenario, options: { limit: 50, filters } })
    const both = { [ids.items10]: 1_000, [ids.items20]: 300 }
    expect(found(await ask('PRODUCTS_DISCOUNT'))).toEqual(both)
    expect(found(await ask('PRODUCTS'))).toEqual(both)
    expect(found(await ask('PRODUCTS_DISCOUNT_BY_CUSTOMER', { source_id: 'bob' }))).toEqual({})
    expect(found(await ask('PRODUCTS_BY_CUSTOMER', customer))).toEqual(both)
  })

  it('looks at the audience alone, whatever is in the cart', async () => {
    const big = await createRule({
      rules: {
        '1': { name: 'order.amount', conditions: { $more_than: [1e9] }, rules: {} },
        logic: '1',
      },
    })
    const { id, code } = await createVoucher('BIG')
    await assign(big, 'voucher', id)
    const options = { filters: { code: { conditions: { $is: code } } } }
    expect(found(await qualify({ ...cart, options }))).toEqual({})
    const audience = await qualify({ ...cart, scenario: 'AUDIENCE_ONLY', options })
    expect(audience.redeemables.data).toMatchObject([{ id: code }])
  })

  it('finds stacks as a whole', async () => {
    const { campaign_id } = (await t.call('GET', `/v1/promotions/tiers/${ids.promotion}`)).body
    const stack = await ok('POST', `/v1/promotions/${campaign_id}/stacks`, {
      name: 'both',
      tiers: { ids: [ids.promotion, ids.items20] },
    })
    const body = await qualify({ ...cart, customer, scenario: 'PROMOTION_STACKS' })
    expect(body.redeemables.data).toMatchObject([
      { id: stack.id, object: 'promotion_stack', order: { total_applied_discount_amount: 1_450 } },
    ])
  })

  it('expands what is asked for, and explains itself', async () => {
    const filters = { resource_id: { conditions: { $is: ids.items10 } } }
    const url = '/v1/qualifications?explain=true'
    const expand = ['redeemable', 'category', 'validation_rules']
    const { body } = await t.call('POST', url, { ...cart, customer, options: { filters, expand } })
    expect(body.redeemables.data).toMatchObject([
      {
        metadata: {},
        categories: [],
        campaign_name: 'P',
        name: 'ten off',
        validation_rules_assignments: { total: 2 },
        explain: { passed: true },
      },
    ])
  })

  it.each<[string, object]>([
    ['Property .scenario should be equal to one of the allowed values', { scenario: 'SOME' }],
    ['Property .options.limit must be <= 50', { options: { limit: 51 } }],
    ['Property .options.starting_after cannot be recognized', { options: { starting_after: 'x' } }],
    ['Cannot find customer with id cust_x', { customer: { id: 'cust_x' } }],
  ])('refuses: %s', async (details, body) => {
    const answer = await t.call('POST', '/v1/qualifications', body)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.body.details).toContain(details)
  })

  it('works with neither order nor customer (R-QUAL-07)', async () => {
    expect((await t.call('POST', '/v1/qualifications')).status).toBe(200)
  })
})

describe('the older endpoints (engine-core §21)', () => {
  it('list promotions that apply, each with what it takes off', async () => {
    const body = await ok('POST', '/v1/promotions/validation', { ...cart, customer })
    expect(body).toMatchObject({ valid: true, tracking_id: expect.stringMatching(/^track_/) })
    const found = Object.fromEntries(
      body.promotions.map((each: { id: string; discount_amount: number }) => [
        each.id,
        each.discount_amount,
      ]),
    )
    expect(found).toEqual({ [ids.promotion]: 1_150, [ids.items10]: 1_000, [ids.items20]: 300 })
    expect(body.promotions[0]).toMatchObject({
      object: 'promotion_tier',
      hierarchy: expect.any(Number),
      discount: { type: 'PERCENT' },
      order: { amount: 11_500 },
    })
  })

  it('list vouchers and campaigns as what they are', async () => {
    const vouchers = await ok('POST', '/v1/vouchers/qualification?limit=100', { customer })
    expect(vouchers).toMatchObject({ object: 'list', data_ref: 'data' })
    expect(vouchers.data.map(({ code }: { code: string }) => code)).toContain('NEW1')
    const campaigns = await ok('POST', '/v1/campaigns/qualification', { ...cart, customer })
    expect(campaigns.data).toMatchObject([{ name: 'bulk', object: 'campaign' }])
  })
})
