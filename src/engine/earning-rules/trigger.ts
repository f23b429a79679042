import { isPlainObject, type Json, type JsonObject } from '../../kernel/json.ts'
import type { Cart } from '../discounts/index.ts'
import type { Happening } from '../effects/index.ts'
import { ORDER_PAID, SEGMENT_ENTERED } from './earning-rule.ts'

type View = { [key: string]: Json }

/** Something that happened to a customer and sets off earning rules. */
export type Trigger = {
  happening: Happening
  customerId: string
  /** Under the name that rules have for it. */
  event: string
  order: View | null
  customEvent: View | null
  eventSchema: View | null
  segment: View | null
  /** The tier that changed, and its program: no other has rules for it. */
  tier: { id: string; view: View; campaignId: string } | null
  /** The one card that can earn by it, where the event names one; one that is not there earns nothing (E-7, D-07). */
  cardId: string | null
}

/** The order of a trigger, with what the catalogue knows of its items. */
export type TriggerOrder = { cart: Cart; metadata: JsonObject }

const toView = (value: Json | undefined): View | null =>
  isPlainObject(value) ? (value as View) : null

const toText = (value: Json | undefined): string | null =>
  typeof value === 'string' ? value : null

/** What rules look at of something that happened; undefined where nobody can earn by it. */
export function toTrigger(happening: Happening): Trigger | undefined {
  const { customerId, type, data } = happening
  const customEvent = type === 'customer.custom_event' ? toView(data['event']) : null
  const event = toEventName(happening, customEvent)
  if (customerId === null || event === null) return undefined
  return {
    happening,
    customerId,
    event,
    order: event === ORDER_PAID ? toView(data['order']) : null,
    customEvent,
    eventSchema: toView(data['event_schema']),
    segment: event === SEGMENT_ENTERED ? toView(data['segment']) : null,
    tier: toTier(happening),
    cardId: toView(customEvent?.['loyalty']) ? toNamedCard(data) : null,
  }
}

const toNamedCard = (data: Happening['data']): string =>
  toText(toView(toView(data['loyalty'])?.['voucher'])?.['id']) ?? ''

function toEventName({ type }: Happening, customEvent: View | null): string | null {
  switch (type) {
    case 'customer.order.paid':
      return ORDER_PAID
    case 'customer.custom_event':
      return toText(customEvent?.['type'])
    default:
      return type
  }
}

function toTier({ data }: Happening): Trigger['tier'] {
  const view = toView(data['loyalty_tier_to']) ?? toView(data['loyalty_tier'])
  const id = toText(view?.['id'])
  const campaignId = toText(toView(data['campaign'])?.['id'])
  return view && id !== null && campaignId !== null ? { id, view, campaignId } : null
}
