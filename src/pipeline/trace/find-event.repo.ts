import type { Db } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type LogEntry, listEvents, partitionOf } from '../log/index.ts'

type EventReference = { projectId: string; messageId: string; sourceId?: string | undefined }

/**
 * The newest accepted call with this message id; undefined when there is none any more. One that no destination
 * has read yet is looked for among the last `LIMITS.logPositionsSearchedMax` of the project only.
 */
export async function findEvent(db: Db, reference: EventReference): Promise<LogEntry | undefined> {
  const { projectId, messageId, sourceId } = reference
  const place = await findPlace(db, reference)
  if (place) return readAt(db, projectId, place)
  const [newest] = await listEvents(db, { projectId, limit: 1 })
  if (!newest) return undefined
  const from = newest.position - LIMITS.logPositionsSearchedMax
  const [entry] = await listEvents(db, { projectId, sourceId, messageId, from, limit: 1 })
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

async function readAt(
  db: Db,
  projectId: string,
  { partition, position }: Place,
): Promise<LogEntry | undefined> {
  const at = { projectId, partition, from: position, before: position + 1, limit: 1 }
  const [entry] = await listEvents(db, at)
  return entry
}
