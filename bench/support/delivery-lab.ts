/** The product without its port, on an embedded PostgreSQL, whose background work bench/delivery.ts starts and stops. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../src/app.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { decideCalls } from '../../src/pipeline/deliveries/decide-calls.ts'
import { createLane } from '../../src/pipeline/deliveries/lane.ts'
import { sendInOrder } from '../../src/pipeline/deliveries/send-in-order.ts'
import {
  createDestination,
  listDeliverableDestinations,
} from '../../src/pipeline/destinations/index.ts'
import type { LogEntry } from '../../src/pipeline/log/index.ts'
import { createCompiler } from '../../src/pipeline/process-batch/index.ts'
import { createSource } from '../../src/pipeline/sources/index.ts'
import { startPipelineWork } from '../../src/pipeline/work.ts'
import { insertProject } from '../../src/platform/auth/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { readConfig } from '../../src/platform/config.ts'
import { inTransaction, openDatabase } from '../../src/platform/db.ts'
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/index.ts'
import { LIMITS } from '../../src/platform/limits.ts'
import { createLog } from '../../src/platform/log.ts'
import { migrate } from '../../src/platform/migrate.ts'
import { createVault } from '../../src/platform/secrets.ts'
import { processorMs } from './processor-time.ts'

const WRITE_KEY = 'benchWriteKey'
const CALLS_OF_A_BATCH = 250
const LOOK_MS = 20
const NO_KEYS = { appId: undefined, appToken: undefined, adminToken: undefined }
/** Where requests to the product itself go, without a socket. */
const OWN_ADDRESS = 'http://127.0.0.1:9'

export type Lab = {
  /** A sink behind a door of the product itself, which takes many requests at once without a socket. */
  ownSink: { url: string; count(): number }
  /** Adds *Voucherify (Actions)* with its presets, which gets what is received from now on. */
  addDestination(url: string): Promise<string>
  removeDestination(id: string): Promise<void>
  /** Receives events through the Tracking API, each with a message id of its own. */
  receive(events: readonly JsonObject[]): Promise<void>
  /** Begins to deliver what is in the log and what is received. */
  startWork(): void
  /** Resolves when a destination has looked at everything that is in the log, and recorded it. */
  untilDrained(id: string): Promise<void>
  /** Resolves when nothing is being sent any more. */
  stopWork(): Promise<void>
  /** The events as the log has them, and destinations get them. */
  readLog(limit: number): Promise<LogEntry[]>
  /**
   * What decides and sends events to a destination as its deliveries do, as many at a time as they read; nothing is
   * read from the log or recorded.
   */
  openSender(id: string): Promise<(entries: readonly LogEntry[]) => Promise<void>>
  /** The 95th percentile of the time from receipt to delivery, of what was delivered to a destination. */
  p95Ms(id: string): Promise<number>
  /** Processor time of PostgreSQL so far. */
  postgresMs(): Promise<number>
  /** Forgets all events and deliveries. */
  empty(): Promise<void>
  stop(): Promise<void>
}

const findPostmaster = async (clusterDir: string): Promise<number> =>
  Number((await readFile(join(clusterDir, 'postmaster.pid'), 'utf8')).split('\n')[0])

