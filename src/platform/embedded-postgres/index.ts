/**
 * The embedded PostgreSQL: the real server from an npm package, run as a child of ours.
 * Start at `startEmbeddedPostgres`; where its files live is in places.ts, its process in server.ts.
 *
 * Ownership is an advisory lock on a connection we keep: it ends with our process, however that ends.
 *
 * | found at start                          | then                                              |
 * | --------------------------------------- | ------------------------------------------------- |
 * | no server                               | start one, take the lock                          |
 * | a server, lock free (its owner died)    | take it over                                      |
 * | a server, lock held                     | refuse: another process uses the folder           |
 * | a pid file without its server           | remove it, start one                              |
 *
 * A server that recovers from a crash is waited for and owned again; one that ends by itself ends us too.
 */
import { mkdir } from 'node:fs/promises'
import pg from 'pg'
import type { Log } from '../log.ts'
import { findPlaces, type Places } from './places.ts'
import {
  closeCluster,
  connectionUrl,
  createCluster,
  DATABASE_NAME,
  EmbeddedPostgresError,
  isPostgres,
  readPidFile,
  removeStalePidFile,
  type Server,
  spawnServer,
} from './server.ts'

export type EmbeddedPostgres = {
  url: string
  /** Where the data is, when it could not be in the data folder itself. */
  systemDir: string | undefined
  /** Stops the server and waits until it is gone. */
  stop(): Promise<void>
}

const OWNER_LOCK = 7_206_311_502
const START_TIMEOUT_MS = 30_000
const STOP_TIMEOUT_MS = 15_000
const REAP_TIMEOUT_MS = 1_000
const PROBE_EVERY_MS = 10

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export type EmbeddedPostgresOptions = {
  settings?: Record<string, string>
  /** Called when the server ended by itself, or its folder became another process's: nothing works any more. */
  onLost?: (error: unknown) => void
}

/**
 * Starts the embedded PostgreSQL of `dataDir`, or takes over one whose owner died. Throws
 * `EmbeddedPostgresError` when another process uses the folder or the server does not come up.
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  log: Log,
  { settings = {}, onLost = () => undefined }: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  await mkdir(dataDir, { recursive: true })
  const places = await findPlaces(dataDir)
  await createCluster(places)
  await closeCluster(places)

  const running = await findRunning(places)
  const server = running ?? (await startServer(places, settings))
  const stopOwning = await keepOwnership(
    () => takeOwnership(places, server, dataDir),
    async (isGivenUp) => {
      log.warn('the connection that owns the database was lost: waiting for the server')
      const url = await connectionUrl(places.clusterDir, server, 'postgres')
      const client = await connectWhenUp(url, () => isGivenUp() || !isAlive(server.pid))
      await client?.end()
      if (!client) throw new EmbeddedPostgresError('the embedded PostgreSQL ended by itself')
    },
    onLost,
  )
  if (running)
    log.info({ pid: running.pid }, 'took over a database server that outlived its process')

  return {
    url: await connectionUrl(places.clusterDir, server, DATABASE_NAME),
    systemDir: places.isInSystemDir ? places.clusterDir : undefined,
    async stop() {
      await stopOwning()
      await stopServer(server.pid)
    },
  }
}

/**
 * Owns the folder by the connection that `take` answers. When a process of the server crashes, the server ends all
 * connections and recovers; then `untilUp` waits for it, and the folder is taken again. `onLost` is told when that
 * fails. Resolves with what ends all this.
 */
async function keepOwnership(
  take: () => Promise<pg.Client>,
  untilUp: (isGivenUp: () => boolean) => Promise<void>,
  onLost: (error: unknown) => void,
): Promise<() => Promise<void>> {
  let isStopping = false
  let owner: pg.Client
  const own = async (): Promise<void> => {
    owner = await take()
    owner.once('end', () => {
      if (!isStopping) void regain()
    })
  }
  const regain = async (): Promise<void> => {
    try {
      await untilUp(() => isStopping)
      await own()
    } catch (error) {
      if (!isStopping) onLost(error)
    }
  }
  await own()
  return async () => {
    isStopping = true
    await owner.end().catch(() => undefined)
  }
}

/** The address of a running embedded database, for a command that only reads; undefined: none runs. */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | undefined> {
  const places = await findPlaces(dataDir)
  const running = await findRunning(places)
  return running && connectionUrl(places.clusterDir, running, DATABASE_NAME)
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** Connects to a server that is coming up; undefined when `isGone` or out of time. */
async function connectWhenUp(url: string, isGone: () => boolean): Promise<pg.Client | undefined> {
  const deadline = performance.now() + START_TIMEOUT_MS
  while (performance.now() < deadline && !isGone()) {
    const client = await connect(url).catch(() => undefined)
    if (client) return client
    await pause(PROBE_EVERY_MS)
  }
  return undefined
}

async function findRunning({ clusterDir }: Places): Promise<Server | undefined> {
  const found = await readPidFile(clusterDir)
  if (!found) return undefined
  if (await isPostgres(found.pid)) {
    const url = await connectionUrl(clusterDir, found, 'postgres')
    const client = await connectWhenUp(url, () => !isAlive(found.pid))
    await client?.end()
    if (client) return found
  }
  await removeStalePidFile(clusterDir)
  return undefined
}

async function startServer(places: Places, settings: Record<string, string>): Promise<Server> {
  const server = await spawnServer(places, settings)
  let lastWords: string | undefined
  void server.ended.then((text) => {
    lastWords = text
  })
  const url = await connectionUrl(places.clusterDir, server, 'postgres')
  const client = await connectWhenUp(url, () => lastWords !== undefined)
  if (client) {
    await client.end()
    return server
  }
  // Another start may have been faster; its server is as good as ours.
  const other = lastWords === undefined ? undefined : await findRunning(places)
  if (other) return other
  throw new EmbeddedPostgresError(
    `PostgreSQL did not start in ${places.clusterDir}: ${lastWords ?? 'no answer'}`,
  )
}

async function takeOwnership(places: Places, server: Server, dataDir: string): Promise<pg.Client> {
  const owner = await connect(await connectionUrl(places.clusterDir, server, 'postgres'))
  const { rows } = await owner.query<{ locked: boolean }>(
    'select pg_try_advisory_lock($1) as locked',
    [OWNER_LOCK],
  )
  if (rows[0]?.locked !== true) {
    await owner.end()
    throw new EmbeddedPostgresError(
      `another Promoloop process is using ${dataDir}: stop it first, or set PROMOLOOP_DATA_DIR to another folder`,
    )
  }
  const existing = await owner.query('select 1 from pg_database where datname = $1', [
    DATABASE_NAME,
  ])
  if (existing.rowCount === 0) await owner.query(`create database ${DATABASE_NAME}`)
  return owner
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function stopServer(pid: number): Promise<void> {
  if (!(await isPostgres(pid))) return
  // SIGINT is PostgreSQL's fast shutdown: sessions end, nothing committed is lost.
  process.kill(pid, 'SIGINT')
  const deadline = performance.now() + STOP_TIMEOUT_MS
  while (await isPostgres(pid)) {
    if (performance.now() > deadline) {
      throw new EmbeddedPostgresError(
        `PostgreSQL (process ${pid}) did not stop in ${STOP_TIMEOUT_MS / 1000} s`,
      )
    }
    await pause(PROBE_EVERY_MS)
  }
  // It has ended; as a child of ours it is gone only when Node has taken note of that.
  const noted = performance.now() + REAP_TIMEOUT_MS
  while (isAlive(pid) && performance.now() < noted) await pause(PROBE_EVERY_MS)
}
