import { ApiError } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type BodySchema, compileBodyCheck, compileQueryCheck, isTrue } from '../api/index.ts'
import { CUSTOMER_SCHEMA, type CustomerInput, toCustomerInput } from '../customers/index.ts'
import type { Metadata } from './publication.ts'

/** What a caller asks for: vouchers for a customer. */
export type PublicationInput = {
  /** One by its code or id, or so many of a campaign by its id or name. */
  wanted: { voucher: string } | { campaign: string; count: number }
  customer: CustomerInput
  sourceId: string | null
  channel: string
  metadata: Metadata
  /** The same customer gets no second publication of the voucher, but the first one again (P-5). */
  joinOnce: boolean
}

type Body = {
  voucher?: string | null
  campaign?: { id?: string | null; name?: string | null; count?: number | null } | string | null
  customer?: CustomerInput | string | null
  source_id?: string | null
  channel?: string | null
  metadata?: Metadata | null
  join_once?: unknown
}

const DEFAULT_CHANNEL = 'API'
const TEXT = { type: ['string', 'null'], maxLength: LIMITS.indexedTextLengthMax }

export const PUBLICATION_BODY: BodySchema = {
  type: 'object',
  required: ['customer'],
  properties: {
    voucher: TEXT,
    campaign: {
      type: ['object', 'string', 'null'],
      properties: {
        id: TEXT,
        name: TEXT,
        count: { type: ['integer', 'null'], minimum: 1, maximum: LIMITS.campaignPublicationsMax },
      },
    },
    customer: CUSTOMER_SCHEMA,
    source_id: TEXT,
    channel: TEXT,
    metadata: { type: ['object', 'null'] },
  },
}

const checkBody = compileBodyCheck<Body>(PUBLICATION_BODY)
const checkQuery = compileQueryCheck<Body>(PUBLICATION_BODY)

/**
 * The body of `POST /v1/publications`; `join_once` stands in the query, or in the body where older clients
 * put it (§11.2). Throws `invalid_payload`, `missing_vouchers` (P-1) or `too_many_vouchers_requested` (P-6).
 */
export function parsePublication(body: unknown, query: unknown): PublicationInput {
  const checked = checkBody(body)
  const { join_once } = query as Body
  return toInput({ ...checked, join_once: join_once ?? checked.join_once }, 'invalid_payload')
}

/** The same of one voucher alone, as older clients ask for it. Throws as `parsePublication`. */
export function parseSinglePublication({
  body,
  query,
}: {
  body: unknown
  query: unknown
}): PublicationInput {
  const input = parsePublication(body, query)
  if ('count' in input.wanted) refuseMany(input.wanted.count)
  return input
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
    wanted: toWanted(body, isSingle),
    customer,
    sourceId: body.source_id || null,
    channel: body.channel || DEFAULT_CHANNEL,
    metadata: body.metadata ?? {},
    joinOnce: isTrue(body.join_once),
  }
}

/** A named voucher makes the campaign beside it mean nothing (P-2). */
function toWanted({ voucher, campaign }: Body, isSingle: boolean): PublicationInput['wanted'] {
  if (voucher) return { voucher }
  const {
    id,
    name,
    count,
  }: Exclude<NonNullable<Body['campaign']>, string> = typeof campaign === 'string'
    ? { id: campaign }
    : (campaign ?? {})
  const reference = id || name
  if (!reference) {
    throw new ApiError('missing_vouchers', { details: 'Either Campaign or Voucher is required' })
  }
  if (isSingle) refuseMany(count ?? 1)
  return { campaign: reference, count: count ?? 1 }
}

function refuseMany(count: number): void {
  const countMax = LIMITS.publicationVouchersMax
  if (count <= countMax) return
  throw new ApiError('too_many_vouchers_requested', {
    details: `Only up to ${countMax} can be published`,
  })
}
