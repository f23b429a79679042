import { createServer } from 'node:net'
import { monotonicMs } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import { LIMITS } from '../platform/limits.ts'
import type { Log } from '../platform/log.ts'
import { toListenError } from './listen-error.ts'
import { openHost } from './open-host.ts'
import type { Provisioned } from './provision.ts'

/** Which part of the product a process runs: the doors, the background work, or both. */
export type Role = 'all' | 'api' | 'worker'
export const ROLES: readonly Role[] = ['all', 'api', 'worker']

export type Started = Provisioned & {
  /** The address under which the server is reached; of a worker, the one its api role has. */
  address: string
  systemDir: string | undefined
  stop(): Promise<void>
}

/** Fails early, before a database is started for nothing. */
function checkPort({ host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error) => reject(toListenError(error, host, port)))
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}

/**
 * Starts this process in `role`: opens the database, migrates, serves, sets up what the first start
 * sets up, and begins the background work. Throws a named error whose message says what to do.
 */
export async function start(config: Config, log: Log, role: Role): Promise<Started> {
  if (role !== 'worker') await checkPort(config)
  // Reading the modules of the whole product takes as long as PostgreSQL takes to start.
  const [host, { startOn }] = await Promise.all([openHost(config, log), import('./start-on.ts')])
  try {
    return await startOn(host, config, log, role)
  } catch (error) {
    await host.close()
    throw error
  }
}

/** npm passes on a Ctrl-C that the terminal has already sent to us; only a later one is the user's second. */
const SAME_SIGNAL_MS = 1_000

/**
 * Stops cleanly on Ctrl-C and SIGTERM: answers what was accepted, finishes what is being sent, stops the
 * database. A second signal ends the process at once, which loses nothing that was answered.
 */
export function stopOnSignal(started: Started, log: Log): void {
  let stoppingSinceMs: number | undefined
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stoppingSinceMs !== undefined) {
      if (monotonicMs() - stoppingSinceMs > SAME_SIGNAL_MS) process.exit(130)
      return
    }
    stoppingSinceMs = monotonicMs()
    log.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), LIMITS.shutdownMs).unref()
    started.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'did not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}
