import { z } from 'zod'
import { toIso } from '../../kernel/time.ts'
import { type ManagementScope, TIMESTAMP, toAdmin } from '../../platform/management/index.ts'
import type { EngineDeps } from '../context.ts'
import { readNights } from './nightly.repo.ts'
import { listCardFailures } from './nightly-failure.repo.ts'

const DAY = z.iso.date()
const FAILED_CARD_VIEW = z
  .object({
    step: z.string().describe('What failed, such as `expire_points`.'),
    voucher_id: z.string(),
    code: z.string(),
    day: DAY.describe('The day that the night began.'),
    failure: z.string(),
    failed_at: TIMESTAMP,
  })
  .meta({ id: 'NightlyFailure', description: 'A card that a night left out, because it failed.' })

/** `GET /api/v1/nights`: how far what days begin with is (L-66), and which cards it left out. */
export function nightRoutes(app: ManagementScope, { db }: Pick<EngineDeps, 'db'>): void {
  app.get(
    '/api/v1/nights',
    {
      schema: {
        operationId: 'getNights',
        summary: 'Get how far what days begin with is, and the cards it failed at',
        tags: ['Activities'],
        response: {
          200: z.object({
            done_to: DAY.nullable().describe('The last day whose night is done.'),
            complete_to: DAY.nullable().describe('The last whose night left no step undone.'),
            failure: z.string().nullable().describe('Why a step failed last.'),
            failed: z
              .array(FAILED_CARD_VIEW)
              .describe(
                'Cards that were left out, the latest first. The next night tries them again.',
              ),
          }),
        },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const [nights, failed] = await Promise.all([
        readNights(db, projectId),
        listCardFailures(db, projectId),
      ])
      return {
        ...nights,
        failed: failed.map(({ failed_at, ...card }) => ({ ...card, failed_at: toIso(failed_at) })),
      }
    },
  )
}
