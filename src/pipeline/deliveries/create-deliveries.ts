import type { PipelineDeps } from '../context.ts'
import { listDeliverableDestinations } from '../destinations/index.ts'
import { type CompiledDestination, createCompiler } from '../process-batch/index.ts'
import { createWorker } from './create-worker.ts'
import { createCrew, type Job } from './crew.ts'
import { findDueDestinations } from './delivery.repo.ts'
import { createLane, type Lane } from './lane.ts'
import { readDestination } from './read-destination.ts'
import { retryDestination } from './retry-destination.ts'

export type Deliveries = {
  /** Brings every destination forward in the log; true when there may be more to read at once. */
  runReaders(signal: AbortSignal): Promise<boolean>
  /** Sends what is due in the retry queues; true when more may be due at once. */
  runRetries(signal: AbortSignal): Promise<boolean>
  /** Says that this process is alive, which keeps its leases; else others take its work over. */
  report(): Promise<void>
  /** Sets the gauge of how many calls each destination has not looked at yet. */
  measureLag(): Promise<void>
  /** Resolves once nothing is being sent any more. */
  settled(): Promise<void>
  /** Gives all partitions back, once settled and no longer reporting. */
  leave(): Promise<void>
}

/**
 * The senders of this process. Each destination is read and retried on its own, so a slow or dead one
 * holds back nobody else: a run leaves it behind and the next run passes it by until it is done.
 */
export function createDeliveries(deps: PipelineDeps): Deliveries {
  const worker = createWorker(deps)
  const compile = createCompiler()
  const lanes = new Map<string, Lane>()
  const readers = createCrew(deps.log)
  const retriers = createCrew(deps.log)

  const laneOf = (id: string, destination?: CompiledDestination): Lane => {
    const lane = lanes.get(id) ?? createLane()
    if (destination) lane.gate.resize(destination.concurrency)
    lanes.set(id, lane)
    return lane
  }
  const compiledDestinations = async (): Promise<Map<string, CompiledDestination>> =>
    compile(await listDeliverableDestinations(deps))

  return {
    async runReaders(signal) {
      const shared = { owner: worker.owner, workers: await worker.count(), signal }
      const destinations = [...(await compiledDestinations()).values()]
      const jobs = destinations.map((destination): Job => {
        const reading = { ...shared, destination, lane: laneOf(destination.id, destination) }
        return { key: destination.id, run: () => readDestination(deps, reading) }
      })
      return readers.run(jobs)
    },

    async runRetries(signal) {
      const due = await findDueDestinations(deps.db, deps.clock.now())
      if (due.length === 0) return retriers.run([])
      const destinations = await compiledDestinations()
      const jobs = due.map((destinationId): Job => {
        const destination = destinations.get(destinationId)
        const retrying = {
          destinationId,
          destination,
          lane: laneOf(destinationId, destination),
          signal,
        }
        return { key: destinationId, run: () => retryDestination(deps, retrying) }
      })
      return retriers.run(jobs)
    },

    async measureLag() {
      deps.metrics.logLag.reset()
      for (const reader of (await compiledDestinations()).keys())
        deps.metrics.logLag.set({ reader }, await deps.eventLog.lag(reader))
    },

    async settled() {
      await readers.settled()
      await retriers.settled()
    },

    report: worker.report,
    leave: worker.leave,
  }
}
