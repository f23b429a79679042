import { describe, expect, it } from 'vitest'
import { waitFor } from '../../support/wait-for.ts'
import type { Sdk } from './use-sdk.ts'

const AMOUNT_1000 = { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 1_000 } }

export const campaignsThroughSdk = (sdk: Sdk) =>
  describe('campaigns', () => {
    const create = (name: string, fields: object = {}) =>
      sdk.client.campaigns.create({ name, voucher: AMOUNT_1000, ...fields })
    const vouchersOf = async (campaign: string) =>
      (await sdk.client.vouchers.list({ campaign, limit: 100, order: 'code' })).vouchers
    /** The campaign as soon as it has `count` codes. */
    const withCodes = (id: string, count: number) =>
      waitFor(`${count} codes of ${id}`, async () => {
        const found = await sdk.client.campaigns.get(id)
        return found.vouchers_count === count && found
      })

    it('are created with codes of their form, and read back by id and by name', async () => {
      const created = await create('Spring sale', {
        campaign_type: 'DISCOUNT_COUPONS',
        type: 'AUTO_UPDATE',
        start_date: '2020-01-01T00:00:00Z',
        expiration_date: '2099-01-01T00:00:00Z',
        vouchers_count: 3,
        voucher: {
          ...AMOUNT_1000,
          redemption: { quantity: 2 },
          code_config: { pattern: 'SALE-####' },
        },
        metadata: { season: 'spring' },
      })
      expect(created).toMatchObject({
        id: expect.stringMatching(/^camp_/),
        object: 'campaign',
        name: 'Spring sale',
        campaign_type: 'DISCOUNT_COUPONS',
        type: 'AUTO_UPDATE',
        active: true,
        metadata: { season: 'spring' },
        voucher: { discount: { type: 'AMOUNT', amount_off: 1_000 } },
      })
      expect(await withCodes('Spring sale', 3)).toMatchObject({
        id: created.id,
        creation_status: 'DONE',
        vouchers_generation_status: 'DONE',
      })
      for (const voucher of await vouchersOf('Spring sale'))
        expect(voucher).toMatchObject({
          code: expect.stringMatching(/^SALE-\w{4}$/),
          campaign: 'Spring sale',
          campaign_id: created.id,
          redemption: { quantity: 2 },
        })
    })

    it('are changed, disabled, enabled and deleted with their codes', async () => {
      const { campaigns } = sdk.client
      const { id } = await create('Short lived', { vouchers_count: 1 })
      expect(
        await campaigns.update('Short lived', { description: 'd', metadata: { a: 1 } }),
      ).toMatchObject({ id, description: 'd', metadata: { a: 1 } })
      await campaigns.disable(id)
      expect(await campaigns.get(id)).toMatchObject({ active: false })
      await campaigns.enable(id)
      expect(await campaigns.get(id)).toMatchObject({ active: true })
      const deleted = await campaigns.delete('Short lived', { force: true })
      expect(await sdk.outcomeOf(deleted)).toMatchObject({ operation_status: 'SUCCESS' })
      await expect(campaigns.get(id)).rejects.toMatchObject({
        code: 404,
        key: 'not_found',
        resource_type: 'campaign',
        resource_id: id,
      })
      expect(await vouchersOf('Short lived')).toEqual([])
    })

    it('refuse a name that is taken', async () => {
      await create('Only one')
      await expect(create('Only one')).rejects.toMatchObject({
        code: 409,
        key: 'duplicate_found',
      })
    })

    it('get more codes: one, a certain one, many', async () => {
      const { campaigns } = sdk.client
      const { id } = await create('Growing')
      expect(await campaigns.addVoucher('Growing')).toMatchObject({
        object: 'voucher',
        campaign: 'Growing',
        discount: { amount_off: 1_000 },
      })
      expect(
        await campaigns.addCertainVoucher('Growing', 'grow/1 2', { metadata: { a: 1 } }),
      ).toMatchObject({ code: 'grow/1 2', campaign_id: id, metadata: { a: 1 } })
      const many = await campaigns.addVoucher('Growing', { category: 'c' }, { vouchers_count: 5 })
      expect(await sdk.outcomeOf(many)).toMatchObject({ operation_status: 'SUCCESS' })
      expect(await withCodes(id, 7)).toBeDefined()
      expect(await sdk.client.vouchers.list({ campaign: 'Growing', category: 'c' })).toMatchObject({
        total: 5,
      })
    })

    it('get codes that are imported, as JSON and as CSV (trap 9)', async () => {
      const { campaigns } = sdk.client
      const { id } = await create('Imported')
      const imported = await campaigns.importVouchers('Imported', [
        { code: 'CAMP-1', metadata: { a: 1 } },
        { code: 'CAMP-2' },
      ])
      expect(await sdk.outcomeOf(imported)).toMatchObject({ operation_status: 'SUCCESS' })
      const path = await sdk.writeCsv(['Code,Category,shelf', 'CAMP-3,shoes,A7'])
      const uploaded = await campaigns.importVouchersCSV(id, path)
      expect(await sdk.outcomeOf(uploaded)).toMatchObject({ operation_status: 'SUCCESS' })
      expect(await vouchersOf(id)).toMatchObject([
        { code: 'CAMP-1', metadata: { a: 1 }, discount: { amount_off: 1_000 } },
        { code: 'CAMP-2' },
        { code: 'CAMP-3', category: 'shoes', metadata: { shelf: 'A7' } },
      ])
    })

    it('are listed by type, in pages and in the wanted order', async () => {
      const names = ['Gift A', 'Gift B', 'Gift C']
      for (const name of names) await create(name, { voucher: { gift: { amount: 100 } } })
      const list = (params: object) =>
        sdk.client.campaigns.list({ campaign_type: 'GIFT_VOUCHERS', limit: 2, ...params })
      const first = await list({ order: 'created_at' })
      expect(first).toMatchObject({ object: 'list', data_ref: 'campaigns', total: 3 })
      expect(first.campaigns).toMatchObject([
        { name: 'Gift A', campaign_type: 'GIFT_VOUCHERS' },
        { name: 'Gift B' },
      ])
      expect((await list({ order: 'created_at', page: 2 })).campaigns).toMatchObject([
        { name: 'Gift C' },
      ])
      expect((await list({ order: '-created_at' })).campaigns[0]).toMatchObject({ name: 'Gift C' })
    })
  })

