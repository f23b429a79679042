import { describe, expect, it } from 'vitest'
import type { ProjectKeys } from '../../../../src/platform/auth/index.ts'
import { ofProject, PROJECTS as PATH, useManagement } from '../../../support/projects.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { waitFor } from '../../../support/wait-for.ts'

const t = useTestApp()
const management = useManagement(t)

const makeProject = (body?: object) => management.makeProject(body)

const client = (keys: ProjectKeys, origin: string) => ({
  'x-client-application-id': keys.clientAppId,
  'x-client-token': keys.clientToken,
  origin,
})

describe('projects of the management API (engine-programs §15.1)', () => {
  it('are made with a name alone, closed to pages, and tell their keys this once', async () => {
    const { body } = await makeProject()
    const { id, server_side_key, client_side_key, admin_token, ...shown } = body
    expect(shown).toEqual({
      name: 'Shop',
      description: null,
      currency: null,
      timezone: 'UTC',
      dial_code: null,
      cluster_id: 'eu1',
      api_version: 'v2018-08-01',
      case_sensitive_codes: true,
      client_trusted_domains: [],
      client_redeem_enabled: false,
      client_publish_enabled: false,
      client_list_vouchers_enabled: false,
      client_create_customer_enabled: false,
      client_loyalty_events_enabled: false,
      client_set_voucher_expiration_date_enabled: false,
      api_usage_notifications: {},
      webhooks_callout_notifications: {},
      is_sandbox: false,
      webhook_version: 'v2024-01-01',
      webhook_token: null,
    })
    expect(id).toMatch(/^proj_/)
    for (const key of [server_side_key, client_side_key]) {
      expect(key).toEqual({ app_id: expect.any(String), app_token: expect.any(String) })
    }
    const read = await management.call('GET', `${PATH}/${id}`)
    expect(read.body).toEqual({ id, ...shown })
    expect(JSON.stringify(read.body)).not.toContain(admin_token)
  })

  it('keep what they are given, and change only what a change names', async () => {
    const given = {
      description: 'All of Poland',
      timezone: 'Europe/Warsaw',
      currency: 'EUR',
      dial_code: '+48',
      case_sensitive_codes: false,
      webhook_version: 'v2024-01-01',
      cluster_id: 'eu1',
      client_trusted_domains: ['shop.example.com'],
      client_redeem_enabled: true,
      api_usage_notifications: { redemptions: { value: 80, enabled: true } },
      webhooks_callout_notifications: { webhooks: { email: true, emails: ['a@example.com'] } },
    }
    const { body: made } = await makeProject(given)
    expect(made).toMatchObject(given)
    const url = `${PATH}/${made.id}`
    const changed = await management.call('PUT', url, {
      name: 'Poland',
      description: null,
      client_redeem_enabled: null,
      default_code_config: { charset: '01' },
    })
    const { server_side_key, client_side_key, admin_token, ...shown } = made
    const expected = {
      ...shown,
      name: 'Poland',
      description: null,
      default_code_config: { charset: '01' },
    }
    expect(changed).toEqual({ status: 200, body: expected })
    expect((await management.call('GET', url)).body).toEqual(expected)
  })

  it.each([
    [{}, "Payload should have required property 'name'"],
    [{ name: '' }, 'Property .name must NOT have fewer than 1 characters'],
    [
      { name: 'x', timezone: 'Mars/Olympus' },
      'Property .timezone should be the name of a time zone, such as Europe/Warsaw',
    ],
    [
      { name: 'x', currency: 'QQQ' },
      'Property .currency should be a code of ISO 4217, such as EUR',
    ],
    [{ name: 'x', dial_code: 'abc' }, 'Property .dial_code must match pattern'],
    [
      { name: 'x', webhook_version: 'v1' },
      'Property .webhook_version should be equal to one of the allowed values: v2024-01-01',
    ],
    [
      { name: 'x', client_trusted_domains: ['*', 'a b'] },
      'Property .client_trusted_domains[1] should be shop.example.com',
    ],
    [
      { name: 'x', webhooks_callout_notifications: { webhooks: { emails: ['no'] } } },
      'Property .webhooks_callout_notifications.webhooks.emails[0] must match format "email"',
    ],
    [
      { name: 'x', users: [{ login: 'a@example.com' }] },
      "Property .users[0] should have required property 'role'",
    ],
  ])('refuse %j and name the field', async (body, details) => {
    const count = async () => (await management.call('GET', PATH)).body.total
    const before = await count()
    const refused = await management.call('POST', PATH, body)
    expect(refused).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    expect(refused.body.details).toContain(details)
    expect(await count()).toBe(before)
  })

  it('are refused in a cluster that this is not', async () => {
    const refused = await management.call('POST', PATH, { name: 'x', cluster_id: 'us1' })
    expect(refused).toMatchObject({
      status: 403,
      body: { key: 'forbidden', details: 'There is no cluster us1 here' },
    })
  })

  it('are listed whole to a management key, and each alone to its admin token', async () => {
    const { keys } = await makeProject()
    const all = (await management.call('GET', PATH)).body
    expect(all).toMatchObject({ object: 'list', data_ref: 'data', total: all.data.length })
    const ids = all.data.map(({ id }: { id: string }) => id)
    expect(ids).toEqual(expect.arrayContaining([t.keys.projectId, keys.projectId]))
    const own = (await management.call('GET', PATH, undefined, ofProject(keys))).body
    expect(own.data.map(({ id }: { id: string }) => id)).toEqual([keys.projectId])
  })
})

