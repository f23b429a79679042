import { type Db, statement, type Tx } from '../../platform/db.ts'

const TODAY = '($1::timestamptz at time zone project.time_zone)::date'

const DUE = statement(
  'find_due_nights',
  `select project.id from project left join nightly_run run on run.project_id = project.id
    where project.deleted_at is null and (run.day is null or run.day < ${TODAY}) order by project.id limit $2`,
)

/** Projects whose day has begun and was not begun here yet, but for those that are being deleted. */
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

export type Progress = {
  step: number
  state: unknown
  attempts: number
  /** Whether tonight a step was left undone. */
  hasLeftStep: boolean
}

export type OpenNight = Progress & { timeZone: string; today: string; completeTo: string | null }

// How far an earlier night came that was never finished means nothing to this one: it begins at its first step.
const READ = statement(
  'read_night',
  `select project.time_zone, ${TODAY} as today, coalesce(begun.step, 0)::integer as step, begun.state,
          coalesce(begun.attempts, 0)::integer as attempts, coalesce(begun.has_left_step, false) as has_left_step,
          run.complete_to
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
  const [row] = await tx.run<NightRow>(READ, [now, projectId])
  if (!row) return undefined
  const { time_zone: timeZone, has_left_step: hasLeftStep, complete_to: completeTo, ...night } = row
  return { ...night, timeZone, hasLeftStep, completeTo }
}

type NightRow = Omit<Progress, 'hasLeftStep'> & {
  time_zone: string
  today: string
  has_left_step: boolean
  complete_to: string | null
}

const SAVE = statement(
  'save_night',
  `insert into nightly_run (project_id, day, step, state, attempts, failure, has_left_step, complete_to)
   values ($1, $2::date, $3, $4, $5, $6, $7, $8::date)
   on conflict (project_id) do update
      set day = excluded.day, step = excluded.step, state = excluded.state, attempts = excluded.attempts,
          failure = coalesce(excluded.failure, nightly_run.failure), has_left_step = excluded.has_left_step,
          complete_to = excluded.complete_to`,
)

/** Notes how far the night of a project is; `day` is the last one that is done. */
export function saveNight(
  tx: Tx,
  projectId: string,
  night: Progress & { day: string; completeTo: string | null; failure?: string },
): void {
  const { day, step, state, attempts, failure, hasLeftStep, completeTo } = night
  tx.send(SAVE, [
    projectId,
    day,
    step,
    state === null ? null : JSON.stringify(state),
    attempts,
    failure ?? null,
    hasLeftStep,
    completeTo,
  ])
}

const READ_ALL = statement(
  'read_nights',
  'select day as done_to, complete_to, failure from nightly_run where project_id = $1',
)

type Nights = { done_to: string | null; complete_to: string | null; failure: string | null }

/** How far the nights of a project are, as the API shows it. */
export async function readNights(db: Db, projectId: string): Promise<Nights> {
  const [row] = await db.run<Nights>(READ_ALL, [projectId])
  return row ?? { done_to: null, complete_to: null, failure: null }
}
