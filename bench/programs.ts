/**
 * What programs cost: custom events with three earning rules each, against plain inserts of the rows that came of
 * them; a bulk upsert of customers, against `COPY` of its rows; the segments of a changed customer among 500; and the
 * night in which a million lots of points end, with the memory that takes.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../src/app.ts'
import { runNextAction } from '../src/engine/async-actions/index.ts'
import { ASYNC_JOBS } from '../src/engine/async-jobs.ts'
import { findCustomers } from '../src/engine/customers/index.ts'
import { runEffects } from '../src/engine/effects/index.ts'
import { saveCustomEvents } from '../src/engine/events/index.ts'
import { runNightly } from '../src/engine/nightly/index.ts'
import { NIGHTLY_STEPS } from '../src/engine/nightly-steps.ts'
import { checkPoints } from '../src/engine/points/index.ts'
import { PROGRAM_EFFECTS } from '../src/engine/program-effects.ts'
import { findMemberships } from '../src/engine/segments/index.ts'
import { insertProject } from '../src/platform/auth/index.ts'
import { systemClock } from '../src/platform/clock.ts'
import { readConfig } from '../src/platform/config.ts'
import { inTransaction, openDatabase } from '../src/platform/db.ts'
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/index.ts'
import { createLog } from '../src/platform/log.ts'
import { migrate } from '../src/platform/migrate.ts'
import { createVault } from '../src/platform/secrets.ts'
import { measureGrowth } from './support/memory.ts'
import { callIn } from './support/one-voucher.ts'
import { median, type Round, report } from './support/report.ts'

const ROUNDS = 5
const MEMBERS = 1_000
const EVENTS = 10_000
const EVENTS_AT_ONCE = 500
const UPSERTS = 10_000
const SEGMENTS = 500
const LOTS = 1_000_000
const LOTS_PER_CARD = 10

const log = createLog('error')
const NEVER = new AbortController().signal
const dir = await mkdtemp(join(tmpdir(), 'promoloop-bench-'))
await chmod(dir, 0o777)
const embedded = await startEmbeddedPostgres(join(dir, 'data'), log)
const db = openDatabase({ url: embedded.url, poolSize: 4, log })
await migrate(db.pool)
const vault = createVault('5e'.repeat(32))
const app = await createApp({ config: readConfig({}), db, clock: systemClock, log, vault })
const presets = {
  writeKey: undefined,
  appId: undefined,
  appToken: undefined,
  adminToken: undefined,
}
const { projectId, appId, appToken } = await inTransaction(db, (tx) =>
  insertProject(tx, { name: 'Bench', presets, vault, now: systemClock.now() }),
)
const deps = { db, clock: systemClock, log, announced: () => undefined }

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into, field by field.
async function call(method: 'POST' | 'GET', url: string, body?: unknown): Promise<any> {
  const response = await app.http.inject({
    method,
    url,
    headers: { 'content-type': 'application/json', 'x-app-id': appId, 'x-app-token': appToken },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  })
  if (response.statusCode >= 300) throw new Error(`${url} answered ${response.payload}`)
  return response.json()
}

/** Seconds that `work` takes. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1_000
}

const drainEffects = async (): Promise<void> => {
  while (await runEffects(deps, PROGRAM_EFFECTS, NEVER));
}

/** A program with three rules for the event `visit`, and a card of it for each of 1,000 customers. */
async function makeProgram(): Promise<string> {
  const card = { type: 'LOYALTY_CARD', loyalty_card: { points: 0 } }
  const { id } = await call('POST', '/v1/loyalties', {
    name: 'Points',
    type: 'AUTO_UPDATE',
    voucher: card,
  })
  const source = { banner: 'Visits' }
  const fixed = (points: number) => ({
    event: 'visit',
    source,
    loyalty: { type: 'FIXED', points },
  })
  await call('POST', `/v1/loyalties/${id}/earning-rules`, [
    fixed(5),
    fixed(10),
    {
      event: 'visit',
      source,
      loyalty: {
        type: 'PROPORTIONAL',
        calculation_type: 'CUSTOM_EVENT_METADATA',
        custom_event: { metadata: { every: 1, points: 1, property: 'stars' } },
      },
    },
  ])
  for (let member = 0; member < MEMBERS; member += 1) {
    await call('POST', `/v1/loyalties/${id}/members`, { customer: { source_id: `user_${member}` } })
  }
  await drainEffects()
  return id
}

