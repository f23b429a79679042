/**
 * Redemptions against the limit of one-at-a-time SQL: 128 callers of the engine, each waiting for its
 * durable answer, against pgbench with 32 clients running one statement that makes the same writes (the
 * voucher counted under its limit, the counters of its rules, the order, the redemption, its occurrences, the event to
 * be sent) with the very bytes that ours wrote. The peer knows no rules; ours decides, prices, explains and answers.
 */
import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRedeem, type Redeem } from '../src/engine/redemptions/index.ts'
import { type Database, openDatabase } from '../src/platform/db.ts'
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/index.ts'
import { createLog } from '../src/platform/log.ts'
import { createMetrics } from '../src/platform/metrics.ts'
import { migrate } from '../src/platform/migrate.ts'
import { callIn, oneVoucher } from './support/one-voucher.ts'
import { type Round, report } from './support/report.ts'

const ROUNDS = 5
const SECONDS = 4
/** Two full batches: one is decided while the other is written. */
const CALLERS = 128
const PGBENCH_CLIENTS = 32
const VOUCHERS = 10_000
const PROJECT = 'proj_bench'

const log = createLog('error')

/** A minimum, and how often each customer may redeem codes of the campaign. */
const LIMITS_AND_RULES = {
  '1': { name: 'order.amount', conditions: { $more_than_or_equal: [1_000] }, rules: {} },
  '2': {
    name: 'campaign.redemptions.customers_count',
    conditions: { $less_than_or_equal: [1_000_000] },
    rules: {},
  },
  logic: '1 and 2',
}

/** A project with 10,000 vouchers and 1,000 customers, and a Voucherify source that queues its events. */
async function fill(db: Database): Promise<void> {
  await db.pool.query(`
    insert into project values ('${PROJECT}', 'Bench', now());
    insert into segment_source_connection (project_id, write_key_sealed, region, created_at)
      values ('${PROJECT}', 'sealed', 'US', now());
    insert into customer (id, project_id, source_id, name, created_at)
      select 'cust_' || n, '${PROJECT}', 'user_' || n, 'Customer ' || n, now() from generate_series(0, 999) n;
    insert into voucher (id, project_id, code, code_key, type, discount, redemption_quantity, created_at)
      select 'v_' || n, '${PROJECT}', 'CODE' || n, 'CODE' || n, 'DISCOUNT_VOUCHER',
             '{"type":"PERCENT","percent_off":10,"effect":"APPLY_TO_ORDER"}', 100000000, now()
        from generate_series(0, ${VOUCHERS - 1}) n;
    insert into campaign (id, project_id, name, campaign_type, type, created_at)
      values ('camp_limited', '${PROJECT}', 'Limited', 'DISCOUNT_COUPONS', 'STATIC', now());
    insert into voucher (id, project_id, code, code_key, type, discount, redemption_quantity, campaign_id, created_at)
      select 'v_l' || n, '${PROJECT}', 'LIMITED' || n, 'LIMITED' || n, 'DISCOUNT_VOUCHER',
             '{"type":"PERCENT","percent_off":10,"effect":"APPLY_TO_ORDER"}', 100000000, 'camp_limited', now()
        from generate_series(0, ${VOUCHERS - 1}) n;
    insert into validation_rule (id, project_id, name, rules, created_at) values ('val_limit', '${PROJECT}', 'Limit',
      '${JSON.stringify(LIMITS_AND_RULES)}', now());
    insert into validation_rule_assignment (id, project_id, rule_id, related_object_id, related_object_type, created_at)
      values ('asgm_limit', '${PROJECT}', 'val_limit', 'camp_limited', 'campaign', now());
    analyze;`)
}

/** Which vouchers are redeemed: `vouchers` of those whose code begins so. */
type Load = { codes: 'CODE' | 'LIMITED'; vouchers: number }

/** Redeems one voucher after the other from many callers; redemptions a second. */
async function redeemFor(
  redeem: Redeem,
  seconds: number,
  { codes, vouchers }: Load,
): Promise<number> {
  const began = performance.now()
  const end = began + seconds * 1000
  let redeemed = 0
  let count = 0
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      count += 1
      const code = `${codes}${(count * 7919) % vouchers}`
      const { status } = await redeem(
        callIn(PROJECT, count),
        oneVoucher(code, `user_${count % 1_000}`),
      )
      if (status !== 200) throw new Error(`a redemption was answered ${status}`)
      redeemed += 1
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
  return redeemed / ((performance.now() - began) / 1000)
}

/**
 * The rows that one redemption of ours left behind, for pgbench to write again: before it does, because its copies
 * name the same order.
 */
async function keepTemplate(db: Database, codes: Load['codes']): Promise<void> {
  await redeemFor(redeem, 2, { codes, vouchers: VOUCHERS })
  await db.pool.query(`
    drop table if exists bench_order, bench_redemption, bench_occurrence;
    create table bench_redemption as select * from redemption where voucher_code like '${codes}%' limit 1;
    create table bench_order as select * from orders where id = (select order_id from bench_redemption);
    create table bench_occurrence as select occurrence.*, row_number() over (order by occurrence.id) as place
      from occurrence where data->'order'->>'id' = (select order_id from bench_redemption);
    analyze;`)
}