export async function openLab(): Promise<Lab> {
  const dir = await mkdtemp(join(tmpdir(), 'promoloop-bench-'))
  await chmod(dir, 0o755)
  const log = createLog('error')
  const postgres = await startEmbeddedPostgres(dir, log)
  const db = openDatabase({ url: postgres.url, poolSize: 10, log })
  await migrate(db.pool)
  const postgresPid = await findPostmaster(postgres.systemDir ?? join(dir, 'postgres'))
  const vault = createVault('be'.repeat(32))
  const config = readConfig({ PROMOLOOP_ALLOW_PRIVATE_NETWORK: '1' })
  const app = await createApp({ config, db, clock: systemClock, log, vault })
  app.setAddress(OWN_ADDRESS)
  let ownRequests = 0
  app.pipeline.doors.open(
    ['customer', 'event', 'group'].map((kind) => `/sink/segmentio/${kind}-processing`),
    async (requests) => {
      ownRequests += requests.length
      return requests.map(() => ({ status: 200, headers: {}, body: '{}' }))
    },
  )
  const now = systemClock.now()
  const { projectId, sourceId } = await inTransaction(db, async (tx) => {
    const presets = { ...NO_KEYS, writeKey: WRITE_KEY }
    const project = await insertProject(tx, { name: 'Bench', presets, vault, now })
    const wish = { nickname: 'Shop', catalog: 'website' as const, writeKey: WRITE_KEY, now }
    const source = await createSource(tx, { ...wish, projectId: project.projectId })
    return { projectId: project.projectId, sourceId: source.id }
  })
  let work: ReturnType<typeof startPipelineWork> | undefined
  let received = 0

  const isDrained = async (id: string): Promise<boolean> => {
    const { rowCount } = await db.pool.query(
      `select from (select log_partition, max(position) as position from log_entry group by 1) as newest
         left join log_cursor on reader = $1 and log_cursor.log_partition = newest.log_partition
        where coalesce(log_cursor.position, 0) < newest.position`,
      [id],
    )
    return rowCount === 0
  }

  return {
    ownSink: {
      url: `${OWN_ADDRESS}/sink`,
      count() {
        const count = ownRequests
        ownRequests = 0
        return count
      },
    },
    async addDestination(url) {
      const { id } = await inTransaction(db, (tx) =>
        createDestination(tx, {
          projectId,
          sourceId,
          definition: 'voucherify-actions',
          settings: { apiKey: 'application', secretKey: 'secret', customURL: url },
          setup: 'quick',
          isEnabled: true,
          vault,
          now: systemClock.now(),
        }),
      )
      return id
    },
    async removeDestination(id) {
      await db.pool.query('delete from delivery where destination_id = $1', [id])
      await db.pool.query('delete from destination where id = $1', [id])
    },
    async receive(events) {
      for (let first = 0; first < events.length; first += CALLS_OF_A_BATCH) {
        const batch = events.slice(first, first + CALLS_OF_A_BATCH).map((event) => {
          received += 1
          return { ...event, messageId: `bench-${received}` }
        })
        const { statusCode } = await app.http.inject({
          method: 'POST',
          url: '/v1/batch',
          payload: { writeKey: WRITE_KEY, batch },
        })
        work?.wake()
        if (statusCode !== 200) throw new Error(`a batch was answered ${statusCode}`)
      }
    },
    startWork() {
      work = startPipelineWork(app.pipeline)
    },
    async untilDrained(id) {
      while (!(await isDrained(id))) await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    },
    async stopWork() {
      await work?.stop()
    },
    async readLog(limit) {
      return (await app.pipeline.eventLog.list({ projectId, limit })).reverse()
    },
    async openSender(id) {
      const found = createCompiler()(await listDeliverableDestinations(app.pipeline)).get(id)
      if (!found) throw new Error(`there is no destination ${id}`)
      // Events from before it was set up are for it, too.
      const destination = { ...found, enabledAt: new Date(0) }
      const lane = createLane()
      const nobody = new Set<string>()
      const mayStart = (): boolean => true
      return async (entries) => {
        for (let first = 0; first < entries.length; first += LIMITS.logReadEventsMax) {
          const read = entries.slice(first, first + LIMITS.logReadEventsMax)
          const calls = decideCalls(destination, read).flatMap(({ call }) => call ?? [])
          await sendInOrder(app.pipeline, { destination, lane, calls, heldBack: nobody, mayStart })
        }
      }
    },
    async p95Ms(id) {
      const { rows } = await db.pool.query<{ p95: number }>(
        `select percentile_cont(0.95) within group (
           order by extract(epoch from finished_at - received_at)::float8 * 1000) as p95
           from delivery where destination_id = $1 and outcome = 'delivered'`,
        [id],
      )
      return rows[0]?.p95 ?? Number.NaN
    },
    postgresMs: () => processorMs(postgresPid),
    async empty() {
      await db.pool.query('truncate log_entry, message_seen, delivery')
      await db.pool.query('checkpoint')
    },
    async stop() {
      await app.stop()
      await db.close()
      await postgres.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
