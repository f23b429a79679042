import type { ProjectKeys } from '../../../src/platform/auth/index.ts'
import type { Route } from '../routes.ts'
import { createFromSchema, type JsonSchema } from './from-schema.ts'
import { familyOf, ORIGIN } from './project.ts'
import type { Random } from './random.ts'
import { hostileText, hostileValue, spoil, type Value } from './values.ts'

/** An OpenAPI document, as far as requests are made from it. */
export type ApiDocument = {
  paths: Record<string, Record<string, Described>>
  components: { schemas: Record<string, JsonSchema> }
}
type Described = {
  parameters?: { name: string; in: string; schema: JsonSchema }[]
  requestBody?: { content: Record<string, { schema: JsonSchema }> }
}

export type HostileRequest = {
  method: string
  url: string
  headers: Record<string, string>
  /** Every request comes from somewhere else: addresses are limited. */
  remoteAddress: string
  payload?: string
}

type Names = Readonly<Record<string, readonly string[]>>

/** Who calls, and what there is to name. */
export type Caller = {
  keys: ProjectKeys
  writeKey: string
  /** Names of objects by the word of the path that says what they are. */
  names: Names
  foreign: { keys: ProjectKeys; names: Names }
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']
const CONTENT_TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'application/json; charset=utf-16',
  'application/xml',
  'image/png',
  '/',
]
const BODIES = [
  '',
  '{',
  '[',
  'null',
  '1',
  '"text"',
  '{"a":1,}',
  '{"a":1}{"b":2}',
  '{"a":NaN}',
  '{"a":1e999}',
  '{"a":"\\ud800"}',
  '\ufeff{}',
  '{"__proto__":{"a":1}}',
  '{"constructor":{"prototype":{"a":1}}}',
  '[{}]',
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  '{"a":'.repeat(5_000),
  '--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\ncode,Code\r\n"\r\n--x--\r\n',
  '--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nsource_id,name\na,b\n,,,\n\r\n--x--\r\n',
  '--x\r\n',
  'grant_type=client_credentials&scope=api%ZZ',
]
const PATH_PARTS = ['%', '%zz', '%c0%af', '%00', '..%2f..', '%2e%2e', '%F0%9F%92%A9', '*', ':id']
const QUERIES = [
  'limit=-1',
  'limit=1e9&page=99999999999',
  'page=100000',
  'page=NaN&limit=',
  'limit[]=1&limit[]=2',
  'order=-created_at&order=id',
  'order=__proto__',
  'starting_after=x',
  'starting_after_id=x',
  '__proto__[a]=1',
  'constructor[prototype][a]=1',
  `filters${'[a]'.repeat(50)}=1`,
  'filters[name][conditions][$is][0]=%25&filters[junction]=or',
  'filters[metadata.a%27--][conditions][$contains][0]=%5C',
  'filters=text',
  '%E0%A4%A=1',
  'a=%',
  '&&&=&=',
  `x=${'y'.repeat(9_000)}`,
  Array.from({ length: 1_200 }, (_, index) => `k${index}=1`).join('&'),
]

type Operation = Route & Described & { document: ApiDocument | undefined }

/** What documents describe, and the routes that no document does. */
function toOperations(
  documents: readonly ApiDocument[],
  routes: readonly Route[],
): { described: Operation[]; others: Operation[] } {
  const described = documents.flatMap((document) =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...operation,
        method: method.toUpperCase(),
        path,
        document,
      })),
    ),
  )
  const known = new Set(described.map(({ method, path }) => `${method} ${path}`))
  const others = routes
    .filter(({ method, path }) => !known.has(`${method} ${path}`))
    .map((route) => ({ ...route, document: undefined }))
  return { described, others }
}

