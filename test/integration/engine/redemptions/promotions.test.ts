import { beforeAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { inParallel, PARALLEL, tally } from './support.ts'

const t = useTestApp()
let campaignId = ''

beforeAll(async () => {
  const { body } = await t.call('POST', '/v1/campaigns', {
    name: 'Spring',
    campaign_type: 'PROMOTION',
  })
  campaignId = body.id
})

const createTier = async (fields: object = {}): Promise<string> => {
  const { status, body } = await t.call('POST', `/v1/promotions/${campaignId}/tiers`, {
    name: 'tier',
    action: { discount: { type: 'PERCENT', percent_off: 10 } },
    ...fields,
  })
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body.id
}
const amountOff = (amount: number) => ({
  action: { discount: { type: 'AMOUNT', amount_off: amount } },
})
const asking = (...ids: string[]) => ({
  redeemables: ids.map((id) => ({ object: 'promotion_tier', id })),
  order: { amount: 10_000 },
})
const redeem = (body: object) => t.call('POST', '/v1/redemptions', body)
const summaryOf = async (id: string) =>
  (await t.call('GET', `/v1/promotions/tiers/${id}`)).body.summary

describe('a promotion tier', () => {
  it('is validated and redeemed as a voucher is, and summed up (R-RED-01)', async () => {
    const id = await createTier()
    const validated = await t.call('POST', '/v1/validations', asking(id))
    expect(validated.body).toMatchObject({
      valid: true,
      redeemables: [{ id, object: 'promotion_tier', order: { total_amount: 9_000 } }],
    })
    const { body } = await redeem(asking(id))
    expect(body.redemptions).toMatchObject([
      {
        related_object_type: 'promotion_tier',
        related_object_id: id,
        related_object_parent_id: campaignId,
        promotion_tier: { id, name: 'tier', campaign: { id: campaignId } },
        order: { discount_amount: 1_000, total_amount: 9_000, status: 'PAID' },
      },
    ])
    expect(body).not.toHaveProperty('parent_redemption')
    expect(body.order.redemptions[body.redemptions[0].id]).toMatchObject({
      related_object_type: 'promotion_tier',
      related_object_id: id,
      related_object_parent_id: campaignId,
    })
    expect(await summaryOf(id)).toEqual({
      redemptions: { total_redeemed: 1 },
      orders: { total_amount: 10_000, total_discount_amount: 1_000 },
    })
    const rolledBack = await t.call('POST', `/v1/redemptions/${body.redemptions[0].id}/rollback`)
    expect(rolledBack.body).toMatchObject({ result: 'SUCCESS', promotion_tier: { id } })
    expect(await summaryOf(id)).toEqual({
      redemptions: { total_redeemed: 0 },
      orders: { total_amount: 0, total_discount_amount: 0 },
    })
  })

  it('is refused when it, or its campaign, is switched off (R-PROMO-01, scenario 104)', async () => {
    const id = await createTier()
    await t.call('POST', `/v1/promotions/tiers/${id}/disable`)
    expect((await redeem(asking(id))).body).toMatchObject({
      code: 400,
      key: 'promotion_inactive',
      message: 'Inactive Promotion',
      details: `Promotion Tier with id: ${id} is disabled.`,
      resource_type: 'redemption',
      redeemable_type: 'promotion_tier',
    })
    await t.call('POST', `/v1/promotions/tiers/${id}/enable`)
    await t.call('POST', `/v1/campaigns/${campaignId}/disable`)
    expect((await redeem(asking(id))).body.key).toBe('promotion_inactive')
    await t.call('POST', `/v1/campaigns/${campaignId}/enable`)
    expect((await redeem(asking(id))).status).toBe(200)
  })

  it('is refused outside its dates (R-PROMO-01)', async () => {
    const id = await createTier({ expiration_date: '2020-01-01T00:00:00.000Z' })
    expect((await redeem(asking(id))).body.key).toBe('promotion_not_active_now')
  })

  it('of another project is unknown, also in one batch with its own', async () => {
    const id = await createTier()
    const keys = await t.addProject()
    const answers = await Promise.all([
      redeem(asking(id)),
      t.call('POST', '/v1/redemptions', asking(id), { keys }),
    ])
    expect(tally(answers)).toEqual({ granted: 1, not_found: 1 })
  })

  it('counts every parallel redemption once', async () => {
    const [a, b] = [await createTier(), await createTier()]
    const answers = await inParallel(PARALLEL, (index) =>
      redeem(index % 2 === 0 ? asking(a ?? '', b ?? '') : asking(b ?? '', a ?? '')),
    )
    expect(tally(answers)).toEqual({ granted: PARALLEL })
    expect((await summaryOf(a ?? '')).redemptions.total_redeemed).toBe(PARALLEL)
    expect((await summaryOf(b ?? '')).redemptions.total_redeemed).toBe(PARALLEL)
  })

  it('is redeemed by the older endpoints, too (R-DEP-01)', async () => {
    const id = await createTier()
    const order = { order: { amount: 500 } }
    const validated = await t.call('POST', `/v1/promotions/tiers/${id}/validation`, order)
    expect(validated.body).toMatchObject({ valid: true, order: { total_amount: 450 } })
    const redeemed = await t.call('POST', `/v1/promotions/tiers/${id}/redemption`, order)
    expect(redeemed.body).toMatchObject({ result: 'SUCCESS', promotion_tier: { id } })
  })
})

describe('a promotion stack', () => {
  const createStack = async (ids: string[]): Promise<string> => {
    const { status, body } = await t.call('POST', `/v1/promotions/${campaignId}/stacks`, {
      name: 'stack',
      tiers: { ids },
    })
    if (status !== 200) throw new Error(JSON.stringify(body))
    return body.id
  }
  const askingStack = (id: string) => ({
    redeemables: [{ object: 'promotion_stack', id }],
    order: { amount: 10_000 },
  })

  it('applies its tiers in its own order, under one head (R-PROMO-02, §18.1)', async () => {
    const [ten, off] = [await createTier(), await createTier(amountOff(1_500))]
    const { body } = await redeem(askingStack(await createStack([off ?? '', ten ?? ''])))
    expect(body.redemptions).toMatchObject([
      { related_object_id: off, order: { total_amount: 8_500, applied_discount_amount: 1_500 } },
      { related_object_id: ten, order: { total_amount: 7_650, applied_discount_amount: 850 } },
    ])
    expect(body.parent_redemption).toMatchObject({
      related_object_type: 'redemption',
      order: { total_discount_amount: 2_350, total_amount: 7_650 },
    })
    const undone = await t.call('POST', `/v1/redemptions/${body.parent_redemption.id}/rollbacks`)
    expect(undone.body.rollbacks).toHaveLength(2)
    expect(undone.body.order).toMatchObject({ status: 'CANCELED', total_amount: 10_000 })
  })

  it('has a head also when it is one tier', async () => {
    const { body } = await redeem(askingStack(await createStack([await createTier()])))
    expect(body.redemptions).toHaveLength(1)
    expect(body.parent_redemption.id).toBe(body.redemptions[0].redemption)
  })

  it('that is unknown is told as such', async () => {
    const { body } = await t.call('POST', '/v1/validations', askingStack('stack_none'))
    expect(body).toMatchObject({
      valid: false,
      redeemables: [{ id: 'stack_none', result: { error: { key: 'not_found' } } }],
    })
  })
})
