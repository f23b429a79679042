import { beforeAll, describe, expect, it } from 'vitest'
import type { Sdk } from './use-sdk.ts'

export const rewardsThroughSdk = (sdk: Sdk) =>
  describe('rewards', () => {
    let coupons = ''
    let program = ''
    beforeAll(async () => {
      const { campaigns } = sdk.client
      const voucher = { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 500 } }
      coupons = (await campaigns.create({ name: 'Coupons that are rewards', voucher })).id
      const card = { type: 'LOYALTY_CARD', loyalty_card: { points: 100 } }
      program = (await campaigns.create({ name: 'Program with rewards', voucher: card })).id
    })

    it('are created, read, changed, listed and deleted', async () => {
      const { rewards } = sdk.client
      const created = await rewards.create({
        name: 'Coupon',
        type: 'CAMPAIGN',
        parameters: { campaign: { id: coupons } },
        stock: null,
      })
      expect(created).toMatchObject({
        object: 'reward',
        stock: null,
        redeemed: null,
        parameters: { campaign: { id: coupons, type: 'DISCOUNT_COUPONS' } },
      })
      expect(await rewards.get(created.id)).toEqual(created)
      expect(await rewards.update({ id: created.id, name: 'New' })).toMatchObject({ name: 'New' })
      expect(await rewards.list({ limit: 1, page: 1 })).toMatchObject({ data_ref: 'data' })
      await rewards.delete(created.id)
      await expect(rewards.get(created.id)).rejects.toMatchObject({ code: 404, key: 'not_found' })
    })

    it('are put into programs', async () => {
      const { rewards } = sdk.client
      const { id } = await rewards.create({
        name: 'Coupon',
        parameters: { campaign: { id: coupons } },
      })
      const assignment = await rewards.createAssignment(id, {
        campaign: program,
        parameters: { loyalty: { points: 1 } },
      })
      expect(await rewards.listAssignments(id, { limit: 1 })).toMatchObject({
        total: 1,
        data: [assignment],
      })
      if (rewards.getAssignment) {
        expect(await rewards.getAssignment(id, assignment.id)).toEqual(assignment)
      }
      const change = { id: assignment.id, parameters: { loyalty: { points: 2 } } }
      expect(await rewards.updateAssignment(id, change)).toMatchObject({
        parameters: { loyalty: { points: 2 } },
      })
      await expect(rewards.delete(id)).rejects.toMatchObject({ code: 400, key: 'resource_in_use' })
      await rewards.deleteAssignment(id, assignment.id)
      await rewards.delete(id)
    })
  })
