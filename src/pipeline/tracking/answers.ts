import type { FastifyReply } from 'fastify'

/** What every accepted call is answered with (§1.6); SDKs look at the status alone. */
export const ACCEPTED = { success: true } as const

/** The body of a refused request: `code` for Python, `message` for people, `error` for Ruby (§1.6). */
type RefusedBody = { success: false; code: string; message: string; error: string }

export function refuseRequest(
  reply: FastifyReply,
  status: number,
  { code, message }: { code: string; message: string },
): FastifyReply {
  const body: RefusedBody = { success: false, code, message, error: message }
  return reply.status(status).send(body)
}

/** 429 with the wait in both headers that SDKs read, in whole seconds (§1.5). */
export function refuseForNow(reply: FastifyReply, waitS: number): FastifyReply {
  reply.header('retry-after', waitS).header('x-ratelimit-reset', waitS)
  return refuseRequest(reply, 429, {
    code: 'too_many_requests',
    message: `too many calls: wait ${waitS} s`,
  })
}

/**
 * Headers that let pages of any origin call (§1.11). A write key stands in the page for everyone to read
 * and no cookies are used, so there is no origin to keep out.
 */
export const CORS_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'retry-after, x-ratelimit-reset',
} as const

/** What a preflight asks for besides. `*` would not cover `authorization`. */
export const PREFLIGHT_HEADERS = {
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'authorization, content-type, x-retry-count, x-requested-with',
  'access-control-max-age': '86400',
} as const