export const promotionsThroughSdk = (sdk: Sdk) =>
  describe('promotions', () => {
    const percent = (percent_off: number) => ({ discount: { type: 'PERCENT', percent_off } })
    let promotions = 0
    const createPromotion = (tiers: object[] = []) => {
      promotions += 1
      return sdk.client.promotions.create({
        name: `Promotion ${promotions}`,
        campaign_type: 'PROMOTION',
        promotion: { tiers },
      })
    }

    it('are created with their tiers', async () => {
      const tier = { name: 'Ten', banner: '10 %', action: percent(10) }
      const created = await createPromotion([tier])
      expect(created).toMatchObject({
        object: 'campaign',
        campaign_type: 'PROMOTION',
        promotion: {
          total: 1,
          has_more: false,
          tiers: [{ ...tier, promotion_id: created.id, hierarchy: 1 }],
        },
      })
    })

    it('have tiers that are added, read, changed, listed and deleted (trap 7)', async () => {
      const { tiers } = sdk.client.promotions
      const { id: campaignId } = await createPromotion()
      const tier = await tiers.create(campaignId, {
        name: 'Five',
        banner: 'b',
        action: percent(5),
        hierarchy: 2,
        metadata: { a: 1 },
      })
      expect(tier).toMatchObject({
        id: expect.stringMatching(/^promo_/),
        object: 'promotion_tier',
        name: 'Five',
        banner: 'b',
        action: percent(5),
        hierarchy: 2,
        campaign_id: campaignId,
        metadata: { a: 1 },
      })
      expect(await tiers.get(tier.id)).toEqual(tier)
      expect(await tiers.update({ id: tier.id, name: 'Six', action: percent(6) })).toMatchObject({
        id: tier.id,
        name: 'Six',
        action: percent(6),
        metadata: { a: 1 },
      })
      expect(await tiers.list(campaignId)).toMatchObject({
        object: 'list',
        data_ref: 'tiers',
        total: 1,
        tiers: [{ id: tier.id, name: 'Six' }],
      })
      const all = await tiers.listAll({ is_available: true, limit: 100 })
      expect(all.tiers).toContainEqual(expect.objectContaining({ id: tier.id }))
      await tiers.delete(tier.id)
      await expect(tiers.get(tier.id)).rejects.toMatchObject({ code: 404, key: 'not_found' })
    })

    it('have tiers that are redeemed by themselves', async () => {
      const { promotion } = await createPromotion([{ name: 'Ten', action: percent(10) }])
      const [{ id }] = promotion.tiers
      expect(
        await sdk.client.promotions.tiers.redeem(id, {
          customer: { source_id: 'tier-customer' },
          order: { amount: 20_000 },
        }),
      ).toMatchObject({
        object: 'redemption',
        result: 'SUCCESS',
        order: { amount: 20_000, total_discount_amount: 2_000, total_amount: 18_000 },
        promotion_tier: { id, name: 'Ten' },
      })
    })

    it('are validated all at once, each by itself (§21)', async () => {
      const { id: campaignId } = await createPromotion([
        { name: 'Best', banner: 'half', action: percent(50), metadata: { a: 1 } },
      ])
      const asked = { customer: { source_id: 'tier-customer' }, order: { amount: 20_000 } }
      const best = expect.objectContaining({
        id: expect.stringMatching(/^promo_/),
        object: 'promotion_tier',
        name: 'Best',
        banner: 'half',
        campaign_id: campaignId,
        discount: expect.objectContaining({ type: 'PERCENT', percent_off: 50 }),
        discount_amount: 10_000,
        metadata: { a: 1 },
        order: expect.objectContaining({ total_discount_amount: 10_000, total_amount: 10_000 }),
      })
      const valid = { valid: true, tracking_id: expect.any(String) }
      const answer = await sdk.client.promotions.validate(asked)
      expect(answer).toMatchObject(valid)
      expect(answer.promotions).toContainEqual(best)
      const other = await sdk.client.validations.validate(asked)
      expect(other).toMatchObject(valid)
      expect(other.promotions).toContainEqual(best)
    })

    it('have stacks of tiers', async () => {
      const { stack } = sdk.client.promotions
      const { id: campaignId, promotion } = await createPromotion([
        { name: 'One', action: percent(1) },
        { name: 'Two', action: percent(2) },
      ])
      const ids = promotion.tiers.map(({ id }: { id: string }) => id)
      const made = await stack.createInCampaign(campaignId, {
        name: 'Both',
        tiers: { ids, hierarchy_mode: 'MANUAL' },
      })
      expect(made).toMatchObject({
        id: expect.stringMatching(/^stack_/),
        object: 'promotion_stack',
        name: 'Both',
        campaign_id: campaignId,
        tiers: { ids, hierarchy_mode: 'MANUAL' },
      })
      expect(await stack.get(campaignId, made.id)).toEqual(made)
      expect(await stack.update(campaignId, made.id, { name: 'Two of them' })).toMatchObject({
        id: made.id,
        name: 'Two of them',
        tiers: { ids },
      })
      expect(await stack.listInCampaign(campaignId)).toMatchObject({
        object: 'list',
        total: 1,
        data: [{ id: made.id }],
      })
      expect((await stack.list({ is_available: true, limit: 100 })).data).toContainEqual(
        expect.objectContaining({ id: made.id }),
      )
      await stack.delete(campaignId, made.id)
      await expect(stack.get(campaignId, made.id)).rejects.toMatchObject({ code: 404 })
    })
  })
