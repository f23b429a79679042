import { newSecret } from '../../kernel/ids.ts'
import type { PipelineDeps } from '../context.ts'
import { leaveWorkers, reportWorker } from '../log/index.ts'

/** This process among those that deliver. */
export type Worker = {
  /** By what name it holds partitions. */
  owner: string
  /** Says that it is alive, which keeps its leases; else others take its work over. */
  report(): Promise<void>
  /** How many there were at the last report, itself included. */
  count(): Promise<number>
  /** Gives all partitions back. */
  leave(): Promise<void>
}

const OWNER_LENGTH = 16

/** A worker that counts itself in with its first report. */
export function createWorker({ db, clock }: Pick<PipelineDeps, 'db' | 'clock'>): Worker {
  const owner = newSecret(OWNER_LENGTH)
  let workers: number | undefined
  const report = async (): Promise<number> => {
    workers = await reportWorker(db, owner, clock.now())
    return workers
  }
  return {
    owner,
    report: async () => {
      await report()
    },
    count: async () => workers ?? report(),
    leave: () => leaveWorkers(db, owner),
  }
}
