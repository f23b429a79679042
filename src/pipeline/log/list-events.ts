import { type RawBuilder, sql } from 'kysely'
import type { JsonObject } from '../../kernel/json.ts'
import type { Db } from '../../platform/db.ts'
import type { LogEntry } from './log-entry.ts'
import { toLogEntry } from './log-reader.repo.ts'
import { partitionOf } from './partition-of.ts'

export type EventFilter = {
  projectId: string
  sourceId?: string | undefined
  type?: string | undefined
  /** The name of a track call. */
  event?: string | undefined
  userId?: string | undefined
  anonymousId?: string | undefined
  messageId?: string | undefined
  /** Stands in the user id, the anonymous id, the message id or the name of the event, in any case. */
  text?: string | undefined
  partition?: number | undefined
  /** One of these stands in `context.promoloop.caused_by` (D-18). */
  causedBy?: readonly string[] | undefined
  limit: number
  /** Only entries before this position: the `position` of the last one of the page before. */
  before?: number | undefined
  /** Only entries at or after this position. */
  from?: number | undefined
}

/** `_`, `%` and `\\` stand for themselves. */
const contains = (text: string): RawBuilder<boolean> => {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`
  return sql<boolean>`concat_ws(E'\n', user_id, anonymous_id, message_id, event) ilike ${pattern}`
}

const CAUSE = sql`body -> 'context' -> 'promoloop' ->> 'caused_by'`

/** The newest entries of a project that pass every given filter, newest first. */
export async function listEvents(db: Db, filter: EventFilter): Promise<LogEntry[]> {
  const { projectId, sourceId, type, event, userId, anonymousId, messageId } = filter
  const { text, partition, causedBy, limit, before, from } = filter
  let query = db.kysely.selectFrom('log_entry').selectAll().where('project_id', '=', projectId)
  if (sourceId !== undefined) query = query.where('source_id', '=', sourceId)
  if (type !== undefined) query = query.where('type', '=', type)
  if (event !== undefined) query = query.where('event', '=', event)
  if (userId !== undefined)
    query = query.where('user_id', '=', userId).where('log_partition', '=', partitionOf(userId))
  if (anonymousId !== undefined) query = query.where('anonymous_id', '=', anonymousId)
  if (text !== undefined) query = query.where(contains(text))
  if (messageId !== undefined) query = query.where('message_id', '=', messageId)
  if (partition !== undefined) query = query.where('log_partition', '=', partition)
  if (causedBy !== undefined) query = query.where(sql<boolean>`${CAUSE} = any(${[...causedBy]})`)
  if (before !== undefined) query = query.where('position', '<', before)
  if (from !== undefined) query = query.where('position', '>=', from)
  const rows = await query.orderBy('position', 'desc').limit(limit).execute()
  return rows.map((row) => toLogEntry({ ...row, body: row.body as JsonObject }))
}