/** Counts towards the limit of the rules, as ours does. */
const COUNTED_USE = `, used as (
  update usage_counter set used = used + 1, used_max = 1000000
    from person, counted
   where object_id = 'camp_limited' and measure = 'redemptions' and subject = 'customer:' || person.id and period = ''
  returning used
)`

const SAME_WRITES = ({ codes, vouchers }: Load): string => `
\\set voucher random(0, ${vouchers - 1})
\\set customer random(0, 999)
with ids as materialized (
  select md5(random()::text || clock_timestamp()::text) as id
), person as (
  select id from customer where project_id = '${PROJECT}' and source_id = 'user_' || :customer
), counted as (
  update voucher set redeemed_quantity = redeemed_quantity + 1
   where project_id = '${PROJECT}' and code_key = '${codes}' || :voucher and redeemed_quantity < redemption_quantity
  returning id, code
), ordered as (
  insert into orders (id, project_id, source_id, customer_id, status, amount_minor, discount_amount_minor,
                      items, metadata, redemptions, created_at, updated_at)
  select 'ord_' || ids.id, t.project_id, t.source_id, person.id, t.status, t.amount_minor, t.discount_amount_minor,
         t.items, t.metadata, t.redemptions, now(), t.updated_at
    from bench_order t, ids, person, counted
), redeemed as (
  insert into redemption (id, project_id, object, result, status, parent_id, is_parent, redemption_id, customer_id,
                          voucher_id, voucher_code, order_id, tracking_id, amount_minor, failure_code,
                          failure_message, reason, metadata, order_snapshot, app_id, created_at)
  select 'r_' || ids.id, t.project_id, t.object, t.result, t.status, t.parent_id, t.is_parent, t.redemption_id, person.id,
         counted.id, counted.code, 'ord_' || ids.id, t.tracking_id, t.amount_minor, t.failure_code,
         t.failure_message, t.reason, t.metadata, t.order_snapshot, t.app_id, now()
    from bench_redemption t, ids, person, counted
), occurred as (
  insert into occurrence (id, project_id, type, customer_id, group_id, category, channel, app_id, data, created_at)
  select 'evcus_' || ids.id || t.place, t.project_id, t.type, person.id, ids.id, t.category, t.channel, t.app_id, t.data, now()
    from bench_occurrence t, ids, person, counted
)${codes === 'LIMITED' ? COUNTED_USE : ''}
insert into segment_source_message (project_id, occurrence_id, event_row, created_at)
select '${PROJECT}', 'evcus_' || ids.id || 1, 1, now() from ids, counted${codes === 'LIMITED' ? ', used' : ''};
`

async function pgbenchFor(url: string, seconds: number, script: string): Promise<number> {
  const args = [
    '-n',
    '-M',
    'prepared',
    '-c',
    String(PGBENCH_CLIENTS),
    '-j',
    '1',
    '-T',
    String(seconds),
  ]
  const { stdout, stderr } = spawnSync('pgbench', [...args, '-f', script, url], {
    encoding: 'utf8',
  })
  const found = /tps = ([\d.]+)/.exec(stdout)
  if (!found || !/failed transactions: 0/.test(stdout)) throw new Error(`pgbench failed: ${stderr}`)
  return Number(found[1])
}

async function compare(redeem: Redeem, load: Load): Promise<Round[]> {
  const script = join(dir, 'same-writes.sql')
  await writeFile(script, SAME_WRITES(load))
  const rounds: Round[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const peer = await pgbenchFor(server.url, SECONDS, script)
    rounds.push({ peer, ours: await redeemFor(redeem, SECONDS, load) })
  }
  return rounds
}

if (spawnSync('pgbench', ['--version']).error) {
  process.stderr.write('There is no pgbench here (Debian: postgresql): nothing to compare with.\n')
  process.exit(1)
}
const dir = await mkdtemp(join(tmpdir(), 'promoloop-bench-'))
await chmod(dir, 0o755)
const server = await startEmbeddedPostgres(dir, log)
const db = openDatabase({ url: server.url, poolSize: 10, log })
await migrate(db.pool)
await fill(db)
const redeem = createRedeem({ db, metrics: createMetrics(), announced: () => undefined })

await keepTemplate(db, 'CODE')
const peer = `pgbench (${PGBENCH_CLIENTS} clients)`
report(
  `Redemptions of ${VOUCHERS} vouchers, ${CALLERS} callers`,
  { unit: 'redemptions/s', peer, goal: 1 },
  await compare(redeem, { codes: 'CODE', vouchers: VOUCHERS }),
)
report(
  `Redemptions of one voucher, ${CALLERS} callers`,
  { unit: 'redemptions/s', peer, goal: 4 },
  await compare(redeem, { codes: 'CODE', vouchers: 1 }),
)
await keepTemplate(db, 'LIMITED')
report(
  `Redemptions with rules and a limit for each customer, ${CALLERS} callers`,
  { unit: 'redemptions/s', peer, goal: 1 },
  await compare(redeem, { codes: 'LIMITED', vouchers: VOUCHERS }),
)
await db.close()
await server.stop()
await rm(dir, { recursive: true, force: true })
