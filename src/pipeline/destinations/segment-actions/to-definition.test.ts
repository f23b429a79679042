import { describe, expect, it, vi } from 'vitest'
import type { JsonObject } from '../../../kernel/json.ts'
import { type HttpRequest, type HttpResponse, NetworkError } from '../../../platform/http/index.ts'
import type { PerformAction, Performance, Settings } from '../definition.ts'
import { findAction } from '../definition.ts'
import { testConnection } from '../test-connection.ts'
import { core } from './foreign.fixture.ts'
import type { Bundle, ForeignAction, ForeignDefinition } from './foreign.ts'
import { toDefinition } from './to-definition.ts'

const BASE = 'https://api.example.com'

const save: ForeignAction = {
  title: 'Save',
  defaultSubscription: 'type = "identify"',
  fields: {
    id: { label: 'Id', type: 'string', required: true, default: { '@path': '$.userId' } },
    list: { type: 'string', dynamic: () => ({ choices: [] }), choices: [] },
    when: { label: 'When', type: 'string', required: { conditions: [{ type: 'syncMode' }] } },
  },
  syncMode: { default: 'add', choices: [{ label: 'Add', value: 'add' }] },
  perform: (request, { payload }) => request(`${BASE}/save`, { method: 'post', json: payload }),
  performBatch: (request, { payload }) => request(`${BASE}/all`, { method: 'post', json: payload }),
}

const foreign: ForeignDefinition = {
  name: 'Example (Actions)',
  slug: 'actions-example',
  mode: 'cloud',
  authentication: {
    scheme: 'oauth2',
    fields: { account: { label: 'Account', type: 'string', required: true } },
    testAuthentication: (request) => request(`${BASE}/me`),
    refreshAccessToken: async (request, { auth: { refreshToken, clientId, clientSecret } }) => {
      const params = { refreshToken, clientId, clientSecret }
      const { data } = await request(`${BASE}/token`, { method: 'post', json: params })
      return data
    },
  },
  extendRequest: ({ auth, settings }) => ({
    headers: { authorization: `Bearer ${auth.accessToken}`, account: settings['account'] },
  }),
  actions: { save, browse: { ...save, platform: 'web' } },
  presets: [
    {
      name: 'Save people',
      type: 'automatic',
      subscribe: 'type = "identify"',
      partnerAction: 'save',
      mapping: { id: { '@path': '$.userId' } },
    },
    { name: 'Save entries', type: 'specificEvent', partnerAction: 'save', mapping: {} },
    { name: 'Browse', type: 'automatic', subscribe: 'type = "page"', partnerAction: 'browse' },
  ],
}
const definition = toDefinition({ core, definition: foreign })
const SETTINGS: Settings = {
  account: 'a1',
  oauth_access_token: 'old',
  oauth_refresh_token: 'refresh',
  oauth_client_id: 'id',
  oauth_client_secret: 'secret',
}

const OK: HttpResponse = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: '{}',
}
const UNAUTHORIZED: HttpResponse = { status: 401, headers: {}, body: '' }

type Decide = (request: HttpRequest) => HttpResponse

/** What an action works with, and what it did with it. */
function aPerformance(decide: Decide = () => OK, settings: Settings = SETTINGS) {
  const requests: HttpRequest[] = []
  const saved: Settings[] = []
  const performance: Performance = {
    send: async (request) => {
      requests.push(request)
      return decide(request)
    },
    settings,
    mapping: { __segment_internal_sync_mode: 'add' },
    saveSettings: async (changes) => {
      saved.push(changes)
    },
  }
  return { performance, requests, saved }
}

const actionOf = (of: ForeignDefinition, key: string) =>
  findAction(toDefinition({ core, definition: of }), key) as PerformAction
const action = actionOf(foreign, 'save')
const call = (payload: JsonObject, event: JsonObject = { type: 'identify' }) => ({ payload, event })

/** A destination whose old token is refused everywhere but at the door for new ones. */
const renewing: Decide = ({ url, headers }) => {
  if (url.endsWith('/token'))
    return { ...OK, body: JSON.stringify({ accessToken: 'new', refreshToken: 'next' }) }
  return headers['authorization'] === 'Bearer new' ? OK : UNAUTHORIZED
}

