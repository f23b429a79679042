import type { Log } from './log.ts'

export type Loop = {
  /** Asks for a run now rather than at the next poll. */
  wake(): void
  /** Lets the run under way finish and starts no other. */
  stop(): Promise<void>
}

export type LoopOptions = {
  name: string
  log: Log
  /** How long to rest when there was nothing to do; also the pause after a failure. */
  idleMs: number
  /** Does some work; true when there may be more at once. `signal` aborts when the loop is stopped. */
  run(signal: AbortSignal): Promise<boolean>
}

/** Runs `run` again and again until stopped, resting when it finds nothing to do. A failure is logged, not fatal. */
export function startLoop({ name, log, idleMs, run }: LoopOptions): Loop {
  const stopping = new AbortController()
  let wakeUp: (() => void) | undefined
  let isWoken = false

  function rest(): Promise<void> {
    if (isWoken || stopping.signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, idleMs)
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      isWoken = false
      const hasMore = await run(stopping.signal).catch((error: unknown) => {
        log.error({ err: error, loop: name }, 'background work failed')
        return false
      })
      if (!hasMore) await rest()
    }
  }

  const finished = work()
  const wake = (): void => {
    isWoken = true
    wakeUp?.()
  }
  return {
    wake,
    async stop() {
      stopping.abort()
      wake()
      await finished
    },
  }
}
