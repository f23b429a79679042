import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { isPlainObject, type Json, type JsonObject } from '../../../src/kernel/json.ts'
import {
  type DestinationDefinition,
  defaultMapping,
  findAction,
  type MappingJson,
  type PerformAction,
  type Performed,
  type Settings,
} from '../../../src/pipeline/destinations/index.ts'
import { loadDefinition } from '../../../src/pipeline/destinations/segment-actions/load.ts'
import { LEFT_OUT, MANIFEST } from '../../../src/pipeline/destinations/segment-actions/package.ts'
import { testConnection } from '../../../src/pipeline/destinations/test-connection.ts'
import { compileFields } from '../../../src/pipeline/fields/index.ts'
import { compileMapping } from '../../../src/pipeline/mappings/index.ts'
import { type HostRequest, useHosts } from '../../support/hosts.ts'
import { requirePeer } from '../../support/peers.ts'

type Field = { type: string; format?: string; default?: unknown; choices?: unknown[] }
type Published = {
  authentication?: { fields?: Record<string, Field> }
  extendRequest?(bundle: object): object | undefined
}
type Node = { status: number }
type PublishedDestination = {
  testAuthentication(settings: object): Promise<void>
  onEvent(event: object, settings: object, options?: object): Promise<unknown>
  onBatch(events: object[], settings: object): Promise<[{ multistatus?: Node[] }]>
}

const PEERS = join(import.meta.dirname, '..', '..', 'peers')
const MODULES_DIR = join(PEERS, 'node_modules', '@segment/action-destinations/dist/destinations')
const MODULES = '@segment/action-destinations/dist/destinations'
const OAUTH = { access_token: 'at', refresh_token: 'rt', clientId: 'ci', clientSecret: 'cs' }
const OUR_OAUTH: Settings = {
  oauth_access_token: 'at',
  oauth_refresh_token: 'rt',
  oauth_client_id: 'ci',
  oauth_client_secret: 'cs',
}
/** Each client has its own. */
const OF_CLIENTS = new Set(['user-agent', 'connection', 'accept-encoding', 'content-length'])

const BASE = {
  messageId: 'm-1',
  timestamp: '2026-01-02T03:04:05.000Z',
  receivedAt: '2026-01-02T03:04:05.100Z',
  userId: 'ada',
  anonymousId: 'anonymous-ada',
  context: {
    ip: '8.8.8.8',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
    locale: 'en-US',
    page: { url: 'https://shop.example/a?b=1', referrer: 'https://ref.example/', path: '/a' },
    device: { id: 'd1', type: 'ios', advertisingId: 'ad1' },
    app: { name: 'app', version: '1.0' },
    traits: { email: 'ada@example.com' },
  },
  integrations: {},
}
const PERSON = { email: 'ada@example.com', phone: '+15555550100', first_name: 'Ada', name: 'Ada' }
const PRODUCT = { product_id: 'p1', sku: 's1', name: 'Book', price: 3, quantity: 2, category: 'c' }
const TRACK = {
  ...BASE,
  type: 'track',
  event: 'Order Completed',
  properties: { ...PERSON, order_id: 'o1', value: 12.5, currency: 'USD', products: [PRODUCT] },
}
const EVENTS: JsonObject[] = [
  TRACK,
  { ...BASE, type: 'identify', traits: { ...PERSON, address: { city: 'Rome', country: 'IT' } } },
  { ...BASE, type: 'page', name: 'Home', properties: { url: 'https://shop.example/a' } },
  { ...BASE, type: 'group', groupId: 'g1', traits: { ...PERSON, name: 'Navy' } },
]

