import { beforeAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { aReferralCampaign, aReferrer } from '../referrals/support.ts'
import { inParallel } from './support.ts'

const t = useTestApp()

const customer = { source_id: 'holder' }
const list = async (query = '') =>
  (await t.call('GET', `/v1/customers/holder/redeemables${query}`)).body
const codesOf = async (query = '') =>
  (await list(query)).data.map(
    ({ redeemable }: { redeemable: { voucher: { code: string } } }) => redeemable.voucher.code,
  )

describe('GET /v1/customers/{id}/redeemables (engine-programs §2.7)', () => {
  beforeAll(async () => {
    await t.call('POST', '/v1/vouchers/COUPON', { discount: { type: 'AMOUNT', amount_off: 10 } })
    await t.call('POST', '/v1/vouchers/CARD', { gift: { amount: 100 } })
    await t.call('POST', '/v1/vouchers/SPENT', {
      discount: { type: 'AMOUNT', amount_off: 10 },
      redemption: { quantity: 1 },
    })
    await t.call('POST', '/v1/vouchers/REF', {
      discount: { type: 'AMOUNT', amount_off: 10 },
      is_referral_code: true,
    })
    for (const voucher of ['COUPON', 'CARD', 'SPENT', 'REF']) {
      t.clock.advance(1_000)
      const { status } = await t.call('POST', '/v1/publications', { voucher, customer })
      expect(status).toBe(200)
    }
    await t.call('POST', '/v1/vouchers/SPENT/redemption', { order: { amount: 100 } })
  })

  it('tells what was published to the customer, newest first (C-40, programs scenario 20)', async () => {
    const body = await list()
    expect(body).toMatchObject({ object: 'list', data_ref: 'data', total: 4, has_more: false })
    expect(await codesOf()).toEqual(['REF', 'SPENT', 'CARD', 'COUPON'])
    const { id, code } = (await t.call('GET', '/v1/vouchers/COUPON')).body
    expect(body.data[3]).toMatchObject({
      redeemable_id: id,
      redeemable_object: 'voucher',
      campaign_id: null,
      campaign_type: null,
      voucher_type: 'DISCOUNT_VOUCHER',
      holder_role: 'OWNER',
      redeemable: { type: 'voucher', voucher: { id, code }, status: 'ACTIVE' },
      object: 'redeemable_holder',
    })
    expect(body.data[3].id).toMatch(/^rh_/)
    expect(body.data[0].holder_role).toBe('REFERRER')
    expect(body.data[1].redeemable.status).toBe('USED')
  })

  it('goes on behind an entry, in both directions', async () => {
    const first = await list('?limit=3&order=id')
    expect(first).toMatchObject({ has_more: true, total: 4 })
    expect(await codesOf(`?order=id&starting_after_id=${first.more_starting_after}`)).toEqual([
      'REF',
    ])
    expect((await list('?starting_after_id=nonsense')).key).toBe('invalid_or_expired_cursor')
  })

  it.each([
    ['voucher_type', 'GIFT_VOUCHER', ['CARD']],
    ['holder_role', 'REFERRER', ['REF']],
    ['redeemable_object', 'voucher', ['REF', 'SPENT', 'CARD', 'COUPON']],
    ['campaign_id', 'camp_x', []],
    ['campaign_type', 'LOYALTY_PROGRAM', []],
  ])('can be narrowed by %s', async (field, value, expected) => {
    expect(await codesOf(`?filters[${field}][conditions][$is]=${value}`)).toEqual(expected)
  })

  it('tells what of it can be used', async () => {
    const statusOf = async (code: string) =>
      (await list()).data.find(
        (each: { redeemable: { voucher: { code: string } } }) =>
          each.redeemable.voucher.code === code,
      )?.redeemable.status
    await t.call('POST', '/v1/vouchers/CARD/redemption', { order: { amount: 100 } })
    expect(await statusOf('CARD')).toBe('NO_BALANCE')
    await t.call('POST', '/v1/vouchers/COUPON/disable')
    expect(await statusOf('COUPON')).toBe('DISABLED')
    await t.call('PUT', '/v1/vouchers/REF', { expiration_date: '2001-01-01' })
    expect(await statusOf('REF')).toBe('EXPIRED')
    await t.call('PUT', '/v1/vouchers/REF', { expiration_date: null, start_date: '2101-01-01' })
    expect(await statusOf('REF')).toBe('NOT_ACTIVE_YET')
    await t.call('DELETE', '/v1/vouchers/REF')
    expect(await statusOf('REF')).toBeUndefined()
  })

  it('tells a referee of the code of their referrer (C-40)', async () => {
    const referrer = await aReferrer(t, await aReferralCampaign(t))
    const url = `/v1/referrals/members/${referrer.code}/holders`
    await t.call('POST', url, { holders: [{ source_id: 'referee' }] })
    const told = async (sourceId: string) =>
      (await t.call('GET', `/v1/customers/${sourceId}/redeemables`)).body.data
    const entry = {
      campaign_type: 'REFERRAL_PROGRAM',
      redeemable: { voucher: { code: referrer.code } },
    }
    expect(await told('referee')).toMatchObject([{ ...entry, holder_role: 'REFEREE' }])
    expect(await told(referrer.sourceId)).toMatchObject([{ ...entry, holder_role: 'REFERRER' }])
  })

  it('tells of a code once, however often it is published at once', async () => {
    await t.call('POST', '/v1/vouchers/MANY', { discount: { type: 'AMOUNT', amount_off: 10 } })
    await inParallel(10, () => t.call('POST', '/v1/publications', { voucher: 'MANY', customer }))
    expect((await codesOf()).filter((code: string) => code === 'MANY')).toEqual(['MANY'])
  })

  it('is told of customers alone whom there are', async () => {
    expect((await t.call('GET', '/v1/customers/nobody/redeemables')).status).toBe(404)
  })
})
