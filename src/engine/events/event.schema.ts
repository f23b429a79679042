import { ApiError } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck } from '../api/index.ts'
import {
  CUSTOMER_SCHEMA,
  type CustomerInput,
  type Metadata,
  toCustomerInput,
} from '../customers/index.ts'
import { type CustomEvent, isReservedName } from './custom-event.ts'

type Body = {
  event: string
  customer: CustomerInput | string | null
  referral?: { code: string; referrer_id?: string | null } | null
  loyalty?: { code: string } | null
  metadata?: Metadata | null
}

/** What `POST /v1/events` is told. */
export type EventInput = Pick<CustomEvent, 'type' | 'metadata' | 'referral' | 'loyalty'> & {
  customer: CustomerInput
}

const CODE = { type: 'string', minLength: 1, maxLength: LIMITS.codeLengthMax }

export const EVENT_BODY = {
  type: 'object',
  required: ['event', 'customer'],
  properties: {
    event: { type: 'string', minLength: 1, maxLength: LIMITS.customEventNameLengthMax },
    customer: CUSTOMER_SCHEMA,
    referral: {
      type: ['object', 'null'],
      required: ['code'],
      properties: { code: CODE, referrer_id: { type: ['string', 'null'] } },
    },
    loyalty: { type: ['object', 'null'], required: ['code'], properties: { code: CODE } },
    metadata: { type: ['object', 'null'] },
  },
}

const checkBody = compileBodyCheck<Body>(EVENT_BODY)

/** Reads the body of `POST /v1/events` (§3.1). Throws `invalid_payload` naming the field. */
export function parseEvent(body: unknown): EventInput {
  const { event: type, customer: named, referral, loyalty, metadata } = checkBody(body)
  const customer = toCustomerInput(named)
  if (!customer) throw invalid('Property .customer must be object')
  if (isReservedName(type)) {
    throw invalid(
      'Property .event must not begin with customer. or order., which name events of ours',
    )
  }
  return {
    type,
    customer,
    metadata: metadata ?? {},
    referral: referral ? { code: referral.code, referrer_id: referral.referrer_id || null } : null,
    loyalty: loyalty ? { code: loyalty.code } : null,
  }
}

const invalid = (details: string): ApiError => new ApiError('invalid_payload', { details })
