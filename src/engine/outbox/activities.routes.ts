import { z } from 'zod'
import { sortableIdAt } from '../../kernel/ids.ts'
import type { Json } from '../../kernel/json.ts'
import { parseIsoDate, toIso } from '../../kernel/time.ts'
import type { Db } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type ManagementScope, TIMESTAMP, toAdmin } from '../../platform/management/index.ts'
import type { EngineDeps } from '../context.ts'
import { fromStoredData } from './occurrence-data.ts'

const QUERY = z.strictObject({
  request_id: z
    .string()
    .describe(
      'The `X-Request-Id` of an answer of the engine, or the `caused_by` of an event that it sent.',
    ),
  around: z
    .string()
    .refine((text) => parseIsoDate(text) !== undefined, 'should be a time in ISO 8601')
    .describe('When that was, give or take five minutes.'),
})

const ACTIVITY_VIEW = z
  .object({
    id: z.string(),
    type: z.string().describe('Such as `customer.created` or `redemption.succeeded`.'),
    customer_id: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
    created_at: TIMESTAMP,
  })
  .meta({ id: 'Activity', description: 'Something that happened in the promotion engine.' })

const AROUND_MS = 5 * 60_000

/** `GET /api/v1/activities`: what one request to the engine caused (EV-1). */
export function activityRoutes(app: ManagementScope, { db }: Pick<EngineDeps, 'db'>): void {
  app.get(
    '/api/v1/activities',
    {
      schema: {
        operationId: 'listActivities',
        summary: 'List what a request to the engine caused',
        tags: ['Activities'],
        querystring: QUERY,
        response: {
          200: z
            .object({ data: z.array(ACTIVITY_VIEW) })
            .describe('All of it, in the order in which it happened.'),
        },
      },
    },
    async (request) => ({
      data: await listActivities(db, {
        projectId: toAdmin(request).projectId,
        requestId: request.query.request_id,
        aroundMs: parseIsoDate(request.query.around)?.getTime() ?? 0,
      }),
    }),
  )
}

/** Ids sort by time, so that no index of requests is needed, which every occurrence would pay for. */
async function listActivities(
  db: Db,
  { projectId, requestId, aroundMs }: { projectId: string; requestId: string; aroundMs: number },
): Promise<z.infer<typeof ACTIVITY_VIEW>[]> {
  const rows = await db.kysely
    .selectFrom('occurrence')
    .select(['id', 'type', 'customer_id', 'data', 'created_at'])
    .where('id', '>=', sortableIdAt('occurrence', Math.max(0, aroundMs - AROUND_MS)))
    .where('id', '<', sortableIdAt('occurrence', Math.max(0, aroundMs + AROUND_MS)))
    .where('project_id', '=', projectId)
    .where('group_id', '=', requestId)
    .orderBy('id')
    .limit(LIMITS.activitiesOfRequestMax)
    .execute()
  return rows.map((row) => ({
    ...row,
    data: fromStoredData(row.data as { [key: string]: Json }),
    created_at: toIso(row.created_at),
  }))
}
