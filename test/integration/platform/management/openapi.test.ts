import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { clientSettingsRoutes } from '../../../../src/engine/client-api/index.ts'
import { locationManagementRoutes } from '../../../../src/engine/locations/index.ts'
import { projectSettingsRoutes } from '../../../../src/engine/project-settings/index.ts'
import { segmentSourceRoutes } from '../../../../src/engine/segment-source/index.ts'
import { simulationRoutes } from '../../../../src/engine/simulations/index.ts'
import { webhookDeliveryRoutes, webhookRoutes } from '../../../../src/engine/webhooks/index.ts'
import { deliveryRoutes } from '../../../../src/pipeline/deliveries/index.ts'
import { destinationRoutes } from '../../../../src/pipeline/destinations/index.ts'
import { receivedEventRoutes } from '../../../../src/pipeline/log/index.ts'
import { sourceRoutes } from '../../../../src/pipeline/sources/index.ts'
import { createLog } from '../../../../src/platform/log.ts'
import { createVault } from '../../../../src/platform/secrets.ts'
import { useTestManagement } from '../../../support/management.ts'

const registered: string[] = []

const vault = createVault('5e'.repeat(32))
const send = () => Promise.reject(new Error('the document needs no destination'))

const t = useTestManagement((scope, deps) => {
  scope.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (one !== 'HEAD') registered.push(`${one} ${url}`)
  })
  sourceRoutes(scope, deps)
  destinationRoutes(scope, { ...deps, vault, send })
  receivedEventRoutes(scope, deps)
  deliveryRoutes(scope, deps)
  segmentSourceRoutes(scope, { ...deps, vault })
  projectSettingsRoutes(scope, deps)
  simulationRoutes(scope, deps)
  locationManagementRoutes(scope, deps)
  clientSettingsRoutes(scope, deps)
  webhookRoutes(scope, { ...deps, vault, send, log: createLog('silent') })
  webhookDeliveryRoutes(scope, { ...deps, announced: () => undefined })
})

// biome-ignore lint/suspicious/noExplicitAny: the document is what the tests look into, field by field.
type Part = any
let document: Part

type Operation = { name: string; operation: Part }
const operations = (): Operation[] =>
  Object.entries<Part>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Part>(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  )

/** Every object in `part`, itself too. */
const objectsIn = (part: Part): Part[] =>
  typeof part === 'object' && part !== null ? [part, ...Object.values(part).flatMap(objectsIn)] : []

beforeAll(async () => {
  const response = await t.http.inject({ method: 'GET', url: '/api/openapi.json' })
  expect(response.statusCode).toBe(200)
  expect(response.headers['content-type']).toMatch(/^application\/json/)
  document = response.json()
})

describe('/api/openapi.json', () => {
  it('is OpenAPI 3.1 with the version of the package, readable without a token', () => {
    const root = join(import.meta.dirname, '..', '..', '..', '..')
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(document.openapi).toBe('3.1.0')
    expect(document.info).toMatchObject({ title: 'Promoloop management API', version })
  })

  it('names every route of the management API, and no other', () => {
    const documented = operations().map(({ name }) => name)
    const expected = registered.map((route) => route.replace(/:(\w+)/g, '{$1}'))
    expect(expected.length).toBeGreaterThan(10)
    expect(documented.sort()).toEqual(expected.sort())
  })

  it('gives every operation an id of its own, a summary, tags, and an answer', () => {
    const ids = operations().map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { name, operation } of operations()) {
      expect(operation.operationId, name).toMatch(/^[a-z][A-Za-z]+$/)
      expect(operation.summary, name).toMatch(/^[A-Z].*[^.]$/)
      expect(operation.tags, name).toHaveLength(1)
      for (const { description } of Object.values<Part>(operation.responses))
        expect(description, name).toMatch(/^[A-Z].*\.$/)
      const answers = Object.keys(operation.responses).filter((status) => /^2\d\d$/.test(status))
      expect(answers, name).toHaveLength(1)
    }
  })

  it('says that every operation may answer with the error body', () => {
    for (const { name, operation } of operations()) {
      const { schema } = operation.responses.default.content['application/json']
      expect(schema, name).toEqual({ $ref: '#/components/schemas/Error' })
    }
    expect(document.components.schemas.Error.required).toEqual(['code', 'key', 'message'])
  })

  it('asks for the admin token on every operation', () => {
    expect(document.security).toEqual([{ adminToken: [] }])
    expect(document.components.securitySchemes.adminToken).toMatchObject({
      type: 'http',
      scheme: 'bearer',
    })
    expect(operations().filter(({ operation }) => operation.security)).toEqual([])
  })

  it('describes every parameter, and requires those of the path alone', () => {
    for (const { name, operation } of operations()) {
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map((found) => found[1])
      const parameters: Part[] = operation.parameters ?? []
      const required = parameters.filter((parameter) => parameter.required)
      expect(required.map((parameter) => [parameter.in, parameter.name])).toEqual(
        inPath.map((parameter) => ['path', parameter]),
      )
      for (const { name: parameter, description } of parameters)
        expect(description, `${name} ${parameter}`).toMatch(/\.$/)
    }
  })

  it('refers only to schemas that it has, and has none that nothing refers to', () => {
    const referred = objectsIn(document).flatMap((part) =>
      typeof part.$ref === 'string' ? [part.$ref] : [],
    )
    const named = Object.keys(document.components.schemas)
    expect([...new Set(referred)].sort()).toEqual(
      named.map((name) => `#/components/schemas/${name}`).sort(),
    )
  })

  it('closes what is sent and leaves answers open, so that they may grow', () => {
    const { post } = document.paths['/api/v1/sources']
    const body = post.requestBody.content['application/json'].schema
    expect(body.additionalProperties).toBe(false)
    expect(document.components.schemas.Source.additionalProperties).toBeUndefined()
  })

  it('says of a list how to page, and of a deletion that its answer is empty', () => {
    const sources = document.paths['/api/v1/sources'].get
    const limit = sources.parameters.find((parameter: Part) => parameter.name === 'limit')
    expect(limit.schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 100, default: 20 })
    const page = sources.responses[200].content['application/json'].schema
    expect(page.properties.data.items).toEqual({ $ref: '#/components/schemas/Source' })
    const deleted = document.paths['/api/v1/sources/{id}'].delete.responses[204]
    expect(deleted).toEqual({ description: expect.stringMatching(/\.$/) })
  })
})
