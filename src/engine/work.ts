import { type Loop, startLoop } from '../platform/background.ts'
import { LIMITS } from '../platform/limits.ts'
import { sweepIdempotencyKeys } from './api/index.ts'
import type { EngineDeps } from './context.ts'
import { createSegmentSource, sweepSegmentSource } from './segment-source/index.ts'

export type EngineWork = {
  /** Says that something was announced, so that it is sent now rather than at the next look. */
  wake(): void
  stop(): Promise<void>
}

/** Starts the engine's background work: feeding the Voucherify source, and removing what has expired. */
export function startEngineWork(deps: EngineDeps): EngineWork {
  const { log, db, clock } = deps
  const source = createSegmentSource(deps)
  const sending = startLoop({
    name: 'segment-source',
    log,
    idleMs: LIMITS.idlePollMs,
    run: (signal) => source.run(signal),
  })
  const sweeping = startLoop({
    name: 'engine-sweep',
    log,
    idleMs: LIMITS.sweepEveryMs,
    run: async () => {
      const now = clock.now()
      const keys = await sweepIdempotencyKeys(db, now)
      const messages = await sweepSegmentSource(db, now)
      return keys || messages
    },
  })
  const loops: Loop[] = [sending, sweeping]
  return {
    wake: () => sending.wake(),
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}
