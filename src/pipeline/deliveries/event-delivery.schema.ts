import { z } from 'zod'
import { parseIsoDate, toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { filter, idParams, TIMESTAMP } from '../../platform/management/index.ts'
import type { TimeRange } from './calculate-range.ts'
import { INTERVALS } from './calculate-series.ts'
import type { Outcome } from './delivery.ts'
import type {
  Counted,
  CountedGroup,
  CountedInterval,
  FailureSample,
} from './event-delivery.repo.ts'

export const EVENT_DELIVERY_PARAMS = idParams('The id of a destination.')

/** A time that a caller may give. */
export const TIME = z
  .string()
  .refine((text) => parseIsoDate(text) !== undefined, 'should be a time in ISO 8601')
  .transform((text) => parseIsoDate(text))
  .optional()

const SCOPE = {
  from: TIME.describe(
    'Only events received at or after this time, in ISO 8601; 24 hours before `to` if not given.',
  ),
  to: TIME.describe(
    'Only events received before this time, at most 14 days after `from`; if not given, up to now.',
  ),
  mapping_id: filter(
    'Only what this mapping made of them; one that was deleted has its numbers as well.',
  ),
}

export const EVENT_DELIVERY_QUERY = z.strictObject(SCOPE)

export const SERIES_QUERY = z.strictObject({
  ...SCOPE,
  interval: z
    .enum(INTERVALS)
    .default('hour')
    .describe(
      `Minutes, hours or days in UTC; a range has at most ${LIMITS.eventDeliveryRowsMax} of them.`,
    ),
})

export const FAILURES_QUERY = z.strictObject({
  ...SCOPE,
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(LIMITS.eventDeliveryReasonsMax)
    .default(20)
    .describe('How many reasons to answer at most, the most frequent first.'),
})

const RANGE = { from: TIMESTAMP, to: TIMESTAMP }
const MAPPING_ID = z.string().nullable().describe('Null when it is about the whole destination.')

const LATENCY = z
  .object({ p50: z.int().nullable(), p95: z.int().nullable() })
  .describe(
    'Milliseconds from receipt to delivery within which one half, and 95 of 100, of the delivered calls ' +
      'were delivered; null when nothing was.',
  )

const REASONS = z.array(
  z.object({
    reason: z.string().describe('Why, for programs.'),
    message: z
      .string()
      .nullable()
      .describe(
        'Why, for people; null when it is not always the same. Each destination filter, by its title, has a row ' +
          'of its own under `FILTERED_BY_RULES`.',
      ),
    count: z.int(),
  }),
)

export const EVENT_DELIVERY_VIEW = z
  .object({
    ...RANGE,
    mapping_id: MAPPING_ID,
    unread: z
      .int()
      .describe(
        'Events that were accepted in the range and that the destination has yet to look at: they are in ' +
          'no other number. A lower bound while a very long log waits.',
      ),
    events: z
      .int()
      .describe(
        'Events the destination (or the mapping) has looked at, each once however many calls it made.',
      ),
    received: z
      .int()
      .describe(
        'filtered + matched. Of a mapping: its events. Of a destination: the calls its mappings made of ' +
          'events, and the events that became no call.',
      ),
    filtered: z
      .object({ total: z.int(), reasons: REASONS })
      .describe(
        'Not meant for it. Of a destination: events that no mapping matched or that were stopped before, and ' +
          'calls cancelled because their mapping was gone. Of a mapping: also those that matched only others.',
      ),
    matched: z.int().describe('Calls that are to be sent: delivered + failed + pending.'),
    delivered: z.object({
      total: z.int().describe('first_try + on_retry.'),
      first_try: z
        .int()
        .describe('Delivered by the first attempt, also if it had to wait for its turn.'),
      on_retry: z.int().describe('Delivered by a later attempt.'),
    }),
    pending: z.int().describe('Not delivered so far, and tried (again) later.'),
    failed: z
      .object({ total: z.int(), reasons: REASONS })
      .describe('Given up: refused by the destination, not fit to be sent, or out of time.'),
    latency_ms: LATENCY,
  })
  .meta({
    id: 'EventDelivery',
    description:
      'What became of the events a destination received in a time range, all as of one moment. ' +
      'received = filtered + matched; matched = delivered + failed + pending.',
  })

const byCount = (a: { reason: string; count: number }, b: { reason: string; count: number }) =>
  b.count - a.count || (a.reason < b.reason ? -1 : 1)

const totalOf = (groups: readonly { count: number }[]): number =>
  groups.reduce((total, { count }) => total + count, 0)

/** Groups of one outcome as the total and its reasons, the most frequent first. */
function toReasons(groups: readonly CountedGroup[]) {
  type Counted = { reason: string; count: number; messages: Set<string | null> }
  const reasons = new Map<string, Counted>()
  for (const group of groups) {
    const reason = group.reason ?? ''
    const key = JSON.stringify([reason, group.filter])
    const known = reasons.get(key) ?? { reason, count: 0, messages: new Set() }
    known.count += group.count
    known.messages.add(group.least).add(group.greatest)
    reasons.set(key, known)
  }
  const rows = [...reasons.values()].map(({ reason, count, messages }) => {
    const [message = null] = messages.size === 1 ? messages : []
    return { reason, message, count }
  })
  return { total: totalOf(groups), reasons: rows.sort(byCount) }
}

const toLatency = (latency: [number, number] | null): z.infer<typeof LATENCY> => ({
  p50: latency?.[0] ?? null,
  p95: latency?.[1] ?? null,
})

type Answered = { range: TimeRange; mappingId: string | undefined }

const toHead = ({ range, mappingId }: Answered) => ({
  from: toIso(range.from),
  to: toIso(range.to),
  mapping_id: mappingId ?? null,
})

export function toEventDeliveryView(
  answered: Answered,
  { received, events, unread, groups, latency_ms }: Counted,
): z.infer<typeof EVENT_DELIVERY_VIEW> {
  const having = (outcome: Outcome) => groups.filter((group) => group.outcome === outcome)
  const delivered = having('delivered')
  const filtered = toReasons(having('filtered'))
  return {
    ...toHead(answered),
    unread,
    events,
    received,
    filtered,
    matched: received - filtered.total,
    delivered: {
      total: totalOf(delivered),
      first_try: totalOf(delivered.filter((group) => !group.is_retry)),
      on_retry: totalOf(delivered.filter((group) => group.is_retry)),
    },
    pending: totalOf(having('pending')),
    failed: toReasons(having('failed')),
    latency_ms: toLatency(latency_ms),
  }
}

const SERIES_ROW = z.object({
  start: TIMESTAMP.describe('When the interval begins.'),
  received: z.int().describe('filtered + delivered + failed + pending.'),
  filtered: z.int(),
  delivered: z.int(),
  failed: z.int().describe('Not delivered, and given up.'),
  pending: z.int(),
  latency_ms: LATENCY,
})

export const SERIES_VIEW = z
  .object({
    ...RANGE,
    mapping_id: MAPPING_ID,
    interval: z.enum(INTERVALS),
    data: z
      .array(SERIES_ROW)
      .describe('Every interval of the range, oldest first, by the time the events were received.'),
  })
  .meta({
    id: 'EventDeliverySeries',
    description: 'The numbers of Event Delivery per interval, counted in the same way.',
  })

export const emptyInterval = (start: Date): CountedInterval => ({
  start,
  received: 0,
  filtered: 0,
  delivered: 0,
  failed: 0,
  pending: 0,
  latency_ms: null,
})

export const toSeriesView = (
  answered: Answered & { interval: (typeof INTERVALS)[number] },
  rows: readonly CountedInterval[],
): z.infer<typeof SERIES_VIEW> => ({
  ...toHead(answered),
  interval: answered.interval,
  data: rows.map(({ start, latency_ms, ...counts }) => ({
    start: toIso(start),
    ...counts,
    latency_ms: toLatency(latency_ms),
  })),
})

const SAMPLE = z.object({
  id: z.int().describe('The id of the delivery.'),
  mapping_id: z.string(),
  message_id: z.string(),
  type: z.string().describe('The type of the call that came in.'),
  event: z.string().nullable().describe('Its name, if it is a track call.'),
  payload: z.unknown().describe('What the mapping made of the event; null when it made nothing.'),
  status: z.int().nullable().describe('The HTTP status of the last answer; null without one.'),
  response: z.string().nullable().describe('The last answer as text; a long one is cut.'),
  message: z.string().nullable().describe('Why it failed, for people.'),
  attempts: z.int(),
  received_at: TIMESTAMP,
  finished_at: TIMESTAMP,
})

const FAILURE = z.object({
  reason: z.string().describe('Why the calls failed, for programs.'),
  count: z.int(),
  first_at: TIMESTAMP.describe('When the first of them was given up.'),
  last_at: TIMESTAMP.describe('When the last of them was given up.'),
  samples: z
    .array(SAMPLE)
    .describe(`The newest of them, at most ${LIMITS.eventDeliverySamplesMax}.`),
})

export const FAILURES_VIEW = z
  .object({
    ...RANGE,
    mapping_id: MAPPING_ID,
    data: z.array(FAILURE).describe('The most frequent reasons first.'),
    has_more: z.boolean().describe('Whether there are more reasons than `limit`.'),
  })
  .meta({
    id: 'EventDeliveryFailures',
    description: 'Calls that failed for good, by reason, with samples.',
  })

const toSample = (row: FailureSample): z.infer<typeof SAMPLE> => ({
  id: row.id,
  mapping_id: row.mapping_id,
  message_id: row.message_id,
  type: row.event_type,
  event: row.event_name,
  payload: row.payload,
  status: row.status,
  response: row.response,
  message: row.message,
  attempts: row.attempts,
  received_at: toIso(row.received_at),
  finished_at: toIso(row.finished_at),
})

/** `rows` come reason by reason, of one reason more than `limit` if there are more. */
export function toFailuresView(
  answered: Answered,
  rows: readonly FailureSample[],
  limit: number,
): z.infer<typeof FAILURES_VIEW> {
  const failures = new Map<string, z.infer<typeof FAILURE>>()
  for (const row of rows) {
    const { reason, count } = row
    const times = { first_at: toIso(row.first_at), last_at: toIso(row.last_at) }
    const failure = failures.get(reason) ?? { reason, count, ...times, samples: [] }
    failure.samples.push(toSample(row))
    failures.set(reason, failure)
  }
  const data = [...failures.values()]
  return { ...toHead(answered), data: data.slice(0, limit), has_more: data.length > limit }
}
