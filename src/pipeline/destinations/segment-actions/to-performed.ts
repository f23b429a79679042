import { STATUS_CODES } from 'node:http'
import { isPlainObject } from '../../../kernel/json.ts'
import { NetworkError } from '../../../platform/http/index.ts'
import type { Performed } from '../definition.ts'
import type { ForeignCore, ForeignNode, ForeignResponse } from './foreign.ts'

const BAD_REQUEST = 400
const UNAUTHORIZED = 401
const REDIRECT = 300
const SERVER_ERROR = 500

/** The statuses that an error may have which asks to be tried again (§6.5). */
const RETRIED = new Set([408, 423, 429, 500, ...range(502, 511), 598, 599])

/** Codes of errors that say that the payload, or the audience it names, is none that can be sent (§6.5). */
const OF_PAYLOAD = new Set(['PAYLOAD_VALIDATION_FAILED', 'INVALID_AUDIENCE_MEMBERSHIP'])
const OF_VALIDATION = new Set(['AggregateAjvError', 'ValidationError'])

export const isUnauthorized = (performed: Performed): boolean =>
  performed.kind === 'answer' && performed.status === UNAUTHORIZED

/**
 * What the return value of `perform` means: whatever it is, the action was executed (§6.2.2). An answer that
 * is not 2xx comes only from a definition that asked not to be told, so it counts as delivered, too.
 */
export function ofValue(core: ForeignCore, value: unknown): Performed {
  if (!(value instanceof core.Response)) return delivered(value)
  const response = value as ForeignResponse
  return response.ok ? ofResponse(response) : delivered(response.content)
}

const delivered = (value: unknown): Performed => ({
  kind: 'answer',
  status: 200,
  message: nameOf(200),
  body: toText(value),
})

const ofResponse = ({ status, content, headers }: ForeignResponse): Performed => ({
  kind: 'answer',
  status,
  message: nameOf(status),
  body: content,
  retryAfter: headers.get('retry-after') ?? undefined,
})

/**
 * What came of each of `count` calls by the return value of `performBatch` (§6.3.5): one answer for all, one
 * for each, or anything else, which means that all of them were executed.
 */
export function ofBatchValue(core: ForeignCore, value: unknown, count: number): Performed[] {
  if (value instanceof core.MultiStatusResponse)
    return Array.from({ length: count }, (_, index) => ofNode(value.getResponseAtIndex(index)))
  const one =
    value instanceof core.Response
      ? ofResponse(value as ForeignResponse)
      : value instanceof core.HTTPError
        ? ofResponse(value.response)
        : delivered(value)
  return Array.from({ length: count }, () => one)
}

function ofNode(node: unknown): Performed {
  const value = isNode(node) ? node.value() : undefined
  if (!isPlainObject(value))
    return {
      kind: 'answer',
      status: SERVER_ERROR,
      message: 'MultiStatusResponse is missing a response at the specified index',
    }
  const status = toStatus(value['status']) ?? SERVER_ERROR
  const { errormessage, errortype, body } = value
  const message = typeof errormessage === 'string' ? errormessage : nameOf(status)
  if (status === BAD_REQUEST && OF_PAYLOAD.has(String(errortype))) return refused(message)
  return { kind: 'answer', status, message, body: toText(body) }
}

const isNode = (node: unknown): node is ForeignNode =>
  typeof node === 'object' && node !== null && 'value' in node && typeof node.value === 'function'

/**
 * What a thrown error means (§6.5, §6.6): an answer, the answer that it amounts to, none at all, or a call that
 * cannot be sent. Throws the error again when it has no status: a fault of its own.
 */
export function ofError(error: unknown): Performed {
  if (error instanceof NetworkError)
    return { kind: 'no-answer', code: error.code, message: error.message }
  if (!(error instanceof Error)) throw error
  const { code, response, ...rest } = error as Error & Record<string, unknown>
  if (OF_PAYLOAD.has(String(code)) || OF_VALIDATION.has(error.name)) return refused(error.message)
  const answer = isResponse(response) ? ofResponse(response) : undefined
  const status = toStatus(rest['status'])
  if (status === undefined) return answer ?? ofSilence(error, code)
  // An error does not amount to success, whatever it says.
  if (status < REDIRECT) throw error
  const meant = code === 'RETRYABLE_ERROR' && !RETRIED.has(status) ? SERVER_ERROR : status
  return { ...answer, kind: 'answer', status: meant, message: error.message || nameOf(meant) }
}

/** Foreign code has a few connections of its own; their errors have the codes of the system. */
function ofSilence(error: Error, code: unknown): Performed {
  if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) throw error
  return { kind: 'no-answer', code, message: error.message }
}

const isResponse = (response: unknown): response is ForeignResponse =>
  typeof response === 'object' &&
  response !== null &&
  'status' in response &&
  toStatus(response.status) !== undefined &&
  'headers' in response &&
  typeof (response.headers as Headers | undefined)?.get === 'function'

const refused = (message: string): Performed => ({
  kind: 'refused',
  reason: 'MESSAGE_REJECTED',
  message,
})

function toStatus(status: unknown): number | undefined {
  const number = typeof status === 'string' ? Number(status) : status
  return typeof number === 'number' && Number.isInteger(number) && number >= 100 && number <= 599
    ? number
    : undefined
}

const nameOf = (status: number): string => `${status} ${STATUS_CODES[status] ?? ''}`.trimEnd()

/** A body as it is shown; undefined for what is none. */
function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  try {
    return JSON.stringify(value) as string | undefined
  } catch {
    // It refers to itself, so it is no body of an answer.
    return undefined
  }
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
