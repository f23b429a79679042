import { z } from 'zod'
import { toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { listQuery, TIMESTAMP } from '../../platform/management/index.ts'
import { type Outcome, TIME } from '../deliveries/index.ts'
import type { Replay } from './replay.ts'

const EVENTS = z
  .enum(['failed', 'all'])
  .describe('`failed`: events whose delivery failed; `all`: delivered and filtered ones as well.')
const MAPPING = z
  .enum(['original', 'current'])
  .describe(
    '`original`: the payload that was made of the event then; `current`: what trigger and mapping as they are now make of it, also where nothing was made then.',
  )

const FILTER = {
  reason: z.string().optional().describe('Only failures with this code.'),
  mapping_id: z.string().optional().describe('Only those of this mapping.'),
  message_id: z.string().optional().describe('Only those of this event.'),
  user_id: z
    .string()
    .optional()
    .describe('Only those of this person: the `userId` of the event, else its `anonymousId`.'),
  type: z.string().optional().describe('Only calls of this type.'),
  event: z.string().optional().describe('Only track calls of this name.'),
}

export const REPLAY_BODY = z.strictObject({
  events: EVENTS.default('failed'),
  mapping: MAPPING.default('original'),
  from: TIME.describe(
    'Only events received at or after this time; 24 hours before `to` if not given.',
  ),
  to: TIME.describe('Only events received before this time; up to now if not given.'),
  ...FILTER,
  dry_run: z.boolean().default(false).describe('Count only; nothing is sent.'),
  per_second: z
    .number()
    .min(0.1)
    .max(LIMITS.replayPerSecondMax)
    .default(50)
    .describe('How many are due each second.'),
})

const count = (description: string) => z.int().describe(description)

export const REPLAY_VIEW = z
  .object({
    id: z.string(),
    destination_id: z.string(),
    status: z
      .enum(['running', 'sending', 'done', 'failed'])
      .describe('`sending`: all of it is in the retry queue, and not yet through it.'),
    error: z.string().nullable().describe('Why it failed.'),
    events: EVENTS,
    mapping: MAPPING,
    dry_run: z.boolean(),
    from: TIMESTAMP,
    to: TIMESTAMP,
    filter: z.object(FILTER),
    per_second: z.number(),
    progress: z.number().describe('How much of what is in question was looked at, from 0 to 1.'),
    examined: count('Deliveries, or with `current` events, that were looked at.'),
    replayable: count('Pairs of event and mapping that can be sent; in a dry run, could.'),
    queued: count('How many of them were put into the retry queue; 0 in a dry run.'),
    outcomes: z
      .object({
        delivered: z.int(),
        filtered: z.int(),
        failed: z.int(),
        pending: z.int(),
      })
      .describe('What has become of them, but for those that a later replay took.'),
    reasons: z
      .array(z.object({ reason: z.string().nullable(), count: z.int() }))
      .nullable()
      .describe(
        'What is replayable by the reason of its failure, the most frequent first; null with `current`.',
      ),
    without_mapping: z
      .int()
      .nullable()
      .describe('Deliveries left alone because their mapping is disabled or gone.'),
    without_payload: z
      .int()
      .nullable()
      .describe(
        'Deliveries left alone because their mapping made no payload that could be sent; `current` may.',
      ),
    filtered: count('With `current`: events that no mapping in question takes now.'),
    refused: count('With `current`: pairs of which the mapping makes nothing that could be sent.'),
    missing: count('With `current`: events that are no longer kept.'),
    created_at: TIMESTAMP,
    finished_at: TIMESTAMP.nullable().describe('When the last of it was put into the queue.'),
    last_due_at: TIMESTAMP.nullable().describe('When the last of it is due; null when none is.'),
  })
  .meta({ id: 'Replay', description: 'Deliveries that are sent anew.' })

const NO_OUTCOMES = { delivered: 0, filtered: 0, failed: 0, pending: 0 }

export function toReplayView(
  replay: Replay,
  outcomes: Record<Outcome, number> = NO_OUTCOMES,
): z.infer<typeof REPLAY_VIEW> {
  const { wish, found } = replay
  const { from, to, userKey, mappingId, messageId, ...filter } = wish.filter
  const isSending = replay.status === 'done' && outcomes.pending > 0
  return {
    id: replay.id,
    destination_id: replay.destinationId,
    status: isSending ? 'sending' : replay.status,
    error: replay.error,
    events: wish.events,
    mapping: wish.mapping,
    dry_run: wish.isDryRun,
    from: toIso(from),
    to: toIso(to),
    filter: { ...filter, mapping_id: mappingId, message_id: messageId, user_id: userKey },
    per_second: wish.perSecond,
    progress: progressOf(replay),
    examined: replay.examined,
    replayable: replay.replayable,
    queued: replay.queued,
    outcomes,
    reasons: found?.reasons ?? null,
    without_mapping: found?.withoutMapping ?? null,
    without_payload: found?.withoutPayload ?? null,
    filtered: replay.filtered,
    refused: replay.refused,
    missing: replay.missing,
    created_at: toIso(replay.createdAt),
    finished_at: replay.finishedAt && toIso(replay.finishedAt),
    last_due_at: lastDueAt(replay),
  }
}

function progressOf({ status, place, firstPlace, lastPlace }: Replay): number {
  if (status === 'done') return 1
  return (place - firstPlace) / Math.max(1, lastPlace - firstPlace)
}

function lastDueAt({ queued, createdAt, wish }: Replay): string | null {
  if (queued === 0) return null
  return toIso(new Date(createdAt.getTime() + ((queued - 1) / wish.perSecond) * 1_000))
}

export const REPLAYS_QUERY = listQuery({})
