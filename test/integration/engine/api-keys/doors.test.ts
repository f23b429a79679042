import { connect } from 'node:net'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ProjectKeys } from '../../../../src/platform/auth/index.ts'
import { PROJECTS, useManagement } from '../../../support/projects.ts'
import { listRoutes, type Route } from '../../../support/routes.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp({ isWatched: false })
const management = useManagement(t)

type Headers = Record<string, string>
type Verdict = 'in' | 'unauthorized' | 'forbidden' | 'foreign'

const ROLES = ['ADMIN', 'MERCHANT', 'VIEWER'] as const
type Role = (typeof ROLES)[number]
/** With what somebody knocks: a kind of credentials, and the role of the server key behind them. */
type Knocker = { kind: Kind; role?: Role; headers: Headers }
type Kind =
  | 'nobody'
  | 'server key'
  | 'server token'
  | 'client token'
  | 'segment'
  | 'client key'
  | 'admin'
  | 'admin of another project'
  | 'admin as manager'
  | 'other admin as manager'
  | 'manager'
  | 'write key'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const ORIGIN = 'https://shop.example.com'

async function aKey(body: object): Promise<{ id: string; token: string }> {
  const made = await management.admin('POST', '/api/v1/keys', { name: 'A key', ...body })
  expect(made.status).toBe(200)
  return { id: made.body.app_id, token: made.body.app_token }
}

async function aToken(headers: Headers, scope: string): Promise<string> {
  const form = { grant_type: 'client_credentials', scope }
  const { body } = await t.call('POST', '/v1/oauth/token', form, { headers })
  return body.access_token
}

/** A server key of `role` by every way in which it can be used. */
async function everyWay(role: Role, kind: 'application' | 'integration'): Promise<Knocker[]> {
  const { id, token } = await aKey({ kind, role })
  const headers = { 'x-app-id': id, 'x-app-token': token }
  const bearer = async (scope: string) => ({
    authorization: `Bearer ${await aToken(headers, scope)}`,
    origin: ORIGIN,
  })
  return [
    { kind: 'server key', role, headers },
    { kind: 'server token', role, headers: await bearer('api') },
    { kind: 'client token', role, headers: await bearer('client_api') },
    {
      kind: 'segment',
      role,
      headers: { authorization: `Basic ${base64(id)}`, 'secret-key': base64(token) },
    },
  ]
}

const asAdmin = ({ adminToken }: ProjectKeys): Headers => ({
  authorization: `Bearer ${adminToken}`,
})
const asManager = (id: string, token: string): Headers => ({
  'x-management-id': id,
  'x-management-token': token,
})

async function everybody(): Promise<Knocker[]> {
  const { keys: other } = await management.makeProject()
  const source = await management.admin('POST', '/api/v1/sources', {
    nickname: 'Website',
    catalog: 'website',
  })
  const { managementId, managementToken } = management.keys
  const client = { 'x-client-application-id': t.keys.clientAppId, origin: ORIGIN }
  return [
    { kind: 'nobody', headers: {} },
    ...(await everyWay('ADMIN', 'application')),
    ...(await everyWay('MERCHANT', 'application')),
    ...(await everyWay('VIEWER', 'integration')),
    { kind: 'client key', headers: { ...client, 'x-client-token': t.keys.clientToken } },
    { kind: 'admin', headers: asAdmin(t.keys) },
    { kind: 'admin of another project', headers: asAdmin(other) },
    { kind: 'admin as manager', headers: asManager(t.keys.projectId, t.keys.adminToken) },
    { kind: 'other admin as manager', headers: asManager(other.projectId, other.adminToken) },
    { kind: 'manager', headers: asManager(managementId, managementToken) },
    {
      kind: 'write key',
      headers: { authorization: `Basic ${base64(`${source.body.write_keys[0]}:`)}` },
    },
  ]
}