describe('the settings of a project have their effect', () => {
  it('on whether codes are told apart by case, which stays once there are codes (D-14)', async () => {
    const { keys } = await makeProject({ case_sensitive_codes: false })
    const url = `${PATH}/${keys.projectId}`
    await t.call(
      'POST',
      '/v1/vouchers/TEN',
      { type: 'GIFT_VOUCHER', gift: { amount: 100 } },
      { keys },
    )
    expect(await t.call('GET', '/v1/vouchers/ten', undefined, { keys })).toMatchObject({
      status: 200,
      body: { code: 'TEN' },
    })
    expect(await management.call('PUT', url, { case_sensitive_codes: true })).toMatchObject({
      status: 400,
      body: {
        key: 'invalid_payload',
        details: 'Property .case_sensitive_codes cannot be changed once the project has codes',
      },
    })
    expect((await management.call('PUT', url, { case_sensitive_codes: false })).status).toBe(200)
  })

  it('on a code that is made at the moment in which that changes', async () => {
    const { keys } = await makeProject()
    const changing = await t.db.pool.connect()
    await changing.query('begin')
    await changing.query('select from project where id = $1 for update', [keys.projectId])
    const gift = { type: 'GIFT_VOUCHER', gift: { amount: 100 } }
    const made = t.call('POST', '/v1/vouchers/TEN', gift, { keys })
    await waitFor('the voucher to wait', async () => {
      const { rows } = await t.db.pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return rows.length > 0
    })
    const change = 'update project set has_case_sensitive_codes = false where id = $1'
    await changing.query(change, [keys.projectId])
    await changing.query('commit')
    changing.release()
    expect((await made).status).toBe(200)
    expect((await t.call('GET', '/v1/vouchers/ten', undefined, { keys })).status).toBe(200)
    expect((await t.call('POST', '/v1/vouchers/ten', gift, { keys })).status).toBe(409)
  })

  it('on the time zone, which the settings of our own API show as well', async () => {
    const { keys } = await makeProject({ timezone: 'Europe/Warsaw' })
    const own = () =>
      management.admin('GET', '/api/v1/project-settings', undefined, keys.adminToken)
    expect((await own()).body).toEqual({ time_zone: 'Europe/Warsaw', case_sensitive_codes: true })
    await management.call('PUT', `${PATH}/${keys.projectId}`, { timezone: 'Etc/GMT+1' })
    expect((await own()).body.time_zone).toBe('Etc/GMT+1')
  })

  it('all of them, when two APIs change different ones at once', async () => {
    for (let round = 0; round < 20; round++) {
      const { keys } = await makeProject()
      const admin = (body: object) =>
        management.admin('PUT', '/api/v1/project-settings', body, keys.adminToken)
      const answers = await Promise.all([
        admin({ time_zone: 'Europe/Warsaw' }),
        management.call('PUT', `${PATH}/${keys.projectId}`, { case_sensitive_codes: false }),
      ])
      expect(answers.map(({ status }) => status)).toEqual([200, 200])
      expect((await admin({})).body).toEqual({
        time_zone: 'Europe/Warsaw',
        case_sensitive_codes: false,
      })
    }
  })

  it('on which pages may ask for what (R-AUTH-03, R-AUTH-07)', async () => {
    const { keys } = await makeProject()
    const url = `${PATH}/${keys.projectId}`
    const origin = 'https://shop.example.com'
    const ask = async () => {
      const response = await t.app.http.inject({
        method: 'POST',
        url: '/client/v1/customers',
        headers: { 'content-type': 'application/json', ...client(keys, origin) },
        payload: JSON.stringify({ source_id: 'ann' }),
      })
      return response.statusCode
    }
    expect(await ask()).toBe(401)
    await management.call('PUT', url, { client_trusted_domains: ['shop.example.com'] })
    expect(await ask()).toBe(403)
    await management.call('PUT', url, { client_create_customer_enabled: true })
    expect(await ask()).toBe(200)
    const settings = await management.admin(
      'GET',
      '/api/v1/client-settings',
      undefined,
      keys.adminToken,
    )
    expect(settings.body).toMatchObject({
      client_trusted_domains: ['shop.example.com'],
      client_create_customer_enabled: true,
      client_redeem_enabled: false,
    })
  })

  it('on the characters of codes whose form names none', async () => {
    const { keys } = await makeProject({ default_code_config: { charset: 'xy' } })
    const gift = { type: 'GIFT_VOUCHER', gift: { amount: 100 } }
    const voucher = await t.call('POST', '/v1/vouchers', gift, { keys })
    expect(voucher.body.code).toMatch(/^[xy]{8}$/)
    const campaign = { name: 'c', campaign_type: 'GIFT_VOUCHERS', vouchers_count: 1, voucher: gift }
    const made = await t.call('POST', '/v1/campaigns', campaign, { keys })
    expect(made.body.voucher.code_config.charset).toBe('xy')
    const own = { ...gift, code_config: { charset: 'z' } }
    expect((await t.call('POST', '/v1/vouchers', own, { keys })).body.code).toBe('zzzzzzzz')
    // The other project goes on with what the product has.
    expect((await t.call('POST', '/v1/vouchers', gift)).body.code).not.toMatch(/^[xy]{8}$/)
  })
})

