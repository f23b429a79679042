import type { Db } from '../../platform/db.ts'

/** A call that failed on ingest, with the reason (pipeline §1.7). */
export type RejectedCall = {
  id: number
  sourceId: string | null
  /** A code of §1.7, and the same as a sentence. */
  reason: string
  message: string
  /** What was sent, as text and perhaps cut; null for the refusal of a whole request. */
  body: string | null
  receivedAt: Date
}

export type RejectedCallFilter = {
  projectId: string
  sourceId?: string | undefined
  reason?: string | undefined
  limit: number
  /** Continues a list: only calls with a smaller id. */
  before?: number | undefined
}

/**
 * The newest refused calls of a project that fit the filter, newest first. A call whose write key nobody has
 * belongs to no project and is in no list.
 */
export async function listRejectedCalls(
  db: Db,
  { projectId, sourceId, reason, limit, before }: RejectedCallFilter,
): Promise<RejectedCall[]> {
  let query = db.kysely
    .selectFrom('rejected_call')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('id', 'desc')
    .limit(limit)
  if (sourceId !== undefined) query = query.where('source_id', '=', sourceId)
  if (reason !== undefined) query = query.where('reason', '=', reason)
  if (before !== undefined) query = query.where('id', '<', before)
  const rows = await query.execute()
  return rows.map((row) => ({
    id: row.id,
    sourceId: row.source_id,
    reason: row.reason,
    message: row.message,
    body: row.body,
    receivedAt: row.received_at,
  }))
}
