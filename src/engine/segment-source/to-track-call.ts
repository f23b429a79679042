import { isPlainObject } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { eventNameOf } from './event-names.ts'
import { LIBRARY } from './library.ts'
import type { Occurrence, QueuedMessage } from './queued-message.ts'
import type { AnonymousFallback, SourceSettings } from './source-settings.ts'
import { shrink, toSimpleData, toVoucherifyEvent } from './voucherify-event.ts'

/** A call as it goes over the wire. */
export type TrackCall = {
  kind: 'call'
  json: string
  bytes: number
  /** Whose call it is; the calls of one person keep their order. */
  person: string
  occurredAt: Date
}

export type Translation =
  | TrackCall
  /** Nobody to tell it of: never meant to be sent (D-03). */
  | { kind: 'skip' }
  /** Meant to be sent, but there is no call that could tell it. */
  | { kind: 'drop'; reason: string }

/**
 * The track call that tells an occurrence (engine-programs §17.3). The same message becomes the same call
 * each time, whatever has changed since: its `messageId` lets the receiver drop the repetition (SO-3), and
 * customers are as they were when it happened.
 */
export function toTrackCall(
  { occurrence, eventRow }: QueuedMessage,
  { naming, shape, anonymousFallback, rewardEvents }: SourceSettings,
): Translation {
  if (!occurrence) return { kind: 'drop', reason: 'occurrence_erased' }
  const identity = toIdentity(occurrence, anonymousFallback)
  if (!identity) return { kind: 'skip' }
  const event = eventNameOf(eventRow, naming, rewardEvents)
  if (event === null) return { kind: 'skip' }
  if (event === undefined) return { kind: 'drop', reason: 'event_unknown' }

  for (const eventData of shrink(toSimpleData(occurrence.data))) {
    const json = JSON.stringify({
      type: 'track',
      event,
      ...identity,
      messageId: `voucherify-${occurrence.id}-${eventRow}`,
      timestamp: toIso(occurrence.createdAt),
      context: {
        library: LIBRARY,
        // One hop further into the loop of source and destination than its cause (D-18).
        promoloop: { caused_by: occurrence.groupId, hops: occurrence.hops + 1 },
      },
      integrations: {},
      properties: { voucherifyEvent: toVoucherifyEvent(occurrence, eventData, shape) },
    })
    const bytes = Buffer.byteLength(json)
    if (bytes > LIMITS.sourceEventBytesMax) continue
    const person = identity.userId ?? identity.anonymousId ?? ''
    return { kind: 'call', json, bytes, person, occurredAt: occurrence.createdAt }
  }
  return { kind: 'drop', reason: 'too_large' }
}

type Identity = { userId: string; anonymousId?: never } | { userId?: never; anonymousId: string }

/** `userId` is the customer's `source_id`; without one the engine's id stands in, or nothing does (SO-1, D-03). */
function toIdentity(
  { data, customerId }: Occurrence,
  fallback: AnonymousFallback,
): Identity | undefined {
  const customer = isPlainObject(data['customer']) ? data['customer'] : {}
  const sourceId = customer['source_id']
  if (typeof sourceId === 'string' && sourceId !== '') return { userId: sourceId }
  return customerId === null || fallback === 'skip' ? undefined : { anonymousId: customerId }
}
