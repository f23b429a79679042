import type { Selectable } from 'kysely'
import { newSortableId } from '../../kernel/ids.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { AsyncAction as Row } from '../../platform/db.tables.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import type { AsyncAction, AsyncActionType } from './async-action.ts'

/** What is to be done; `input` is JSON of the form the job of `type` expects. */
export type NewAsyncAction = {
  type: AsyncActionType
  input: unknown
  totalCount?: number
  /** It is begun then at the earliest. */
  notBefore?: Date
}

/** Stores work to be done once `tx` has committed. Answers the id of the action (R-HTTP-08). */
export async function enqueueAsyncAction(
  tx: Tx,
  call: Call,
  { type, input, totalCount, notBefore }: NewAsyncAction,
): Promise<string> {
  // Sorts by time, so that actions of one moment are done in the order in which they were asked for.
  const id = newSortableId('asyncAction', call.now.getTime())
  await tx.kysely
    .insertInto('async_action')
    .values({
      id,
      project_id: call.projectId,
      type,
      request_id: call.groupId,
      app_id: call.appId,
      input: JSON.stringify(input),
      state: 'null',
      total_count: totalCount ?? null,
      // As if somebody had it until then.
      leased_until: notBefore ?? null,
      created_at: call.now,
    })
    .execute()
  return id
}

const COLUMNS = [
  'id',
  'project_id',
  'type',
  'status',
  'operation_status',
  'request_id',
  'done_count',
  'failed_count',
  'total_count',
  'result',
  'started_at',
  'finished_at',
  'created_at',
  'updated_at',
] as const

const toAsyncAction = (row: Pick<Selectable<Row>, (typeof COLUMNS)[number]>): AsyncAction => ({
  id: row.id,
  projectId: row.project_id,
  type: row.type,
  status: row.status as AsyncAction['status'],
  operationStatus: row.operation_status as AsyncAction['operationStatus'],
  requestId: row.request_id,
  doneCount: row.done_count,
  failedCount: row.failed_count,
  totalCount: row.total_count,
  result: row.result as JsonObject | null,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export async function findAsyncAction(
  db: Db,
  projectId: string,
  id: string,
): Promise<AsyncAction | undefined> {
  const row = await db.kysely
    .selectFrom('async_action')
    .select(COLUMNS)
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toAsyncAction(row)
}

/** The newest actions of a project, those scheduled before `before` alone, and whether there are more. */
export async function listAsyncActions(
  db: Db,
  projectId: string,
  { limit, before }: { limit: number; before: Date | undefined },
): Promise<{ actions: AsyncAction[]; hasMore: boolean }> {
  let query = db.kysely
    .selectFrom('async_action')
    .select(COLUMNS)
    .where('project_id', '=', projectId)
  if (before) query = query.where('created_at', '<', before)
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return { actions: rows.slice(0, limit).map(toAsyncAction), hasMore: rows.length > limit }
}
