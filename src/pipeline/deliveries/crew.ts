import { LIMITS } from '../../platform/limits.ts'
import type { Log } from '../../platform/log.ts'

export type Job = {
  /** At most one job of a key runs at a time. */
  key: string
  /** True when there may be more of it to do at once. */
  run(): Promise<boolean>
}

/** Runs one job per destination side by side, and leaves slow ones behind to finish on their own. */
export type Crew = {
  /**
   * Starts the jobs whose key is idle. Resolves when those are done, or after a short patience; true when
   * a job that ended since the last call may have more to do.
   */
  run(jobs: readonly Job[]): Promise<boolean>
  /** Resolves once nothing is running. */
  settled(): Promise<void>
}

/** A crew whose failing jobs are logged and tried again with the next call, without harm to the others. */
export function createCrew(log: Log): Crew {
  const running = new Map<string, Promise<void>>()
  let hasMore = false

  function start({ key, run }: Job): Promise<void> {
    const job = run()
      .then((more) => {
        hasMore ||= more
      })
      .catch((error: unknown) => {
        log.error({ err: error, destinationId: key }, 'deliveries of a destination failed')
      })
      .finally(() => running.delete(key))
    running.set(key, job)
    return job
  }

  return {
    async run(jobs) {
      const started = jobs.filter(({ key }) => !running.has(key)).map(start)
      if (started.length > 0) await withPatience(Promise.all(started))
      else if (running.size > 0) await withPatience(Promise.race(running.values()))
      const answer = hasMore
      hasMore = false
      return answer
    },
    async settled() {
      while (running.size > 0) await Promise.all(running.values())
    },
  }
}

async function withPatience(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const impatience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LIMITS.idlePollMs)
  })
  await Promise.race([work, impatience])
  clearTimeout(timer)
}
