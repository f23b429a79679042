import type { Clock } from '../../platform/clock.ts'
import { type Database, inTransaction, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Log } from '../../platform/log.ts'
import { toOwnCall } from '../context.ts'
import { findDueNights, lockNight, type OpenNight, readNight, saveNight } from './nightly.repo.ts'
import type { NightlyStep } from './nightly-step.ts'

type Deps = { db: Database; clock: Clock; log: Log; announced: () => void }
type Work = Deps & { steps: readonly NightlyStep[]; signal: AbortSignal }

/**
 * Does what the day begins with in each project whose day has begun, in its own time zone (L-66): once, whoever else
 * runs, part by part, going on where a worker that died stopped. Days that were missed are made up for by the one that
 * comes next. True when there may be more.
 */
export async function runNightly(
  deps: Deps,
  steps: readonly NightlyStep[],
  signal: AbortSignal,
): Promise<boolean> {
  const now = deps.clock.now()
  const projectIds = await findDueNights(deps.db, now, LIMITS.nightlyProjectsMax)
  const work = { ...deps, steps, signal }
  let hasDone = false
  for (const projectId of projectIds) {
    while (!signal.aborted && (await runPart(work, projectId))) hasDone = true
  }
  return hasDone && projectIds.length === LIMITS.nightlyProjectsMax
}

/** True when the project has more to do at once. */
async function runPart(work: Work, projectId: string): Promise<boolean> {
  try {
    const hasMore = await inTransaction(work.db, (tx) => doPart(tx, work, projectId))
    work.announced()
    return hasMore
  } catch (error) {
    await setBack(work, projectId, error)
    return false
  }
}

async function doPart(tx: Tx, { steps, clock }: Work, projectId: string): Promise<boolean> {
  const now = clock.now()
  if (!(await lockNight(tx, projectId))) return false
  const night = await readNight(tx, projectId, now)
  if (!night) return false
  const step = steps[night.step]
  if (!step) return finish(tx, projectId, night)
  const result = await step.run(tx, {
    call: toOwnCall(projectId, now),
    projectId,
    timeZone: night.timeZone,
    today: night.today,
    state: night.state,
  })
  const next = result.isDone
    ? { step: night.step + 1, state: null }
    : { step: night.step, state: result.state }
  saveNight(tx, projectId, { ...next, day: dayBefore(night.today), attempts: 0 })
  return true
}

function finish(tx: Tx, projectId: string, { today }: OpenNight): false {
  saveNight(tx, projectId, { day: today, step: 0, state: null, attempts: 0 })
  return false
}

/** What is not begun yet counts as done up to the day before. */
const dayBefore = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)

/** Notes a failure; after a few the step is passed over until the next day, so that it holds up no other. */
async function setBack(
  { db, steps, clock, log }: Work,
  projectId: string,
  error: unknown,
): Promise<void> {
  const now = clock.now()
  await inTransaction(db, async (tx) => {
    if (!(await lockNight(tx, projectId))) return
    const night = await readNight(tx, projectId, now)
    if (!night) return
    const attempts = night.attempts + 1
    const isLeft = attempts >= LIMITS.nightlyAttemptsMax
    const step = steps[night.step]?.name
    log.error({ err: error, projectId, step, attempts, isLeft }, 'what the day begins with failed')
    saveNight(tx, projectId, {
      day: dayBefore(night.today),
      step: isLeft ? night.step + 1 : night.step,
      state: isLeft ? null : night.state,
      attempts: isLeft ? 0 : attempts,
      failure: `${step}: ${error instanceof Error ? error.message : String(error)}`.slice(
        0,
        LIMITS.textLengthMax,
      ),
    })
  })
}
