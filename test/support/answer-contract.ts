import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { expect } from 'vitest'
import { toEngineDocument } from '../../src/engine/openapi/index.ts'
import { isAccepted } from './accepted-deviations.ts'
import { createSchemaCheck, type Deviation, type Schema } from './answer-schema.ts'

const PATH = join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  'shared',
  'data',
  'voucherify-openapi.json',
)

type Operation = {
  responses?: Record<string, { content?: { 'application/json'?: { schema?: Schema } } }>
}
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

/** An answer of the engine's API. */
type Answer = { method: string; url: string; status: number; body: unknown }

/** A deviation with the operation that it is of: `GET /v1/vouchers 200`. */
export type Found = Deviation & { operation: string }

export type AnswerContract = {
  /** Whether the document has this very path. */
  knows(path: string): boolean
  check(answer: Answer): Found[]
}

let read: AnswerContract | undefined
let own: AnswerContract | undefined

/** What our own document says of the engine's answers. */
function readOwnContract(): AnswerContract {
  own ??= createAnswerContract(toEngineDocument() as unknown as Document)
  return own
}

/**
 * What the reference says of its answers; undefined where its OpenAPI document does not lie beside the project.
 * Throws then in CI.
 */
export function readAnswerContract(): AnswerContract | undefined {
  if (read) return read
  if (!existsSync(PATH)) {
    if (process.env['CI'] === 'true') throw new Error(`In CI the contract must be there: ${PATH}`)
    return undefined
  }
  const document = JSON.parse(readFileSync(PATH, 'utf8')) as Document
  correctPriceFormula(document)
  read = createAnswerContract(document)
  return read
}

/** The document says of this one formula that it is a number; all others in it are texts. */
function correctPriceFormula({ components }: Document): void {
  const formula = components.schemas['ApplicableTo']?.properties?.['price_formula']
  if (formula) formula.type = 'string'
}

/** A check of answers against the operations of `document`; what it does not describe is right. */
export function createAnswerContract(document: Document): AnswerContract {
  const checkValue = createSchemaCheck(document.components.schemas)
  const templates = Object.keys(document.paths)
    .map((template) => ({ template, pattern: toPattern(template) }))
    // A word fits better than a parameter.
    .sort((a, b) => countParameters(a.template) - countParameters(b.template))
  return {
    knows: (path) => document.paths[path] !== undefined,
    check({ method, url, status, body }) {
      const path = url.split('?', 1)[0]?.replace(/(.)\/+$/, '$1') ?? ''
      const template = templates.find(
        (one) => one.pattern.test(path) && document.paths[one.template]?.[method.toLowerCase()],
      )?.template
      if (template === undefined) return []
      const operation = document.paths[template]?.[method.toLowerCase()]
      const schema = operation?.responses?.[status]?.content?.['application/json']?.schema
      if (!schema || body === undefined) return []
      return checkValue(schema, body).map((deviation) => ({
        operation: `${method} ${template} ${status}`,
        ...deviation,
      }))
    },
  }
}

const toPattern = (template: string): RegExp =>
  new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`)
const countParameters = (template: string): number => template.split('{').length

export type AnswerWatch = {
  /** Checks every answer of the engine that is asked of `http` from now on. */
  watch(http: FastifyInstance): void
  /**
   * Fails for each deviation from the reference that was seen and is not accepted (accepted-deviations.ts), and for
   * each from our own document.
   */
  expectNothingNew(): void
}

const ENGINE = /^\/(client\/v1|v1|management\/v1|segmentio)\//
const OF_REFERENCE = /^(\/client)?\/v1\//

export function createAnswerWatch(): AnswerWatch {
  const found: Found[] = []
  const foundByOwn: Found[] = []
  const check = (answer: Answer, isOurs: boolean): void => {
    const ofReference = OF_REFERENCE.test(answer.url) && !isOurs
    if (ofReference) found.push(...(readAnswerContract()?.check(answer) ?? []))
    foundByOwn.push(...readOwnContract().check(answer))
  }
  return {
    watch(http) {
      const inject = http.inject.bind(http) as Inject
      http.inject = (async (options) => {
        const response = await inject(options)
        const { method = 'GET' } = options
        const url = String(options.url)
        const { statusCode: status, payload, headers } = response
        const isJson = String(headers['content-type']).startsWith('application/json')
        if (ENGINE.test(url) && payload !== '' && isJson) {
          const answer = { method, url, status, body: JSON.parse(payload) as unknown }
          check(answer, isOlder(http, answer))
        }
        return response
      }) as Inject as FastifyInstance['inject']
    },
    expectNothingNew() {
      const news = toLines(found.filter((one) => !isAccepted(one)))
      expect(news, 'what the reference would not answer').toEqual([])
      expect(toLines(foundByOwn), 'what src/engine/openapi does not describe').toEqual([])
    },
  }
}

/** An older endpoint, which the reference has no more, may look like an object with that name. */
function isOlder(http: FastifyInstance, { method, url }: Answer): boolean {
  const path = url.split('?', 1)[0] ?? ''
  return http.hasRoute({ method: method as 'GET', url: path }) && !readAnswerContract()?.knows(path)
}

const toLines = (found: readonly Found[]): string[] =>
  [...new Set(found.map(({ operation, at, kind }) => `${operation} ${at}: ${kind}`))].sort()

type Inject = (options: InjectOptions) => Promise<LightMyRequestResponse>
