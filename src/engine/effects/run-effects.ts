import { type Clock, monotonicMs } from '../../platform/clock.ts'
import { isDatabaseTrouble } from '../../platform/database-trouble.ts'
import { type Database, inTransaction, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type Log, tellAfter, type Warn } from '../../platform/log.ts'
import { TURNS } from '../outbox/index.ts'
import { decideBatch } from './decide-batch.ts'
import type { ProgramEffect } from './effect.ts'
import {
  failEffects,
  findDueProjects,
  findPrograms,
  lockEffects,
  readConsequences,
  readEffects,
  removeEffects,
} from './effect-queue.repo.ts'

type Deps = { db: Database; clock: Clock; log: Log; announced: () => void }
type Effects = readonly ProgramEffect[]

/**
 * Does what follows from what waits, one batch of each project that has something. True when there may be more. Any number
 * of workers may run: one at a time works on a project, and effects commit together with the end of what caused them,
 * so each happens once, whoever dies in between.
 */
export async function runEffects(
  deps: Deps,
  effects: Effects,
  signal: AbortSignal,
): Promise<boolean> {
  if (signal.aborted) return false
  const work = { ...deps, effects, signal }
  const found = await inTransaction(deps.db, (tx) =>
    findDueProjects(tx, LIMITS.effectProjectsDueMax),
  )
  const due = found.values()
  let hasMore = false
  const takeTurns = async (): Promise<void> => {
    for (const projectId of due) hasMore = (await runProject(work, projectId)) || hasMore
  }
  await Promise.all(Array.from({ length: LIMITS.effectProjectsInFlightMax }, takeTurns))
  return hasMore
}

type Work = Deps & { effects: Effects; signal: AbortSignal }

/** True when the project may have more that waits. */
async function runProject(work: Work, projectId: string): Promise<boolean> {
  try {
    return (await runBatch(work, { projectId, limit: LIMITS.effectBatchMax })) > 0
  } catch (error) {
    if (isDatabaseTrouble(error)) return waitFor(work, projectId, error)
    return runOneByOne(work, projectId)
  }
}

/** What failed together is done one by one, so that what fails alone holds up nobody. */
async function runOneByOne(work: Work, projectId: string): Promise<boolean> {
  for (let count = 0; count < LIMITS.effectBatchMax && !work.signal.aborted; count += 1) {
    let tried: number | undefined
    const taken = ([position]: readonly number[]): void => {
      tried = position
    }
    try {
      if ((await runBatch(work, { projectId, limit: 1, taken })) === 0) return false
    } catch (error) {
      if (tried === undefined || isDatabaseTrouble(error)) return waitFor(work, projectId, error)
      await setAside(work, { projectId, position: tried, error })
    }
  }
  return true
}

type Turn = {
  projectId: string
  limit: number
  /** Told which positions of the queue are being done. */
  taken?: (positions: readonly number[]) => void
}

async function runBatch(work: Work, turn: Turn): Promise<number> {
  const count = await tellAfter(work.log, (begin) =>
    inTransaction(work.db, (tx) => followUp(tx, { ...work, warn: begin() }, turn)),
  )
  if (count > 0) work.announced()
  return count
}

/** How many had their effects. */
async function followUp(
  tx: Tx,
  { clock, effects, warn }: Work & { warn: Warn },
  { projectId, limit, taken }: Turn,
): Promise<number> {
  const now = clock.now()
  if (!(await lockEffects(tx, projectId))) return 0
  const [queue, kinds] = await Promise.all([
    readEffects(tx, projectId, { limit, now }),
    findPrograms(tx, projectId),
  ])
  taken?.(queue.map(({ position }) => position))
  const endsAt = monotonicMs() + LIMITS.effectTurnMs
  const active = inTurn(effects).filter(({ kind }) => kinds.has(kind))
  const batchMax = kinds.has('distributions') ? LIMITS.effectBatchWithCodesMax : limit
  const done: number[] = []
  const tooDeep: number[] = []
  let after = queue.at(-1)?.position ?? 0
  for (let rest = queue; rest.length > 0 && monotonicMs() < endsAt; ) {
    const batch = decideBatch(rest.slice(0, batchMax))
    for (const { reactsTo, run } of active) {
      const own = batch.happenings.filter(({ type }) => reactsTo(type))
      if (own.length > 0) await run(tx, own, warn)
    }
    done.push(...batch.done)
    tooDeep.push(...batch.tooDeep)
    // What follows comes before what happened next (§8.4), unless each is on its own to find the one that fails.
    const following = limit > 1 ? await readConsequences(tx, projectId, { after, limit, now }) : []
    after = following.at(-1)?.position ?? after
    rest = [...following, ...rest.slice(batch.done.length + batch.tooDeep.length)]
  }
  removeEffects(tx, done)
  if (tooDeep.length > 0) failEffects(tx, tooDeep, { now, failure: TOO_DEEP })
  return done.length + tooDeep.length
}

const TOO_DEEP = `effect followed from effect more than ${LIMITS.effectDepthMax} times`

/** The effects in the order of §8.4. */
const inTurn = (effects: Effects) =>
  TURNS.flatMap((turn) =>
    effects.flatMap(({ kind, run }) => (kind === turn.kind ? [{ ...turn, run }] : [])),
  )

/** Takes out of the queue what threw `error` alone, unless another worker has done it by now. */
async function setAside(
  { db, clock, log }: Work,
  { projectId, position, error }: { projectId: string; position: number; error: unknown },
): Promise<void> {
  const failure = error instanceof Error ? error.message : String(error)
  await inTransaction(db, async (tx) => failEffects(tx, [position], { now: clock.now(), failure }))
  log.error({ err: error, projectId, position }, 'what follows from an occurrence failed')
}

function waitFor({ log }: Work, projectId: string, error: unknown): false {
  log.error({ err: error, projectId }, 'the effects of programs wait')
  return false
}
