import type { Db } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { PipelineDeps } from '../context.ts'
import { type LogEntry, partitionOf } from '../log/index.ts'

type EventReference = { projectId: string; messageId: string; sourceId?: string | undefined }

/**
 * The newest accepted call with this message id; undefined when there is none any more. One that no destination
 * has read yet is looked for among the last `LIMITS.logPositionsSearchedMax` of the project only.
 */
export async function findEvent(
  { db, eventLog }: Pick<PipelineDeps, 'db' | 'eventLog'>,
  reference: EventReference,
): Promise<LogEntry | undefined> {
  const { projectId, messageId, sourceId } = reference
  const place = await findPlace(db, reference)
  if (place) return (await eventLog.readAt([place])).get(place.position)
  const [newest] = await eventLog.list({ projectId, limit: 1 })
  if (!newest) return undefined
  const from = newest.position - LIMITS.logPositionsSearchedMax
  const [entry] = await eventLog.list({ projectId, sourceId, messageId, from, limit: 1 })
  return entry
}

type Place = { partition: number; position: number }

/** Where in the log the event is, as the deliveries of it know. */
async function findPlace(
  db: Db,
  { projectId, messageId, sourceId }: EventReference,
): Promise<Place | undefined> {
  let query = db.kysely
    .selectFrom('delivery')
    .select(['log_position', 'user_key'])
    .where('message_id', '=', messageId)
    .where('project_id', '=', projectId)
  if (sourceId !== undefined) query = query.where('source_id', '=', sourceId)
  const row = await query.orderBy('log_position', 'desc').limit(1).executeTakeFirst()
  return row && { partition: partitionOf(row.user_key), position: row.log_position }
}
