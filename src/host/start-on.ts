import { type App, createApp } from '../app.ts'
import { openCatalog } from '../pipeline/destinations/index.ts'
import { systemClock } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import type { Log } from '../platform/log.ts'
import { toListenError } from './listen-error.ts'
import type { Host } from './open-host.ts'
import { provision, readAddress } from './provision.ts'
import type { Role, Started } from './start.ts'

/** Where a browser or a client on this machine reaches a server that listens on `host` and `port`. */
function toAddress(host: string, port: number): string {
  const isEveryAddress = host === '0.0.0.0' || host === '::'
  const name = isEveryAddress ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
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

/** Serves in `role` on an open database: doors, first set-up, background work. */
export async function startOn(host: Host, config: Config, log: Log, role: Role): Promise<Started> {
  const { db, vault } = host
  const clock = systemClock
  openCatalog(config.dataDir, log)
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