/** Stores `EVENTS` events in batches, and does what the rules say about them. */
async function sendEvents(): Promise<void> {
  const customers = await findCustomers(
    db,
    projectId,
    Array.from({ length: MEMBERS }, (_, member) => `user_${member}`),
  )
  for (let from = 0; from < EVENTS; from += EVENTS_AT_ONCE) {
    const wishes = Array.from({ length: EVENTS_AT_ONCE }, (_, index) => {
      const customer = customers[(from + index) % customers.length]
      if (!customer) throw new Error('a member is missing')
      return {
        call: callIn(projectId, from + index),
        customer,
        type: 'visit',
        metadata: { stars: 3 },
        referral: null,
        loyalty: null,
      }
    })
    await inTransaction(db, (tx) => saveCustomEvents(tx, wishes))
  }
  await drainEffects()
}

const EVENT_TABLES = ['custom_event', 'occurrence', 'voucher_transaction', 'points_bucket'] as const

/** Seconds it takes a client to insert the rows that are there after `since`, in as many batches as there were. */
async function insertSameRows(since: Date): Promise<number> {
  const batches = EVENTS / EVENTS_AT_ONCE
  const loads: string[][] = []
  for (const table of EVENT_TABLES) {
    await db.pool.query(`drop table if exists peer_${table};
      create table peer_${table} (like ${table} including all)`)
    const { rows } = await db.pool.query<{ batch: string }>(
      `select json_agg(row)::text as batch
         from (select *, ntile(${batches}) over (order by id) as part from ${table} where created_at >= $1) as row
        group by part order by part`,
      [since],
    )
    loads.push(rows.map(({ batch }) => batch))
  }
  return timed(async () => {
    for (let batch = 0; batch < batches; batch += 1) {
      await inTransaction(db, async (tx) => {
        for (const [place, table] of EVENT_TABLES.entries()) {
          tx.send(
            {
              name: `insert_peer_${table}`,
              text: `insert into peer_${table} select * from json_populate_recordset(null::peer_${table}, $1)`,
            },
            [loads[place]?.[batch] ?? '[]'],
          )
        }
      })
    }
  })
}

async function measureEvents(program: string): Promise<void> {
  await sendEvents()
  const rounds: Round[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const since = systemClock.now()
    const ours = await timed(sendEvents)
    rounds.push({ ours: EVENTS / ours, peer: EVENTS / (await insertSameRows(since)) })
  }
  const differences = await checkPoints(db, projectId)
  if (differences.length > 0) throw new Error('a balance differs from its ledger')
  const { total } = await call('GET', `/v1/loyalties/${program}/members?limit=1`)
  if (total !== MEMBERS) throw new Error(`${total} members`)
  report(
    'Custom events with three earning rules each, stored and rewarded',
    { unit: 'events/s', peer: 'plain inserts of the same rows', goal: 0.4 },
    rounds,
  )
}

async function measureUpserts(): Promise<void> {
  const rounds: Round[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const since = systemClock.now()
    const customers = Array.from({ length: UPSERTS }, (_, index) => ({
      source_id: `bulk_${round}_${index}`,
      name: `Customer ${index}`,
      email: `customer${index}@example.com`,
      metadata: { plan: 'gold', logins: index },
    }))
    await call('POST', '/v1/customers/bulk/async', customers)
    const ours = await timed(async () => {
      while (await runNextAction(deps, ASYNC_JOBS, NEVER));
    })
    let peer = 0
    for (const table of ['customer', 'occurrence']) {
      const file = join(dir, `${table}-${round}.copy`)
      await db.pool.query(`drop table if exists peer_${table};
        create table peer_${table} (like ${table} including all)`)
      await db.pool.query(
        `copy (select * from ${table} where created_at >= '${since.toISOString()}') to '${file}'`,
      )
      peer += await timed(() => db.pool.query(`copy peer_${table} from '${file}'`))
    }
    rounds.push({ ours: UPSERTS / ours, peer: UPSERTS / peer })
  }
  report(
    `Customers made by a bulk upsert of ${UPSERTS.toLocaleString('en-US')}`,
    { unit: 'customers/s', peer: 'COPY of the same rows', goal: 0.3 },
    rounds,
  )
}

