import { beforeAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { createVoucher, redeeming } from './support.ts'

const t = useTestApp()
let code: string
let granted: string
let refused: string
let rollback: string

beforeAll(async () => {
  code = await createVoucher(t, { redemption: { quantity: 1 } })
  const body = { ...redeeming(code), customer: { source_id: 'alice' } }
  granted = (await t.call('POST', '/v1/redemptions', body)).body.redemptions[0].id
  t.clock.advance(1_000)
  refused = (await t.call('POST', '/v1/redemptions', redeeming(code))).body.resource_id
  t.clock.advance(1_000)
  rollback = (await t.call('POST', `/v1/redemptions/${granted}/rollback`, {})).body.id
})

const list = async (query: string) => (await t.call('GET', `/v1/redemptions?${query}`)).body
const ids = async (query: string): Promise<string[]> =>
  (await list(query)).redemptions.map(({ id }: { id: string }) => id)

describe('GET /v1/redemptions', () => {
  it('shows successes, refusals and rollbacks, newest first (R-LIST-08, scenario 106)', async () => {
    const { redemptions, ...envelope } = await list('')
    expect(envelope).toEqual({ object: 'list', data_ref: 'redemptions', total: 3 })
    expect(redemptions).toMatchObject([
      { id: rollback, object: 'redemption_rollback', customer: { source_id: 'alice' } },
      { id: refused, result: 'FAILURE', voucher: { code } },
      { id: granted, status: 'ROLLED_BACK' },
    ])
  })

  it('pages and sorts (R-LIST-01, R-LIST-03)', async () => {
    expect(await ids('limit=1&page=2')).toEqual([refused])
    expect(await ids('order=created_at')).toEqual([granted, refused, rollback])
    expect((await list('limit=101')).key).toBe('invalid_query_params')
    expect((await list('page=1001')).key).toBe('page_over_limit')
  })

  it.each<[string, () => string[]]>([
    ['result=FAILURE', () => [refused]],
    ['customer=alice', () => [rollback, granted]],
    ['filters[failure_code][conditions][$is]=quantity_exceeded', () => [refused]],
    ['filters[object][conditions][$is][0]=redemption_rollback', () => [rollback]],
    ['filters[customer_id][conditions][$is_unknown]=true', () => [refused]],
    [
      '[created_at][after]=2026-06-01T12:00:00.000Z&[created_at][before]=2026-06-01T12:00:02Z',
      () => [refused],
    ],
  ])('finds by %s (R-LIST-04, R-LIST-06, R-LIST-09)', async (query, expected) => {
    expect(await ids(query)).toEqual(expected())
  })

  it.each([
    'customer=nobody',
    'campaign=none',
    'voucher=none',
    'filters[customer_id][conditions][$is]=cust_none',
    'filters[campaign_name][conditions][$is]=none',
    'filters[voucher_code][conditions][$is]=none',
  ])('finds nothing for %s, and says so (R-LIST-10, scenario 105)', async (query) => {
    expect(await list(query)).toMatchObject({ redemptions: [], total: 0 })
  })

  it('refuses a field it does not have (W-6)', async () => {
    expect((await list('filters[shoe_size][conditions][$is]=42')).key).toBe('invalid_query_params')
  })
})

describe('GET /v1/vouchers/{code}/redemption', () => {
  it('counts and shows the history of one voucher (§18.4)', async () => {
    await t.call('POST', '/v1/redemptions', redeeming(await createVoucher(t)))
    const { body } = await t.call('GET', `/v1/vouchers/${code}/redemption`)
    expect(body).toMatchObject({
      object: 'list',
      data_ref: 'redemption_entries',
      total: 3,
      quantity: 1,
      redeemed_quantity: 0,
      url: `/v1/vouchers/${code}/redemptions?page=1&limit=10`,
    })
    expect(body.redemption_entries.map(({ id }: { id: string }) => id)).toEqual([
      rollback,
      refused,
      granted,
    ])
  })

  it('does not know unknown vouchers', async () => {
    expect((await t.call('GET', '/v1/vouchers/none/redemption')).body.key).toBe('not_found')
    expect((await t.call('GET', '/v1/redemptions/r_none')).body).toMatchObject({
      key: 'not_found',
      resource_type: 'redemption',
    })
  })
})
