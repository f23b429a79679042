import { beforeAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { ok } from './support.ts'

/* What lists can be narrowed by (engine-core §2.3). */
const t = useTestApp()
const filter = (field: string, operator: string, value: string) =>
  `filters[${field}][conditions][${operator}]=${encodeURIComponent(value)}`

/** A condition that a field of each kind takes. */
const STATES = { active: '$enabled', status: '$enabled' } as Record<string, string>
const DATES = ['created_date', 'updated_at', 'start_date', 'expiration_date']
const NUMBERS = ['redemption.redeemed_quantity']
const conditionOn = (field: string) => {
  if (STATES[field]) return filter(field, STATES[field], 'true')
  if (DATES.includes(field)) return filter(field, '$after', '2020-01-01')
  return filter(field, '$is', NUMBERS.includes(field) ? '0' : 'x')
}

describe('the fields of a filter (R-LIST-09)', () => {
  it.each([
    [
      '/v1/vouchers',
      'active redemption.redeemed_quantity is_referral_code expiration_date metadata.X campaign_ids code start_date voucher_type holder_id category_ids',
    ],
    [
      '/v1/redemptions',
      'voucher_code related_object_id related_object_parent_id parent_redemption_id failure_code result object customer_id campaign_name user_login',
    ],
    [
      '/v1/campaigns',
      'campaigns campaigns_id campaign_status status active is_referral_code validity_timeframe voucher_type categories category_ids type created_date updated_at start_date expiration_date validity_day_of_week',
    ],
    [
      '/v1/publications',
      'failure_code result customer_id campaign_name voucher_type is_referral_code parent_object_id related_object_id source_id',
    ],
    ['/v1/campaigns/Cards/transactions', 'id voucher_id'],
  ])('of %s are all there', async (url, fields) => {
    if (url.includes('Cards')) {
      await ok(t, '/v1/campaigns', { name: 'Cards', voucher: { gift: { amount: 5 } } })
    }
    for (const field of fields.split(' ')) {
      const { status } = await t.call('GET', `${url}?${conditionOn(field)}&filters[junction]=OR`)
      expect([field, status]).toEqual([field, 200])
    }
    const unknown = await t.call('GET', `${url}?${filter('shoe_size', '$is', '42')}`)
    expect(unknown).toMatchObject({ status: 400, body: { key: 'invalid_query_params' } })
  })
})

describe('the transactions of a campaign', () => {
  it('can be narrowed to those of a voucher, page after page (R-LIST-05, R-LIST-09)', async () => {
    const { id } = await ok(t, '/v1/campaigns', { name: 'Gifts', voucher: { gift: { amount: 9 } } })
    const [first, second] = [
      await ok(t, `/v1/campaigns/${id}/vouchers`, {}),
      await ok(t, `/v1/campaigns/${id}/vouchers`, {}),
    ]
    for (const { code } of [first, second, first]) {
      await ok(t, `/v1/vouchers/${code}/balance`, { amount: 1 })
    }
    const list = async (query = '') =>
      (await t.call('GET', `/v1/campaigns/${id}/transactions?${query}`)).body
    type Row = { id: string; voucher_id: string; type: string }
    const voucherIds = (body: { data: Row[] }) => body.data.map(({ voucher_id }) => voucher_id)
    const all = await list()
    expect(voucherIds(all)).toEqual([first.id, second.id, first.id])
    expect(all.data[0]).toMatchObject({ campaign_id: id, type: 'CREDITS_ADDITION' })
    const ofFirst = filter('voucher_id', '$is', first.id)
    expect(voucherIds(await list(ofFirst))).toEqual([first.id, first.id])
    const page = await list(`${ofFirst}&limit=1`)
    expect(page).toMatchObject({ has_more: true, more_starting_after: all.data[0].id })
    const next = await list(`${ofFirst}&limit=1&starting_after_id=${page.more_starting_after}`)
    expect(next).toMatchObject({ has_more: false, data: [{ id: all.data[2].id }] })
    const either = `${ofFirst}&${filter('id', '$in][0', all.data[1].id)}&filters[junction]=OR`
    expect((await list(either)).data).toHaveLength(3)
    expect((await list(filter('voucher_id', '$is', 'v_none'))).data).toEqual([])
  })

  it('are refused for codes without a balance, and so is their export (§5.2)', async () => {
    const voucher = { type: 'DISCOUNT_VOUCHER', discount: { type: 'PERCENT', percent_off: 5 } }
    await ok(t, '/v1/campaigns', { name: 'Coupons', voucher })
    const url = '/v1/campaigns/Coupons/transactions'
    const refused = {
      status: 403,
      body: {
        key: 'forbidden',
        details: 'Transactions are allowed only for loyalty or gift campaigns',
      },
    }
    expect(await t.call('GET', url)).toMatchObject(refused)
    expect(await t.call('POST', `${url}/export`, {})).toMatchObject(refused)
  })
})

describe('a date in a filter (R-LIST-07)', () => {
  /** Vouchers by how many days from now they expire. */
  const DAYS = [-10.5, -3, -0.5, 0.5, 2, 10]
  const codeOf = (days: number) => `IN${days}`

  beforeAll(async () => {
    for (const days of DAYS) {
      const expiration_date = new Date(t.clock.now().getTime() + days * 86_400_000).toISOString()
      const discount = { type: 'PERCENT', percent_off: 5 }
      await ok(t, `/v1/vouchers/${codeOf(days)}`, { discount, expiration_date })
    }
    await ok(t, '/v1/vouchers/NEVER', { discount: { type: 'PERCENT', percent_off: 5 } })
  })

  it.each([
    ['$more_than', '3', [-10.5]],
    ['$less_than', '3', [-0.5]],
    ['$more_than_ago', '0', [-10.5, -3, -0.5]],
    ['$less_than_ago', '4', [-3, -0.5]],
    ['$is_days_ago', '3', [-3]],
    ['$is_days_ago', '10', [-10.5]],
    ['$more_than_future', '2', [10]],
    ['$less_than_future', '3', [0.5, 2]],
    ['$is_days_in_future', '0', [0.5]],
    ['$is_days_in_future', '2', [2]],
  ])('is %s %s days from now', async (operator, days, expected) => {
    const query = filter('expiration_date', operator, days)
    const { body } = await t.call('GET', `/v1/vouchers?order=created_at&limit=100&${query}`)
    expect(body.vouchers.map(({ code }: { code: string }) => code).sort()).toEqual(
      expected.map(codeOf).sort(),
    )
  })

  it.each(['-1', 'soon', '', '1e9'])('is no number of days: "%s"', async (days) => {
    const query = filter('expiration_date', '$more_than_ago', days)
    expect(await t.call('GET', `/v1/vouchers?${query}`)).toMatchObject({
      status: 400,
      body: { key: 'invalid_query_params' },
    })
  })

  it('is one of a campaign', async () => {
    const voucher = { type: 'DISCOUNT_VOUCHER', discount: { type: 'PERCENT', percent_off: 5 } }
    await ok(t, '/v1/campaigns', { name: 'Today', voucher })
    const named = filter('campaigns', '$is', 'Today')
    const total = async (operator: string) =>
      (await t.call('GET', `/v1/campaigns?${named}&${filter('created_date', operator, '1')}`)).body
        .total
    expect([await total('$less_than'), await total('$more_than')]).toEqual([1, 0])
  })
})