async function measureSegments(): Promise<void> {
  for (let segment = 0; segment < SEGMENTS; segment += 1) {
    await db.pool.query(
      `insert into segment (id, project_id, name, type, filter, created_at) values ($1, $2, $3, 'passive', $4, now())`,
      [
        `seg_${segment}`,
        projectId,
        `Segment ${segment}`,
        {
          junction: 'and',
          'metadata.plan': { conditions: { $in: ['gold', `plan-${segment}`] } },
          'metadata.logins': { conditions: { $more_than: [segment * 10] } },
          email: { conditions: { $ends_with: ['example.com'] } },
        },
      ],
    )
  }
  const customers = await findCustomers(
    db,
    projectId,
    Array.from({ length: 100 }, (_, index) => `bulk_0_${index * 90}`),
  )
  const times: number[] = []
  for (let round = 0; round < 20; round += 1) {
    const seconds = await timed(() =>
      findMemberships(db, { projectId, customers, now: systemClock.now() }),
    )
    if (round >= 5) times.push((seconds * 1_000) / customers.length)
  }
  const ms = median(times)
  process.stdout.write(
    `\nA changed customer and ${SEGMENTS} segments of three conditions, read and evaluated in a batch of ${customers.length}\n` +
      `  median: ${ms.toFixed(3)} ms a customer (goal 1 ms: ${ms <= 1 ? 'met' : 'MISSED'})\n`,
  )
}

/** Cards with ten lots each that end before today. */
async function fillLots(program: string): Promise<void> {
  const cards = LOTS / LOTS_PER_CARD
  await db.pool.query(
    `insert into voucher (id, project_id, code, code_key, type, campaign_id, points, created_at)
       select 'v_lot' || n, $1, 'LOT' || n, 'LOT' || n, 'LOYALTY_CARD', $2, $3, now() from generate_series(1, $4::int) n`,
    [projectId, program, LOTS_PER_CARD * 10, cards],
  )
  await db.pool.query(
    `insert into points_bucket (id, project_id, voucher_id, campaign_id, points, status, expires_at, created_at)
       select 'lopb_' || n, $1, 'v_lot' || (n % $3::int + 1), $2, 10, 'ACTIVE', current_date - 2, now()
         from generate_series(1, $4::int) n`,
    [projectId, program, cards, LOTS],
  )
  await db.pool.query('analyze')
}

async function measureExpiry(program: string): Promise<void> {
  await fillLots(program)
  let seconds = 0
  const growth = await measureGrowth(async () => {
    seconds = await timed(async () => {
      while (await runNightly(deps, NIGHTLY_STEPS, NEVER));
    })
  })
  const { rows } = await db.pool.query(
    `select count(*)::int as left from points_bucket where status = 'ACTIVE' and expires_at < current_date`,
  )
  if (rows[0].left !== 0) throw new Error(`${rows[0].left} lots are left`)
  process.stdout.write(
    `\nA night in which a million lots of ${(LOTS / LOTS_PER_CARD).toLocaleString('en-US')} cards end\n` +
      `  ${seconds.toFixed(1)} s, ${Math.round(LOTS / seconds).toLocaleString('en-US')} lots/s; ${growth} MB more memory at most\n`,
  )
}

try {
  const program = await makeProgram()
  await measureEvents(program)
  await measureUpserts()
  await measureSegments()
  await measureExpiry(program)
} finally {
  await app.stop()
  await db.close()
  await embedded.stop()
  await rm(dir, { recursive: true, force: true })
}
