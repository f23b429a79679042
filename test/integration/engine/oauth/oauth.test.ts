import { beforeEach, describe, expect, it } from 'vitest'
import type { ProjectKeys } from '../../../../src/platform/auth/index.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { hashSecret } from '../../../../src/platform/secrets.ts'
import { type CallAnswer, useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()

/** Posts a form as the published client does. */
async function post(
  path: string,
  form: Record<string, string>,
  { appId, appToken }: ProjectKeys = t.keys,
): Promise<CallAnswer> {
  const response = await t.app.http.inject({
    method: 'POST',
    url: `/v1/oauth${path}`,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-app-id': appId,
      'x-app-token': appToken,
    },
    payload: new URLSearchParams(form).toString(),
  })
  const text = response.payload
  return {
    status: response.statusCode,
    body: text === '' ? undefined : JSON.parse(text),
    headers: response.headers,
  }
}
const ask = (scope: string, keys?: ProjectKeys) =>
  post('/token', { grant_type: 'client_credentials', scope }, keys)
const tokenFor = async (scope: string): Promise<string> => (await ask(scope)).body.access_token

/** Calls the API with nothing but a token. */
async function callWith(token: string, method: 'GET' | 'POST', url: string, body?: object) {
  const response = await t.app.http.inject({
    method,
    url,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { payload: JSON.stringify(body) }),
  })
  return { status: response.statusCode, body: response.json() }
}

beforeEach(async () => {
  t.clock.set('2026-06-01T12:00:00.000Z')
  await t.db.kysely.deleteFrom('oauth_token').execute()
})

describe('POST /v1/oauth/token', () => {
  it('answers a token for a quarter of an hour (programs scenario 81, R-OAUTH-01)', async () => {
    expect(await ask('vouchers campaigns')).toMatchObject({
      status: 200,
      body: {
        access_token: expect.stringMatching(/^\w{50}$/),
        client_id: t.keys.appId,
        expires_at: 1_780_316_100,
        expires_in: 900,
        scope: 'vouchers campaigns',
        token_type: 'Bearer',
      },
    })
  })

  it('knows every scope of the reference (R-OAUTH-02)', async () => {
    const scopes =
      'api vouchers campaigns promotions exports publications validations qualifications redemptions customers orders ' +
      'products skus validation-rules validation-rules-assignments segments events rewards assets task-results loyalties ' +
      'consents async-actions product-collections categories metadata-schemas locations referrals trash-bin templates ' +
      'client_api client_vouchers client_promotions client_publish client_validate client_validations ' +
      'client_qualifications client_redeem client_redemptions client_customers client_events client_consents'
    for (const scope of [scopes, ...scopes.split(' ')]) {
      const { status, body } = await ask(scope)
      expect({ status, scope: body.scope }).toEqual({ status: 200, scope })
    }
  })

  it('stores a hash of it and not the token', async () => {
    const token = await tokenFor('api')
    const rows = await t.db.kysely.selectFrom('oauth_token').selectAll().execute()
    expect(rows).toHaveLength(1)
    expect(Buffer.from(rows[0]?.token_hash ?? []).equals(hashSecret(token))).toBe(true)
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  it('refuses scopes there are not, and other ways to ask', async () => {
    expect(await ask('vouchers,campaigns')).toMatchObject({
      status: 400,
      body: { key: 'invalid_scope', message: 'Invalid scope: vouchers,campaigns' },
    })
    expect(await ask('')).toMatchObject({ status: 400, body: { key: 'invalid_scope' } })
    expect(await post('/token', { grant_type: 'password', scope: 'api' })).toMatchObject({
      status: 400,
      body: { key: 'invalid_grant_type', message: 'Invalid grant_type' },
    })
  })

  it('needs the keys of an application', async () => {
    expect(await ask('api', { ...t.keys, appToken: 'wrong' })).toMatchObject({ status: 401 })
    expect(await callWith(await tokenFor('api'), 'POST', '/v1/oauth/token', {})).toMatchObject({
      status: 401,
    })
  })

  it('lets a project have so many live ones, also when many ask at once', async () => {
    const { projectId, appId } = t.keys
    await t.db.kysely
      .insertInto('oauth_token')
      .values(
        Array.from({ length: LIMITS.oauthTokensMax - 5 }, (_, index) => ({
          token_hash: hashSecret(String(index)),
          project_id: projectId,
          app_id: appId,
          key_hash: hashSecret(t.keys.appToken),
          scopes: ['api'],
          expires_at: new Date(t.clock.now().getTime() + 1_000),
        })),
      )
      .execute()
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('api')))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15)
    t.clock.advance(1_000)
    expect(await ask('api')).toMatchObject({ status: 200 })
  })
})

