import { ApiError, unsupported } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type BodySchema, compileBodyCheck, compileQueryCheck } from '../api/index.ts'
import { CUSTOMER_SCHEMA, type CustomerInput, toCustomerInput } from '../customers/index.ts'
import type { Metadata } from './publication.ts'

/** What a caller asks for: a voucher for a customer. */
export type PublicationInput = {
  /** Its code or id. */
  voucher: string
  customer: CustomerInput
  sourceId: string | null
  channel: string
  metadata: Metadata
  /** The same customer gets no second publication of the voucher, but the first one again (P-5). */
  joinOnce: boolean
}

type Body = {
  voucher?: string | null
  campaign?: { count?: number | null } | string | null
  customer?: CustomerInput | string | null
  source_id?: string | null
  channel?: string | null
  metadata?: Metadata | null
  join_once?: unknown
}

const DEFAULT_CHANNEL = 'API'
const TEXT = { type: ['string', 'null'], maxLength: LIMITS.indexedTextLengthMax }

const SCHEMA: BodySchema = {
  type: 'object',
  required: ['customer'],
  properties: {
    voucher: TEXT,
    campaign: {
      type: ['object', 'string', 'null'],
      properties: {
        count: { type: ['integer', 'null'], minimum: 1, maximum: LIMITS.campaignPublicationsMax },
      },
    },
    customer: CUSTOMER_SCHEMA,
    source_id: TEXT,
    channel: TEXT,
    metadata: { type: ['object', 'null'] },
  },
}

const checkBody = compileBodyCheck<Body>(SCHEMA)
const checkQuery = compileQueryCheck<Body>(SCHEMA)

/**
 * The body of `POST /v1/publications`; `join_once` stands in the query, or in the body where older clients
 * put it (§11.2). Throws `invalid_payload`, `missing_vouchers` (P-1), `too_many_vouchers_requested` (P-6), and
 * `not_implemented` for a publication out of a campaign.
 */
export function parsePublication(body: unknown, query: unknown): PublicationInput {
  const checked = checkBody(body)
  const { join_once } = query as Body
  return toInput({ ...checked, join_once: join_once ?? checked.join_once }, 'invalid_payload')
}

/** The query of `GET /v1/publications/create`: the same, said another way (§11.2). */
export function parsePublicationQuery(query: unknown): PublicationInput {
  return toInput(checkQuery({ ...(query as object) }), 'invalid_query_params')
}

function toInput(
  body: Body,
  invalidKey: 'invalid_payload' | 'invalid_query_params',
): PublicationInput {
  const customer = toCustomerInput(body.customer)
  if (!customer) {
    const subject = invalidKey === 'invalid_payload' ? 'Payload' : 'Query'
    throw new ApiError(invalidKey, {
      details: `${subject} should have required property 'customer'`,
    })
  }
  const isSingle = invalidKey === 'invalid_query_params' || Boolean(body.source_id)
  return {
    voucher: body.voucher || refuseWithoutVoucher(body.campaign, isSingle),
    customer,
    sourceId: body.source_id || null,
    channel: body.channel || DEFAULT_CHANNEL,
    metadata: body.metadata ?? {},
    joinOnce: isTrue(body.join_once),
  }
}

/** A named voucher makes the campaign beside it mean nothing (P-2); without one it would have to choose. */
function refuseWithoutVoucher(campaign: Body['campaign'], isSingle: boolean): never {
  if (!campaign) {
    throw new ApiError('missing_vouchers', { details: 'Either Campaign or Voucher is required' })
  }
  const count = typeof campaign === 'string' ? 1 : (campaign.count ?? 1)
  const countMax = LIMITS.publicationVouchersMax
  if (isSingle && count > countMax) {
    throw new ApiError('too_many_vouchers_requested', {
      details: `Only up to ${countMax} can be published`,
    })
  }
  throw unsupported('.campaign')
}

/** PHP writes true as 1 (trap 6 of the clients). */
const isTrue = (value: unknown): boolean => ['true', '1'].includes(String(value))