/** Open to everyone: what describes or says nothing of a project, what never refuses, and what is not here. */
const OPEN =
  /^\/(health|metrics|api\/(engine\/)?openapi\.json|v2\/|(v1\/)?projects\/|v1\/(pixel\/|m$))/
const TRACKING = /^\/v1\/(a|alias|b|batch|g|group|i|identify|import|p|page|s|screen|t|track)$/
const STACKS = /^\/(client\/)?v1\/(validations|redemptions)$/

/** What the role of a server key leaves open (R-AUTH-04). */
function byRole(role: Role | undefined, { method, path }: Route): Verdict {
  const isKept =
    (role === 'MERCHANT' && method === 'POST' && STACKS.test(path)) ||
    (role === 'VIEWER' && method !== 'GET') ||
    (role === 'VIEWER' && ['/v1/publications/create', '/client/v1/validate'].includes(path))
  return isKept ? 'forbidden' : 'in'
}

/** By the beginning of a path, the first that fits: what docs/guide/projects-and-keys.md promises. */
const PROMISES: readonly [path: RegExp, promise: (knocker: Knocker, route: Route) => Verdict][] = [
  [OPEN, () => 'in'],
  [TRACKING, ({ kind }) => only(kind === 'write key')],
  [/^\/v1\/oauth\//, ({ kind }) => only(kind === 'server key')],
  [/^\/v1\//, byServer],
  [
    /^\/client\/v1\/publish$/,
    (by, route) => (by.kind === 'server key' ? byRole(by.role, route) : byPage(by, route)),
  ],
  [/^\/client\/v1\//, byPage],
  [
    /^\/segmentio\//,
    ({ kind, role }, route) => (kind === 'segment' ? byRole(role, route) : 'unauthorized'),
  ],
  [/^\/management\/v1\//, byManager],
  [/^\/api\/v1\//, ({ kind }) => only(kind === 'admin' || kind === 'admin of another project')],
]

function only(isRight: boolean): Verdict {
  return isRight ? 'in' : 'unauthorized'
}

function byServer({ kind, role }: Knocker, route: Route): Verdict {
  if (kind === 'server key' || kind === 'server token') return byRole(role, route)
  return kind === 'client token' ? 'forbidden' : 'unauthorized'
}

function byPage({ kind, role }: Knocker, route: Route): Verdict {
  if (kind === 'client key') return 'in'
  if (kind === 'client token') return byRole(role, route)
  return kind === 'server token' ? 'forbidden' : 'unauthorized'
}

function byManager({ kind }: Knocker, { method, path }: Route): Verdict {
  if (kind === 'manager') return 'in'
  if (kind !== 'admin as manager' && kind !== 'other admin as manager') return 'unauthorized'
  if (path.includes('{projectId}') && kind === 'other admin as manager') return 'foreign'
  const isOfAll =
    (method === 'POST' && path === PROJECTS) ||
    (method === 'DELETE' && path === `${PROJECTS}/{projectId}`)
  return isOfAll ? 'forbidden' : 'in'
}

function expectedOf(knocker: Knocker, route: Route): Verdict {
  if (route.method === 'OPTIONS') return 'in'
  const [, promise] = PROMISES.find(([path]) => path.test(route.path)) ?? []
  if (!promise) throw new Error(`nothing is promised of ${route.method} ${route.path}`)
  return promise(knocker, route)
}

const urlOf = ({ path }: Route): string =>
  path
    .replace('{projectId}', t.keys.projectId)
    .replace(/\{\w+\}/g, 'nothing')
    .replace('*', 'nothing')

async function knock({ headers }: Knocker, route: Route): Promise<Verdict> {
  // Of one address there are not more calls than pages may make.
  if (route.path.startsWith('/client/')) t.clock.advance(1_001)
  const { statusCode, payload } = await t.app.http.inject({
    method: route.method as 'GET',
    url: urlOf(route),
    headers: { 'content-type': 'application/json', ...headers },
    ...(route.method !== 'GET' && { payload: '{}' }),
  })
  if (statusCode === 401) return 'unauthorized'
  if (payload.includes('"missing_required_permission"')) return 'forbidden'
  const isOfProject = statusCode === 404 && payload.includes(`"resource_id":"${t.keys.projectId}"`)
  return isOfProject ? 'foreign' : 'in'
}

beforeAll(async () => {
  await management.call('PUT', `${PROJECTS}/${t.keys.projectId}`, {
    client_trusted_domains: ['shop.example.com'],
    client_redeem_enabled: true,
    client_publish_enabled: true,
    client_list_vouchers_enabled: true,
    client_create_customer_enabled: true,
    client_set_voucher_expiration_date_enabled: true,
    client_loyalty_events_enabled: true,
  })
})

describe('every route', () => {
  it('opens to the keys that the guide names, and to no other (R-AUTH-01, R-AUTH-02, R-AUTH-04)', async () => {
    const routes = listRoutes(t.app.http)
    expect(routes.length).toBeGreaterThan(400)
    const wrong: string[] = []
    for (const knocker of await everybody()) {
      for (const route of routes) {
        const verdict = await knock(knocker, route)
        const expected = expectedOf(knocker, route)
        const who = [knocker.role, knocker.kind].filter(Boolean).join(' ')
        if (verdict !== expected)
          wrong.push(`${who} at ${route.method} ${route.path}: ${verdict} and not ${expected}`)
      }
    }
    expect(wrong).toEqual([])
  }, 300_000)
})

describe('/metrics', () => {
  it('counts for all projects, so that from elsewhere only the first one may read it', async () => {
    const { keys: other } = await management.makeProject()
    const ask = async (headers: Headers): Promise<number> => {
      const remoteAddress = '203.0.113.7'
      return (await t.app.http.inject({ url: '/metrics', headers, remoteAddress })).statusCode
    }
    expect(await ask(asAdmin(t.keys))).toBe(200)
    expect(await ask(asAdmin(other))).toBe(401)
    expect(await ask({})).toBe(401)
  })
})

/** Asks over a socket, the target written as it is; tells status and body. */
function askRaw(port: number, target: string, headers: Headers, body: object): Promise<string> {
  const payload = JSON.stringify(body)
  const lines = Object.entries({
    host: 'x',
    connection: 'close',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(payload)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
    socket.write(`POST ${target} HTTP/1.1\r\n${lines.join('')}\r\n${payload}`)
  })
}

describe('a URL', () => {
  it('opens no more however it is spelled (R-AUTH-04, R-OAUTH-03)', async () => {
    const { id, token } = await aKey({ kind: 'application', role: 'MERCHANT' })
    const merchant = { 'x-app-id': id, 'x-app-token': token }
    const scoped = async (headers: Headers, scope: string) => ({
      authorization: `Bearer ${await aToken(headers, scope)}`,
    })
    const master = { 'x-app-id': t.keys.appId, 'x-app-token': t.keys.appToken }
    const vouchers = await scoped(master, 'vouchers')
    const address = await t.app.http.listen({ port: 0, host: '127.0.0.1' })
    const port = Number(new URL(address).port)
    const spellings = (path: string): string[] => [
      path,
      `${path}?a=b`,
      `${path}#a`,
      `${path}/#?a`,
      `/${path}/`,
      `http://shop.example.com${path}`,
      `http://shop.example.com/${path}`,
      path.replace('dempt', 'd%65mpt'),
    ]
    for (const [path, headers] of [
      ['/v1/redemptions', merchant],
      ['/v1/vouchers/TEN/redemption', vouchers],
    ] as const) {
      for (const target of spellings(path)) {
        const answer = await askRaw(port, target, headers, { order: { amount: 1 } })
        expect(answer, target).toContain('"missing_required_permission"')
      }
    }
  })
})
