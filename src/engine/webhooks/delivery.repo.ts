import { type SqlBool, sql } from 'kysely'
import { isId } from '../../kernel/ids.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'

/** A message and what came of it so far. */
export type Delivery = {
  position: number
  id: string
  webhookId: string
  event: string
  status: DeliveryStatus
  attempts: number
  lastStatus: number | null
  lastFailure: string | null
  lastAnswer: string | null
  lastMs: number | null
  lastAttemptAt: Date | null
  nextAttemptAt: Date | null
  createdAt: Date
}

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

export type DeliveryFilter = {
  webhookId?: string | undefined
  event?: string | undefined
  status?: DeliveryStatus | undefined
  from?: Date | undefined
  to?: Date | undefined
}

const matching = (db: Db, projectId: string, filter: DeliveryFilter) => {
  const { webhookId, event, status, from, to } = filter
  return (
    db.kysely
      .selectFrom('webhook_message')
      .where('project_id', '=', projectId)
      .$if(webhookId !== undefined, (all) => all.where('endpoint_id', '=', webhookId ?? ''))
      // Says so in the words of the index of their messages, which are few among those of webhooks.
      .$if(webhookId !== undefined && isId('distribution', webhookId), (all) =>
        all.where(sql<SqlBool>`endpoint_id like 'distr\\_%'`),
      )
      .$if(event !== undefined, (all) => all.where('event', '=', event ?? ''))
      .$if(status !== undefined, (all) => all.where('status', '=', status ?? ''))
      .$if(from !== undefined, (all) => all.where(sql<SqlBool>`created_at >= ${from}`))
      .$if(to !== undefined, (all) => all.where(sql<SqlBool>`created_at < ${to}`))
  )
}

/** Deliveries of a project, newest first, older than `before`. */
export async function listDeliveries(
  db: Db,
  projectId: string,
  {
    limit,
    before,
    ...filter
  }: DeliveryFilter & { id?: string; limit: number; before?: number | undefined },
): Promise<Delivery[]> {
  const { id } = filter
  const rows = await matching(db, projectId, filter)
    .$if(before !== undefined, (all) => all.where('position', '<', before ?? 0))
    .$if(id !== undefined, (all) => all.where('id', '=', id ?? ''))
    .select([
      'position',
      'id',
      'endpoint_id',
      'event',
      'status',
      'attempts',
      'last_status',
      'last_failure',
      'last_answer',
      'last_ms',
      'last_attempt_at',
      'next_attempt_at',
      'created_at',
    ])
    .orderBy('position', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    position: row.position,
    id: row.id,
    webhookId: row.endpoint_id,
    event: row.event,
    status: row.status as DeliveryStatus,
    attempts: row.attempts,
    lastStatus: row.last_status,
    lastFailure: row.last_failure,
    lastAnswer: row.last_answer,
    lastMs: row.last_ms,
    lastAttemptAt: row.last_attempt_at,
    nextAttemptAt: row.next_attempt_at,
    createdAt: row.created_at,
  }))
}

/** Nothing can be sent where there never was a body: a distribution had reached its limit, or had no code. */
const SENDABLE = sql<SqlBool>`(body is not null or endpoint_id not like 'distr\\_%')`

/** Queues a delivery to be sent again under the same id, whatever came of it; false when there is none. */
export async function requeueDelivery(
  tx: Tx,
  { projectId, id, now }: { projectId: string; id: string; now: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await tx.kysely
    .updateTable('webhook_message')
    .set({ status: 'pending', attempts: 0, next_attempt_at: now })
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .where(SENDABLE)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Queues what failed in a range of time to be sent again, oldest first, and returns how many that are. */
export async function requeueFailed(
  tx: Tx,
  projectId: string,
  { now, ...range }: { webhookId: string; from: Date; to: Date; now: Date },
): Promise<number> {
  const { numUpdatedRows } = await tx.kysely
    .updateTable('webhook_message')
    .set({ status: 'pending', attempts: 0, next_attempt_at: now })
    .where(
      'position',
      'in',
      matching(tx, projectId, { ...range, status: 'failed' })
        .select('position')
        .where(SENDABLE)
        .orderBy('position')
        .limit(LIMITS.webhookReplayMax)
        .forUpdate(),
    )
    .executeTakeFirst()
  return Number(numUpdatedRows)
}
