import { compileBodyCheck } from '../api/index.ts'
import type { Metadata } from '../metadata-schemas/index.ts'

type Text = string | null

/** *Upsert Customer* (engine-programs §16.3). Null clears what it names, absent leaves it alone (D-05). */
export type CustomerBody = {
  source_id?: Text
  name?: Text
  first_name?: Text
  last_name?: Text
  description?: Text
  email?: Text
  phone?: Text
  birthdate?: Text
  address?: { [part in 'city' | 'state' | 'postal_code' | 'street' | 'country']?: Text } | null
  metadata?: Metadata | null
}

/** The customer of an event or a group, of whom Segment knows no more. */
type CustomerReference = { source_id?: Text; email?: Text }

/** *Add custom event*. */
export type EventBody = {
  customer: CustomerReference
  referral?: { code?: Text; referrer_id?: Text } | null
  loyalty?: { code?: Text } | null
  metadata?: Metadata | null
  event?: Text
  type?: Text
}

/** *Assign customer to group*. */
export type GroupBody = {
  customer: CustomerReference
  group_id?: Text
  traits?: Metadata | null
}

const TEXT = { type: ['string', 'null'] }
const METADATA = { type: ['object', 'null'] }
const CUSTOMER_REFERENCE = { type: 'object', properties: { source_id: TEXT, email: TEXT } }

const objectOf = (properties: object) => ({ type: ['object', 'null'], properties })

export const SEGMENT_CUSTOMER = {
  type: 'object',
  properties: {
    source_id: TEXT,
    name: TEXT,
    first_name: TEXT,
    last_name: TEXT,
    description: TEXT,
    email: TEXT,
    phone: TEXT,
    birthdate: TEXT,
    address: objectOf({ city: TEXT, state: TEXT, postal_code: TEXT, street: TEXT, country: TEXT }),
    metadata: METADATA,
  },
}

/*
 * Extra keys are nobody's business (pipeline §12.3). What must be there is checked by received.ts,
 * because an empty text counts as missing.
 */
export const checkCustomerBody = compileBodyCheck<CustomerBody>(SEGMENT_CUSTOMER)

export const SEGMENT_EVENT = {
  type: 'object',
  required: ['customer'],
  properties: {
    customer: CUSTOMER_REFERENCE,
    referral: objectOf({ code: TEXT, referrer_id: TEXT }),
    loyalty: objectOf({ code: TEXT }),
    metadata: METADATA,
    event: TEXT,
    type: TEXT,
  },
}

export const checkEventBody = compileBodyCheck<EventBody>(SEGMENT_EVENT)

export const SEGMENT_GROUP = {
  type: 'object',
  required: ['customer'],
  properties: { customer: CUSTOMER_REFERENCE, group_id: TEXT, traits: METADATA },
}

export const checkGroupBody = compileBodyCheck<GroupBody>(SEGMENT_GROUP)
