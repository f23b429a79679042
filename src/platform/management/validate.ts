import type { FastifySchemaCompiler } from 'fastify'
import type { z } from 'zod'
import { ApiError } from '../../kernel/api-error.ts'
import { findUnstorable } from '../../kernel/storable.ts'
import { type Subject, toSentence } from './to-sentence.ts'

const SUBJECTS: Record<string, Subject> = { querystring: 'Query', params: 'Path' }

/**
 * Checks a part of a request against its Zod schema and hands the parsed form to the route. A failure is
 * the `ApiError` that answers the request and names the first field that is wrong. An absent body counts
 * as `{}`, an empty query parameter as absent.
 */
export const compileValidator: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const subject = SUBJECTS[httpPart ?? ''] ?? 'Payload'
  return (data: unknown) => {
    const value = subject === 'Query' ? withoutEmpty(data) : (data ?? {})
    const unstorable = findUnstorable(value, '')
    if (unstorable) return { error: refusal(subject, unstorable) }
    const parsed = schema.safeParse(value, { reportInput: true })
    if (parsed.success) return { value: parsed.data }
    const [issue] = parsed.error.issues
    return {
      error: refusal(subject, issue ? toSentence(issue, subject) : `${subject} is not valid`),
    }
  }
}

const refusal = (subject: Subject, details: string): ApiError =>
  new ApiError(subject === 'Payload' ? 'invalid_payload' : 'invalid_query_params', { details })

function withoutEmpty(query: unknown): unknown {
  return Object.fromEntries(
    Object.entries({ ...(query as object) }).filter(([, value]) => value !== ''),
  )
}
