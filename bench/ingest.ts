/**
 * Durable ingest against the limit of the database: `POST /v1/batch` of 20 track calls, each answered
 * after its commit, against one server-side `COPY` of the very same rows into tables of the same shape
 * and indexes. Server, database and load share the machine; the rounds alternate.
 */
import pg from 'pg'
import { batchBody } from './support/events.ts'
import { load } from './support/load.ts'
import { startProduct } from './support/product.ts'
import { type Round, report } from './support/report.ts'

const ROUNDS = 9
const SECONDS = 3
const CONNECTIONS = 64
const EVENTS_PER_CALL = 20
const TABLES = ['message_seen', 'log_entry'] as const

const product = await startProduct('api')
const database = new pg.Client({ connectionString: product.databaseUrl })
await database.connect()

async function ingest(seconds: number): Promise<number> {
  const { requestsPerSecond } = await load(product.address, {
    connections: CONNECTIONS,
    seconds,
    request: () => ({
      method: 'POST',
      path: '/v1/batch',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${product.writeKey}:`).toString('base64')}`,
      },
      body: batchBody(EVENTS_PER_CALL),
    }),
  })
  return requestsPerSecond * EVENTS_PER_CALL
}

/** Copies all rows of the last round out and back in, as one transaction; rows of the log a second. */
async function copySameRows(): Promise<number> {
  for (const table of TABLES) {
    await database.query(`create table peer_${table} (like ${table} including all)`)
    await database.query(`copy ${table} to '${product.dataDir}/postgres/${table}.copy'`)
  }
  const began = performance.now()
  await database.query('begin')
  for (const table of TABLES)
    await database.query(`copy peer_${table} from '${product.dataDir}/postgres/${table}.copy'`)
  await database.query('commit')
  const seconds = (performance.now() - began) / 1000
  const { rows } = await database.query<{ n: string }>('select count(*) as n from peer_log_entry')
  for (const table of TABLES) await database.query(`drop table peer_${table}`)
  return Number(rows[0]?.n) / seconds
}

const emptyTables = (): Promise<unknown> =>
  database.query(`truncate ${TABLES.join(', ')}`).then(() => database.query('checkpoint'))

await ingest(6)
const rounds: Round[] = []
for (let round = 0; round < ROUNDS; round += 1) {
  await emptyTables()
  const ours = await ingest(SECONDS)
  rounds.push({ ours, peer: await copySameRows() })
}
await database.end()
await product.stop()
report(
  `Durable ingest: batches of ${EVENTS_PER_CALL} calls of about 430 bytes, ${CONNECTIONS} connections`,
  { unit: 'events/s', peer: 'COPY', goal: 0.5 },
  rounds,
)
