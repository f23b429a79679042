/**
 * A million codes of a campaign, generated and stored, against `COPY` of the very rows that came of it into a table with
 * the same checks and indexes. The peer invents nothing: it only stores.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runNextAction } from '../src/engine/async-actions/index.ts'
import { campaignJobs, createCampaign } from '../src/engine/campaigns/index.ts'
import { systemClock } from '../src/platform/clock.ts'
import { type Database, inTransaction, openDatabase } from '../src/platform/db.ts'
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/index.ts'
import { createLog } from '../src/platform/log.ts'
import { migrate } from '../src/platform/migrate.ts'
import { measureGrowth } from './support/memory.ts'
import { type Round, report } from './support/report.ts'

const ROUNDS = 3
const CODES = 1_000_000
const PROJECT = 'proj_bench'

const log = createLog('error')
const NEVER = new AbortController().signal

/** Seconds that `work` takes. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

async function generate(db: Database, round: number): Promise<void> {
  const call = {
    projectId: PROJECT,
    appId: 'bench',
    groupId: `v-${round}`,
    channel: 'API' as const,
    now: systemClock.now(),
  }
  const voucher = {
    type: 'DISCOUNT_VOUCHER' as const,
    discount: { type: 'PERCENT' as const, percent_off: 10 },
    code_config: { pattern: 'SPRING-########' },
  }
  const input = { name: `Campaign ${round}`, voucher, vouchers_count: CODES }
  await inTransaction(db, (tx) => createCampaign(tx, call, input))
  const deps = { db, clock: systemClock, log, announced: () => undefined }
  while (await runNextAction(deps, campaignJobs, NEVER));
  const { rows } = await db.pool.query('select count(*) as stored from voucher')
  if (rows[0].stored !== CODES) throw new Error(`${rows[0].stored} codes were stored`)
}

async function measureRound(db: Database, dir: string, round: number): Promise<[Round, number]> {
  let ours = 0
  const growth = await measureGrowth(async () => {
    ours = await timed(() => generate(db, round))
  })
  const file = join(dir, `codes-${round}.copy`)
  await db.pool.query(`copy voucher to '${file}'`)
  await db.pool.query('drop table if exists peer; create table peer (like voucher including all)')
  const peer = await timed(() => db.pool.query(`copy peer from '${file}'`))
  await db.pool.query('truncate voucher cascade')
  process.stdout.write(
    `  round ${round + 1}: ${ours.toFixed(1)} s, COPY ${peer.toFixed(1)} s, ${growth} MB more memory\n`,
  )
  return [{ ours: CODES / ours, peer: CODES / peer }, growth]
}

const dir = await mkdtemp(join(tmpdir(), 'promoloop-bench-'))
await chmod(dir, 0o777)
const embedded = await startEmbeddedPostgres(join(dir, 'data'), log)
const db = openDatabase({ url: embedded.url, poolSize: 4, log })
try {
  await migrate(db.pool)
  await db.pool.query(`insert into project values ('${PROJECT}', 'Bench', now())`)
  const rounds: Round[] = []
  let growth = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const [rates, more] = await measureRound(db, dir, round)
    rounds.push(rates)
    growth = Math.max(growth, more)
  }
  // 9 s where COPY takes 5 s.
  report(
    'A million codes generated and stored',
    { unit: 'codes/s', peer: 'COPY', goal: 5 / 9 },
    rounds,
  )
  const verdict = growth <= 200 ? 'met' : 'MISSED'
  process.stdout.write(`  memory: ${growth} MB more at most (goal 200 MB: ${verdict})\n`)
} finally {
  await db.close()
  await embedded.stop()
  await rm(dir, { recursive: true, force: true })
}
