import { z } from 'zod'
import type { JsonObject } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { TIMESTAMP } from '../../platform/management/index.ts'
import { EXPLAIN, MAPPING_TEXT, WARNINGS } from '../destinations/index.ts'
import type { LogEntry } from '../log/index.ts'
import type { MatchCount } from './count-matches.ts'
import type { Preview } from './preview-mapping.ts'
import type { Tried } from './send-draft.ts'

const EVENT = z.record(z.string(), z.unknown()).transform((value) => value as JsonObject)

export const PREVIEW_BODY = z.strictObject({
  destination_id: z.string().describe('The destination whose settings and kind are used.'),
  mapping_id: z
    .string()
    .optional()
    .describe('A stored mapping to start from. What is given beside it takes its place, unsaved.'),
  action: z
    .string()
    .optional()
    .describe('The key of an action of the destination; needed without `mapping_id`.'),
  trigger: MAPPING_TEXT.trigger.optional(),
  mapping: MAPPING_TEXT.mapping.optional(),
  event: EVENT.optional().describe('The event to try it with, as destinations get it.'),
  message_id: z
    .string()
    .optional()
    .describe(`Or one of the last ${LIMITS.sampleEventsMax} events of the source.`),
})

const REQUEST = z
  .object({
    method: z.string(),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string().nullable(),
  })
  .describe('The request, without the secrets of the destination.')

/** What a mapping makes of an event, and why. */
export const MADE_FIELDS = {
  filter: z
    .string()
    .nullable()
    .describe('What keeps the event away from the whole destination; a preview passes it by.'),
  filter_message: z
    .string()
    .nullable()
    .describe('What `filter` leaves open: the title of the destination filter that it was.'),
  matched: z.boolean().describe('Whether the trigger holds for the event.'),
  match: EXPLAIN.nullable().describe('Why; null when the trigger cannot be read.'),
  problems: WARNINGS.describe('Why the mapping could not be saved.'),
  warnings: WARNINGS,
  mapping: EXPLAIN.nullable().describe('How the mapping came to the payload.'),
  payload: z.unknown().describe('What the mapping makes of the event; null when nothing.'),
  fields: EXPLAIN.nullable().describe('What the fields of the action say of the payload.'),
  refusal: z
    .object({ reason: z.string(), message: z.string() })
    .nullable()
    .describe('Why nothing could be sent.'),
  request: REQUEST.nullable().describe('Null, too, when the action sends by itself.'),
}

const PREVIEW_FIELDS = {
  event: z.record(z.string(), z.unknown()).describe('The event that it was tried with.'),
  event_origin: z
    .enum(['given', 'received'])
    .describe(
      '`received`: one of the source, the newest that the trigger matches if there is one.',
    ),
  ...MADE_FIELDS,
}

export const PREVIEW_VIEW = z
  .object(PREVIEW_FIELDS)
  .meta({ id: 'MappingPreview', description: 'What a mapping would make of an event.' })

export const TEST_VIEW = z
  .object({
    ...PREVIEW_FIELDS,
    response: z
      .object({
        status: z.int().nullable().describe('Null when no answer came.'),
        headers: z.record(z.string(), z.string()),
        body: z.string().nullable().describe('The answer as text; a long one is cut.'),
        error: z
          .string()
          .nullable()
          .describe('Why no answer came, or what the action says of the answers.'),
        duration_ms: z.number(),
      })
      .nullable()
      .describe('Null when nothing was sent.'),
  })
  .meta({ id: 'MappingTest', description: 'What a mapping made of an event, and what came back.' })

export const toMadeView = ({
  request,
  match,
  filterMessage,
  visible: _visible,
  ...preview
}: Preview) => ({
  ...preview,
  filter_message: filterMessage,
  matched: match?.passed ?? false,
  match,
  request: request && {
    method: request.method,
    url: request.url,
    headers: request.headers,
    body: request.body ?? null,
  },
})

export const toPreviewView = (
  preview: Preview,
  { origin, event }: { origin: 'given' | 'received'; event: JsonObject },
): z.infer<typeof PREVIEW_VIEW> => ({
  ...toMadeView(preview),
  event,
  event_origin: origin,
})

/** A response without the secrets that `hide` takes out. */
export const toResponseView = (
  { durationMs, headers, body, ...response }: NonNullable<Tried['response']>,
  hide: (text: string) => string,
): z.infer<typeof TEST_VIEW>['response'] => ({
  ...response,
  body: body && hide(body),
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, hide(value)])),
  duration_ms: durationMs,
})

export const COUNT_BODY = z.strictObject({
  source_id: z.string().describe('The source whose events are looked at.'),
  trigger: MAPPING_TEXT.trigger,
  events: z
    .int()
    .min(1)
    .max(LIMITS.matchCountEventsMax)
    .default(1_000)
    .describe('How many of its last events.'),
})

const COUNTED_EVENT = z.object({
  message_id: z.string(),
  type: z.string(),
  event: z.string().nullable().describe('The name of a track call.'),
  received_at: TIMESTAMP,
})

export const COUNT_VIEW = z
  .object({
    examined: z.int().describe('How many events were looked at.'),
    matched: z.int().describe('For how many of them the trigger holds.'),
    samples: z.array(COUNTED_EVENT).describe('The newest for which it holds.'),
    near_misses: z
      .array(
        COUNTED_EVENT.extend({
          missing: z.array(EXPLAIN).describe('The fewest conditions that would have to hold.'),
        }),
      )
      .describe('Events that lack the fewest conditions, the nearest first.'),
    warnings: WARNINGS,
  })
  .meta({ id: 'MatchCount', description: 'On how many recent events a trigger holds.' })

const toCountedEvent = ({ messageId, type, event, receivedAt }: LogEntry) => ({
  message_id: messageId,
  type,
  event,
  received_at: toIso(receivedAt),
})

export const toCountView = (count: MatchCount): Omit<z.infer<typeof COUNT_VIEW>, 'warnings'> => ({
  examined: count.examined,
  matched: count.matched,
  samples: count.samples.map(toCountedEvent),
  near_misses: count.nearMisses.map(({ entry, missing }) => ({
    ...toCountedEvent(entry),
    missing,
  })),
})
