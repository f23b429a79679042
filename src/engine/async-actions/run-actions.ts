import { ApiError } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Database, inTransaction, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Log } from '../../platform/log.ts'
import type { AsyncJob, ItemFailure, Step } from './async-action.ts'
import {
  claimAction,
  finishAction,
  type Lease,
  lockProgress,
  type Progress,
  releaseAction,
  saveProgress,
} from './lease.repo.ts'
import { appendToReport } from './report.repo.ts'

type Deps = { db: Database; clock: Clock; log: Log; announced: () => void }

/**
 * Works on one action for a while, step by step, and then lets others have their turn. True when there was one.
 * Any number of workers may run; one that dies is followed by another when its lease has ended.
 */
export async function runNextAction(
  deps: Deps,
  jobs: readonly AsyncJob[],
  signal: AbortSignal,
): Promise<boolean> {
  let lease = await inTransaction(deps.db, (tx) => claimAction(tx, deps.clock.now()))
  if (!lease) return false
  const job = jobs.find(({ type }) => type === lease?.type)
  const turnEndsAt = performance.now() + LIMITS.asyncActionTurnMs
  while (lease && !signal.aborted && performance.now() < turnEndsAt) {
    lease = await tryStep(deps, lease, job)
    deps.announced()
  }
  if (lease) await releaseAction(deps.db, lease, deps.clock.now())
  return true
}

/** The lease for the next step; undefined when the action is over, set back, or another worker's now. */
async function tryStep(
  deps: Deps,
  lease: Lease,
  job: AsyncJob | undefined,
): Promise<Lease | undefined> {
  try {
    // Whoever took it up last may have died of it.
    invariant(lease.attempt <= LIMITS.asyncActionAttemptsMax, 'an async action does not get on')
    if (!job) throw new ApiError('not_implemented', { details: `No job does ${lease.type}` })
    return await inTransaction(deps.db, (tx) => runStep(tx, lease, job, deps.clock.now()))
  } catch (error) {
    await setBack(deps, lease, job, error)
    return undefined
  }
}

async function runStep(tx: Tx, lease: Lease, job: AsyncJob, now: Date): Promise<Lease | undefined> {
  const progress = await lockProgress(tx, lease)
  if (!progress) return undefined
  const { id, projectId, appId, requestId: groupId, input } = lease
  const { doneCount, failedCount } = progress
  const step = await job.step(tx, {
    id,
    call: { projectId, appId, groupId, channel: 'API', now },
    input,
    state: progress.state ?? job.start,
    doneCount,
    failedCount,
  })
  if (job.reportColumns && step.report) {
    const place = doneCount + failedCount
    const lines = place === 0 ? [job.reportColumns, ...step.report] : step.report
    appendToReport(tx, id, place, lines)
  }
  const next = toProgress(progress, step, { job, now })
  if (!step.isDone) return saveProgress(tx, lease, next, now)
  // Who has a part of what they asked for looks into the failures; who has nothing must not miss it.
  const isFailure = step.isFailure || (next.doneCount === 0 && next.failedCount > 0)
  const status = step.isFailure ? 'FAILED' : 'DONE'
  finishAction(tx, lease, next, { status, operationStatus: isFailure ? 'FAILED' : 'SUCCESS', now })
  return undefined
}

function toProgress(
  before: Progress,
  { state, done, failed, message, isDone }: Step<unknown>,
  { job, now }: { job: AsyncJob | undefined; now: Date },
): Progress {
  const doneCount = before.doneCount + done
  const failedCount = before.failedCount + failed.length
  const name = job?.failuresAs ?? 'failed'
  const earlier = (before.result?.[name] ?? []) as ItemFailure[]
  const result: JsonObject = {
    ...(message !== undefined && { message }),
    done_count: doneCount,
    failed_count: failedCount,
    ...(isDone &&
      job?.reportColumns && {
        reports_available_till: toIso(new Date(now.getTime() + LIMITS.asyncActionReportMs)),
      }),
    [name]: [...earlier, ...failed].slice(0, LIMITS.asyncActionFailuresKept),
  }
  return { state, doneCount, failedCount, result }
}

/** A refusal ends the action; anything else is tried again, later and not for ever. */
async function setBack(
  { db, clock, log }: Deps,
  lease: Lease,
  job: AsyncJob | undefined,
  error: unknown,
): Promise<void> {
  const { id, type, attempt } = lease
  const isFinal = error instanceof ApiError || attempt >= LIMITS.asyncActionAttemptsMax
  log.error({ err: error, action: id, type, attempt, isFinal }, 'a step of an async action failed')
  const now = clock.now()
  if (!isFinal) {
    await releaseAction(db, lease, new Date(now.getTime() + LIMITS.asyncActionRetryMs * attempt))
    return
  }
  await inTransaction(db, async (tx) => {
    const progress = await lockProgress(tx, lease)
    if (!progress) return
    const message =
      error instanceof ApiError ? (error.context.details ?? error.message) : 'Internal error'
    const result = {
      ...toProgress(progress, { ...EMPTY, state: progress.state }, { job, now }).result,
      message,
    }
    finishAction(
      tx,
      lease,
      { ...progress, result },
      {
        status: 'FAILED',
        operationStatus: 'FAILED',
        now,
      },
    )
  })
}

const EMPTY = { done: 0, failed: [], isDone: true }