describe('toDefinition', () => {
  it('has a slug of its own, the name of the foreign one, and settings for OAuth', () => {
    expect(definition).toMatchObject({
      slug: 'segment-actions-example',
      name: 'Example (Actions)',
      description: '',
      mode: 'cloud',
    })
    expect(Object.keys(definition.settings)).toEqual([
      'account',
      'oauth_access_token',
      'oauth_refresh_token',
      'oauth_client_id',
      'oauth_client_secret',
    ])
    expect(definition.settings['oauth_refresh_token']?.type).toBe('password')
  })

  it('has the actions that run on servers, with what the framework adds', () => {
    expect(Object.keys(definition.actions)).toEqual(['save'])
    expect(action.defaultTrigger).toBe('type = "identify"')
    expect(action.fields).toMatchObject({
      id: { label: 'Id', type: 'string', required: true, default: { '@path': '$.userId' } },
      list: { label: 'list', type: 'string', dynamic: true },
      when: { label: 'When', type: 'string' },
      enable_batching: { type: 'boolean' },
      batch_size: { type: 'integer' },
      __segment_internal_sync_mode: { default: 'add', choices: [{ label: 'Add', value: 'add' }] },
    })
    expect(action.fields['list']).not.toHaveProperty('choices')
    expect(action.fields['when']).not.toHaveProperty('required')
  })

  it('has the presets that Quick Setup makes mappings of (§6.9.4)', () => {
    expect(definition.presets).toEqual([
      {
        name: 'Save people',
        action: 'save',
        trigger: 'type = "identify"',
        mapping: { id: { '@path': '$.userId' } },
      },
    ])
  })

  it('takes no definition that runs elsewhere', () => {
    expect(() => toDefinition({ core, definition: { ...foreign, mode: 'device' } })).toThrow(
      'does not run on servers',
    )
  })
})

describe('an action', () => {
  it('gets a bundle that is its own, without settings and fields that only we have', async () => {
    let bundle: Bundle | undefined
    const perform: ForeignAction['perform'] = (_request, given) => {
      bundle = given
      ;(given.payload as JsonObject)['id'] = 'changed'
    }
    const spied = actionOf({ ...foreign, actions: { save: { ...save, perform } } }, 'save')
    const personas = { computation_key: 'k', audience_settings: { list: 'l' } }
    const payload = { id: 'u1', enable_batching: true }
    const event = { type: 'identify', context: { personas } }
    await spied.perform(call(payload, event), aPerformance().performance)
    expect(bundle).toMatchObject({
      rawData: event,
      rawMapping: { __segment_internal_sync_mode: 'add' },
      settings: { account: 'a1' },
      auth: { accessToken: 'old', refreshToken: 'refresh' },
      audienceSettings: { list: 'l' },
      syncMode: 'add',
    })
    expect(bundle?.payload).toEqual({ id: 'changed' })
    expect(bundle?.settings).toEqual({ account: 'a1' })
    expect(payload.id).toBe('u1')
  })

  it('sends nothing with settings that do not fit', async () => {
    const { performance, requests } = aPerformance(() => OK, { oauth_access_token: 'x' })
    expect(await action.perform(call({ id: 'u1' }), performance)).toMatchObject({
      kind: 'refused',
      reason: 'INVALID_SETTINGS',
    })
    expect(requests).toEqual([])
  })

  it('answers each call of a batch with what came for all', async () => {
    const { performance, requests } = aPerformance(() => ({ status: 503, headers: {}, body: '' }))
    const calls = [call({ id: 'u1' }), call({ id: 'u2' })]
    expect(await action.performBatch?.(calls, performance)).toMatchObject([
      { kind: 'answer', status: 503 },
      { kind: 'answer', status: 503 },
    ])
    expect(requests.map(({ body }) => body)).toEqual(['[{"id":"u1"},{"id":"u2"}]'])
  })

  it('sends calls of several audiences apart, and answers in their order', async () => {
    const audiences = actionOf({ ...foreign, audienceConfig: {} }, 'save')
    const of = (id: string, computation_key: string) =>
      call({ id }, { context: { personas: { computation_key } } })
    const { performance, requests } = aPerformance(({ body }) => ({ ...OK, body: body ?? '' }))
    const performed = await audiences.performBatch?.(
      [of('u1', 'a'), of('u2', 'b'), of('u3', 'a')],
      performance,
    )
    expect(requests.map(({ body }) => body)).toEqual(['[{"id":"u1"},{"id":"u3"}]', '[{"id":"u2"}]'])
    expect(performed).toMatchObject([
      { body: '[{"id":"u1"},{"id":"u3"}]' },
      { body: '[{"id":"u2"}]' },
      { body: '[{"id":"u1"},{"id":"u3"}]' },
    ])
  })

  it('has no answer when there was none', async () => {
    const { performance } = aPerformance(() => {
      throw new NetworkError('ECONNREFUSED', 'refused')
    })
    expect(await action.perform(call({ id: 'u1' }), performance)).toMatchObject({
      kind: 'no-answer',
      code: 'ECONNREFUSED',
    })
  })

  it('has less time for each request of an attempt, and none after the last', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    try {
      const perform: ForeignAction['perform'] = async (request) => {
        for (;;) await request(BASE, { timeout: 20_000 })
      }
      const endless = actionOf({ ...foreign, actions: { save: { ...save, perform } } }, 'save')
      const { performance, requests } = aPerformance(() => {
        vi.advanceTimersByTime(10_000)
        return OK
      })
      expect(await endless.perform(call({}), performance)).toMatchObject({
        kind: 'no-answer',
        code: 'ETIMEDOUT',
      })
      expect(requests.map(({ timeoutMs }) => timeoutMs)).toEqual([20_000, 15_000, 5_000])
    } finally {
      vi.useRealTimers()
    }
  })

  it('throws what nobody foresaw', async () => {
    const perform: ForeignAction['perform'] = () => {
      throw new TypeError('bug')
    }
    const broken = actionOf({ ...foreign, actions: { save: { ...save, perform } } }, 'save')
    await expect(broken.perform(call({}), aPerformance().performance)).rejects.toThrow('bug')
  })
})

