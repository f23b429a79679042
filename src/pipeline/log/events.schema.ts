import { z } from 'zod'
import { toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { filter, listQuery, TIMESTAMP } from '../../platform/management/index.ts'
import type { RejectedCall } from './list-rejected-calls.ts'
import type { LogEntry } from './log-entry.ts'

export const RECEIVED_EVENT_VIEW = z
  .object({
    message_id: z.string(),
    type: z.string().describe('identify, track, page, screen, group or alias.'),
    event: z.string().nullable().describe('The name of a track call.'),
    user_id: z.string().nullable(),
    anonymous_id: z.string().nullable(),
    received_at: TIMESTAMP,
    source_id: z.string(),
    body: z.record(z.string(), z.unknown()).describe('The call as destinations get it.'),
  })
  .meta({ id: 'ReceivedEvent', description: 'A call that was accepted.' })

export const toReceivedEventView = (entry: LogEntry): z.infer<typeof RECEIVED_EVENT_VIEW> => ({
  message_id: entry.messageId,
  type: entry.type,
  event: entry.event,
  user_id: entry.userId,
  anonymous_id: entry.anonymousId,
  received_at: toIso(entry.receivedAt),
  source_id: entry.sourceId,
  body: entry.body,
})

export const REJECTED_CALL_VIEW = z
  .object({
    id: z.int(),
    reason: z.string().describe('Why it was refused, for programs.'),
    message: z.string().describe('Why it was refused, for people.'),
    received_at: TIMESTAMP,
    source_id: z.string().nullable(),
    body: z.string().nullable().describe('What was sent, as text; a long one is cut.'),
  })
  .meta({ id: 'RejectedCall', description: 'A call that failed on ingest.' })

export const toRejectedCallView = (call: RejectedCall): z.infer<typeof REJECTED_CALL_VIEW> => ({
  id: call.id,
  reason: call.reason,
  message: call.message,
  received_at: toIso(call.receivedAt),
  source_id: call.sourceId,
  body: call.body,
})

export const RECEIVED_EVENTS_QUERY = listQuery({
  source_id: filter('Only events of this source.'),
  type: filter('Only calls of this type.'),
  event: filter('Only track calls of this name.'),
  user_id: filter('Only events of this user.'),
  anonymous_id: filter('Only events of this anonymous visitor.'),
  message_id: filter('Only the event with this message id.'),
  search: z
    .string()
    .trim()
    .min(1)
    .max(LIMITS.searchTextLengthMax)
    .optional()
    .describe(
      'Only events with this text in the user id, the anonymous id, the message id or the name, in any case.',
    ),
})

export const REJECTED_CALLS_QUERY = listQuery({
  source_id: filter('Only calls of this source.'),
  reason: filter('Only calls that were refused for this reason.'),
})

/** Where in the log, or after which refusal, a list goes on. */
export const POSITION_CURSOR = z.tuple([z.int().min(0)]).transform(([position]) => position)
