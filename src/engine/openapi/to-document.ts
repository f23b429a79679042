import { VERSION } from '../../platform/package.ts'
import type { BodySchema } from '../api/index.ts'
import type { AnswerSchema, Operation, Tag } from './operation.ts'
import { SECURITY_SCHEMES, securityOf } from './security.ts'
import { toInputSchema } from './to-input-schema.ts'

type Json = { [key: string]: unknown }

const INFO = {
  title: 'Promoloop engine API',
  version: VERSION,
  description:
    'The promotion engine: the server API under `/v1`, the client-side API under `/client/v1`, settings under ' +
    "`/management/v1`, and what Segment's destination calls under `/segmentio`. " +
    'Money is in minor units. Every POST, PUT and DELETE of `/v1` takes an `Idempotency-Key`.',
  license: { name: 'MIT', identifier: 'MIT' },
}

const REFUSED = { $ref: '#/components/responses/Refused' }
const FAILED = { $ref: '#/components/responses/Failed' }

const ERRORS = {
  Refused: toAnswer('The request was refused.', { $ref: '#/components/schemas/Error' }),
  Failed: toAnswer('It cannot be answered now, or not by this version (501).', {
    $ref: '#/components/schemas/Error',
  }),
}

/** The OpenAPI document of the operations of `tags`, whose answers refer to `views` by name. */
export function toDocument(
  tags: readonly Tag[],
  views: Readonly<Record<string, BodySchema>>,
): Json {
  const paths: Record<string, Json> = {}
  const inputs: Record<string, BodySchema> = {}
  const toSchema = (schema: BodySchema): BodySchema => toInputSchema(schema, inputs)
  for (const { name: tag, operations } of tags) {
    for (const [key, operation] of Object.entries(operations)) {
      const [method = '', path = ''] = key.split(' ')
      paths[path] ??= {}
      const told = toOperation(path, operation, toSchema)
      Object.assign(paths[path], { [method.toLowerCase()]: { tags: [tag], ...told } })
    }
  }
  return {
    openapi: '3.1.0',
    info: INFO,
    servers: [{ url: '/', description: 'This server' }],
    tags: tags.map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      schemas: { ...inputs, ...views },
      responses: ERRORS,
      securitySchemes: SECURITY_SCHEMES,
    },
  }
}

type ToSchema = (schema: BodySchema) => BodySchema

function toOperation(path: string, operation: Operation, toSchema: ToSchema): Json {
  const { id, summary, description, body, status = 200, answer, otherAnswers = {} } = operation
  const others = Object.entries(otherAnswers).map(([code, schema]) => [code, toSuccess(schema)])
  const parameters = [...toPathParameters(path), ...toQueryParameters(operation, toSchema)]
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    security: securityOf(path),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: toRequestBody(operation, toSchema(body)) }),
    responses: {
      [status]: toSuccess(answer, operation.otherMediaTypes),
      ...Object.fromEntries(others),
      '4XX': REFUSED,
      '5XX': FAILED,
    },
  }
}

const toPathParameters = (path: string): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))

/** Objects stand in the query as `filters[junction]=and`. */
function toQueryParameters({ query = [] }: Operation, toSchema: ToSchema): Json[] {
  return query.flatMap(({ properties, required }) =>
    Object.entries(properties as Record<string, BodySchema>).map(([name, schema]) => {
      const { description, ...rest } = toSchema(schema)
      const isObject = [schema['type']].flat().includes('object')
      return {
        name,
        in: 'query',
        ...(description !== undefined && { description }),
        ...((required as string[] | undefined)?.includes(name) && { required: true }),
        ...(isObject && { style: 'deepObject', explode: true }),
        schema: rest,
      }
    }),
  )
}

function toRequestBody(operation: Operation, schema: BodySchema): Json {
  const type = operation.isUpload ? 'multipart/form-data' : 'application/json'
  return { required: !operation.isBodyOptional, content: { [type]: { schema } } }
}

function toSuccess(answer: AnswerSchema, otherMediaTypes: readonly string[] = []): Json {
  if (!answer) return { description: 'Done; the answer has no body.' }
  const success = toAnswer('Done.', answer)
  const others = otherMediaTypes.map((type) => [type, { schema: { type: 'string' } }])
  return { ...success, content: { ...success.content, ...Object.fromEntries(others) } }
}

function toAnswer(description: string, schema: BodySchema) {
  return { description, content: { 'application/json': { schema } } }
}
