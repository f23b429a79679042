import type { Json } from '../../kernel/json.ts'
import { toStorableText } from '../../kernel/storable.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { fromStoredData, type OccurrenceType, type ProgramKind } from '../outbox/index.ts'
import type { EffectMessage, Happening } from './effect.ts'

// From project to project through one index, so that those in which nothing waits cost nothing.
const DUE = statement(
  'find_due_effects',
  `with recursive oldest as (
     (select project_id, position from effect_message where failed_at is null order by project_id, position limit 1)
     union all
     select next.project_id, next.position
       from oldest cross join lateral (
         select project_id, position from effect_message
          where failed_at is null and project_id > oldest.project_id order by project_id, position limit 1) as next)
   select project_id from oldest order by position limit $1`,
)

// The queue is mostly empty, and a plan that was made then would sort all that waits once for each project. What sorting
// then seems to cost must not make PostgreSQL compile the statement either.
const WALK_THE_INDEX = statement(
  'walk_the_index',
  `select set_config('enable_sort', 'off', true), set_config('jit', 'off', true)`,
)

/** Projects in which something waits for its effects, the longest waiting first. */
export async function findDueProjects(tx: Tx, limit: number): Promise<string[]> {
  tx.send(WALK_THE_INDEX, [])
  const rows = await tx.run<{ project_id: string }>(DUE, [limit])
  return rows.map(({ project_id }) => project_id)
}

const LOCK = statement(
  'lock_effects',
  `select pg_try_advisory_xact_lock(hashtextextended('effects ' || $1, 0)) as is_locked`,
)

/**
 * Makes the queue of a project ours until `tx` ends, so that one worker at a time keeps its order; false when another
 * has it. Nobody waits, and a worker that dies gives it back.
 */
export async function lockEffects(tx: Tx, projectId: string): Promise<boolean> {
  const [row] = await tx.run<{ is_locked: boolean }>(LOCK, [projectId])
  return row?.is_locked === true
}

const WAITING = `select message.position, message.depth, occurrence.*
     from effect_message message left join occurrence on occurrence.id = message.occurrence_id
    where message.project_id = $1 and message.failed_at is null`
const READ = statement('read_effects', `${WAITING} order by message.position limit $2`)
const READ_CONSEQUENCES = statement(
  'read_consequences',
  `${WAITING} and message.position > $3 and message.depth > 0 order by message.position limit $2`,
)

type Occurred = {
  id: string
  type: string
  customer_id: string | null
  group_id: string
  app_id: string | null
  data: { [key: string]: Json }
  created_at: Date
  hops: number
}
type MessageRow = { position: number; depth: number } & (Occurred | { id: null })

/** What waits longest in a project whose queue `tx` has locked. */
export async function readEffects(
  tx: Tx,
  projectId: string,
  { limit, now }: { limit: number; now: Date },
): Promise<EffectMessage[]> {
  const rows = await tx.run<MessageRow>(READ, [projectId, limit])
  return rows.map((row) => toMessage(row, projectId, now))
}

/** What effects led to that waits behind a position, and so was queued by `tx` itself. */
export async function readConsequences(
  tx: Tx,
  projectId: string,
  { after, limit, now }: { after: number; limit: number; now: Date },
): Promise<EffectMessage[]> {
  const rows = await tx.run<MessageRow>(READ_CONSEQUENCES, [projectId, limit, after])
  return rows.map((row) => toMessage(row, projectId, now))
}

const FIND_WAITING = statement(
  'find_waiting_effects',
  `${WAITING} and message.position > $3 and message.position <= $4 order by message.position limit $2`,
)

/** What waits for its effects between two positions, for who only looks and takes nothing out of the queue. */
export async function findWaiting(
  db: Db,
  projectId: string,
  { after, until, limit, now }: { after: number; until: number; limit: number; now: Date },
): Promise<EffectMessage[]> {
  const rows = await db.run<MessageRow>(FIND_WAITING, [projectId, limit, after, until])
  return rows.map((row) => toMessage(row, projectId, now))
}

