import { isPlainObject } from '../../kernel/json.ts'
import { toStorableText } from '../../kernel/storable.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { NewLogEntry } from '../log/index.ts'
import { parseTime } from './calculate-timestamps.ts'
import type { CallType, Refusal, Rejection, RejectionReason } from './call.ts'
import { decideAcceptance } from './decide-acceptance.ts'
import { type Envelope, membersOf, normalise } from './normalise.ts'
import { toStorableJson } from './to-storable-json.ts'

type Members = Record<string, unknown>

/** Who sent a request and how it came in. */
export type Reception = Pick<
  Envelope,
  'receivedAt' | 'ip' | 'hops' | 'channel' | 'newMessageId'
> & {
  projectId: string
  sourceId: string
  /** The size of the whole request, decompressed. */
  requestBytes: number
}

/** What a request comes to: calls for the log, and refusals to record. */
export type Accepted = { entries: NewLogEntry[]; rejections: Rejection[] }

/** Accepts or refuses the one call of `POST /v1/<type>`; the path decides what it is (§1.1 rule 2). */
export function acceptCall(item: Members, type: CallType, reception: Reception): Accepted {
  const accepted: Accepted = { entries: [], rejections: [] }
  acceptInto(accepted, item, { type, envelope: reception, reception })
  return accepted
}

/**
 * Accepts or refuses each call of a batch on its own; refused ones never harm the others (§1.5, §1.7). A
 * batch with refused calls gets one refusal more, for the whole: `multi_user_error`, or
 * `empty_batch_result` when nothing is left.
 */
export function acceptBatch(body: Members, reception: Reception): Accepted {
  const accepted: Accepted = { entries: [], rejections: [] }
  const items: unknown[] = Array.isArray(body['batch']) ? body['batch'] : []
  if (items.length === 0) {
    accepted.rejections.push(reject(reception, 'empty_batch', 'The batch has no calls'))
    return accepted
  }
  const envelope: Envelope = {
    ...reception,
    sentAt: parseTime(body['sentAt']),
    context: membersOf(body['context']),
    integrations: membersOf(body['integrations']),
  }
  for (const item of items.slice(0, LIMITS.trackingBatchEventsMax)) {
    if (isPlainObject(item)) acceptInto(accepted, item, { type: item['type'], envelope, reception })
    else
      accepted.rejections.push(reject(reception, 'bad_request', 'A call must be an object', item))
  }
  addRefusalsOfWhole(accepted, items.length, reception)
  return accepted
}

function addRefusalsOfWhole(accepted: Accepted, sent: number, reception: Reception): void {
  const excess = sent - LIMITS.trackingBatchEventsMax
  if (excess > 0)
    accepted.rejections.push(
      reject(
        reception,
        'bad_request',
        `A batch may have ${LIMITS.trackingBatchEventsMax} calls; the ${excess} after them were refused`,
      ),
    )
  const kept = accepted.entries.length
  if (kept === 0)
    accepted.rejections.push(
      reject(reception, 'empty_batch_result', `None of the ${sent} calls could be accepted`),
    )
  else if (kept < sent)
    accepted.rejections.push(
      reject(reception, 'multi_user_error', `${sent - kept} of ${sent} calls were refused`),
    )
}

function acceptInto(
  accepted: Accepted,
  item: Members,
  { type, envelope, reception }: { type: unknown; envelope: Envelope; reception: Reception },
): void {
  const normalised = normalise(item, String(type ?? ''), envelope)
  const refusal = decideAcceptance(normalised) ?? decideSize(item, reception)
  if (refusal) {
    accepted.rejections.push(reject(reception, refusal.reason, refusal.message, item))
    return
  }
  const { event, body } = toStorableJson(normalised)
  accepted.entries.push({
    projectId: reception.projectId,
    sourceId: reception.sourceId,
    messageId: event.messageId,
    type: event.type,
    event: event.type === 'track' ? (event['event'] as string) : null,
    userId: (event['userId'] as string | undefined) ?? null,
    anonymousId: (event['anonymousId'] as string | undefined) ?? null,
    receivedAt: reception.receivedAt,
    body,
  })
}

/** Calls are sized one by one only in requests that are larger than a call may be: it costs a JSON.stringify. */
function decideSize(item: Members, { requestBytes }: Reception): Refusal | undefined {
  const bytesMax = LIMITS.trackingEventBytesMax
  if (requestBytes <= bytesMax) return undefined
  const text = textOf(item)
  if (text !== undefined && Buffer.byteLength(text) <= bytesMax) return undefined
  return { reason: 'bad_request', message: `A call may have ${bytesMax} bytes of JSON` }
}

/** A refusal with what was sent, as far as it is kept. */
export function reject(
  { projectId, sourceId, receivedAt }: Pick<Rejection, 'projectId' | 'sourceId' | 'receivedAt'>,
  reason: RejectionReason,
  message: string,
  sent?: unknown,
): Rejection {
  const text = sent === undefined ? undefined : textOf(sent)
  const body =
    text === undefined ? null : toStorableText(text.slice(0, LIMITS.rejectedBodyCharsMax))
  return { projectId, sourceId, receivedAt, reason, message, body }
}

/** `value` as JSON; undefined when it is nested too deeply even for JSON.stringify. */
function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}
