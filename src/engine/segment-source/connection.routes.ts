import { ApiError } from '../../kernel/api-error.ts'
import { type Db, inTransaction } from '../../platform/db.ts'
import { type ManagementScope, toAdmin } from '../../platform/management/index.ts'
import type { EngineDeps } from '../context.ts'
import { connectSegmentSource, findSegmentSource, lockSealedWriteKey } from './connection.repo.ts'
import {
  SEGMENT_SOURCE_SETTINGS,
  SEGMENT_SOURCE_VIEW,
  toSegmentSourceView,
} from './connection.schema.ts'
import { countQueue } from './queue.repo.ts'

export type SegmentSourceDeps = Pick<EngineDeps, 'db' | 'clock' | 'vault'>

const tags = ['Voucherify source']

/** `/api/v1/voucherify-source`: where the engine's events are sent (engine-programs §17.1). */
export function segmentSourceRoutes(
  app: ManagementScope,
  { db, clock, vault }: SegmentSourceDeps,
): void {
  app.get(
    '/api/v1/voucherify-source',
    {
      schema: {
        operationId: 'getVoucherifySource',
        summary: 'Get where the events of the engine are sent, and how it fares',
        tags,
        response: { 200: SEGMENT_SOURCE_VIEW },
      },
    },
    async (request) => readView(db, toAdmin(request).projectId),
  )

  app.put(
    '/api/v1/voucherify-source',
    {
      schema: {
        operationId: 'connectVoucherifySource',
        summary: 'Connect the source, or change its settings; what is queued is sent at once',
        tags,
        body: SEGMENT_SOURCE_SETTINGS,
        response: { 200: SEGMENT_SOURCE_VIEW },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const { write_key, naming, shape, anonymous_fallback, reward_events, enabled, ...target } =
        request.body
      return inTransaction(db, async (tx) => {
        const writeKeySealed =
          write_key === undefined ? await lockSealedWriteKey(tx, projectId) : vault.seal(write_key)
        if (writeKeySealed === undefined) {
          throw new ApiError('invalid_payload', { details: 'Property .write_key is required' })
        }
        await connectSegmentSource(tx, {
          ...target,
          projectId,
          writeKeySealed,
          naming,
          shape,
          anonymousFallback: anonymous_fallback,
          rewardEvents: reward_events,
          isEnabled: enabled,
          now: clock.now(),
        })
        return readView(tx, projectId)
      })
    },
  )
}

async function readView(db: Db, projectId: string) {
  const source = await findSegmentSource(db, projectId)
  if (!source) throw new ApiError('not_found', { details: 'No Voucherify source is connected' })
  return toSegmentSourceView(source, await countQueue(db, projectId))
}
