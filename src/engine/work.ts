import { type Loop, startLoop } from '../platform/background.ts'
import { LIMITS } from '../platform/limits.ts'
import { sweepIdempotencyKeys } from './api/index.ts'
import { runNextAction } from './async-actions/index.ts'
import { ASYNC_JOBS } from './async-jobs.ts'
import type { EngineDeps } from './context.ts'
import { runNextExport } from './exports/index.ts'
import { createSegmentSource, sweepSegmentSource } from './segment-source/index.ts'
import { sweepSessions } from './sessions/index.ts'
import { startWebhooks, sweepWebhooks } from './webhooks/index.ts'

export type EngineWork = {
  /** Says that something was announced, so that it is sent now rather than at the next look. */
  wake(): void
  stop(): Promise<void>
}

/** Starts the engine's background work: feeding the Voucherify source, webhooks, async actions, and removing what has expired. */
export function startEngineWork(deps: EngineDeps): EngineWork {
  const { log, db, clock } = deps
  const source = createSegmentSource(deps)
  const sending = startLoop({
    name: 'segment-source',
    log,
    idleMs: LIMITS.idlePollMs,
    run: (signal) => source.run(signal),
  })
  const acting = startLoop({
    name: 'async-actions',
    log,
    idleMs: LIMITS.idlePollMs,
    run: (signal) => runNextAction(deps, ASYNC_JOBS, signal),
  })
  const exporting = startLoop({
    name: 'exports',
    log,
    idleMs: LIMITS.idlePollMs,
    run: () => runNextExport(deps),
  })
  const telling = startWebhooks(deps)
  const sweeping = startLoop({
    name: 'engine-sweep',
    log,
    idleMs: LIMITS.sweepEveryMs,
    run: async () => {
      const now = clock.now()
      const keys = await sweepIdempotencyKeys(db, now)
      const messages = await sweepSegmentSource(db, now)
      const webhooks = await sweepWebhooks(db, now)
      const sessions = await sweepSessions(db, now)
      return keys || messages || webhooks || sessions
    },
  })
  const loops: Loop[] = [sending, acting, exporting, telling, sweeping]
  return {
    wake: () => {
      sending.wake()
      telling.wake()
    },
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}
