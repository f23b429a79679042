import fastifySwagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
} from 'fastify-type-provider-zod'
import { z } from 'zod'
import { VERSION } from '../package.ts'
import { ERROR_BODY } from './schemas.ts'

const DOCUMENT = {
  openapi: '3.1.0',
  info: {
    title: 'Promoloop management API',
    version: VERSION,
    description:
      'Sources, destinations, mappings, received events and deliveries of one project. ' +
      'Lists answer `{data, next}`; give `next` as `starting_after` to go on.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/', description: 'This server' }],
  components: {
    securitySchemes: {
      adminToken: {
        type: 'http' as const,
        scheme: 'bearer',
        description: 'The admin token of a project; `promoloop keys` shows it.',
      },
    },
  },
  security: [{ adminToken: [] }],
}

const options = { zodToJsonConfig: { override: adapt } }
const toJsonSchemas = createJsonSchemaTransform(options)
const addNamedSchemas = createJsonSchemaTransformObject(options)

/**
 * Serves the OpenAPI document of every route that is added to `app` from now on, made from the schemas that
 * check their requests. Each operation may answer with the error body besides what its route says.
 */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: DOCUMENT,
    convertConstToEnum: false,
    transform: ({ schema, ...route }) => {
      const response = toAnswers({
        ...(schema?.response ?? {}),
        '4XX': ERROR_BODY,
        default: ERROR_BODY,
      })
      return toJsonSchemas({ ...route, schema: { ...schema, response } } as TransformInput)
    },
    transformObject: (document) => withTags(withoutUnused(addNamedSchemas(document) as Document)),
  })
  app.get('/api/openapi.json', { schema: { hide: true } }, () => app.swagger())
}

type TransformInput = Parameters<typeof toJsonSchemas>[0]
type Document = ReturnType<typeof addNamedSchemas> & {
  components?: { schemas?: Record<string, unknown> }
}

/** Says what an answer is also where its schema stands elsewhere under a name. */
function toAnswers(schemas: Record<string, z.ZodType>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schemas).map(([status, schema]) => {
      const { id, description = id } = schema.meta() ?? {}
      const answer = { description, content: { 'application/json': { schema } } }
      return [status, id === undefined ? schema : answer]
    }),
  )
}

/** Answers may grow, so only what is sent to us is a closed object; and that integers are safe is no news. */
function adapt({ zodSchema, jsonSchema }: Parameters<Override>[0]): void {
  const { type, catchall } = zodSchema._zod.def as z.core.$ZodObjectDef
  if (type === 'object' && catchall === undefined) delete jsonSchema.additionalProperties
  if (zodSchema instanceof z.ZodUndefined) jsonSchema.type = 'null'
  // A tuple: nothing follows what it lists.
  if (jsonSchema.prefixItems) Object.assign(jsonSchema, toTail(jsonSchema.prefixItems))
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
}

const toTail = ({ length }: readonly unknown[]) => ({
  items: {},
  minItems: length,
  maxItems: length,
})

type Override = NonNullable<z.core.ToJSONSchemaParams['override']>

/** Every named schema is generated for requests and for answers; most are used in one of them. */
function withoutUnused(document: Document): Document {
  let schemas: Record<string, unknown> = { ...document.components?.schemas }
  for (;;) {
    const text = JSON.stringify([document.paths, schemas])
    const used = Object.entries(schemas).filter(([name]) =>
      text.includes(`"#/components/schemas/${name}"`),
    )
    if (used.length === Object.keys(schemas).length) break
    schemas = Object.fromEntries(used)
  }
  return { ...document, components: { ...document.components, schemas } } as Document
}

/** Lists the tags of all operations, by name. */
function withTags(document: Document): Document {
  const paths = Object.values(document.paths ?? {}) as Record<string, { tags?: string[] }>[]
  const names = paths.flatMap((methods) => Object.values(methods).flatMap(({ tags = [] }) => tags))
  return { ...document, tags: [...new Set(names)].sort().map((name) => ({ name })) }
}
