import { type Loop, startLoop } from '../platform/background.ts'
import { LIMITS } from '../platform/limits.ts'
import type { PipelineDeps } from './context.ts'
import { createDeliveries, sweepDeliveries } from './deliveries/index.ts'
import { stepReplay, sweepReplays } from './replays/index.ts'

export type PipelineWork = {
  /** Says that calls were appended to the log, so that they are read now rather than at the next look. */
  wake(): void
  /** Lets what is being sent arrive, records it, and gives the log's partitions back. */
  stop(): Promise<void>
}

/** Starts the pipeline's background work: reading the log, delivering, retrying, removing what has expired. */
export function startPipelineWork(deps: PipelineDeps): PipelineWork {
  const { log, db, clock, eventLog } = deps
  const deliveries = createDeliveries(deps)
  const { idlePollMs, logReportMs, sweepEveryMs } = LIMITS
  const reading = startLoop({
    name: 'deliveries',
    log,
    idleMs: idlePollMs,
    run: (signal) => deliveries.runReaders(signal),
  })
  const retrying = startLoop({
    name: 'delivery-retries',
    log,
    idleMs: idlePollMs,
    run: (signal) => deliveries.runRetries(signal),
  })
  const sweeping = startLoop({
    name: 'pipeline-sweep',
    log,
    idleMs: sweepEveryMs,
    run: async () => {
      const now = clock.now()
      await deliveries.measureLag()
      const ingested = await eventLog.sweep(now)
      const delivered = await sweepDeliveries(db, now)
      await sweepReplays(db, now)
      return ingested || delivered
    },
  })
  const replaying = startLoop({
    name: 'replays',
    log,
    idleMs: idlePollMs,
    run: () => stepReplay(deps),
  })
  const reporting = startLoop({
    name: 'delivery-report',
    log,
    idleMs: logReportMs,
    run: async () => {
      await deliveries.report()
      return false
    },
  })
  const loops: Loop[] = [reading, retrying, replaying, sweeping]
  return {
    wake: () => reading.wake(),
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()))
      // What is being sent keeps its leases until it is recorded.
      await deliveries.settled()
      await reporting.stop()
      await deliveries.leave()
    },
  }
}
