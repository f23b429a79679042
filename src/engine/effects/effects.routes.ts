import { z } from 'zod'
import { toIso } from '../../kernel/time.ts'
import { type ManagementScope, TIMESTAMP, toAdmin } from '../../platform/management/index.ts'
import type { EngineDeps } from '../context.ts'
import { countWaiting, listFailed } from './effect-queue.repo.ts'

const FAILED_VIEW = z
  .object({
    occurrence_id: z.string(),
    type: z.string().nullable().describe('What happened, such as `customer.order.paid`.'),
    request_id: z.string().nullable().describe('The request that made it happen.'),
    failure: z.string().describe('Why nothing followed from it.'),
    created_at: TIMESTAMP,
    failed_at: TIMESTAMP,
  })
  .meta({
    id: 'FailedEffect',
    description: 'Something that happened and that no program followed up.',
  })

/** `GET /api/v1/effects`: what programs still have to do about what happened, and what they could not. */
export function effectRoutes(app: ManagementScope, { db }: Pick<EngineDeps, 'db'>): void {
  app.get(
    '/api/v1/effects',
    {
      schema: {
        operationId: 'getEffects',
        summary: 'Get what programs still have to follow up, and what they failed at',
        tags: ['Activities'],
        response: {
          200: z.object({
            waiting: z.number().int().describe('How much happened that waits to be followed up.'),
            failed: z
              .array(FAILED_VIEW)
              .describe(
                'The latest that failed, newest first. It is kept for 30 days and not tried again.',
              ),
          }),
        },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const [waiting, failed] = await Promise.all([
        countWaiting(db, projectId),
        listFailed(db, projectId),
      ])
      return {
        waiting,
        failed: failed.map(({ created_at, failed_at, ...one }) => ({
          ...one,
          created_at: toIso(created_at),
          failed_at: toIso(failed_at),
        })),
      }
    },
  )
}
