import { ApiError } from '../../kernel/api-error.ts'
import { withoutUndefined } from '../../kernel/json.ts'
import { parseIsoDate, toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { CustomerInput } from '../customers/index.ts'
import { type CustomEventWish, isReservedName } from '../events/index.ts'
import type { Metadata } from '../metadata-schemas/index.ts'
import {
  type CustomerBody,
  checkCustomerBody,
  checkEventBody,
  checkGroupBody,
} from './segmentio.schema.ts'
import { notStored, type Warning } from './warning.ts'

/** What a call of wire A says, in the engine's words: something about a customer, perhaps an event too. */
export type Received = {
  /** What it says of metadata is not yet held against the project's schemas (D-04). */
  customer: CustomerInput
  systemMetadata?: Metadata
  event?: Pick<CustomEventWish, 'type' | 'metadata' | 'referral' | 'loyalty'>
  warnings: Warning[]
}

type Text = string | null | undefined

/** The body of customer-processing (SI-10 to SI-15). Throws `invalid_payload`. */
export function readCustomerBody(body: unknown): Received {
  const input = checkCustomerBody(body)
  const sourceId = required(input.source_id, 'source_id')
  const { birthdate, warnings } = toBirthdate(input.birthdate)
  const customer = withoutUndefined({
    source_id: sourceId,
    name: toName(input),
    description: given(input.description),
    email: given(input.email),
    phone: given(input.phone),
    birthdate,
    address: toAddress(input.address),
    metadata: input.metadata ?? undefined,
  }) as CustomerInput
  return { customer, warnings }
}

/** The body of event-processing (SI-20 to SI-26): the metadata is the event's alone. Throws `invalid_payload`. */
export function readEventBody(body: unknown): Received {
  const { customer, event, type, referral, loyalty, metadata } = checkEventBody(body)
  const occurred = {
    type: toEventName(event?.trim() || required(type?.trim(), 'event')),
    metadata: metadata ?? {},
    referral: referral?.code
      ? { code: referral.code, referrer_id: referral.referrer_id || null }
      : null,
    loyalty: loyalty?.code ? { code: loyalty.code } : null,
  }
  return { customer: toReferredCustomer(customer), event: occurred, warnings: [] }
}

/** The body of group-processing (SI-30, SI-31, D-06). Throws `invalid_payload`. */
export function readGroupBody(body: unknown): Received {
  const { customer, group_id, traits } = checkGroupBody(body)
  const systemMetadata = { group_id: required(group_id, 'group_id') }
  return {
    customer: { ...toReferredCustomer(customer), metadata: { ...traits, ...systemMetadata } },
    systemMetadata,
    warnings: [],
  }
}

/** An empty text says nothing, as if it were absent: Segment drops empty ones at the root itself (§16.3). */
const given = (text: Text): Text => (text === '' ? undefined : text)

/** Numbers and booleans have become texts by now, so only nothing at all is refused (SI-10). */
function required(text: Text, property: string, subject = 'Payload'): string {
  if (text) return text
  throw invalid(`${subject} should have required property '${property}'`)
}

const invalid = (details: string): ApiError => new ApiError('invalid_payload', { details })

/** The same names as `POST /v1/events` takes (SI-23, E-10). */
function toEventName(name: string): string {
  if (name.length > LIMITS.customEventNameLengthMax)
    throw invalid(
      `Property .event must NOT have more than ${LIMITS.customEventNameLengthMax} characters`,
    )
  if (isReservedName(name))
    throw invalid('Property .event must not begin with customer. or order., which name our own')
  return name
}

/** E-mail is all that events and groups say of their customer; a null there says nothing (SI-20). */
function toReferredCustomer(customer: { source_id?: Text; email?: Text }): CustomerInput {
  const sourceId = required(customer.source_id, 'source_id', 'Property .customer')
  return { source_id: sourceId, ...(customer.email && { email: customer.email }) }
}

/** The whole name, or else one made of its parts (SI-11); null where the caller clears it (D-05). */
function toName({ name, first_name, last_name }: CustomerBody): Text {
  if (name?.trim()) return name
  const parts = [first_name, last_name].map((part) => part?.trim()).filter(Boolean)
  if (parts.length > 0) return parts.join(' ')
  const isCleared = name === null || (first_name === null && last_name === null)
  return isCleared ? null : undefined
}

/** The day in UTC (SI-13). What is no date is left out with a warning. */
function toBirthdate(text: Text): { birthdate?: string | null; warnings: Warning[] } {
  if (text === null) return { birthdate: null, warnings: [] }
  if (!text) return { warnings: [] }
  const date = parseIsoDate(text)
  const [day] = /^(?!0000)\d{4}-\d{2}-\d{2}/.exec(date ? toIso(date) : '') ?? []
  if (day !== undefined) return { birthdate: day, warnings: [] }
  return { warnings: [notStored('birthdate_not_stored', 'birthdate', 'must be an ISO 8601 date')] }
}

/** Segment's address has one line, `street` (SI-14). */
function toAddress(address: CustomerBody['address']): CustomerInput['address'] {
  if (!address) return address
  const { city, state, postal_code, street, country } = address
  const parts = withoutUndefined({
    city: given(city),
    state: given(state),
    postal_code: given(postal_code),
    line_1: given(street),
    country: given(country),
  })
  return Object.keys(parts).length > 0 ? (parts as CustomerInput['address']) : undefined
}
