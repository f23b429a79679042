import { beforeAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const discount = { type: 'AMOUNT', amount_off: 1 }

/** The codes of a list, after a query of it. */
async function codes(query: string): Promise<string[]> {
  const { status, body } = await t.call('GET', `/v1/vouchers?${query}`)
  expect(status).toBe(200)
  return body.vouchers.map((voucher: { code: string }) => voucher.code)
}

// Twelve vouchers, a minute apart: V01 of 12:00 to V12 of 12:11. V02 is disabled, V03 expired, V04 is a
// gift card, V05 was updated last, V06 not begun.
beforeAll(async () => {
  for (let n = 1; n <= 12; n += 1) {
    await t.call('POST', `/v1/vouchers/V${String(n).padStart(2, '0')}`, {
      ...(n === 4 ? { gift: { amount: 1 } } : { discount }),
      ...(n === 2 && { active: false }),
      ...(n === 3 && { expiration_date: '2026-06-01T12:05:00Z' }),
      ...(n === 6 && { start_date: '2030-01-01' }),
      category: n % 2 === 0 ? 'even' : 'odd',
      metadata: { n: `number ${n}` },
    })
    t.clock.advance(60_000)
  }
  await t.call('PUT', '/v1/vouchers/V05', { category: 'fifth' })
  await t.call('POST', '/v1/vouchers/BINNED', { discount })
  await t.call('DELETE', '/v1/vouchers/BINNED')
})

describe('GET /v1/vouchers', () => {
  it('shows the newest 10 of all outside the bin, as vouchers (R-LIST-01, R-LIST-08, C-23)', async () => {
    const { body } = await t.call('GET', '/v1/vouchers')
    expect(body).toMatchObject({ object: 'list', data_ref: 'vouchers', total: 12 })
    expect(body.vouchers).toHaveLength(10)
    expect(body.vouchers[0]).toEqual((await t.call('GET', '/v1/vouchers/V12')).body)
    expect(await codes('code=BINNED')).toEqual([])
  })

  it('pages without gaps or repeats', async () => {
    const pages = await Promise.all([1, 2, 3, 4].map((page) => codes(`limit=5&page=${page}`)))
    expect(pages.map((page) => page.length)).toEqual([5, 5, 2, 0])
    expect(new Set(pages.flat()).size).toBe(12)
  })

  it.each([
    ['order=created_at', ['V01', 'V02', 'V03']],
    ['order=-created_at', ['V12', 'V11', 'V10']],
    ['order=1', ['V12', 'V11', 'V10']],
    ['order=code', ['V01', 'V02', 'V03']],
    ['order=-code', ['V12', 'V11', 'V10']],
    ['order=-updated_at', ['V05', 'V12', 'V11']],
  ])('sorts by %s (R-LIST-03)', async (query, first) => {
    expect(await codes(`limit=3&${query}`)).toEqual(first)
  })

  it.each([
    ['code=V07', ['V07']],
    ['category=fifth', ['V05']],
    ['ids[0]=none', []],
    ['campaign=unknown', []],
    ['campaign_id=camp_unknown', []],
    ['customer=unknown', []],
    ['created_at[before]=2026-06-01T12:02:00Z', ['V02', 'V01']],
    ['[created_at][after]=2026-06-01T12:10:00Z', ['V12']],
    ['updated_at[after]=2026-06-01', ['V05']],
  ])('narrows by %s (R-LIST-04, R-LIST-10)', async (query, found) => {
    expect(await codes(query)).toEqual(found)
  })

  it('narrows by ids', async () => {
    const { body } = await t.call('GET', '/v1/vouchers/V08')
    expect(await codes(`ids[0]=${body.id}&ids[1]=v_none`)).toEqual(['V08'])
    expect(await codes(`ids=${body.id}`)).toEqual(['V08'])
  })

  const f = (field: string, operator: string, value: string) =>
    `filters[${field}][conditions][${operator}]=${encodeURIComponent(value)}`

  it.each([
    [f('code', '$is', 'V07'), ['V07']],
    [f('code', '$in][0', 'V07'), ['V07']],
    [`${f('code', '$in][0', 'V07')}&${f('code', '$in][1', 'V01')}`, ['V07', 'V01']],
    [
      `${f('code', '$starts_with', 'V0')}&${f('code', '$not_in][0', 'V01')}&limit=2`,
      ['V09', 'V08'],
    ],
    [f('code', '$ends_with', '11'), ['V11']],
    [`${f('code', '$contains', '0')}&limit=2`, ['V10', 'V09']],
    [f('code', '$not_contain', '0'), ['V12', 'V11']],
    [f('metadata.n', '$is', 'number 3'), ['V03']],
    [f('metadata.none', '$has_value', 'true'), []],
    [f('voucher_type', '$is', 'GIFT_VOUCHER'), ['V04']],
    [f('active', '$disabled', 'true'), ['V02']],
    [f('active', '$expired', 'true'), ['V03']],
    [`${f('active', '$active', 'true')}&order=code&limit=3`, ['V01', 'V04', 'V05']],
    [f('expiration_date', '$before', '2026-07-01'), ['V03']],
    [f('start_date', '$has_value', 'true'), ['V06']],
    [f('redemption.redeemed_quantity', '$more_than', '0.5'), []],
    [`${f('redemption.redeemed_quantity', '$less_than', '1')}&limit=1`, ['V12']],
    [f('is_referral_code', '$is', 'true'), []],
    [`${f('code', '$is', 'V07')}&${f('voucher_type', '$is', 'GIFT_VOUCHER')}`, []],
    [
      `${f('code', '$is', 'V07')}&${f('campaign_ids', '$in][0', 'camp_x')}&filters[junction]=OR`,
      ['V07'],
    ],
  ])(
    'filters by %s (R-LIST-06, R-LIST-07, R-LIST-09, R-SDK-02, scenario 92)',
    async (query, found) => {
      expect(await codes(query)).toEqual(found)
    },
  )

  it('takes a filter value as a value, never as SQL', async () => {
    expect(await codes(f('code', '$is', "' or true --"))).toEqual([])
    expect(await codes(f("metadata.n' is not null or '", '$is', 'x'))).toEqual([])
  })

  it('says which page is the last that can be asked for (R-LIST-02, scenario 113)', async () => {
    expect(await t.call('GET', '/v1/vouchers?page=1001')).toMatchObject({
      status: 400,
      body: {
        key: 'page_over_limit',
        message: 'Listing resource above 1000 page is not supported',
        details: 'Property .page cannot be higher than 1000',
      },
    })
  })

  it.each([
    ['limit=101', 'invalid_query_params'],
    ['limit=0', 'invalid_query_params'],
    ['limit=ten', 'invalid_query_params'],
    ['page=1001', 'page_over_limit'],
    ['order=holder_id', 'invalid_query_params'],
    ['created_at[before]=yesterday', 'invalid_query_params'],
    [f('colour', '$is', 'red'), 'invalid_query_params'],
    [f('code', '$near', 'V01'), 'invalid_query_params'],
    [f('active', '$is', 'true'), 'invalid_query_params'],
    [f('redemption.redeemed_quantity', '$is', 'one'), 'invalid_query_params'],
    [f('expiration_date', '$after', 'soon'), 'invalid_query_params'],
    ['filters[code]=V01', 'invalid_query_params'],
    [`${f('code', '$is', 'V01')}&filters[junction]=xor`, 'invalid_query_params'],
  ])(
    'refuses %s with %s (R-LIST-01, R-LIST-02, R-TIME-03, W-6, scenario 113)',
    async (query, key) => {
      expect(await t.call('GET', `/v1/vouchers?${query}`)).toMatchObject({
        status: 400,
        body: { key },
      })
    },
  )
})
