import { z } from 'zod'
import { ApiError } from '../../kernel/api-error.ts'
import { toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import {
  idParams,
  type ManagementScope,
  TIMESTAMP,
  toAdmin,
} from '../../platform/management/index.ts'
import type { PipelineDeps } from '../context.ts'
import { getDestination } from '../destinations/index.ts'
import { calculateRange } from './calculate-range.ts'
import { TIME } from './event-delivery.schema.ts'
import { countReplayable, type ReplayFilter, requeueFailed } from './replay.repo.ts'

const REPLAY_BODY = z.strictObject({
  from: TIME.describe(
    'Only events received at or after this time; 24 hours before `to` if not given.',
  ),
  to: TIME.describe('Only events received before this time; up to now if not given.'),
  reason: z.string().optional().describe('Only failures with this code.'),
  mapping_id: z.string().optional().describe('Only those of this mapping.'),
  message_id: z.string().optional().describe('Only those of this event.'),
  user_id: z
    .string()
    .optional()
    .describe('Only those of this person: the `userId` of the event, else its `anonymousId`.'),
  dry_run: z.boolean().default(false).describe('Count only; nothing is sent.'),
  per_second: z
    .number()
    .min(0.1)
    .max(LIMITS.replayPerSecondMax)
    .default(50)
    .describe('How many are due each second.'),
})

const REPLAY_VIEW = z
  .object({
    dry_run: z.boolean(),
    replayable: z.int().describe('Failed deliveries that were found and can be sent again.'),
    reasons: z
      .array(z.object({ reason: z.string().nullable(), count: z.int() }))
      .describe('The same by the reason of their failure, the most frequent first.'),
    without_mapping: z
      .int()
      .describe('Failed deliveries left alone because their mapping is disabled or gone.'),
    without_payload: z
      .int()
      .describe('Failed deliveries left alone because their mapping made no payload to send.'),
    queued: z.int().describe('How many are pending again now; 0 in a dry run.'),
    last_due_at: TIMESTAMP.nullable().describe('When the last of them is due; null when none is.'),
  })
  .meta({ id: 'Replay', description: 'Failed deliveries that are sent again.' })

/**
 * `POST /api/v1/destinations/:id/replays`: sends dead letters again, with the payload they were made of, the
 * settings of now and a window of retries of their own (pipeline §7.4.7, D-19). Their progress is that of
 * pending deliveries.
 */
export function replayRoutes(
  app: ManagementScope,
  { db, clock }: Pick<PipelineDeps, 'db' | 'clock'>,
): void {
  app.post(
    '/api/v1/destinations/:id/replays',
    {
      schema: {
        operationId: 'replayDeliveries',
        summary: 'Send failed deliveries of a destination again, or count how many there are',
        description:
          'Asked again, it finds none of those that are under way. A destination that remembers ' +
          'Idempotency-Keys acts once also on what it may have acted on before without answering.',
        tags: ['Deliveries'],
        params: idParams('The id of a destination.'),
        body: REPLAY_BODY,
        response: { 200: REPLAY_VIEW },
      },
    },
    async (request) => {
      const { from, to, dry_run, per_second, ...wish } = request.body
      const destination = await getDestination(db, { ...toAdmin(request), id: request.params.id })
      if (destination.enabledAt === null && !dry_run) {
        throw new ApiError('invalid_payload', {
          details: `Destination ${destination.id} is disabled: what is sent again would be filtered`,
        })
      }
      const now = clock.now()
      const filter: ReplayFilter = {
        destinationId: destination.id,
        ...calculateRange({ from, to }, now),
        reason: wish.reason,
        mappingId: wish.mapping_id,
        messageId: wish.message_id,
        userKey: wish.user_id,
      }
      const counts = await countReplayable(db, filter)
      const queued = dry_run ? 0 : await requeueFailed(db, filter, { now, perSecond: per_second })
      const lastDueMs = now.getTime() + ((queued - 1) / per_second) * 1_000
      return {
        dry_run,
        replayable: counts.reasons.reduce((sum, { count }) => sum + count, 0),
        reasons: counts.reasons,
        without_mapping: counts.withoutMapping,
        without_payload: counts.withoutPayload,
        queued,
        last_due_at: queued === 0 ? null : toIso(new Date(lastDueMs)),
      }
    },
  )
}