describe.skipIf(!inject('hasPeers'))("Segment's published destinations, run by us", () => {
  const hosts = useHosts()
  /** What our last run saved. */
  let saved: Settings[] = []
  const foreign = (module: string) => requirePeer(`${MODULES}/${module}`).default as Published

  /** The published framework around a definition, with our server in place of every host. */
  function published(module: string): PublishedDestination {
    const { Destination } = requirePeer('@segment/actions-core') as {
      Destination: new (definition: object) => PublishedDestination
    }
    const definition = foreign(module)
    const extendRequest = (bundle: object) => ({
      ...definition.extendRequest?.(bundle),
      agent: hosts.agent,
    })
    return new Destination({ ...definition, extendRequest })
  }

  type Case = {
    module: string
    action: string
    mapping: MappingJson
    settings: Settings
    events: JsonObject[]
    isBatch?: boolean
  }

  /** What came of each event, and what was sent: by the published framework. */
  async function theirs({ module, action, mapping, settings, events, isBatch }: Case) {
    const subscription = { subscribe: 'type != "none"', partnerAction: action, mapping }
    const given = { ...settings, oauth: { ...OAUTH }, subscriptions: [subscription] }
    const destination = published(module)
    const outcomes = await (isBatch
      ? destination
          .onBatch(structuredClone(events), given)
          .then(([{ multistatus = [] }]) =>
            multistatus.map(({ status }) => (status < 300 ? 'delivered' : status)),
          )
      : destination.onEvent(structuredClone(events[0] ?? {}), given).then(() => ['delivered'])
    ).catch((error) => events.map(() => error.status ?? error.response?.status ?? 'fault'))
    return { outcomes, requests: hosts.take().map(view).sort() }
  }

  /** The same by us. */
  async function ours({ module, action: key, mapping, settings, events, isBatch }: Case) {
    const definition = loadDefinition(PEERS, module)
    const action = findAction(definition, key) as PerformAction
    const [resolve, check] = [compileMapping(mapping), compileFields(action.fields)]
    const calls = events.map((event) => ({ event, checked: check(resolve(event)) }))
    const performed = calls.every(({ checked }) => checked.ok)
      ? await perform(
          action,
          calls.map(({ event, checked }) => ({ event, payload: checked.ok ? checked.value : {} })),
          { mapping, settings: { ...settings, ...OUR_OAUTH }, isBatch },
        )
      : events.map(() => 400)
    return { outcomes: performed, requests: hosts.take().map(view).sort() }
  }

  async function perform(
    action: PerformAction,
    calls: { payload: JsonObject; event: JsonObject }[],
    {
      isBatch,
      ...rest
    }: { mapping: MappingJson; settings: Settings; isBatch?: boolean | undefined },
  ) {
    saved = []
    const performance = {
      ...rest,
      send: hosts.send,
      saveSettings: async (changes: Settings) => {
        saved.push(changes)
      },
    }
    const [call] = calls
    if (!call) return []
    try {
      const performed = isBatch
        ? await action.performBatch?.(calls, performance)
        : [await action.perform(call, performance)]
      return performed?.map(outcomeOf)
    } catch {
      return calls.map(() => 'fault')
    }
  }

  function listCases(): Case[] {
    const cases: Case[] = []
    for (const module of listModules()) {
      const definition = loadDefinition(PEERS, module)
      const settings = fillIn(foreign(module).authentication?.fields ?? {})
      for (const { action, mapping } of mappingsOf(definition)) {
        const common = { module, action, mapping, settings }
        cases.push(...EVENTS.map((event) => ({ ...common, events: [event] })))
        const { performBatch } = findAction(definition, action) as PerformAction
        if (performBatch) cases.push({ ...common, events: [TRACK, TRACK], isBatch: true })
      }
    }
    return cases
  }

  // What is signed or stamped with the time must be the same both times.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(TRACK.receivedAt) })
  })
  afterEach(() => {
    vi.useRealTimers()
    hosts.take()
  })

  it('are of the version that is installed', () => {
    const { dependencies, overrides } = JSON.parse(
      readFileSync(join(PEERS, 'package.json'), 'utf8'),
    )
    const { 'xml-js': _forgotten, ...packages } = MANIFEST.dependencies
    expect(dependencies).toMatchObject(packages)
    expect(overrides).toEqual(MANIFEST.overrides)
  })

  it('are left out when they open connections of their own', () => {
    const wrong = listModules().filter((module) => filesOf(module).some(opensConnections))
    // Only for a sign-in with password, which needs variables of the environment that nobody sets here.
    expect(wrong).toEqual(['salesforce'])
    expect(filesOf('kafka').some(opensConnections)).toBe(true)
  })

  it.each([200, 429])(
    'send what the published framework sends, with the same outcome, when the answer is %d',
    async (status) => {
      hosts.reply(() => ({ status }))
      const different: unknown[] = []
      const sent = { cases: 0, requests: 0 }
      for (const one of listCases()) {
        const { module, action } = one
        if (module in DIFFERENT || (status !== 200 && module in SENDS_AT_ONCE)) continue
        const [expected, actual] = [await theirs(one), await ours(one)]
        sent.cases += 1
        sent.requests += actual.requests.length
        if (JSON.stringify(expected) !== JSON.stringify(actual))
          different.push({ module, action, expected, actual })
      }
      expect(different).toEqual([])
      expect(sent.cases).toBeGreaterThan(2_500)
      expect(sent.requests).toBeGreaterThan(1_000)
    },
  )

  it('get a new token after 401 and try again, as Salesforce wants it', async () => {
    hosts.reply(({ url, headers }) => {
      if (url.startsWith('login.salesforce.com/'))
        return { status: 200, body: { access_token: 'new' } }
      return { status: headers.authorization === 'Bearer new' ? 201 : 401 }
    })
    const lead = {
      module: 'salesforce',
      action: 'lead2',
      mapping: {
        __segment_internal_sync_mode: 'add',
        last_name: 'Lovelace',
        company: 'Navy',
        enable_batching: false,
      },
      settings: { instanceUrl: 'https://navy.my.salesforce.com/' },
      events: [TRACK],
    }
    const [expected, actual] = [await theirs(lead), await ours(lead)]
    expect(actual).toEqual(expected)
    expect(actual.outcomes).toEqual(['delivered'])
    expect(actual.requests).toHaveLength(3)
    expect(saved).toEqual([{ oauth_access_token: 'new', oauth_refresh_token: 'rt' }])
  })

  it('say what came of each call of a batch, as Batch does', async () => {
    hosts.reply(() => ({
      status: 202,
      body: {
        code: 'SUCCESS_WITH_PARTIAL_ERRORS',
        errors: [{ bulk_index: 1, reason: 'no such profile' }],
      },
    }))
    const [preset] = loadDefinition(PEERS, 'batch').presets
    const batch = {
      module: 'batch',
      action: preset?.action ?? '',
      mapping: preset?.mapping ?? {},
      settings: { apiToken: 'token', projectKey: 'project' },
      events: [TRACK, { ...TRACK, userId: 'grace' }, TRACK],
      isBatch: true,
    }
    const [expected, actual] = [await theirs(batch), await ours(batch)]
    expect(actual).toEqual(expected)
    expect(actual.outcomes).toEqual(['delivered', 400, 'delivered'])
    expect(actual.requests).toHaveLength(1)
  })

  it('sign one request for a batch, as the webhook does', async () => {
    hosts.reply(() => ({ status: 200 }))
    const webhook = {
      module: 'webhook',
      action: 'send',
      mapping: { url: 'https://hook.example.com/a?b=c', method: 'PUT', data: { '@path': '$.' } },
      settings: { sharedSecret: 'secret' },
      events: [TRACK, { ...TRACK, userId: 'grace' }],
      isBatch: true,
    }
    const [expected, actual] = [await theirs(webhook), await ours(webhook)]
    expect(actual).toEqual(expected)
    expect(actual.requests[0]).toMatch(/"x-signature":"[0-9a-f]{40}"/)
  })

  it.each([
    [200, { ok: true, status: 200, message: null }],
    [401, { ok: false, status: 401, message: 'Credentials are invalid: 401 Unauthorized' }],
  ])(
    'test their connection, as Voucherify does, when the answer is %d',
    async (status, expected) => {
      hosts.reply(() => ({ status }))
      const settings = { apiKey: 'a', secretKey: 's', customURL: 'https://us1.example.com' }
      const test = published('voucherify').testAuthentication(settings)
      await (status === 200 ? test : expect(test).rejects.toThrow(expected.message ?? ''))
      const requests = hosts.take().map(view)
      const definition = loadDefinition(PEERS, 'voucherify')
      expect(await testConnection(hosts.send, definition, settings)).toEqual(expected)
      expect(hosts.take().map(view)).toEqual(requests)
    },
  )
})