/** Makes requests of every operation, malformed in one way or another, or in none; what a seed makes, it makes again. */
export function createHostileRequests(
  random: Random,
  { documents, routes }: { documents: readonly ApiDocument[]; routes: readonly Route[] },
  caller: Caller,
): () => HostileRequest {
  const { described, others } = toOperations(documents, routes)
  const makers = new Map(
    documents.map((document) => [
      document,
      createFromSchema(random, document.components.schemas, textOf),
    ]),
  )

  const own = Object.values(caller.names).flat()
  const foreign = Object.values(caller.foreign.names).flat()

  /** Mostly of what the path is about. */
  function nameOf(path = ''): string {
    const fitting = caller.names[familyOf(path)] ?? []
    if (fitting.length > 0 && random.percent(60)) return random.pick(fitting)
    if (random.percent(50)) return random.pick(own)
    return random.percent(60) ? random.pick(foreign) : hostileText(random)
  }

  function textOf(field: string): string {
    if (/(_at|_date|date|after|before|from|to)$/.test(field)) {
      return new Date(1_780_000_000_000 + random.below(1_000_000_000)).toISOString()
    }
    if (/(^|_)(id|ids|code|codes|source_id|campaign|voucher|customer|order)$/.test(field))
      return nameOf()
    if (field.endsWith('url')) return 'http://127.0.0.1:1/'
    return random.percent(20) ? hostileText(random) : `${field} ${random.below(1_000)}`
  }

  function toPath(path: string): string {
    return path.replace(/\{(\w+)\}|\*/g, (_all, parameter?: string) => {
      if (random.percent(4)) return random.pick(PATH_PARTS)
      const { keys, foreign } = caller
      if (parameter === 'projectId') {
        return random.percent(85) ? keys.projectId : foreign.keys.projectId
      }
      if (parameter === 'writeKey') return caller.writeKey
      return encodeURIComponent(wellFormed(nameOf(path)))
    })
  }

  function toQuery({ parameters = [], document }: Operation): string {
    if (random.percent(12)) return random.pick(QUERIES)
    const make = document && makers.get(document)
    const given = parameters.filter((one) => one.in === 'query' && random.percent(25))
    return given
      .flatMap(({ name, schema }) => {
        const right = make?.(schema)
        const value = random.percent(40) ? hostileValue(random, name) : (right ?? name)
        return toPairs(name, value)
      })
      .slice(0, 400)
      .join('&')
  }

  function toBody({ requestBody, document }: Operation): string | undefined {
    if (random.percent(10)) return random.pick(BODIES)
    const content = Object.values(requestBody?.content ?? {})[0]
    const right: Value = content && document ? makers.get(document)?.(content.schema) : {}
    if (random.percent(25)) return toJson(right)
    let body = right
    for (let times = random.below(3); times >= 0; times -= 1) body = spoil(random, body)
    return toJson(body)
  }

  return () => {
    const operation = random.pick(random.percent(85) ? described : others)
    const method = random.percent(3) ? random.pick(METHODS) : operation.method
    const query = toQuery(operation)
    const payload = method === 'GET' ? undefined : toBody(operation)
    const url = toPath(operation.path) + (query === '' ? '' : `?${query}`)
    return {
      method,
      url: url.startsWith('/') ? url : `/${url}`,
      headers: toHeaders(random, operation.path, caller),
      remoteAddress: `10.${random.below(256)}.${random.below(256)}.${random.below(256)}`,
      ...(payload !== undefined && { payload }),
    }
  }
}

/** JSON of anything: what has none becomes null. */
const toJson = (value: Value): string => JSON.stringify(value) ?? 'null'

/** A value as a query string writes it, however deep. */
function toPairs(name: string, value: Value): string[] {
  if (typeof value !== 'object' || value === null) {
    return [`${encodeURIComponent(name)}=${encodeURIComponent(wellFormed(String(value)))}`]
  }
  // Deeper than any server looks; and a stack has an end.
  if (name.length > 500) return []
  return Object.entries(value).flatMap(([key, member]) => toPairs(`${name}[${key}]`, member))
}

/** Half a pair cannot be written in a URL. */
const wellFormed = (text: string): string => Buffer.from(text).toString()
const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** The keys of the door that `path` is behind; sometimes none, wrong ones, or half of another's. */
function toHeaders(random: Random, path: string, caller: Caller): Record<string, string> {
  const strange = random.percent(3)
  const keys = strange
    ? { ...caller.foreign.keys, appToken: 'x', clientToken: 'x', adminToken: 'x' }
    : caller.keys
  const contentType = random.percent(5) ? random.pick(CONTENT_TYPES) : 'application/json'
  return {
    'content-type': contentType,
    ...toCredentials(path, keys, caller.writeKey),
    ...(random.percent(5) && { 'idempotency-key': printable(hostileText(random)) }),
    ...(random.percent(2) && { 'x-promoloop-hops': printable(hostileText(random)) }),
  }
}

const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 5_000)

function toCredentials(path: string, keys: ProjectKeys, writeKey: string): Record<string, string> {
  if (path.startsWith('/api/')) return { authorization: `Bearer ${keys.adminToken}` }
  if (path.startsWith('/management/')) {
    return { 'x-management-id': keys.projectId, 'x-management-token': keys.adminToken }
  }
  if (path.startsWith('/client/')) {
    return {
      'x-client-application-id': keys.clientAppId,
      'x-client-token': keys.clientToken,
      origin: ORIGIN,
    }
  }
  if (path.startsWith('/segmentio/')) {
    return { authorization: `Basic ${base64(keys.appId)}`, 'secret-key': base64(keys.appToken) }
  }
  if (isTracking(path)) return { authorization: `Basic ${base64(`${writeKey}:`)}` }
  return { 'x-app-id': keys.appId, 'x-app-token': keys.appToken }
}

const TRACKING =
  /^\/v1\/(identify|track|page|screen|group|alias|batch|import|[a-z]|pixel\/.*|projects\/.*)$/
const isTracking = (path: string): boolean => TRACKING.test(path)