describe('tokens (§6.7)', () => {
  it('are renewed once after 401, kept, and used for the second attempt', async () => {
    const { performance, requests, saved } = aPerformance(renewing, { ...SETTINGS })
    expect(await action.perform(call({ id: 'u1' }), performance)).toMatchObject({ status: 200 })
    expect(requests.map(({ url, body }) => [url, body])).toEqual([
      [`${BASE}/save`, '{"id":"u1"}'],
      [`${BASE}/token`, '{"refreshToken":"refresh","clientId":"id","clientSecret":"secret"}'],
      [`${BASE}/save`, '{"id":"u1"}'],
    ])
    expect(saved).toEqual([{ oauth_access_token: 'new', oauth_refresh_token: 'next' }])
  })

  it('are renewed once for all calls under way, and for those that come with the old settings', async () => {
    const { performance, requests } = aPerformance(renewing, { ...SETTINGS })
    const performed = await Promise.all(
      Array.from({ length: 10 }, () => action.perform(call({ id: 'u1' }), performance)),
    )
    performed.push(await action.perform(call({ id: 'u2' }), performance))
    expect(new Set(performed.map((one) => one.kind === 'answer' && one.status))).toEqual(
      new Set([200]),
    )
    expect(requests.filter(({ url }) => url.endsWith('/token'))).toHaveLength(1)
  })

  it('are renewed for a batch when one of its calls got 401', async () => {
    const { performance, requests } = aPerformance(renewing, { ...SETTINGS })
    const performed = await action.performBatch?.([call({ id: 'u1' })], performance)
    expect(performed).toMatchObject([{ status: 200 }])
    expect(requests).toHaveLength(3)
  })

  it('leave 401 as it is after the second attempt', async () => {
    const { performance, requests } = aPerformance(
      (request) => (request.url.endsWith('/token') ? renewing(request) : UNAUTHORIZED),
      { ...SETTINGS },
    )
    expect(await action.perform(call({ id: 'u1' }), performance)).toMatchObject({ status: 401 })
    expect(requests).toHaveLength(3)
  })

  it('that are not renewed decide the fate of the call, and later calls try again', async () => {
    let isOpen = false
    const { performance } = aPerformance(
      (request) =>
        request.url.endsWith('/token') && !isOpen
          ? { status: 503, headers: {}, body: '' }
          : renewing(request),
      { ...SETTINGS },
    )
    expect(await action.perform(call({ id: 'u1' }), performance)).toMatchObject({ status: 503 })
    isOpen = true
    expect(await action.perform(call({ id: 'u1' }), performance)).toMatchObject({ status: 200 })
  })

  it('are left alone by definitions of other schemes: 401 is final', async () => {
    const basic = { ...foreign, authentication: { ...foreign.authentication, scheme: 'basic' } }
    const { performance, requests } = aPerformance(() => UNAUTHORIZED)
    const performed = await actionOf(basic, 'save').perform(call({ id: 'u1' }), performance)
    expect(performed).toMatchObject({ status: 401 })
    expect(requests).toHaveLength(1)
  })
})

describe('the test of a connection (§6.10)', () => {
  const test = (decide: Decide, settings: Settings = SETTINGS) =>
    testConnection(async (request) => decide(request), definition, settings)

  it('passes with what the definition accepts', async () => {
    expect(await test(() => OK)).toEqual({ ok: true, status: 200, message: null })
  })

  it('says what the destination said', async () => {
    expect(await test(() => UNAUTHORIZED)).toEqual({
      ok: false,
      status: 401,
      message: 'Credentials are invalid: 401 Unauthorized',
    })
  })

  it('says what is wrong with the settings', async () => {
    expect(await test(() => OK, {})).toMatchObject({
      ok: false,
      status: null,
      message: expect.stringContaining("'account'"),
    })
  })

  it('says that there was no answer', async () => {
    const refused: Decide = () => {
      throw new NetworkError('ECONNREFUSED', 'connection refused')
    }
    expect(await test(refused)).toEqual({ ok: false, status: null, message: 'connection refused' })
  })

  it('says when there is no test', async () => {
    const untested = toDefinition({ core, definition: { ...foreign, authentication: {} } })
    expect(await testConnection(async () => OK, untested, {})).toMatchObject({ ok: null })
  })
})
