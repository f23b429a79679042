/**
 * The log in PostgreSQL against the log in NATS JetStream, in the same minutes on the same machine: calls
 * appended by one process as ingest does it, batches of 200 with three in flight, each confirmed; and all of them
 * read by one reader that moves its cursors. Rounds alternate, and each begins with an empty log.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  advanceCursor,
  type EventLog,
  type NewLogEntry,
  openEventLog,
} from '../src/pipeline/log/index.ts'
import { readConfig } from '../src/platform/config.ts'
import { type Database, inTransaction, openDatabase } from '../src/platform/db.ts'
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/index.ts'
import { LIMITS } from '../src/platform/limits.ts'
import { createLog } from '../src/platform/log.ts'
import { migrate } from '../src/platform/migrate.ts'
import { findNatsServer, startNatsServer } from '../test/support/nats-server.ts'
import { batchBody } from './support/events.ts'
import { median } from './support/report.ts'

if (!findNatsServer()) {
  process.stdout.write('\nnats-server is not installed: the log in JetStream is not measured.\n')
  process.exit(0)
}

const { nats } = readConfig({})
const ROUNDS = 5
const SECONDS = 3
const OWNER = 'bench'

type Call = { messageId: string; userId: string; type: string; event: string }
type Rates = { appended: number; read: number }

/** The next calls as ingest hands them over, each with a message id of its own. */
function nextEntries(): NewLogEntry[] {
  const { batch } = JSON.parse(batchBody(LIMITS.ingestBatchEventsMax)) as { batch: Call[] }
  return batch.map(
    (call): NewLogEntry => ({
      projectId: 'proj_bench',
      sourceId: 'src_bench',
      messageId: call.messageId,
      type: call.type,
      event: call.event,
      userId: call.userId,
      anonymousId: null,
      receivedAt: new Date(),
      body: JSON.stringify(call),
    }),
  )
}

/** Appends for some seconds; how many calls, and how many a second. */
async function append(log: EventLog): Promise<{ calls: number; perSecond: number }> {
  const began = performance.now()
  let calls = 0
  const lane = async (): Promise<void> => {
    while (performance.now() - began < SECONDS * 1_000) {
      const entries = nextEntries()
      await log.append(entries)
      calls += entries.length
    }
  }
  await Promise.all(Array.from({ length: LIMITS.ingestBatchesInFlightMax }, lane))
  return { calls, perSecond: (calls / (performance.now() - began)) * 1_000 }
}

/** Reads everything, as a destination does that does nothing with it; calls a second. */
async function readAll(log: EventLog, db: Database, expected: number): Promise<number> {
  const reader = `bench-${performance.now()}`
  const began = performance.now()
  let calls = 0
  while (calls < expected) {
    const claimed = await log.claim({ reader, owner: OWNER, workers: 1, now: new Date() })
    const read = await log.read(reader, claimed, LIMITS.logReadEventsMax)
    const moves = claimed.map(async ({ partition, position }) => {
      const entries = read.get(partition) ?? []
      const to = entries.at(-1)?.position
      if (to === undefined) return
      const move = { reader, partition, from: position, to, owner: OWNER }
      await inTransaction(db, (tx) => advanceCursor(tx, move))
      calls += entries.length
    })
    await Promise.all(moves)
  }
  return (calls / (performance.now() - began)) * 1_000
}

async function measure(db: Database, natsUrl: string | undefined): Promise<Rates> {
  await db.pool.query('truncate log_entry, message_seen, log_cursor, log_stream')
  await db.pool.query('alter table log_entry drop constraint if exists log_moved')
  await db.pool.query('checkpoint')
  const log = await openEventLog({ db, log: createLog('error'), natsUrl, nats })
  const { calls, perSecond } = await append(log)
  const read = await readAll(log, db, calls)
  await log.close()
  return { appended: perSecond, read }
}

const dataDir = await mkdtemp(join(tmpdir(), 'promoloop-bench-'))
await chmod(dataDir, 0o755)
const postgres = await startEmbeddedPostgres(dataDir, createLog('error'))
const db = openDatabase({ url: postgres.url, poolSize: 10, log: createLog('error') })
await migrate(db.pool)
const server = await startNatsServer()

const rounds: { postgres: Rates; jetstream: Rates }[] = []
await measure(db, undefined)
await measure(db, server.url)
for (let round = 0; round < ROUNDS; round += 1)
  rounds.push({ postgres: await measure(db, undefined), jetstream: await measure(db, server.url) })
await db.close()
await server.stop()
await postgres.stop()
await rm(dataDir, { recursive: true, force: true })

const show = (rate: number): string => `${Math.round(rate).toLocaleString('en-US')} events/s`
const lines = (['appended', 'read'] as const).flatMap((what) => [
  `\nThe log, ${what} by one process`,
  ...rounds.map(
    ({ postgres: p, jetstream: j }, index) =>
      `  round ${index + 1}: PostgreSQL ${show(p[what])}, JetStream ${show(j[what])}`,
  ),
  `  median: JetStream at ${Math.round(100 * median(rounds.map((one) => one.jetstream[what] / one.postgres[what])))} % of PostgreSQL`,
])
process.stdout.write(`${lines.join('\n')}\n`)
