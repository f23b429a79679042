import type { JsonObject } from '../../kernel/json.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'

/** An action that is ours until its lease ends or another worker takes it over. */
export type Lease = {
  id: string
  projectId: string
  type: string
  requestId: string
  appId: string
  input: unknown
  /** How often it was taken up since it last got on. */
  attempt: number
  /** Tells the worker that has it from those that had it: every lease ends later than the ones before. */
  until: Date
}

const LOCK_CLAIMS = statement(
  'lock_async_claims',
  `select pg_advisory_xact_lock(hashtextextended('async-actions', 0))`,
)

/** An import of orders waits until those of its project that were asked for before are over. */
const CLAIM = statement(
  'claim_async_action',
  `update async_action
      set status = 'IN_PROGRESS', leased_until = $2, attempts = attempts + 1, started_at = coalesce(started_at, $1)
    where id = (select id from async_action
                 where status in ('ENQUEUED', 'IN_PROGRESS') and (leased_until is null or leased_until <= $1)
                   and (type <> 'ORDERS.IMPORT' or id in (
                     select distinct on (project_id) id from async_action
                      where type = 'ORDERS.IMPORT' and status in ('ENQUEUED', 'IN_PROGRESS')
                      order by project_id, status = 'IN_PROGRESS' desc, created_at, id))
                 order by leased_until nulls first, created_at, id
                 limit 1 for update skip locked)
   returning id, project_id, type, request_id, app_id, input, attempts, leased_until`,
)

const toLeaseEnd = (now: Date): Date => new Date(now.getTime() + LIMITS.asyncActionLeaseMs)

/** Leases the action that has waited longest, if there is one that nobody works on and that may be begun. */
export async function claimAction(tx: Tx, now: Date): Promise<Lease | undefined> {
  // One claim after another: each sees what the one before it has begun.
  tx.send(LOCK_CLAIMS, [])
  const [row] = await tx.run<{
    id: string
    project_id: string
    type: string
    request_id: string
    app_id: string | null
    input: unknown
    attempts: number
    leased_until: Date
  }>(CLAIM, [now, toLeaseEnd(now)])
  return (
    row && {
      id: row.id,
      projectId: row.project_id,
      type: row.type,
      requestId: row.request_id,
      appId: row.app_id ?? '',
      input: row.input,
      attempt: row.attempts,
      until: row.leased_until,
    }
  )
}

/** How far an action is. */
export type Progress = {
  state: unknown
  doneCount: number
  failedCount: number
  result: JsonObject | null
}

const LOCK = statement(
  'lock_async_action',
  `select state, done_count, failed_count, result from async_action
    where id = $1 and leased_until = $2 and status = 'IN_PROGRESS' for update`,
)

/** Locks an action for one step; undefined when it is no longer ours. */
export async function lockProgress(tx: Tx, { id, until }: Lease): Promise<Progress | undefined> {
  const [row] = await tx.run<{
    state: unknown
    done_count: number
    failed_count: number
    result: JsonObject | null
  }>(LOCK, [id, until])
  return (
    row && {
      state: row.state,
      doneCount: row.done_count,
      failedCount: row.failed_count,
      result: row.result,
    }
  )
}

const SAVE = statement(
  'save_async_action',
  `update async_action
      set state = $3, done_count = $4, failed_count = $5, result = $6, leased_until = $7, attempts = 1, updated_at = $2
    where id = $1`,
)

/** Stores the progress of an action that `tx` has locked; answers the lease for the next step. */
export function saveProgress(tx: Tx, lease: Lease, progress: Progress, now: Date): Lease {
  const until = toLeaseEnd(now)
  tx.send(SAVE, [lease.id, now, ...toValues(progress), until])
  return { ...lease, attempt: 1, until }
}

const FINISH = statement(
  'finish_async_action',
  `update async_action
      set state = $3, done_count = $4, failed_count = $5, result = $6, status = $7, operation_status = $8,
          input = null, leased_until = null, finished_at = $2, updated_at = $2
    where id = $1`,
)

/** Ends an action that `tx` has locked. */
export function finishAction(
  tx: Tx,
  { id }: Lease,
  progress: Progress,
  end: { status: 'DONE' | 'FAILED'; operationStatus: 'SUCCESS' | 'FAILED'; now: Date },
): void {
  tx.send(FINISH, [id, end.now, ...toValues(progress), end.status, end.operationStatus])
}

const toValues = ({ state, doneCount, failedCount, result }: Progress): unknown[] => [
  JSON.stringify(state),
  doneCount,
  failedCount,
  result === null ? null : JSON.stringify(result),
]

const RELEASE = statement(
  'release_async_action',
  `update async_action set leased_until = $3 where id = $1 and leased_until = $2 and status = 'IN_PROGRESS'`,
)

/** Leaves an action to whoever comes first after `until`. */
export async function releaseAction(db: Db, lease: Lease, until: Date): Promise<void> {
  await db.run(RELEASE, [lease.id, lease.until, until])
}
