import { beforeAll, describe, expect, it } from 'vitest'
import { toEngineDocument } from '../../src/engine/openapi/index.ts'
import { useManagement } from '../support/projects.ts'
import { listRoutes } from '../support/routes.ts'
import { useTestApp } from '../support/test-app.ts'

type Schema = { $ref?: string; type?: string | string[]; properties?: Record<string, Schema> }
type Operation = {
  name: string
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  operationId: string
  parameters?: { name: string; in: string; schema: { enum?: string[] } }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, unknown>
}
type Document = {
  openapi: string
  paths: Record<string, Record<string, Omit<Operation, 'name' | 'method' | 'path'>>>
  components: { schemas: Record<string, Schema> }
}

const document = toEngineDocument() as unknown as Document
const operations: Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    ...operation,
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase() as Operation['method'],
    path,
  })),
)

const t = useTestApp()
const management = useManagement(t)
const url = (path: string): string =>
  path.replace('{projectId}', t.keys.projectId).replace(/\{\w+\}/g, 'unknown')

/** The keys of whatever door a path is behind. */
const headers = (): Record<string, string> => ({
  'x-management-id': management.keys.managementId,
  'x-management-token': management.keys.managementToken,
  authorization: `Basic ${btoa(t.keys.appId)}`,
  'secret-key': btoa(t.keys.appToken),
})

const anyName = (name: string): string => name.replace(/\{\w+\}|:\w+/g, '{}')

const isOfEngine = (path: string): boolean =>
  /^\/(v1|client\/v1|management\/v1|segmentio)\//.test(path)
/** The Tracking API has the same beginning, and a document of Segment's own. */
const isOfTracking = (path: string): boolean =>
  /^\/v1\/(identify|track|page|screen|group|alias|batch|import|[a-z]|pixel\/.*|projects\/.*)$/.test(
    path,
  )

describe('/api/engine/openapi.json', () => {
  it('is OpenAPI 3.1, readable without keys', async () => {
    const { statusCode, payload } = await t.app.http.inject('/api/engine/openapi.json')
    expect(statusCode).toBe(200)
    expect(JSON.parse(payload)).toEqual(JSON.parse(JSON.stringify(document)))
    expect(document.openapi).toBe('3.1.0')
  })

  it('names every route of the engine, and no other', () => {
    const routes = listRoutes(t.app.http).filter(
      ({ method, path }) => isOfEngine(path) && method !== 'OPTIONS' && !isOfTracking(path),
    )
    const registered = routes.map(({ method, path }) => anyName(`${method} ${path}`))
    expect(registered.length).toBeGreaterThan(100)
    expect(operations.map(({ name }) => anyName(name)).sort()).toEqual(registered.sort())
  })

  it('gives every operation a name of its own, and describes what it refers to', () => {
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    const references = JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)
    const unknown = [...references].filter(
      ([, name = '']) => !(name in document.components.schemas),
    )
    expect(unknown).toEqual([])
  })
})

const resolve = (schema: Schema): Schema =>
  schema.$ref ? (document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema

/** Fields of the body that are text, number or flag, and nothing else. */
function toScalars({ requestBody }: Operation): string[] {
  const schema = resolve(requestBody?.content['application/json']?.schema ?? {})
  return Object.entries(schema.properties ?? {})
    .filter(([, member]) => {
      const types = [member.type ?? 'any'].flat()
      return types.every((type) =>
        ['string', 'integer', 'number', 'boolean', 'null'].includes(type),
      )
    })
    .map(([name]) => name)
}

// The client-side API checks bodies as the server API does; OAuth reads forms, which hold nothing but text.
const withScalars = operations.filter(
  (operation) => !/^\/(client|v1\/oauth)/.test(operation.path) && toScalars(operation).length > 0,
)

describe('what the document says of bodies', () => {
  it.each(withScalars)('is what $name checks', async ({ method, path, ...operation }) => {
    for (const name of toScalars({ method, path, ...operation })) {
      const body = { [name]: {} }
      const { status, ...answer } = await t.call(method, url(path), body, { headers: doorOf(path) })
      // Some look first for what the path names, or take the code from there.
      if (status === 404) continue
      expect(status, name).toBe(400)
      // Fields that must be there come first in every check.
      expect(String(answer.body.details), name).toMatch(new RegExp(`${name}|required`))
    }
  })
})

/** `/v1` is opened by the keys that `call` gives. */
const doorOf = (path: string): Record<string, string> => (path.startsWith('/v1') ? {} : headers())

const ordered = operations.flatMap((operation) => {
  const order = operation.parameters?.find(({ name }) => name === 'order')?.schema.enum
  return order && !operation.path.includes('{') && !operation.path.startsWith('/client')
    ? [{ ...operation, order }]
    : []
})

describe('what the document says of the order of lists', () => {
  beforeAll(() => expect(ordered.length).toBeGreaterThan(10))

  it.each(ordered)('is what $name knows', async ({ path, order }) => {
    for (const value of order) {
      expect(await t.call('GET', `${path}?order=${value}`), value).toMatchObject({ status: 200 })
    }
    expect(await t.call('GET', `${path}?order=unheard_of`)).toMatchObject({ status: 400 })
  })
})