describe('who may manage projects', () => {
  it('is whoever has a management key, or the admin token of the project', async () => {
    const { keys } = await makeProject()
    const other = (await makeProject()).keys
    const url = `${PATH}/${keys.projectId}`
    const { managementId } = management.keys
    for (const [id, token] of [
      [managementId, 'wrong'],
      ['wrong', management.keys.managementToken],
      [keys.projectId, other.adminToken],
      [managementId, keys.adminToken],
      [keys.appId, keys.appToken],
    ] as const) {
      expect(await management.call('GET', url, undefined, { id, token })).toMatchObject({
        status: 401,
        body: { key: 'unauthorized' },
      })
    }
    expect((await management.call('GET', url, undefined, ofProject(keys))).status).toBe(200)
    expect(await management.call('GET', url, undefined, ofProject(other))).toMatchObject({
      status: 404,
      body: { key: 'not_found', resource_type: 'project', resource_id: keys.projectId },
    })
    expect((await management.call('PUT', url, { name: 'Mine' }, ofProject(keys))).body.name).toBe(
      'Mine',
    )
  })

  it('is nobody but a management key where projects are made and deleted (R-AUTH-06)', async () => {
    const { keys } = await makeProject()
    const refusal = { status: 403, body: { key: 'missing_required_permission' } }
    const as = ofProject(keys)
    expect(await management.call('POST', PATH, { name: 'x' }, as)).toMatchObject(refusal)
    const url = `${PATH}/${keys.projectId}`
    expect(await management.call('DELETE', url, undefined, as)).toMatchObject(refusal)
  })

  it('opens the other parts of the management API of every project with a management key', async () => {
    const { keys } = await makeProject()
    const url = `${PATH}/${keys.projectId}/webhooks`
    const webhook = { target_url: 'https://shop.example.com/hooks', events: ['voucher.created'] }
    expect((await management.call('POST', url, webhook)).status).toBe(200)
    const ofOther = `${PATH}/${t.keys.projectId}/webhooks`
    expect((await management.call('GET', ofOther)).body.total).toBe(0)
    expect((await management.call('GET', `${PATH}/proj_unknown/webhooks`)).status).toBe(404)
  })
})
