/**
 * What a redemption costs in a project with 10 thousand vouchers and in one with 5 million, and what a qualification
 * costs that looks at 1,000 active promotions. Both redeem the same codes, one after the other, through the engine
 * without its HTTP server; a project that grows must not make its shop slower.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerQualification } from '../src/engine/qualifications/index.ts'
import { createRedeem, type Redeem } from '../src/engine/redemptions/index.ts'
import { type Database, openDatabase } from '../src/platform/db.ts'
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/index.ts'
import { createLog } from '../src/platform/log.ts'
import { createMetrics } from '../src/platform/metrics.ts'
import { migrate } from '../src/platform/migrate.ts'
import { callIn, oneVoucher } from './support/one-voucher.ts'
import { median, type Round, report } from './support/report.ts'

const FEW = 10_000
const MANY = 5_000_000
const INSERTED_AT_ONCE = 500_000
const ROUNDS = 7
const SECONDS = 3
const CALLERS = 64
const PROMOTIONS = 1_000
const SMALL = 'proj_small'
const LARGE = 'proj_large'
const log = createLog('error')

async function fillVouchers(db: Database, project: string, count: number): Promise<void> {
  await db.pool.query(
    `insert into project (id, name, created_at) values ('${project}', 'Bench', now())`,
  )
  for (let from = 0; from < count; from += INSERTED_AT_ONCE) {
    const to = Math.min(count, from + INSERTED_AT_ONCE) - 1
    await db.pool.query(`
      insert into voucher (id, project_id, code, code_key, type, discount, redemption_quantity, created_at)
        select 'v_${project}' || n, '${project}', 'CODE' || n, 'CODE' || n, 'DISCOUNT_VOUCHER',
               '{"type":"PERCENT","percent_off":10,"effect":"APPLY_TO_ORDER"}', 100000000, now()
          from generate_series(${from}, ${to}) n`)
  }
}

async function fillPromotions(db: Database): Promise<void> {
  await db.pool.query(`
    insert into campaign (id, project_id, name, campaign_type, type, created_at)
      values ('camp_p', '${SMALL}', 'Promotions', 'PROMOTION', 'STATIC', now());
    insert into promotion_tier (id, project_id, campaign_id, name, discount, hierarchy, created_at)
      select 'promo_' || n, '${SMALL}', 'camp_p', 'Tier ' || n,
             '{"type":"PERCENT","percent_off":10,"effect":"APPLY_TO_ORDER"}', n, now() - n * interval '1 second'
        from generate_series(1, ${PROMOTIONS}) n;
    insert into validation_rule (id, project_id, name, rules, created_at)
      select 'val_' || n, '${SMALL}', 'Minimum', jsonb_build_object('1', jsonb_build_object('name', 'order.amount',
             'conditions', jsonb_build_object('$more_than', jsonb_build_array(n * 20)), 'rules', '{}'::jsonb), 'logic', '1'), now()
        from generate_series(1, ${PROMOTIONS}) n;
    insert into validation_rule_assignment (id, project_id, rule_id, related_object_id, related_object_type, created_at)
      select 'asgm_' || n, '${SMALL}', 'val_' || n, 'promo_' || n, 'promotion_tier', now()
        from generate_series(1, ${PROMOTIONS}) n;
    analyze;`)
}

/** Redemptions a second in `project`, of codes from all over its vouchers. */
async function redeemFor(redeem: Redeem, project: string, vouchers: number): Promise<number> {
  const began = performance.now()
  const end = began + SECONDS * 1000
  let count = 0
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      count += 1
      const code = `CODE${Math.floor((vouchers / FEW) * ((count * 7919) % FEW))}`
      const { status } = await redeem(callIn(project, count), oneVoucher(code))
      if (status !== 200) throw new Error(`a redemption was answered ${status}`)
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
  return count / ((performance.now() - began) / 1000)
}

/** How long one qualification takes that looks at every promotion, in milliseconds; the median of many. */
async function timeQualifications(db: Database): Promise<number> {
  const times: number[] = []
  const body = {
    order: { amount: 10_000 },
    options: { limit: 50, sorting_rule: 'BEST_DEAL' },
  }
  for (let count = 0; count < 60; count += 1) {
    const began = performance.now()
    await answerQualification(db, callIn(SMALL, count), { body, query: {} })
    if (count >= 10) times.push(performance.now() - began)
  }
  return median(times)
}

const dir = await mkdtemp(join(tmpdir(), 'promoloop-bench-'))
await chmod(dir, 0o755)
const server = await startEmbeddedPostgres(dir, log)
const db = openDatabase({ url: server.url, poolSize: 10, log })
await migrate(db.pool)
await fillVouchers(db, SMALL, FEW)
await fillVouchers(db, LARGE, MANY)
await fillPromotions(db)
await db.pool.query('vacuum (analyze) voucher')
await db.pool.query('checkpoint')

const redeem = createRedeem({ db, metrics: createMetrics(), announced: () => undefined })
await redeemFor(redeem, SMALL, FEW)
await redeemFor(redeem, LARGE, MANY)
const rounds: Round[] = []
for (let round = 0; round < ROUNDS; round += 1) {
  const peer = await redeemFor(redeem, SMALL, FEW)
  rounds.push({ peer, ours: await redeemFor(redeem, LARGE, MANY) })
}
const qualification = await timeQualifications(db)
await db.close()
await server.stop()
await rm(dir, { recursive: true, force: true })

report(
  `Redemptions in a project with ${MANY.toLocaleString('en-US')} vouchers, ${CALLERS} callers`,
  { unit: 'redemptions/s', peer: `one with ${FEW.toLocaleString('en-US')}`, goal: 1 / 1.2 },
  rounds,
)
process.stdout.write(
  `\nA qualification over ${PROMOTIONS.toLocaleString('en-US')} active promotions with a rule each\n` +
    `  median of 50: ${qualification.toFixed(1)} ms, ${Math.round((PROMOTIONS / qualification) * 1000).toLocaleString('en-US')} promotions/s\n`,
)
