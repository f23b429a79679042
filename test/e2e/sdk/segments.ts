import { describe, expect, it } from 'vitest'
import { waitFor } from '../../support/wait-for.ts'
import { amountOff, type Sdk } from './use-sdk.ts'

type Named = { source_id: string }

const isOf = (property: string) => ({
  junction: 'AND',
  [`metadata.${property}`]: { conditions: { $is: [true] } },
})

export const segmentsThroughSdk = (sdk: Sdk) =>
  describe('segments', () => {
    const membersOf = async (id: string): Promise<string[]> => {
      const { customers } = await sdk.client.customers.list({ segment_id: id, limit: 100 })
      return customers.map(({ source_id }: Named) => source_id).sort()
    }
    const untilIn = (id: string, ...sourceIds: string[]) =>
      waitFor(`${sourceIds} in ${id}`, async () => {
        const members = await membersOf(id)
        return members.join() === sourceIds.join()
      })

    it('of certain customers are created, read and deleted', async () => {
      const { customers, segments } = sdk.client
      const ann = await customers.create({ source_id: 'static-ann' })
      await customers.create({ source_id: 'static-bob' })
      const segment = await segments.create({
        name: 'Certain customers',
        type: 'static',
        customers: [ann.id],
      })
      expect(segment).toMatchObject({
        id: expect.stringMatching(/^seg_/),
        name: 'Certain customers',
        type: 'static',
        object: 'segment',
        created_at: expect.any(String),
      })
      expect(await segments.get(segment.id)).toEqual(segment)
      expect(await membersOf(segment.id)).toEqual(['static-ann'])
      await segments.delete(segment.id)
      await expect(segments.get(segment.id)).rejects.toMatchObject({
        code: 404,
        key: 'not_found',
        resource_type: 'segment',
        resource_id: segment.id,
      })
    })

    it('are refused without what they need', async () => {
      await expect(
        sdk.client.segments.create({ name: 'Nobody', type: 'static' }),
      ).rejects.toMatchObject({ code: 400, key: 'invalid_payload' })
    })

    it('that fill themselves take in who fits, and let go who does not any more', async () => {
      const { customers, segments } = sdk.client
      const early = { source_id: 'fits-1', metadata: { fits: true } }
      await customers.create(early)
      const filter = isOf('fits')
      const { id } = await segments.create({ name: 'Who fits', type: 'auto-update', filter })
      expect(await segments.get(id)).toMatchObject({ type: 'auto-update', filter })
      await untilIn(id, 'fits-1')
      await customers.create({ source_id: 'fits-2', metadata: { fits: true } })
      await customers.create({ source_id: 'fits-not' })
      await untilIn(id, 'fits-1', 'fits-2')
      await customers.update({ ...early, metadata: { fits: false } })
      await untilIn(id, 'fits-2')
    })

    it('decide who may use a code', async () => {
      const { redemptions, segments, validationRules } = sdk.client
      const { id } = await segments.create({
        name: 'VIP',
        type: 'passive',
        filter: isOf('vip'),
      })
      const rule = await validationRules.create({
        name: 'VIP only',
        rules: { 1: { name: 'customer.segment', conditions: { $is: [id] } }, logic: '1' },
      })
      await amountOff(sdk, 'FOR-VIP', 500)
      await validationRules.createAssignment(rule.id, { voucher: 'FOR-VIP' })
      const redeem = (source_id: string, vip: boolean) =>
        redemptions.redeem('FOR-VIP', {
          customer: { source_id, metadata: { vip } },
          order: { amount: 2_000 },
        })
      await expect(redeem('vip-not', false)).rejects.toMatchObject({
        code: 400,
        key: 'customer_rules_violated',
      })
      expect(await redeem('vip', true)).toMatchObject({ order: { total_amount: 1_500 } })
    })

    it('give points to those who enter', async () => {
      const { customers, loyalties, segments } = sdk.client
      const filter = isOf('earns')
      const segment = await segments.create({ name: 'Earns', type: 'auto-update', filter })
      const { id } = await loyalties.create({
        name: 'Program of a segment',
        type: 'AUTO_UPDATE',
        voucher: { type: 'LOYALTY_CARD', loyalty_card: { points: 0 } },
      })
      await loyalties.createEarningRule(id, [
        {
          event: 'customer.segment.entered',
          segment: { id: segment.id },
          loyalty: { type: 'FIXED', points: 70 },
        },
      ])
      const customer = { source_id: 'entering' }
      const { code } = await loyalties.createMember(id, { customer })
      await customers.create({ ...customer, metadata: { earns: true } })
      await waitFor('70 points', async () => {
        const { loyalty_card } = await loyalties.getMember(id, code)
        return loyalty_card.balance === 70
      })
    })
  })

export const segmentsOfCustomersThroughSdk = (sdk: Sdk) =>
  it('the segments of a customer are listed', async () => {
    const { customers, segments } = sdk.client
    const { id } = await customers.create({ source_id: 'lis/ted', metadata: { listed: true } })
    const certain = await segments.create({ name: 'L1', type: 'static', customers: [id] })
    const fitting = await segments.create({ name: 'L2', type: 'passive', filter: isOf('listed') })
    await segments.create({ name: 'L3', type: 'passive', filter: isOf('not_listed') })
    for (const reference of [id, 'lis/ted'])
      expect(await segments.list(reference)).toEqual({
        object: 'list',
        total: 2,
        data_ref: 'data',
        data: [
          { id: certain.id, name: 'L1', object: 'segment' },
          { id: fitting.id, name: 'L2', object: 'segment' },
        ],
      })
  })
