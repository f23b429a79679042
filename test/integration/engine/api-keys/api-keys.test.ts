import { describe, expect, it } from 'vitest'
import {
  createAuthentication,
  type ProjectKeys,
  readProjectKeys,
} from '../../../../src/platform/auth/index.ts'
import type { Db } from '../../../../src/platform/db.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { createVault } from '../../../../src/platform/secrets.ts'
import { ofProject, PROJECTS, useManagement } from '../../../support/projects.ts'
import { TEST_SECRET_KEY, useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const management = useManagement(t)
const PATH = '/api/v1/keys'

const admin = (method: 'GET' | 'POST' | 'DELETE', url: string, body?: unknown, keys = t.keys) =>
  management.admin(method, url, body, keys.adminToken)

/** Makes a key, and tells its headers. */
async function aKey(body: object, keys: ProjectKeys = t.keys) {
  const made = await admin('POST', PATH, { name: 'A key', ...body }, keys)
  expect(made.status).toBe(200)
  const { app_id, app_token } = made.body
  return { id: app_id, headers: { 'x-app-id': app_id, 'x-app-token': app_token } }
}

describe('/api/v1/keys', () => {
  it('tells the token of a key once, and lists all keys without', async () => {
    const { keys } = await management.makeProject()
    const made = await admin('POST', PATH, { name: 'Shop', kind: 'application' }, keys)
    const { app_token, ...shown } = made.body
    expect(shown).toEqual({
      app_id: expect.any(String),
      name: 'Shop',
      kind: 'application',
      role: 'ADMIN',
      created_at: t.clock.now().toISOString(),
    })
    const listed = (await admin('GET', PATH, undefined, keys)).body
    expect(JSON.stringify(listed)).not.toContain(app_token)
    expect(listed.data).toContainEqual(shown)
    const kinds = listed.data.map(({ kind }: { kind: string }) => kind)
    expect(kinds.sort()).toEqual(['application', 'application', 'client'])
    const stored = await t.db.kysely
      .selectFrom('application_key')
      .selectAll()
      .where('app_id', '=', shown.app_id)
      .executeTakeFirstOrThrow()
    expect(JSON.stringify(stored)).not.toContain(app_token)
    // What the server and its commands show as the key of the project stays that which it was made with.
    const vault = createVault(TEST_SECRET_KEY)
    expect((await readProjectKeys(t.db, keys.projectId, vault)).appId).toBe(keys.appId)
  })

  it('makes keys that open what their kind says, until they are revoked', async () => {
    const app = await aKey({ kind: 'application' })
    const integration = await aKey({ kind: 'integration' })
    const page = await aKey({ kind: 'client' })
    for (const { headers } of [app, integration]) {
      expect((await t.call('GET', '/v1/vouchers', undefined, { headers })).status).toBe(200)
    }
    expect((await t.call('GET', '/v1/vouchers', undefined, { headers: page.headers })).status).toBe(
      401,
    )
    await management.call('PUT', `${PROJECTS}/${t.keys.projectId}`, {
      client_trusted_domains: ['*'],
    })
    const ask = async () => {
      const response = await t.app.http.inject({
        url: '/client/v1/promotions/tiers',
        headers: {
          'x-client-application-id': page.headers['x-app-id'],
          'x-client-token': page.headers['x-app-token'],
          origin: 'https://shop.example.com',
        },
      })
      return response.statusCode
    }
    expect(await ask()).toBe(200)

    for (const { id } of [app, integration, page]) {
      expect(await admin('DELETE', `${PATH}/${id}`)).toEqual({ status: 204 })
      expect((await admin('DELETE', `${PATH}/${id}`)).status).toBe(404)
    }
    t.clock.advance(LIMITS.credentialCacheMs)
    for (const { headers } of [app, integration]) {
      expect((await t.call('GET', '/v1/vouchers', undefined, { headers })).status).toBe(401)
    }
    expect(await ask()).toBe(401)
  })

  it('makes keys that cost one query in five seconds, however busy whoever uses them', async () => {
    const { id, headers } = await aKey({ kind: 'application', role: 'MERCHANT' })
    let queries = 0
    const db: Db = {
      kysely: t.db.kysely,
      run: (...query) => {
        queries += 1
        return t.db.run(...query)
      },
    }
    const { findApplication } = createAuthentication({ db, clock: t.clock })
    const ask = () => findApplication(id, headers['x-app-token'])
    for (const expected of [1, 1, 1]) {
      expect(await ask()).toEqual({
        ...{ projectId: t.keys.projectId, appId: id },
        ...{ kind: 'application', role: 'MERCHANT' },
      })
      expect(queries).toBe(expected)
    }
    expect(await findApplication(id, 'wrong')).toBeUndefined()
    t.clock.advance(LIMITS.credentialCacheMs)
    await ask()
    expect(queries).toBe(2)
  })

  it('issues no access token to a key that was revoked a moment ago', async () => {
    const { id, headers } = await aKey({ kind: 'application' })
    const ask = () =>
      t.call(
        'POST',
        '/v1/oauth/token',
        { grant_type: 'client_credentials', scope: 'api' },
        { headers },
      )
    const issued = await ask()
    expect(issued.status).toBe(200)
    await admin('DELETE', `${PATH}/${id}`)
    expect(await ask()).toMatchObject({ status: 401, body: { key: 'unauthorized' } })
    const bearer = { authorization: `Bearer ${issued.body.access_token}` }
    const { statusCode } = await t.app.http.inject({ url: '/v1/vouchers', headers: bearer })
    expect(statusCode).toBe(401)
  })

  it('takes both kinds of server keys at the door of Segment (A-14)', async () => {
    for (const kind of ['application', 'integration']) {
      const { id, headers } = await aKey({ kind })
      const base64 = (text: string) => Buffer.from(text).toString('base64')
      const response = await t.app.http.inject({
        url: '/segmentio/test-authentication',
        headers: {
          authorization: `Basic ${base64(id)}`,
          'secret-key': base64(headers['x-app-token']),
        },
      })
      expect(response.statusCode).toBe(200)
    }
  })

  it.each([
    [{ kind: 'application' }, 'name'],
    [{ name: 'x' }, 'kind'],
    [{ name: 'x', kind: 'master' }, 'kind'],
    [{ name: 'x', kind: 'application', role: 'KING' }, 'role'],
    [{ name: 'x', kind: 'client', role: 'ADMIN' }, 'role'],
  ])('refuses %j and names the field', async (body, field) => {
    const refused = await admin('POST', PATH, body)
    expect(refused).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    expect(refused.body.details).toContain(field)
  })

  it('keeps one application key that may do everything, whoever revokes the last two at once', async () => {
    for (let round = 0; round < 8; round++) {
      const { keys } = await management.makeProject()
      const { id } = await aKey({ kind: 'application' }, keys)
      await aKey({ kind: 'integration' }, keys)
      await aKey({ kind: 'application', role: 'VIEWER' }, keys)
      const answers = await Promise.all(
        [keys.appId, id, keys.appId, id].map((one) =>
          admin('DELETE', `${PATH}/${one}`, undefined, keys),
        ),
      )
      const { data } = (await admin('GET', PATH, undefined, keys)).body
      const masters = data.filter(
        (key: { kind: string; role: string }) => key.kind === 'application' && key.role === 'ADMIN',
      )
      expect(masters).toHaveLength(1)
      expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
      expect(answers.map(({ body }) => body?.key)).toContain('last_application_key')
    }
  })

  it('makes as many as a project may have, and no more, whoever asks at once', async () => {
    const { keys } = await management.makeProject()
    await t.db.pool.query(
      `insert into application_key (app_id, project_id, token_hash, token_sealed, created_at)
       select $1 || place, $1, '', '', now() from generate_series(1, $2::int) place`,
      [keys.projectId, LIMITS.keysPerProjectMax - 4],
    )
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, place) =>
        admin(
          'POST',
          PATH,
          { name: 'x', kind: place % 2 === 0 ? 'application' : 'integration' },
          keys,
        ),
      ),
    )
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([200, 200, 200, ...Array.from({ length: 7 }, () => 400)])
    expect(answers.find(({ status }) => status === 400)?.body).toMatchObject({
      key: 'key_limit_reached',
      details: 'A project has at most 100 application and integration keys',
    })
    expect((await admin('POST', PATH, { name: 'x', kind: 'client' }, keys)).status).toBe(200)
  })

  it('does not see the keys of another project', async () => {
    const { keys } = await management.makeProject()
    expect((await admin('DELETE', `${PATH}/${t.keys.appId}`, undefined, keys)).status).toBe(404)
    const listed = (await admin('GET', PATH, undefined, keys)).body.data
    expect(listed.map(({ app_id }: { app_id: string }) => app_id)).not.toContain(t.keys.appId)
    expect((await management.call('GET', PROJECTS, undefined, ofProject(t.keys))).status).toBe(200)
  })
})