/** Where ours is not the same on purpose, or two runs in one process never are. */
const DIFFERENT: Record<string, string> = {
  'blend-ai':
    'the published client adds a member `headers` to a body that has parts in extendRequest',
  pipedrive: 'the same with a parameter `headers`',
  friendbuy: 'remembers its token between calls',
}
/** Requests that are under way when another one fails come, or do not. */
const SENDS_AT_ONCE: Record<string, true> = { appcues: true }

const listModules = (): string[] =>
  readdirSync(MODULES_DIR, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !(entry.name in LEFT_OUT))
    .map(({ name }) => name)
    // Needs a package that the peers do not have.
    .filter((name) => name !== 'salesforce-marketing-cloud')

/** The code that a definition is made of, apart from packages. */
function filesOf(module: string): string[] {
  const files = new Set<string>()
  const visit = (file: string): void => {
    if (files.has(file)) return
    files.add(file)
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/require\("(\.[^"]*)"\)/g))
      visit(resolveFrom(file, name))
  }
  visit(join(MODULES_DIR, module, 'index.js'))
  return [...files]
}

const resolveFrom = (file: string, name: string): string => createRequire(file).resolve(name)

/** Whether code reaches the network by anything but the client it is given. */
const opensConnections = (file: string): boolean =>
  /require\("(kafkajs|ssh2[^"]*|@aws-sdk\/client-[^"]*|net|tls|dgram|http2)"\)|createRequestClient\)|[^.\w]fetch\(|\.request\(\{/.test(
    readFileSync(file, 'utf8'),
  )

/** The presets; of a definition without them, its actions as a new mapping has them. */
const mappingsOf = ({ presets, actions }: DestinationDefinition) =>
  presets.length > 0
    ? presets
    : Object.entries(actions).map(([key, action]) => ({
        action: key,
        mapping: defaultMapping(action),
      }))

/** Settings that fit somehow. */
const fillIn = (fields: Record<string, Field>): Settings =>
  Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, valueFor(key, field)]))

function valueFor(key: string, { type, format, choices = [], ...field }: Field): Json {
  if (field.default !== undefined && field.default !== '') return field.default as Json
  const [choice] = choices
  if (choice !== undefined) return (isPlainObject(choice) ? choice['value'] : choice) as Json
  if (type === 'boolean') return false
  if (type === 'number' || type === 'integer') return 5
  if (format === 'hostname') return 'some.example.com'
  return /url|endpoint|host|domain/i.test(key) || format === 'uri'
    ? 'https://some.example.com'
    : `${key}-value`
}

function outcomeOf(performed: Performed): unknown {
  if (performed.kind === 'refused') return 400
  if (performed.kind === 'no-answer') return performed.code
  return performed.status < 300 ? 'delivered' : performed.status
}

/** A request as text, without what each client has of its own. */
function view({ method, url, headers, body }: HostRequest): string {
  const sent = Object.entries(headers).filter(([name]) => !OF_CLIENTS.has(name))
  return JSON.stringify({ method, url, headers: Object.fromEntries(sent.sort()), body })
}
