import { beforeAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const ids: Record<string, string> = {}

/** The source ids of a list, after a query of it. */
async function sourceIds(query: string): Promise<string[]> {
  const { status, body } = await t.call('GET', `/v1/publications?${query}`)
  expect(status).toBe(200)
  return body.publications.map(({ source_id }: { source_id: string }) => source_id)
}

// Twelve publications, a minute apart: s01 of 12:00 to s12 of 12:11. Even ones give the gift card CARD to
// bob, odd ones the coupon TEN to ada; s03 was refused.
beforeAll(async () => {
  await t.call('POST', '/v1/vouchers/TEN', { discount: { type: 'AMOUNT', amount_off: 10 } })
  await t.call('POST', '/v1/vouchers/CARD', { gift: { amount: 500 } })
  for (let n = 1; n <= 12; n += 1) {
    if (n === 3) await t.call('POST', '/v1/vouchers/TEN/disable')
    const { body } = await t.call('POST', '/v1/publications', {
      voucher: n % 2 === 0 ? 'CARD' : 'TEN',
      customer: { source_id: n % 2 === 0 ? 'bob' : 'ada' },
      source_id: `s${String(n).padStart(2, '0')}`,
      channel: `channel ${String.fromCharCode(110 - n)}`,
    })
    if (n === 3) await t.call('POST', '/v1/vouchers/TEN/enable')
    else
      Object.assign(ids, {
        [body.voucher.code]: body.voucher.id,
        [body.tracking_id]: body.customer_id,
      })
    t.clock.advance(60_000)
  }
})

describe('GET /v1/publications', () => {
  it('shows the newest 10 of all, with a short form of the voucher (§11.1, R-LIST-01, R-LIST-08)', async () => {
    const { body } = await t.call('GET', '/v1/publications')
    expect(body).toMatchObject({ object: 'list', data_ref: 'publications', total: 12 })
    expect(body.publications).toHaveLength(10)
    expect(body.publications[0]).toEqual({
      id: expect.stringMatching(/^pub_/),
      object: 'publication',
      created_at: '2026-06-01T12:11:00.000Z',
      customer_id: ids['bob'],
      tracking_id: 'bob',
      metadata: {},
      channel: 'channel b',
      source_id: 's12',
      result: 'SUCCESS',
      customer: (await t.call('GET', '/v1/customers/bob')).body,
      voucher: {
        code: 'CARD',
        object: 'voucher',
        campaign: null,
        gift: expect.objectContaining({ amount: 500, balance: 500 }),
        is_referral_code: false,
      },
      vouchers_id: [ids['CARD']],
    })
  })

  it('pages without gaps or repeats', async () => {
    const pages = await Promise.all([1, 2, 3, 4].map((page) => sourceIds(`limit=5&page=${page}`)))
    expect(pages.map((page) => page.length)).toEqual([5, 5, 2, 0])
    expect(new Set(pages.flat()).size).toBe(12)
  })

  it.each([
    ['order=created_at', ['s01', 's02', 's03']],
    ['order=-created_at', ['s12', 's11', 's10']],
    ['order=1', ['s12', 's11', 's10']],
    ['order=channel', ['s12', 's11', 's10']],
    ['order=-channel', ['s01', 's02', 's03']],
    ['order=voucher_code', ['s02', 's04', 's06']],
    ['order=-voucher_code', ['s11', 's09', 's07']],
    ['order=tracking_id', ['s01', 's03', 's05']],
    ['order=-tracking_id', ['s12', 's10', 's08']],
  ])('sorts by %s (§11.2, R-LIST-03)', async (query, first) => {
    expect(await sourceIds(`limit=3&${query}`)).toEqual(first)
  })

  it('sorts by ids of publications and of customers', async () => {
    const { body } = await t.call('GET', '/v1/publications?order=id&limit=100')
    const publications = body.publications.map(({ id }: { id: string }) => id)
    expect(publications).toEqual([...publications].sort())
    const { body: other } = await t.call('GET', '/v1/publications?order=-customer_id&limit=100')
    const customers = other.publications.map(
      ({ customer_id }: { customer_id: string }) => customer_id,
    )
    expect(customers).toEqual([...customers].sort().reverse())
  })

  it.each([
    ['source_id=s07', ['s07']],
    ['source_id=none', []],
    ['customer=bob&limit=2', ['s12', 's10']],
    ['customer=unknown', []],
    ['voucher=TEN&limit=2', ['s11', 's09']],
    ['voucher=NONE', []],
    ['campaign=C', []],
    ['result=FAILURE', ['s03']],
    ['result=SUCCESS&voucher=TEN&order=created_at&limit=3', ['s01', 's05', 's07']],
    ['voucher_type=discount&limit=1', ['s11']],
    ['voucher_type=gift&limit=1', ['s12']],
    ['voucher_type=loyalty', []],
    ['is_referral_code=true', []],
    ['is_referral_code=false&limit=1', ['s12']],
  ])('narrows by %s (§11.2, R-LIST-10)', async (query, found) => {
    expect(await sourceIds(query)).toEqual(found)
  })

  it('narrows by ids, too', async () => {
    expect(await sourceIds(`customer=${ids['bob']}&limit=1`)).toEqual(['s12'])
    expect(await sourceIds(`voucher=${ids['TEN']}&limit=1`)).toEqual(['s11'])
  })

  const f = (field: string, operator: string, value: string) =>
    `filters[${field}][conditions][${operator}]=${encodeURIComponent(value)}`

  it.each([
    [f('source_id', '$is', 's05'), ['s05']],
    [`${f('source_id', '$in][0', 's05')}&${f('source_id', '$in][1', 's06')}`, ['s06', 's05']],
    [f('failure_code', '$is', 'no_voucher_suitable_for_publication'), ['s03']],
    [`${f('failure_code', '$is_unknown', 'true')}&limit=1`, ['s12']],
    [f('result', '$is', 'FAILURE'), ['s03']],
    [`${f('voucher_type', '$is', 'GIFT_VOUCHER')}&limit=1`, ['s12']],
    [f('is_referral_code', '$is', 'true'), []],
    [f('campaign_name', '$has_value', 'true'), []],
    [f('parent_object_id', '$is', 'camp_x'), []],
    [
      `${f('result', '$is', 'FAILURE')}&${f('source_id', '$is', 's01')}&filters[junction]=OR`,
      ['s03', 's01'],
    ],
  ])('filters by %s (§11.2, R-LIST-06, R-LIST-09)', async (query, found) => {
    expect(await sourceIds(query)).toEqual(found)
  })

  it('filters by ids of customers and of vouchers', async () => {
    const query = `${f('customer_id', '$is', ids['bob'] ?? '')}&limit=1`
    expect(await sourceIds(query)).toEqual(['s12'])
    const related = `${f('related_object_id', '$is', ids['TEN'] ?? '')}&limit=1`
    expect(await sourceIds(related)).toEqual(['s11'])
  })

  it.each([
    ['limit=101', 'invalid_query_params'],
    ['page=1001', 'page_over_limit'],
    ['order=source_id', 'invalid_query_params'],
    ['result=MAYBE', 'invalid_query_params'],
    ['voucher_type=promotion', 'invalid_query_params'],
    [f('colour', '$is', 'red'), 'invalid_query_params'],
  ])('refuses %s with %s (R-LIST-01, R-LIST-02, W-6, programs scenario 75)', async (query, key) => {
    expect(await t.call('GET', `/v1/publications?${query}`)).toMatchObject({
      status: 400,
      body: { key },
    })
  })

  it('says how far pages go (programs scenario 75)', async () => {
    expect((await t.call('GET', '/v1/publications?page=1001')).body).toMatchObject({
      code: 400,
      key: 'page_over_limit',
      message: 'Listing resource above 1000 page is not supported',
      details: 'Property .page cannot be higher than 1000',
    })
    expect((await t.call('GET', '/v1/publications?page=1000')).status).toBe(200)
  })

  it('shows what is left of a publication when voucher and customer are gone', async () => {
    await t.call('POST', '/v1/vouchers/GONE', { discount: { type: 'AMOUNT', amount_off: 1 } })
    const { body } = await t.call('POST', '/v1/publications', {
      voucher: 'GONE',
      customer: { source_id: 'gone' },
      source_id: 's-gone',
    })
    await t.call('DELETE', '/v1/vouchers/GONE?force=true')
    await t.call('DELETE', '/v1/customers/gone')
    const list = await t.call('GET', '/v1/publications?source_id=s-gone')
    expect(list.body.publications).toMatchObject([
      {
        id: body.id,
        tracking_id: null,
        customer: { id: body.customer_id, object: 'customer' },
        voucher: null,
        vouchers_id: body.vouchers_id,
      },
    ])
  })

  it('shows no publication of another project', async () => {
    const keys = await t.addProject()
    const { body } = await t.call('GET', '/v1/publications', undefined, { keys })
    expect(body).toMatchObject({ total: 0, publications: [] })
  })
})