const FIND_LAST = statement(
  'find_last_waiting_effect',
  'select max(position) as last from effect_message where project_id = $1 and failed_at is null',
)

/** The position of what came last into the queue of a project; 0 when nothing waits. */
export async function findLastWaiting(db: Db, projectId: string): Promise<number> {
  const [row] = await db.run<{ last: number | null }>(FIND_LAST, [projectId])
  return row?.last ?? 0
}

const toMessage = (row: MessageRow, projectId: string, now: Date): EffectMessage => ({
  position: row.position,
  depth: row.depth,
  happening: row.id === null ? undefined : toHappening(row, { projectId, depth: row.depth, now }),
})

const toHappening = (
  row: Occurred,
  { projectId, depth, now }: { projectId: string; depth: number; now: Date },
): Happening => ({
  occurrenceId: row.id,
  projectId,
  type: row.type as OccurrenceType,
  customerId: row.customer_id,
  data: fromStoredData(row.data),
  call: {
    projectId,
    appId: row.app_id ?? '',
    groupId: row.group_id,
    channel: 'INTERNAL',
    now,
    hops: row.hops,
    effectDepth: depth + 1,
  },
  createdAt: row.created_at,
  hops: row.hops,
})

const KINDS = statement('find_programs', 'select kinds from project_program where project_id = $1')

/** The kinds of programs a project has. */
export async function findPrograms(tx: Tx, projectId: string): Promise<ReadonlySet<ProgramKind>> {
  const [row] = await tx.run<{ kinds: ProgramKind[] }>(KINDS, [projectId])
  return new Set(row?.kinds ?? [])
}

const REMOVE = statement(
  'remove_effects',
  'delete from effect_message where position = any($1::bigint[])',
)

/** Takes out of the queue what had its effects. */
export function removeEffects(tx: Tx, positions: readonly number[]): void {
  tx.send(REMOVE, [positions])
}

const FAIL = statement(
  'fail_effects',
  'update effect_message set failed_at = $2, failure = $3 where position = any($1::bigint[])',
)

/** Keeps out of the queue what had no effects, and why. */
export function failEffects(
  tx: Tx,
  positions: readonly number[],
  { now, failure }: { now: Date; failure: string },
): void {
  const text = toStorableText(failure.slice(0, LIMITS.textLengthMax))
  tx.send(FAIL, [positions, now, text || 'unknown'])
}

const COUNT = statement(
  'count_waiting_effects',
  'select count(*)::integer as waiting from effect_message where project_id = $1 and failed_at is null',
)

/** How much of what happened in a project waits for its effects. */
export async function countWaiting(db: Db, projectId: string): Promise<number> {
  const [row] = await db.run<{ waiting: number }>(COUNT, [projectId])
  return row?.waiting ?? 0
}

const LIST_FAILED = statement(
  'list_failed_effects',
  `select message.occurrence_id, occurrence.type, occurrence.group_id as request_id, message.failure,
          message.created_at, message.failed_at
     from effect_message message left join occurrence on occurrence.id = message.occurrence_id
    where message.project_id = $1 and message.failed_at is not null
    order by message.failed_at desc, message.position desc limit $2`,
)

export type FailedEffect = {
  occurrence_id: string
  type: string | null
  request_id: string | null
  failure: string
  created_at: Date
  failed_at: Date
}

/** The latest of what happened in a project and had no effects, newest first. */
export const listFailed = (db: Db, projectId: string): Promise<FailedEffect[]> =>
  db.run<FailedEffect>(LIST_FAILED, [projectId, LIMITS.listLimitMax])

const SWEEP = statement(
  'sweep_effects',
  `delete from effect_message where position in (
     select position from effect_message where failed_at < $1 limit $2 for update skip locked)
   returning position`,
)

/** Deletes what failed longer ago than it is kept (D-19). True when there may be more. */
export async function sweepEffects(db: Db, now: Date): Promise<boolean> {
  const before = new Date(now.getTime() - LIMITS.effectFailureRetentionMs)
  const deleted = await db.run(SWEEP, [before, LIMITS.sweepRowsMax])
  return deleted.length === LIMITS.sweepRowsMax
}
