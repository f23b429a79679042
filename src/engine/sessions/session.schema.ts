import { ApiError } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type SessionInput, TTL_UNITS, type TtlUnit } from './session.ts'

/** `session` of a request (engine-core §17), coerced and checked by `SESSION_SCHEMA`. */
export type SessionBody = {
  type?: string | null
  key?: string | null
  ttl?: number | null
  ttl_unit?: string | null
} | null

export const SESSION_SCHEMA = {
  type: ['object', 'null'],
  properties: {
    type: { type: ['string', 'null'], enum: ['LOCK', null] },
    key: { type: ['string', 'null'], maxLength: LIMITS.indexedTextLengthMax },
    ttl: { type: ['number', 'null'], exclusiveMinimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    ttl_unit: { type: ['string', 'null'], enum: [...Object.keys(TTL_UNITS), null] },
  },
}

const TTL_DEFAULT = 7

/** What is asked for, seven days long unless it says otherwise (R-SES-01). Throws `invalid_payload`. */
export function toSessionInput(body: SessionBody | undefined): SessionInput | undefined {
  if (!body) return undefined
  const ttl = body.ttl ?? TTL_DEFAULT
  const ttlUnit = (body.ttl_unit ?? 'DAYS') as TtlUnit
  if (ttl * TTL_UNITS[ttlUnit] > LIMITS.sessionTtlMsMax) {
    throw new ApiError('invalid_payload', {
      details: `Property .session.ttl must be <= ${LIMITS.sessionTtlMsMax / TTL_UNITS[ttlUnit]} ${ttlUnit}`,
    })
  }
  return { type: 'LOCK', key: body.key || null, ttl, ttlUnit }
}

/** `session` of an answer (R-SES-02). */
export const toSessionView = ({ type, ttl, ttlUnit }: SessionInput, key: string) => ({
  key,
  type,
  ttl,
  ttl_unit: ttlUnit,
})
