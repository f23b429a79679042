import { createServer } from 'node:net'
import { type App, createApp } from '../app.ts'
import { monotonicMs, systemClock } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import { LIMITS } from '../platform/limits.ts'
import type { Log } from '../platform/log.ts'
import { type Host, openHost } from './open-host.ts'
import { type Provisioned, provision, readAddress } from './provision.ts'

/** Which part of the product a process runs: the doors, the background work, or both. */
export type Role = 'all' | 'api' | 'worker'
export const ROLES: readonly Role[] = ['all', 'api', 'worker']

export type Started = Provisioned & {
  /** The address under which the server is reached; of a worker, the one its api role has. */
  address: string
  systemDir: string | undefined
  stop(): Promise<void>
}

/** The server cannot listen where it was told to; the message says what to change. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

/** Where a browser or a client on this machine reaches a server that listens on `host` and `port`. */
function toAddress(host: string, port: number): string {
  const isEveryAddress = host === '0.0.0.0' || host === '::'
  const name = isEveryAddress ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}

/** Fails early, before a database is started for nothing. */
function checkPort({ host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error) => reject(toListenError(error, host, port)))
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}

function toListenError(error: Error, host: string, port: number): Error {
  const code = 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return new ListenError(
      `port ${port} is in use: set PORT to another one, or stop what listens there`,
    )
  if (code === 'EACCES')
    return new ListenError(`port ${port} needs more rights: set PORT to 1024 or above`)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new ListenError(`HOST ${host} is not an address of this machine`)
  return error
}

async function listen(app: App, { host, port, publicUrl }: Config): Promise<string> {
  try {
    await app.http.listen({ host, port })
  } catch (error) {
    throw error instanceof Error ? toListenError(error, host, port) : error
  }
  const bound = app.http.server.address()
  const boundPort = typeof bound === 'object' && bound ? bound.port : port
  return publicUrl ?? toAddress(host, boundPort)
}

/**
 * Starts this process in `role`: opens the database, migrates, serves, sets up what the first start
 * sets up, and begins the background work. Throws a named error whose message says what to do.
 */
export async function start(config: Config, log: Log, role: Role): Promise<Started> {
  if (role !== 'worker') await checkPort(config)
  const host = await openHost(config, log)
  try {
    return await startOn(host, config, log, role)
  } catch (error) {
    await host.close()
    throw error
  }
}

async function startOn(host: Host, config: Config, log: Log, role: Role): Promise<Started> {
  const { db, vault } = host
  const clock = systemClock
  const app = await createApp({ config, db, clock, log, vault })
  const stop = async (): Promise<void> => {
    await app.stop()
    await host.close()
  }
  try {
    const address =
      role === 'worker'
        ? (config.publicUrl ?? (await readAddress(db)) ?? toAddress(config.host, config.port))
        : await listen(app, config)
    app.setAddress(address)
    const provisioned = await provision(
      { db, vault, clock },
      { address, presets: config.presetKeys },
    )
    if (role !== 'api') app.startWorkers()
    return { ...provisioned, address, systemDir: host.systemDir, stop }
  } catch (error) {
    await app.stop()
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
