import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { ApiError } from '../../kernel/api-error.ts'
import { findUnstorable } from '../../kernel/storable.ts'
import { parseIsoDate } from '../../kernel/time.ts'

// Numeric strings count as numbers, null as absent where a schema says so, unknown keys are kept out
// of nobody's way (W-1, W-2, R-HTTP-05).
const ajv = new Ajv({ coerceTypes: true, allErrors: false, allowUnionTypes: true, strict: false })
ajv.addFormat('iso-date', (text) => parseIsoDate(text) !== undefined)
ajv.addFormat('email', /^[^\s@]+@[^\s@]+\.[^\s@]+$/)
// With or without its scheme: `https://example.com/terms`, `example.com`.
ajv.addFormat('web-address', (text) => {
  const url = /^https?:\/\//i.test(text) ? text : `https://${text}`
  return URL.canParse(url) && new URL(url).hostname.includes('.')
})

/** A JSON schema in the dialect of ajv; kept loose because only its meaning matters here. */
export type BodySchema = { [keyword: string]: unknown }

/** `/redeemables/1/id` as the reference writes it: `.redeemables[1].id`. */
function toPropertyPath(instancePath: string): string {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('')
}

/** One sentence that names the field and what is wrong, in the manner of the reference. */
function toSentence(error: ErrorObject, subject: 'Payload' | 'Query'): string {
  const path = toPropertyPath(error.instancePath)
  const field = path === '' ? subject : `Property ${path}`
  if (error.keyword === 'required')
    return `${field} should have required property '${error.params['missingProperty']}'`
  if (error.keyword === 'type') return `${field} must be ${String(error.params['type'])}`
  if (error.keyword === 'enum') {
    return `${field} should be equal to one of the allowed values: ${(error.params['allowedValues'] as unknown[]).filter((value) => value !== null).join(', ')}`
  }
  if (error.params['format'] === 'iso-date')
    return `${field} cannot be recognized as a ISO-8601 compliant date`
  return `${field} ${error.message ?? 'is not valid'}`
}

/**
 * Makes of `schema` a check that returns the body (an absent one as `{}`), coerced in place, or
 * throws `invalid_payload` naming the field. What passes can be stored: no text in it, declared or not, holds
 * what PostgreSQL refuses.
 */
export function compileBodyCheck<T>(schema: BodySchema): (body: unknown) => T {
  return compileCheck<T>(schema, 'invalid_payload', 'Payload')
}

/** The same for a parsed query string, answering `invalid_query_params`. */
export function compileQueryCheck<T>(schema: BodySchema): (query: unknown) => T {
  return compileCheck<T>(schema, 'invalid_query_params', 'Query')
}

function compileCheck<T>(
  schema: BodySchema,
  key: 'invalid_payload' | 'invalid_query_params',
  subject: 'Payload' | 'Query',
): (input: unknown) => T {
  // With the first input: compiling all schemas takes a quarter of the time of a start.
  let validate: ValidateFunction | undefined
  return (input) => {
    const value = input ?? {}
    validate ??= ajv.compile(schema)
    if (!validate(value)) {
      const [error] = validate.errors ?? []
      throw new ApiError(key, {
        details: error ? toSentence(error, subject) : `${subject} is not valid`,
      })
    }
    const details = findUnstorable(value, '')
    if (details) throw new ApiError(key, { details })
    return value as T
  }
}
