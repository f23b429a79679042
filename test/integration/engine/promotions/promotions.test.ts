import { describe, expect, it } from 'vitest'
import { saveTierUsage } from '../../../../src/engine/promotions/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { type CallAnswer, useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const PERCENT_10 = { discount: { type: 'PERCENT', percent_off: 10, effect: 'APPLY_TO_ORDER' } }
let made = 0

async function createPromotion(fields: object = {}): Promise<string> {
  made += 1
  const { body } = await t.call('POST', '/v1/campaigns', {
    name: `Promotion ${made}`,
    campaign_type: 'PROMOTION',
    ...fields,
  })
  return body.id
}

const addTier = (campaign: string, fields: object = {}): Promise<CallAnswer> =>
  t.call('POST', `/v1/promotions/${campaign}/tiers`, {
    name: '10% off',
    action: PERCENT_10,
    ...fields,
  })

describe('a promotion tier', () => {
  it('is shown with its campaign, its sums and its rules (§7.1, §24.5)', async () => {
    const campaign = await createPromotion({ start_date: '2026-01-01' })
    const { status, body } = await addTier(campaign, { metadata: { a: 1 } })
    expect(status).toBe(200)
    expect(body).toEqual({
      id: expect.stringMatching(/^promo_/),
      created_at: '2026-06-01T12:00:00.000Z',
      updated_at: null,
      name: '10% off',
      banner: null,
      action: PERCENT_10,
      metadata: { a: 1 },
      hierarchy: 1,
      promotion_id: campaign,
      campaign_id: campaign,
      campaign: {
        id: campaign,
        start_date: '2026-01-01T00:00:00.000Z',
        expiration_date: null,
        validity_timeframe: null,
        validity_day_of_week: null,
        validity_hours: null,
        active: true,
        category_id: null,
        object: 'campaign',
      },
      active: true,
      start_date: null,
      expiration_date: null,
      validity_timeframe: null,
      validity_day_of_week: null,
      validity_hours: null,
      summary: {
        redemptions: { total_redeemed: 0 },
        orders: { total_amount: 0, total_discount_amount: 0 },
      },
      validation_rule_assignments: { object: 'list', data_ref: 'data', data: [], total: 0 },
      category_id: null,
      categories: [],
      object: 'promotion_tier',
    })
    expect((await t.call('GET', `/v1/promotions/tiers/${body.id}`)).body).toEqual(body)
  })

  it('gets the next place of its own, also when many are added at once (§7.1)', async () => {
    const campaign = await createPromotion()
    const answers = await Promise.all(Array.from({ length: 10 }, () => addTier(campaign)))
    const places = answers.map(({ body }) => body.hierarchy).sort((a, b) => a - b)
    expect(places).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('is changed in what is named, switched off and on, and deleted', async () => {
    const campaign = await createPromotion()
    const { body } = await addTier(campaign, { metadata: { a: 1, b: 2 } })
    const url = `/v1/promotions/tiers/${body.id}`
    const changed = await t.call('PUT', url, {
      banner: 'New',
      action: { discount: { type: 'AMOUNT', amount_off: 500 } },
      metadata: { c: 3 },
      unset_metadata_fields: ['a'],
      expiration_date: '2026-12-31',
    })
    expect(changed.body).toMatchObject({
      name: '10% off',
      banner: 'New',
      action: { discount: { type: 'AMOUNT', amount_off: 500 } },
      metadata: { b: 2, c: 3 },
      expiration_date: '2026-12-31T00:00:00.000Z',
      updated_at: expect.any(String),
    })
    expect((await t.call('POST', `${url}/disable`)).body.active).toBe(false)
    expect((await t.call('POST', `${url}/enable`)).body.active).toBe(true)
    expect((await t.call('DELETE', url)).status).toBe(204)
    expect(await t.call('GET', url)).toMatchObject({
      status: 404,
      body: { resource_type: 'promotion_tier' },
    })
  })

  it('is listed when it can be redeemed now, its own dates before those of the campaign (R-PROMO-03)', async () => {
    const keys = await t.addProject()
    const call = (method: 'GET' | 'POST', url: string, body?: unknown) =>
      t.call(method, url, body, { keys })
    const campaign = { name: 'Ended', campaign_type: 'PROMOTION', expiration_date: '2026-02-01' }
    const { body } = await call('POST', '/v1/campaigns', campaign)
    const add = async (name: string, fields: object) =>
      (
        await call('POST', `/v1/promotions/${body.id}/tiers`, {
          name,
          action: PERCENT_10,
          ...fields,
        })
      ).body.id
    await add('over with its campaign', {})
    await add('longer than its campaign', { expiration_date: '2027-01-01' })
    t.clock.advance(1_000)
    const off = await add('off', { expiration_date: '2027-01-01' })
    await call('POST', `/v1/promotions/tiers/${off}/disable`)
    const all = await call('GET', '/v1/promotions/tiers')
    expect(all.body).toMatchObject({ data_ref: 'tiers', total: 3 })
    const available = await call('GET', '/v1/promotions/tiers?is_available=true')
    expect(available.body.tiers.map(({ name }: { name: string }) => name)).toEqual([
      'longer than its campaign',
    ])
    const ofCampaign = await call('GET', `/v1/promotions/${body.id}/tiers?limit=1`)
    expect(ofCampaign.body).toMatchObject({ total: 3, tiers: [{ name: 'off' }] })
  })

  it.each([
    ['a name', { name: null }, "Payload should have required property 'name'"],
    ['an action', { action: null }, "Payload should have required property 'action'"],
    ['a discount', { action: {} }, "Property .action should have required property 'discount'"],
  ])('needs %s', async (_what, fields, details) => {
    const { status, body } = await addTier(await createPromotion(), fields)
    expect({ status, details: body.details }).toEqual({ status: 400, details })
  })

  it('belongs to a promotion', async () => {
    await t.call('POST', '/v1/campaigns', { name: 'Coupons', voucher: { gift: { amount: 1 } } })
    expect(await addTier('Coupons')).toMatchObject({
      status: 400,
      body: { key: 'invalid_campaign' },
    })
    expect(await addTier('Nobody')).toMatchObject({
      status: 404,
      body: { resource_type: 'campaign' },
    })
  })

  it('adds up several redemptions of one batch, rollbacks included', async () => {
    const { body } = await addTier(await createPromotion())
    const usage = (quantity: number, amount: number, discount: number) => ({
      tierId: body.id,
      redeemedQuantityDelta: quantity,
      ordersAmountDelta: amount,
      ordersDiscountDelta: discount,
    })
    await inTransaction(t.db, (tx) => {
      saveTierUsage(tx, [usage(1, 1000, 100), usage(1, 500, 50), usage(-1, -1000, -100)])
    })
    const shown = await t.call('GET', `/v1/promotions/tiers/${body.id}`)
    expect(shown.body.summary).toEqual({
      redemptions: { total_redeemed: 1 },
      orders: { total_amount: 500, total_discount_amount: 50 },
    })
  })
})

describe('a promotion stack', () => {
  const addStack = (campaign: string, ids: string[], fields: object = {}): Promise<CallAnswer> =>
    t.call('POST', `/v1/promotions/${campaign}/stacks`, {
      name: 'combo',
      tiers: { ids },
      ...fields,
    })

  it('keeps the order of its tiers (R-PROMO-02, §24.5)', async () => {
    const campaign = await createPromotion()
    const [a, b] = [(await addTier(campaign)).body.id, (await addTier(campaign)).body.id]
    const { status, body } = await addStack(campaign, [b, a])
    expect(status).toBe(200)
    expect(body).toEqual({
      id: expect.stringMatching(/^stack_/),
      name: 'combo',
      created_at: expect.any(String),
      updated_at: null,
      campaign_id: campaign,
      tiers: { ids: [b, a], hierarchy_mode: 'MANUAL' },
      category_id: null,
      categories: [],
      object: 'promotion_stack',
    })
    const url = `/v1/promotions/${campaign}/stacks/${body.id}`
    expect((await t.call('GET', url)).body).toEqual(body)
    const changed = await t.call('PUT', url, { name: 'less', tiers: { ids: [a] } })
    expect(changed.body).toMatchObject({ name: 'less', tiers: { ids: [a] } })
    const list = await t.call('GET', `/v1/promotions/${campaign}/stacks`)
    expect(list.body).toMatchObject({ data_ref: 'data', total: 1, data: [{ name: 'less' }] })
    expect((await t.call('DELETE', url)).status).toBe(204)
    expect((await t.call('GET', url)).status).toBe(404)
  })

  it('loses a tier that is deleted, and goes with its last one', async () => {
    const campaign = await createPromotion()
    const [a, b] = [(await addTier(campaign)).body.id, (await addTier(campaign)).body.id]
    const both = (await addStack(campaign, [a, b])).body.id
    const lone = (await addStack(campaign, [a])).body.id
    await t.call('DELETE', `/v1/promotions/tiers/${a}`)
    const left = await t.call('GET', `/v1/promotions/${campaign}/stacks/${both}`)
    expect(left.body.tiers.ids).toEqual([b])
    expect((await t.call('GET', `/v1/promotions/${campaign}/stacks/${lone}`)).status).toBe(404)
  })

  it('holds from 1 to 30 tiers of its own campaign', async () => {
    const [campaign, other] = [await createPromotion(), await createPromotion()]
    const foreign = (await addTier(other)).body.id
    expect((await addStack(campaign, [])).status).toBe(400)
    expect(
      (
        await addStack(
          campaign,
          Array.from({ length: 31 }, (_, n) => `promo_${n}`),
        )
      ).status,
    ).toBe(400)
    expect(await addStack(campaign, [foreign])).toMatchObject({
      status: 404,
      body: { resource_type: 'promotion_tier', resource_id: foreign },
    })
    expect(
      (await t.call('POST', `/v1/promotions/${campaign}/stacks`, { name: 'x' })).body.details,
    ).toBe("Payload should have required property 'tiers'")
  })
})
