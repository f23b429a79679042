import { deleteClosedProjects } from '../platform/auth/index.ts'
import { type Loop, type LoopOptions, startLoop } from '../platform/background.ts'
import { LIMITS } from '../platform/limits.ts'
import { sweepIdempotencyKeys } from './api/index.ts'
import { runNextAction, sweepReports } from './async-actions/index.ts'
import { ASYNC_JOBS } from './async-jobs.ts'
import type { EngineDeps } from './context.ts'
import { sendByHand, sweepDistributionUsage } from './distributions/index.ts'
import { runEffects, sweepEffects } from './effects/index.ts'
import { runNextExport } from './exports/index.ts'
import { runNightly } from './nightly/index.ts'
import { NIGHTLY_STEPS } from './nightly-steps.ts'
import { PROGRAM_EFFECTS } from './program-effects.ts'
import { createSegmentSource, sweepSegmentSource } from './segment-source/index.ts'
import { walkSegments } from './segments/index.ts'
import { sweepSessions } from './sessions/index.ts'
import { startWebhooks, sweepWebhooks } from './webhooks/index.ts'

export type EngineWork = {
  /** Says that something was announced, so that it is sent now rather than at the next look. */
  wake(): void
  stop(): Promise<void>
}

/** Starts the engine's background work: feeding the Voucherify source, webhooks, async actions, and removing what has expired. */
export function startEngineWork(deps: EngineDeps): EngineWork {
  const start = (name: string, run: LoopOptions['run'], idleMs: number = LIMITS.idlePollMs): Loop =>
    startLoop({ name, log: deps.log, idleMs, run })
  const source = createSegmentSource(deps)
  const woken = [
    start('effects', (signal) => runEffects(deps, PROGRAM_EFFECTS, signal)),
    start('segments', () => walkSegments(deps)),
    start('distributions', () => sendByHand(deps)),
    start('segment-source', (signal) => source.run(signal)),
    startWebhooks(deps),
  ]
  const loops = [
    ...woken,
    start('async-actions', (signal) => runNextAction(deps, ASYNC_JOBS, signal)),
    start('exports', () => runNextExport(deps)),
    start('nightly', (signal) => runNightly(deps, NIGHTLY_STEPS, signal), LIMITS.nightlyPollMs),
    start('closed-projects', (signal) => deleteClosedProjects(deps, signal), LIMITS.nightlyPollMs),
    start('engine-sweep', () => sweep(deps), LIMITS.sweepEveryMs),
  ]
  return {
    wake: () => {
      for (const loop of woken) loop.wake()
    },
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}

/** Removes what has expired, of each kind some. True when there may be more. */
async function sweep({ db, clock }: EngineDeps): Promise<boolean> {
  const now = clock.now()
  const keys = await sweepIdempotencyKeys(db, now)
  const messages = await sweepSegmentSource(db, now)
  const webhooks = await sweepWebhooks(db, now)
  const sessions = await sweepSessions(db, now)
  const effects = await sweepEffects(db, now)
  const distributions = await sweepDistributionUsage(db, now)
  const reports = await sweepReports(db, now)
  return keys || messages || webhooks || sessions || effects || distributions || reports
}
