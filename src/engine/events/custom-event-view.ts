import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import { toSimpleCustomer } from '../customers/index.ts'
import type { CustomEvent } from './custom-event.ts'

type View = { [key: string]: Json }

/** The answer to who sent the event (§3.1). */
export const toCustomEventView = ({ type, customer, referral, loyalty }: CustomEvent): View => ({
  object: 'event',
  type,
  customer: toSimpleCustomer(customer),
  referral,
  loyalty,
})

/** The event as it is stored, inside an occurrence (§13.6). */
export const toStoredEventView = (event: CustomEvent): View => ({
  id: event.id,
  object: 'event',
  type: event.type,
  customer: { id: event.customer.id },
  referral: event.referral,
  loyalty: event.loyalty,
  metadata: event.metadata,
  created_at: toIso(event.createdAt),
})
