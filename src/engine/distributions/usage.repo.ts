import { type Db, statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { counterKey, type SendCounter } from './decide-limits.ts'

const CREATE = statement(
  'create_distribution_usage',
  `insert into distribution_usage (distribution_id, customer_id, period)
   select distinct * from unnest($1::text[], $2::text[], $3::text[]) as counter order by 1, 2, 3
   on conflict do nothing`,
)
// Everybody locks these counters before what codes are taken from, and in this order.
const LOCK = statement(
  'lock_distribution_usage',
  `select usage.distribution_id, usage.customer_id, usage.period, usage.sent
     from distribution_usage usage
     join (select distinct * from unnest($1::text[], $2::text[], $3::text[])) as wanted (distribution_id, customer_id, period)
       on (usage.distribution_id, usage.customer_id, usage.period)
        = (wanted.distribution_id, wanted.customer_id, wanted.period)
    order by usage.distribution_id, usage.customer_id, usage.period
      for update of usage`,
)
const SAVE = statement(
  'save_distribution_usage',
  `update distribution_usage usage set sent = counter.sent, sent_max = counter.sent_max
     from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::int[])
          as counter (distribution_id, customer_id, period, sent, sent_max)
    where (usage.distribution_id, usage.customer_id, usage.period)
        = (counter.distribution_id, counter.customer_id, counter.period)`,
)

type Row = { distribution_id: string; customer_id: string; period: string; sent: number }

const toColumns = (counters: readonly SendCounter[]): unknown[] => [
  counters.map(({ distributionId }) => distributionId),
  counters.map(({ customerId }) => customerId),
  counters.map(({ period }) => period),
]

/** Locks counters until `tx` ends, so that rivals for the last message queue up here; what they say, by `counterKey`. */
export async function lockSent(
  tx: Tx,
  counters: readonly SendCounter[],
): Promise<Map<string, number>> {
  if (counters.length === 0) return new Map()
  tx.send(CREATE, toColumns(counters))
  const rows = await tx.run<Row>(LOCK, toColumns(counters))
  return new Map(
    rows.map((row) => [
      counterKey({
        distributionId: row.distribution_id,
        customerId: row.customer_id,
        period: row.period,
      }),
      row.sent,
    ]),
  )
}

/** Stores what counters that `tx` has locked say now. */
export function saveSent(
  tx: Tx,
  counters: readonly SendCounter[],
  sent: ReadonlyMap<string, number>,
): void {
  const distinct = [...new Map(counters.map((each) => [counterKey(each), each])).values()]
  // One that a smaller limit left too full is not touched.
  const within = distinct.filter((each) => (sent.get(counterKey(each)) ?? 0) <= each.max)
  if (within.length === 0) return
  tx.send(SAVE, [
    ...toColumns(within),
    within.map((each) => sent.get(counterKey(each)) ?? 0),
    within.map(({ max }) => max),
  ])
}

const SWEEP = statement(
  'sweep_distribution_usage',
  `delete from distribution_usage where ctid in (
     select ctid from distribution_usage where period < $1 limit $2 for update skip locked)
   returning 1`,
)

const KEPT_MS = 62 * 24 * 3_600_000

/** Forgets counters of months that are over everywhere; true when there may be more. */
export async function sweepDistributionUsage(db: Db, now: Date): Promise<boolean> {
  const month = new Date(now.getTime() - KEPT_MS).toISOString().slice(0, 'YYYY-MM'.length)
  return (await db.run(SWEEP, [month, LIMITS.sweepRowsMax])).length === LIMITS.sweepRowsMax
}