describe('roles of keys (R-AUTH-04)', () => {
  const missing = {
    status: 403,
    body: {
      key: 'missing_required_permission',
      details: 'User does not have a required permission to perform this operation.',
    },
  }

  it('keep merchants from validating and redeeming several at once, and let them redeem one', async () => {
    await t.call('POST', '/v1/vouchers/ONE', {
      type: 'DISCOUNT_VOUCHER',
      discount: { type: 'AMOUNT', amount_off: 100 },
    })
    const { headers } = await aKey({ kind: 'application', role: 'MERCHANT' })
    const stack = {
      redeemables: [{ object: 'voucher', id: 'ONE' }],
      order: { amount: 1_000 },
    }
    for (const url of ['/v1/validations', '/v1/redemptions']) {
      expect(await t.call('POST', url, stack, { headers })).toMatchObject(missing)
      expect((await t.call('POST', url, stack)).status).toBe(200)
    }
    const one = await t.call(
      'POST',
      '/v1/vouchers/ONE/redemption',
      { order: { amount: 1_000 } },
      { headers },
    )
    expect(one.status).toBe(200)
  })

  it('let viewers read, and change nothing, by any door', async () => {
    const { id, headers } = await aKey({ kind: 'integration', role: 'VIEWER' })
    expect((await t.call('GET', '/v1/customers', undefined, { headers })).status).toBe(200)
    const ask = { source_id: 'bob' }
    expect(await t.call('POST', '/v1/customers', ask, { headers })).toMatchObject(missing)
    const query = 'voucher=ONE&customer[source_id]=bob'
    const publication = await t.call('GET', `/v1/publications/create?${query}`, undefined, {
      headers,
    })
    expect(publication).toMatchObject(missing)
    const base64 = (text: string) => Buffer.from(text).toString('base64')
    const segment = await t.app.http.inject({
      method: 'POST',
      url: '/segmentio/customer-processing',
      headers: {
        authorization: `Basic ${base64(id)}`,
        'secret-key': base64(headers['x-app-token']),
        'content-type': 'application/json',
      },
      payload: JSON.stringify({ type: 'identify', customer: ask }),
    })
    expect(segment.statusCode).toBe(403)
    expect((await t.call('GET', '/v1/customers/bob')).status).toBe(404)
  })

  it('hold for access tokens, which may no more than the key they were issued to (R-OAUTH-01)', async () => {
    const { headers } = await aKey({ kind: 'application', role: 'VIEWER' })
    const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' }
    const issued = await t.app.http.inject({
      method: 'POST',
      url: '/v1/oauth/token',
      headers: form,
      payload: 'grant_type=client_credentials&scope=api',
    })
    const { access_token } = issued.json()
    const ask = (method: 'GET' | 'POST', payload?: string) =>
      t.app.http.inject({
        method,
        url: '/v1/customers',
        headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
        ...(payload && { payload }),
      })
    expect((await ask('GET')).statusCode).toBe(200)
    const refused = await ask('POST', '{"source_id":"bob"}')
    expect(refused.json()).toMatchObject({ code: 403, key: 'missing_required_permission' })
  })
})
