import { isId } from '../../kernel/ids.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type BodySchema, compileBodyCheck } from '../api/index.ts'
import { ADDRESS_PARTS, type AddressPart, type Metadata } from './customer.ts'

/** A customer as callers write it. Null clears what can be cleared, absent leaves it alone (D-05). */
export type CustomerInput = {
  id?: string | null
  source_id?: string | null
  name?: string | null
  email?: string | null
  phone?: string | null
  description?: string | null
  birthdate?: string | null
  /** The older name of `birthdate`, which wins when both are given. */
  birthday?: string | null
  address?: { [part in AddressPart]?: string | null } | null
  metadata?: Metadata | null
}

const INDEXED = { type: ['string', 'null'], maxLength: LIMITS.indexedTextLengthMax }
const TEXT = { type: ['string', 'null'], maxLength: LIMITS.textLengthMax }
// The calendar of PostgreSQL has no year 0.
const DATE = { type: ['string', 'null'], format: 'iso-date', pattern: '^(?!0000)' }

const PROPERTIES = {
  id: INDEXED,
  source_id: INDEXED,
  name: TEXT,
  email: INDEXED,
  phone: TEXT,
  description: TEXT,
  birthdate: DATE,
  birthday: DATE,
  address: {
    type: ['object', 'null'],
    properties: Object.fromEntries(ADDRESS_PARTS.map((part) => [part, TEXT])),
  },
  metadata: { type: ['object', 'null'] },
}

/** JSON schema of a customer inside another body: an object, a bare id or `source_id` (C-14), or null. */
export const CUSTOMER_SCHEMA: BodySchema = {
  type: ['object', 'string', 'null'],
  maxLength: LIMITS.indexedTextLengthMax,
  properties: PROPERTIES,
}

export const CUSTOMER_BODY = { type: 'object', properties: PROPERTIES }

const checkBody = compileBodyCheck<CustomerInput>(CUSTOMER_BODY)
const checkEmbedded = compileBodyCheck<{ customer: CustomerInput }>({
  type: 'object',
  properties: { customer: { type: 'object', properties: PROPERTIES } },
})

/** The body of a request about one customer; unknown fields are ignored (W-1). Throws `invalid_payload`. */
export function parseCustomer(body: unknown): CustomerInput {
  return checkBody(body)
}

/** The same for a customer inside another body, which errors name `.customer`. */
export function parseEmbeddedCustomer(customer: CustomerInput): CustomerInput {
  return checkEmbedded({ customer }).customer
}

/** The customer that `CUSTOMER_SCHEMA` let through; undefined when it names none. */
export function toCustomerInput(
  customer: CustomerInput | string | null | undefined,
): CustomerInput | undefined {
  if (typeof customer !== 'string') return customer ?? undefined
  if (customer === '') return undefined
  return isId('customer', customer) ? { id: customer } : { source_id: customer }
}
