import { toStorableText } from '../../kernel/storable.ts'
import type { Clock } from '../../platform/clock.ts'
import { isDatabaseTrouble } from '../../platform/database-trouble.ts'
import { type Database, inTransaction, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type Log, tellAfter, type Warn } from '../../platform/log.ts'
import { toOwnCall } from '../context.ts'
import { findDueNights, lockNight, type OpenNight, readNight, saveNight } from './nightly.repo.ts'
import { endCardFailures, findFailedCards, saveCardFailure } from './nightly-failure.repo.ts'
import type { NightlyStep } from './nightly-step.ts'

type Deps = { db: Database; clock: Clock; log: Log; announced: () => void }
type Work = Deps & { steps: readonly NightlyStep[]; signal: AbortSignal }

/**
 * Does what the day begins with in each project whose day has begun, in its own time zone (L-66): once, whoever else
 * runs, part by part, going on where a worker that died stopped. Days that were missed are made up for by the one that
 * comes next. A card that fails holds up no other. True when there may be more.
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

/** How many cards a part takes at most, and who is told which. */
type Taking = {
  cardsMax: number
  takes: (step: string, night: OpenNight, cardIds: readonly string[]) => void
}

/** What has been done: a part of a step, its last one, or all that there is to do. */
type Extent = 'part' | 'step' | 'night'

/** True when the project has more to do at once. */
async function runPart(work: Work, projectId: string): Promise<boolean> {
  let hasTaken = false
  const takes = (_step: string, _night: OpenNight, cardIds: readonly string[]): void => {
    hasTaken = cardIds.length > 0
  }
  try {
    const extent = await doPart(work, projectId, { cardsMax: Number.POSITIVE_INFINITY, takes })
    return extent !== 'night'
  } catch (error) {
    if (isDatabaseTrouble(error)) return waitFor(work, projectId, error)
    if (hasTaken) return runOneByOne(work, projectId)
    await setBack(work, projectId, error)
    return false
  }
}

/** What failed together is done card by card, so that a card that fails alone holds up no other. */
async function runOneByOne(work: Work, projectId: string): Promise<boolean> {
  for (let count = 0; count < LIMITS.nightlyPointsPerPart && !work.signal.aborted; count += 1) {
    let tried: Tried | undefined
    const takes: Taking['takes'] = (step, { today }, [cardId]) => {
      tried = cardId === undefined ? undefined : { step, today, cardId }
    }
    try {
      const extent = await doPart(work, projectId, { cardsMax: 1, takes })
      if (extent !== 'part') return extent === 'step'
    } catch (error) {
      if (isDatabaseTrouble(error)) return waitFor(work, projectId, error)
      if (await setAside(work, projectId, { tried, error })) continue
      await setBack(work, projectId, error)
      return false
    }
  }
  return true
}

type Tried = { step: string; today: string; cardId: string }

async function doPart(work: Work, projectId: string, taking: Taking): Promise<Extent> {
  const extent = await tellAfter(work.log, (begin) =>
    inTransaction(work.db, (tx) => run(tx, { ...work, warn: begin() }, projectId, taking)),
  )
  work.announced()
  return extent
}

async function run(
  tx: Tx,
  { steps, clock, warn }: Work & { warn: Warn },
  projectId: string,
  { cardsMax, takes }: Taking,
): Promise<Extent> {
  const now = clock.now()
  if (!(await lockNight(tx, projectId))) return 'night'
  const night = await readNight(tx, projectId, now)
  if (!night) return 'night'
  const { today, timeZone, state, completeTo, hasLeftStep } = night
  const step = steps[night.step]
  if (!step) return finish(tx, projectId, night)
  const failures = await findFailedCards(tx, projectId, { step: step.name, today })
  const result = await step.run(tx, {
    ...{ call: toOwnCall(projectId, now), projectId, timeZone, today, state, completeTo },
    ...failures,
    cardsMax,
    warn,
    takes: (cardIds) => takes(step.name, night, cardIds),
  })
  const next = result.isDone
    ? { step: night.step + 1, state: null }
    : { step: night.step, state: result.state }
  const day = dayBefore(today)
  saveNight(tx, projectId, { ...next, day, attempts: 0, hasLeftStep, completeTo })
  return result.isDone ? 'step' : 'part'
}

function finish(tx: Tx, projectId: string, night: OpenNight): 'night' {
  const { today, hasLeftStep, completeTo } = night
  saveNight(tx, projectId, {
    ...{ day: today, step: 0, state: null, attempts: 0, hasLeftStep: false },
    completeTo: hasLeftStep ? completeTo : today,
  })
  if (!hasLeftStep) endCardFailures(tx, projectId, today)
  return 'night'
}

/** What is not begun yet counts as done up to the day before. */
const dayBefore = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)

const toText = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The database is in trouble, which is nobody's failure: the night goes on when it is there again. */
function waitFor({ log }: Work, projectId: string, error: unknown): false {
  log.error({ err: error, projectId }, 'what the day begins with waits')
  return false
}

/** Leaves out a card that failed alone until the next night; false where no card did, or too many. */
async function setAside(
  { db, clock, log }: Work,
  projectId: string,
  { tried, error }: { tried: Tried | undefined; error: unknown },
): Promise<boolean> {
  if (!tried) return false
  const { step, today: day, cardId: voucherId } = tried
  const failure = { step, day, voucherId, failure: toText(error), failedAt: clock.now() }
  const isLeftOut = await inTransaction(db, (tx) => saveCardFailure(tx, projectId, failure))
  log.error({ err: error, projectId, step, voucherId, isLeftOut }, 'a card failed at night')
  return isLeftOut
}

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
      hasLeftStep: night.hasLeftStep || isLeft,
      completeTo: night.completeTo,
      failure: toStorableText(`${step}: ${toText(error)}`.slice(0, LIMITS.textLengthMax)),
    })
  })
}
