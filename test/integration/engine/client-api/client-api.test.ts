import type { InjectOptions } from 'fastify'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ProjectKeys } from '../../../../src/platform/auth/index.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { type CallAnswer, useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const ORIGIN = 'https://shop.example.com'
const FLAGS = [
  'client_redeem_enabled',
  'client_publish_enabled',
  'client_list_vouchers_enabled',
  'client_create_customer_enabled',
  'client_set_voucher_expiration_date_enabled',
  'client_loyalty_events_enabled',
]
const OFF = Object.fromEntries(FLAGS.map((flag) => [flag, false]))
const ON = Object.fromEntries(FLAGS.map((flag) => [flag, true]))

const toAnswer = (response: {
  statusCode: number
  payload: string
  headers: Record<string, unknown>
}): CallAnswer => ({
  status: response.statusCode,
  body: response.payload === '' ? undefined : JSON.parse(response.payload),
  headers: response.headers,
})

/** Calls as a page with the client keys of the project does. */
async function fromPage(
  method: NonNullable<InjectOptions['method']>,
  url: string,
  body?: unknown,
  headers: Record<string, string | undefined> = {},
): Promise<CallAnswer> {
  const given = {
    'content-type': 'application/json',
    'x-client-application-id': t.keys.clientAppId,
    'x-client-token': t.keys.clientToken,
    origin: ORIGIN,
    ...headers,
  }
  return toAnswer(
    await t.app.http.inject({
      method,
      url,
      headers: Object.fromEntries(
        Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    }),
  )
}

async function setUp(changes: object, keys: ProjectKeys = t.keys): Promise<CallAnswer> {
  return toAnswer(
    await t.app.http.inject({
      method: 'PATCH',
      url: '/api/v1/client-settings',
      headers: { authorization: `Bearer ${keys.adminToken}` },
      payload: JSON.stringify(changes),
    }),
  )
}

let made = 0
async function aVoucher(): Promise<string> {
  made += 1
  const code = `PAGE-${made}`
  const discount = { type: 'AMOUNT', amount_off: 500 }
  const { status } = await t.call('POST', `/v1/vouchers/${code}`, {
    type: 'DISCOUNT_VOUCHER',
    discount,
  })
  expect(status).toBe(200)
  return code
}
const naming = (code: string) => ({
  redeemables: [{ object: 'voucher', id: code }],
  order: { amount: 10_000 },
  customer: { source_id: 'visitor' },
})

beforeEach(async () => {
  t.clock.advance(LIMITS.clientWindowMs)
  await setUp({ ...OFF, client_trusted_domains: ['shop.example.com'] })
})

describe('/client/v1', () => {
  it('opens with client keys from a trusted page only (R-AUTH-02, R-AUTH-03)', async () => {
    const body = naming(await aVoucher())
    const validate = async (headers: Record<string, string | undefined>) => {
      t.clock.advance(LIMITS.clientWindowMs)
      return (await fromPage('POST', '/client/v1/validations', body, headers)).status
    }
    expect(await validate({})).toBe(200)
    expect(await validate({ origin: 'https://evil.example.net' })).toBe(401)
    expect(await validate({ origin: undefined })).toBe(401)
    expect(await validate({ 'x-client-token': 'wrong' })).toBe(401)
    expect(
      await validate({
        'x-client-application-id': t.keys.appId,
        'x-client-token': t.keys.appToken,
      }),
    ).toBe(401)
    const { appId, appToken } = t.keys
    const server = { 'x-app-id': appId, 'x-app-token': appToken }
    expect(await validate({ ...server, 'x-client-application-id': undefined })).toBe(401)
    await setUp({ client_trusted_domains: ['*'] })
    expect(await validate({ origin: 'https://evil.example.net' })).toBe(200)
  })

  it('has keys that open nothing of the server API (R-AUTH-02)', async () => {
    expect(await fromPage('GET', '/v1/customers')).toMatchObject({ status: 401 })
    const { clientAppId, clientToken } = t.keys
    const headers = { 'x-app-id': clientAppId, 'x-app-token': clientToken }
    expect(await t.call('GET', '/v1/customers', undefined, { headers })).toMatchObject({
      status: 401,
    })
  })

  it('validates as the server API does', async () => {
    const body = naming(await aVoucher())
    const [page, server] = [
      await fromPage('POST', '/client/v1/validations', body),
      await t.call('POST', '/v1/validations', body),
    ]
    expect(page).toMatchObject({ status: 200, body: { valid: true } })
    expect(Object.keys(page.body)).toEqual(Object.keys(server.body))
  })

  it('validates one voucher that the query tells, with its order (§21)', async () => {
    const code = await aVoucher()
    const query = `code=${code}&amount=10000&customer[source_id]=visitor&metadata[m]=1`
    expect(await fromPage('GET', `/client/v1/validate?${query}`)).toMatchObject({
      status: 200,
      body: { valid: true, code, order: { total_amount: 9_500 } },
    })
    expect(await fromPage('GET', '/client/v1/validate?amount=1')).toMatchObject({
      status: 400,
      body: { key: 'invalid_query_params' },
    })
  })

  it('looks up what could be used as the server API does', async () => {
    const question = { customer: { source_id: 'visitor' }, order: { amount: 10_000 } }
    const pairs = [
      await Promise.all([
        fromPage('POST', '/client/v1/qualifications', question),
        t.call('POST', '/v1/qualifications', question),
      ]),
      await Promise.all([
        fromPage('GET', '/client/v1/promotions/tiers'),
        t.call('GET', '/v1/promotions/tiers'),
      ]),
    ]
    for (const [page, server] of pairs) {
      expect(page.status).toBe(200)
      expect(Object.keys(page.body)).toEqual(Object.keys(server.body))
    }
  })

  it('redeems where the project allows it (R-AUTH-07)', async () => {
    const body = naming(await aVoucher())
    expect(await fromPage('POST', '/client/v1/redemptions', body)).toMatchObject({
      status: 403,
      body: { key: 'forbidden', message: 'Forbidden' },
    })
    await setUp({ client_redeem_enabled: true })
    expect(await fromPage('POST', '/client/v1/redemptions', body)).toMatchObject({
      status: 200,
      body: { redemptions: [{ result: 'SUCCESS' }] },
    })
    const code = await aVoucher()
    const one = await fromPage('POST', `/client/v1/redeem?code=${code}`, {
      order: { amount: 1_000 },
    })
    expect(one).toMatchObject({ status: 200, body: { object: 'redemption', result: 'SUCCESS' } })
  })

  it('lists consents, and records what a customer says where the project lets pages make customers', async () => {
    const authorization = `Bearer ${t.keys.adminToken}`
    const { id } = (
      await t.app.http.inject({
        method: 'POST',
        url: '/api/v1/consents',
        headers: { authorization },
        payload: { name: 'Of pages', category: 'MARKETING' },
      })
    ).json()
    await t.call('POST', '/v1/customers', { source_id: 'asked' })
    const say = () => fromPage('PUT', '/client/v1/customers/asked/consents', { [id]: true })
    expect(await fromPage('GET', '/client/v1/consents')).toMatchObject({
      status: 200,
      body: { consents: { data: [{ id, object: 'consent' }] }, groups: { total: 0 } },
    })
    expect(await say()).toMatchObject({ status: 403, body: { key: 'forbidden' } })
    await setUp({ client_create_customer_enabled: true })
    expect((await say()).status).toBe(204)
    t.clock.advance(LIMITS.clientWindowMs)
    await setUp({ client_create_customer_enabled: false })
  })

  it('makes customers, and lists the vouchers of one, where the project allows it (C-16)', async () => {
    const code = await aVoucher()
    await t.call('POST', '/v1/publications', { voucher: code, customer: { source_id: 'holder' } })
    const make = () => fromPage('POST', '/client/v1/customers', { source_id: 'newcomer' })
    const list = (query: string) => fromPage('GET', `/client/v1/vouchers${query}`)
    expect([await make(), await list('?customer=holder')]).toMatchObject([
      { status: 403, body: { key: 'forbidden' } },
      { status: 403, body: { key: 'forbidden' } },
    ])
    await setUp({ client_create_customer_enabled: true, client_list_vouchers_enabled: true })
    expect(await make()).toMatchObject({ status: 200, body: { source_id: 'newcomer' } })
    t.clock.advance(LIMITS.clientWindowMs)
    expect(await list('?customer=holder')).toMatchObject({
      status: 200,
      body: { total: 1, vouchers: [{ code }] },
    })
    // The codes of everybody are not for pages.
    expect(await list('')).toMatchObject({ status: 400, body: { key: 'invalid_query_params' } })
  })

  it('refuses what was told of one customer beside another (C-16)', async () => {
    await setUp({ client_redeem_enabled: true })
    const body = naming(await aVoucher())
    const order = { amount: 10_000 }
    const of = async (source_id: string) => {
      const answer = await t.call('POST', '/v1/validations', { ...body, customer: { source_id } })
      return answer.body.tracking_id as string
    }
    const [own, others] = [await of('visitor'), await of('somebody else')]
    expect(own).toMatch(/^track_/)
    expect(own).not.toContain('visitor')
    for (const [url, asked] of [
      ['/client/v1/validations', body],
      ['/client/v1/qualifications', { order, customer: body.customer }],
      ['/client/v1/redemptions', body],
    ] as const) {
      expect(await fromPage('POST', url, { ...asked, tracking_id: others })).toMatchObject({
        status: 400,
        body: {
          key: 'ambiguous_tracking_id',
          message: `Ambiguous trackingId ('${others}' vs. '${own}')`,
          details:
            'The customer cannot be identified as two different identifiers have been used between requests from same origin.',
        },
      })
      t.clock.advance(LIMITS.clientWindowMs)
      const answer = await fromPage('POST', url, { ...asked, tracking_id: own })
      expect(answer.status).toBe(200)
      const { tracking_id } = answer.body.redemptions?.[0] ?? answer.body
      expect(tracking_id).toBe(own)
    }
  })

  it('takes custom events where the project allows them', async () => {
    const event = { event: 'page_viewed', customer: { source_id: 'visitor' } }
    expect(await fromPage('POST', '/client/v1/events', event)).toMatchObject({ status: 403 })
    await setUp({ client_loyalty_events_enabled: true })
    expect(await fromPage('POST', '/client/v1/events', event)).toMatchObject({
      status: 200,
      body: { object: 'event', type: 'page_viewed' },
    })
  })

  it('publishes where the project allows it, and always to servers (R-AUTH-02)', async () => {
    const publish = async (headers: Record<string, string | undefined>) =>
      fromPage(
        'POST',
        `/client/v1/publish?voucher=${await aVoucher()}`,
        { customer: { source_id: 'visitor' } },
        headers,
      )
    expect(await publish({})).toMatchObject({ status: 403 })
    const { appId, appToken } = t.keys
    const asServer = {
      'x-client-application-id': undefined,
      'x-client-token': undefined,
      origin: undefined,
      'x-app-id': appId,
      'x-app-token': appToken,
    }
    expect(await publish(asServer)).toMatchObject({ status: 200, body: { result: 'SUCCESS' } })
    expect(await publish({ ...asServer, 'x-app-token': 'wrong' })).toMatchObject({ status: 401 })
    await setUp({ client_publish_enabled: true })
    expect(await publish({})).toMatchObject({ status: 200, body: { result: 'SUCCESS' } })
  })

  it('takes access tokens within their scopes, and under the flags of the project', async () => {
    const tokenOf = async (scope: string) => {
      const form = { grant_type: 'client_credentials', scope }
      const { body } = await t.call('POST', '/v1/oauth/token', form)
      return {
        'x-client-application-id': undefined,
        'x-client-token': undefined,
        authorization: `Bearer ${body.access_token}`,
      }
    }
    const body = naming(await aVoucher())
    const validations = await tokenOf('client_validations')
    expect(await fromPage('POST', '/client/v1/validations', body, validations)).toMatchObject({
      status: 200,
    })
    expect(await fromPage('POST', '/client/v1/redemptions', body, validations)).toMatchObject({
      body: { key: 'missing_required_permission' },
    })
    const all = { ...(await tokenOf('client_api')), 'x-app-id': 'anything' }
    expect(await fromPage('POST', '/client/v1/redemptions', body, all)).toMatchObject({
      body: { key: 'forbidden' },
    })
  })

  it('lets pages ask before they call, and read what they are answered (R-AUTH-05)', async () => {
    const preflight = await t.app.http.inject({
      method: 'OPTIONS',
      url: '/client/v1/redemptions',
      headers: { origin: ORIGIN, 'access-control-request-method': 'POST' },
    })
    expect(preflight.statusCode).toBe(204)
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': expect.stringContaining('POST'),
      vary: 'Origin',
    })
    const allowed = String(preflight.headers['access-control-allow-headers']).toLowerCase()
    expect(allowed.split(/, */)).toEqual(
      expect.arrayContaining([
        'x-client-application-id',
        'x-client-token',
        'content-type',
        'x-voucherify-channel',
        'x-voucherify-api-version',
        // The published client sends it with `createCustomer`.
        'x-voucherify-double-opt-in',
      ]),
    )
    const refused = await fromPage('POST', '/client/v1/redemptions', {})
    expect(refused.status).toBe(403)
    expect(refused.headers['access-control-allow-origin']).toBe(ORIGIN)
    expect(refused.headers).not.toHaveProperty('access-control-allow-credentials')
  })

  it('takes five calls in five seconds from one address (R-AUTH-08)', async () => {
    const calls = await Promise.all(
      Array.from({ length: 7 }, () => fromPage('POST', '/client/v1/validations', {})),
    )
    const refused = calls.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(2)
    expect(refused[0]).toMatchObject({
      body: { code: 429, message: 'Too many requests hit the API too quickly.' },
      headers: { 'retry-after': '5', 'x-rate-limit-type': 'api_calls' },
    })
    t.clock.advance(LIMITS.clientWindowMs)
    expect(await fromPage('POST', '/client/v1/validations', {})).toMatchObject({ status: 400 })
  })
})

describe('/api/v1/client-settings', () => {
  it('has everything closed in a new project (R-AUTH-07)', async () => {
    const other = await t.addProject()
    const response = await t.app.http.inject({
      url: '/api/v1/client-settings',
      headers: { authorization: `Bearer ${other.adminToken}` },
    })
    expect(response.json()).toEqual({ client_trusted_domains: [], ...OFF })
  })

  it('changes what is given, also when several are changed at once', async () => {
    await Promise.all(FLAGS.map((flag) => setUp({ [flag]: true })))
    const { body } = await setUp({})
    expect(body).toEqual({ client_trusted_domains: ['shop.example.com'], ...ON })
  })

  it.each(['https://a b', 'shop.example.com/path', 'javascript://x', ''])(
    'refuses to trust %j',
    async (domain) => {
      expect(await setUp({ client_trusted_domains: [domain] })).toMatchObject({
        status: 400,
        body: { key: 'invalid_payload' },
      })
    },
  )
})