describe('a token', () => {
  it('opens what its scopes cover, and nothing else (R-OAUTH-02, R-OAUTH-03, R-AUTH-06, R-SDK-07)', async () => {
    const token = await tokenFor('customers')
    expect(await callWith(token, 'GET', '/v1/customers')).toMatchObject({ status: 200 })
    expect(await callWith(token, 'GET', '/v1/vouchers')).toMatchObject({
      status: 403,
      body: {
        key: 'missing_required_permission',
        message: 'Missing permission',
        details: 'User does not have a required permission to perform this operation.',
      },
    })
    expect(await callWith(await tokenFor('api'), 'GET', '/v1/vouchers')).toMatchObject({
      status: 200,
    })
  })

  it('acts for its application', async () => {
    const token = await tokenFor('customers')
    await callWith(token, 'POST', '/v1/customers', { source_id: 'by-token' })
    expect(await t.call('GET', '/v1/customers/by-token')).toMatchObject({ status: 200 })
  })

  it('does not help a request whose other keys are right', async () => {
    const headers = { authorization: 'Bearer no-such-token' }
    expect(await t.call('GET', '/v1/customers', undefined, { headers })).toMatchObject({
      status: 401,
    })
  })

  it('dies when its time is over', async () => {
    const token = await tokenFor('api')
    t.clock.advance(LIMITS.oauthTokenMs - 1)
    expect(await callWith(token, 'GET', '/v1/customers')).toMatchObject({ status: 200 })
    t.clock.advance(1)
    expect(await callWith(token, 'GET', '/v1/customers')).toMatchObject({ status: 401 })
  })

  it('dies with its key, whether that is deleted or given another token', async () => {
    const token = await tokenFor('api')
    const key = t.db.kysely.updateTable('application_key').where('app_id', '=', t.keys.appId)
    await key.set({ token_hash: hashSecret('another') }).execute()
    expect(await callWith(token, 'GET', '/v1/customers')).toMatchObject({ status: 401 })
    await key.set({ token_hash: hashSecret(t.keys.appToken) }).execute()
    expect(await callWith(token, 'GET', '/v1/customers')).toMatchObject({ status: 200 })

    const other = await t.addProject()
    const { access_token: others } = (await ask('api', other)).body
    await t.db.kysely.deleteFrom('application_key').where('app_id', '=', other.appId).execute()
    expect(await callWith(others, 'GET', '/v1/customers')).toMatchObject({ status: 401 })
  })
})

describe('POST /v1/oauth/introspect and /revoke', () => {
  it('tells of a live token what it is, and of any other that it is not', async () => {
    const { body } = await ask('vouchers')
    t.clock.advance(60_000)
    expect((await post('/introspect', { access_token: body.access_token })).body).toEqual({
      ...body,
      expires_in: 840,
      active: true,
    })
    expect((await post('/introspect', { access_token: 'unknown' })).body).toEqual({ active: false })
    expect(await post('/introspect', {})).toMatchObject({
      status: 400,
      body: { key: 'missing_parameters', message: 'Missing parameters' },
    })
  })

  it('revokes a token at once, and only once', async () => {
    const token = await tokenFor('api')
    const form = { access_token: token }
    expect(await post('/token/revoke', form)).toMatchObject({ status: 204, body: undefined })
    expect(await callWith(token, 'GET', '/v1/customers')).toMatchObject({ status: 401 })
    expect(await post('/token/revoke', form)).toMatchObject({ status: 404, body: undefined })
  })

  it("knows nothing of another project's tokens", async () => {
    const form = { access_token: await tokenFor('api') }
    const other = await t.addProject()
    expect((await post('/introspect', form, other)).body).toEqual({ active: false })
    expect(await post('/token/revoke', form, other)).toMatchObject({ status: 404 })
  })
})
