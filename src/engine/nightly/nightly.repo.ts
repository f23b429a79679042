import { type Db, statement, type Tx } from '../../platform/db.ts'

const TODAY = '($1::timestamptz at time zone project.time_zone)::date'

const DUE = statement(
  'find_due_nights',
  `select project.id from project left join nightly_run run on run.project_id = project.id
    where run.day is null or run.day < ${TODAY} order by project.id limit $2`,
)

/** Projects whose day has begun and was not begun here yet. */
export async function findDueNights(db: Db, now: Date, limit: number): Promise<string[]> {
  return (await db.run<{ id: string }>(DUE, [now, limit])).map(({ id }) => id)
}

const LOCK = statement(
  'lock_night',
  `select pg_try_advisory_xact_lock(hashtextextended('nightly ' || $1, 0)) as is_locked`,
)

/** Makes the night of a project ours until `tx` ends; false when another worker has it. */
export async function lockNight(tx: Tx, projectId: string): Promise<boolean> {
  const [row] = await tx.run<{ is_locked: boolean }>(LOCK, [projectId])
  return row?.is_locked === true
}

export type Progress = { step: number; state: unknown; attempts: number }

export type OpenNight = Progress & { timeZone: string; today: string }

// How far an earlier night came that was never finished means nothing to this one: it begins at its first step.
const READ = statement(
  'read_night',
  `select project.time_zone, ${TODAY} as today, coalesce(begun.step, 0)::integer as step, begun.state,
          coalesce(begun.attempts, 0)::integer as attempts
     from project left join nightly_run run on run.project_id = project.id
     left join nightly_run begun on begun.project_id = project.id and begun.day = ${TODAY} - 1
    where project.id = $2 and (run.day is null or run.day < ${TODAY})`,
)

/** How far the night of a project is that `tx` has locked; undefined when its day is done. */
export async function readNight(
  tx: Tx,
  projectId: string,
  now: Date,
): Promise<OpenNight | undefined> {
  const [row] = await tx.run<Progress & { time_zone: string; today: string }>(READ, [
    now,
    projectId,
  ])
  if (!row) return undefined
  const { time_zone: timeZone, ...night } = row
  return { ...night, timeZone }
}

const SAVE = statement(
  'save_night',
  `insert into nightly_run (project_id, day, step, state, attempts, failure)
   values ($1, $2::date, $3, $4, $5, $6)
   on conflict (project_id) do update
      set day = excluded.day, step = excluded.step, state = excluded.state, attempts = excluded.attempts,
          failure = coalesce(excluded.failure, nightly_run.failure)`,
)

/** Notes how far the night of a project is; `day` is the last one that is done. */
export function saveNight(
  tx: Tx,
  projectId: string,
  { day, step, state, attempts, failure }: Progress & { day: string; failure?: string },
): void {
  tx.send(SAVE, [
    projectId,
    day,
    step,
    state === null ? null : JSON.stringify(state),
    attempts,
    failure ?? null,
  ])
}
