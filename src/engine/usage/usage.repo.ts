import { type Db, statement, type Tx } from '../../platform/db.ts'
import { type UsageKey, type UsageKind, usageText } from './usage.ts'

type KindRow = { object_id: string; measure: string; subject: string; period: string }

const FIND_KINDS = statement(
  'find_usage_kinds',
  'select object_id, measure, subject, period from usage_kind where object_id = any($1::text[])',
)

/** The kinds of counters that these vouchers, tiers and campaigns have. */
export async function findUsageKinds(db: Db, objectIds: readonly string[]): Promise<UsageKind[]> {
  if (objectIds.length === 0) return []
  const rows = await db.run<KindRow>(FIND_KINDS, [objectIds])
  return rows.map((row) => ({
    objectId: row.object_id,
    measure: row.measure as UsageKind['measure'],
    subject: row.subject as UsageKind['subject'],
    period: (row.period || null) as UsageKind['period'],
  }))
}

const SAVE_KINDS = statement(
  'save_usage_kinds',
  `insert into usage_kind (object_id, measure, subject, period)
   select distinct * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as kind order by 1, 2, 3, 4
   on conflict do nothing`,
)

/** Notes that counters of these kinds are kept from now on. */
export function saveUsageKinds(tx: Tx, kinds: readonly UsageKind[]): void {
  if (kinds.length === 0) return
  tx.send(SAVE_KINDS, [
    kinds.map(({ objectId }) => objectId),
    kinds.map(({ measure }) => measure),
    kinds.map(({ subject }) => subject),
    kinds.map(({ period }) => period ?? ''),
  ])
}

/** A counter that is asked for, with what it takes to count it from the history. */
export type WantedUsage = { key: UsageKey; projectId: string; timeZone: string; now: Date }

// A counter that nobody asked for before is counted from the history. Its period is named as `periodKey` names
// it; the lower bound only spares the rows that cannot belong to it.
const WANTED = `(
  select object_id, measure, subject, period, project_id, (
    select coalesce(sum(case wanted.measure
             when 'redemptions' then 1
             when 'orders_amount' then (redemption.order_snapshot->>'amount')::bigint
             when 'orders_discount' then redemption.discount_minor
             -- Units are counted from when they are first limited.
             else 0 end), 0)::bigint
      from redemption
     where redemption.project_id = wanted.project_id
       and redemption.object = 'redemption' and redemption.status = 'SUCCEEDED' and not redemption.is_parent
       and (redemption.voucher_id = wanted.object_id or redemption.promotion_tier_id = wanted.object_id
            or redemption.campaign_id = wanted.object_id)
       and (wanted.subject = '' or wanted.subject = 'customer:' || redemption.customer_id
            or wanted.subject = 'api_key:' || redemption.app_id)
       and redemption.created_at >= case length(wanted.period)
             when 10 then wanted.now - interval '2 days' when 8 then wanted.now - interval '9 days'
             when 7 then wanted.now - interval '33 days' else '-infinity' end
       and (wanted.period = '' or wanted.period = to_char(redemption.created_at at time zone wanted.time_zone,
             case length(wanted.period) when 10 then 'YYYY-MM-DD' when 8 then 'IYYY-"W"IW' else 'YYYY-MM' end))
    ) as used
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
         as wanted (object_id, measure, subject, period, project_id, time_zone, now)
   where not exists (select 1 from usage_counter
     where (usage_counter.object_id, usage_counter.measure, usage_counter.subject, usage_counter.period)
         = (wanted.object_id, wanted.measure, wanted.subject, wanted.period)))`

const FIND = `select usage_counter.object_id, usage_counter.measure, usage_counter.subject, usage_counter.period, used
    from usage_counter join unnest($1::text[], $2::text[], $3::text[], $4::text[])
         as wanted (object_id, measure, subject, period)
      on (usage_counter.object_id, usage_counter.measure, usage_counter.subject, usage_counter.period)
       = (wanted.object_id, wanted.measure, wanted.subject, wanted.period)`

const CREATE = statement(
  'create_usage_counters',
  `insert into usage_counter (object_id, measure, subject, period, project_id, used)
   select * from ${WANTED} as missing order by object_id, measure, subject, period
   on conflict do nothing`,
)
// Everybody locks counters last and in this order, so rivals queue and do not deadlock.
const LOCK = statement(
  'lock_usage_counters',
  `${FIND} order by usage_counter.object_id, usage_counter.measure, usage_counter.subject, usage_counter.period
   for update of usage_counter`,
)
const READ = statement(
  'read_usage_counters',
  `${FIND} union all select object_id, measure, subject, period, used from ${WANTED} as missing`,
)

type UsageRow = KindRow & { used: number }

/**
 * Locks the counters until `tx` ends, after everything else that is locked, and returns what they say by
 * `usageText`: rivals for the last use within a limit queue up here.
 */
export async function lockUsage(
  tx: Tx,
  wanted: readonly WantedUsage[],
): Promise<Map<string, number>> {
  const distinct = toDistinct(wanted)
  if (distinct.length === 0) return new Map()
  tx.send(CREATE, toColumns(distinct))
  return toMap(await tx.run<UsageRow>(LOCK, toColumns(distinct).slice(0, 4)))
}

/** What the counters say, without locking or creating any. */
export async function readUsage(
  db: Db,
  wanted: readonly WantedUsage[],
): Promise<Map<string, number>> {
  const distinct = toDistinct(wanted)
  if (distinct.length === 0) return new Map()
  return toMap(await db.run<UsageRow>(READ, toColumns(distinct)))
}

const toDistinct = (wanted: readonly WantedUsage[]): WantedUsage[] => [
  ...new Map(wanted.map((each) => [usageText(each.key), each])).values(),
]

const toColumns = (wanted: readonly WantedUsage[]): unknown[] => [
  wanted.map(({ key }) => key.objectId),
  wanted.map(({ key }) => key.measure),
  wanted.map(({ key }) => key.subject),
  wanted.map(({ key }) => key.period),
  wanted.map(({ projectId }) => projectId),
  wanted.map(({ timeZone }) => timeZone),
  wanted.map(({ now }) => now),
]

const toMap = (rows: readonly UsageRow[]): Map<string, number> =>
  new Map(
    rows.map((row) => [
      `${row.object_id} ${row.measure} ${row.subject} ${row.period}`,
      Number(row.used),
    ]),
  )

/** How much a counter goes up or (rolled back) down; `max` is what the rule allowed, null for no upper limit. */
export type UsageChange = { key: UsageKey; delta: number; max: number | null }

const ADD = statement(
  'add_usage',
  `update usage_counter
      -- A redemption that was in flight when its counter was made may be missing in it.
      set used = greatest(0, usage_counter.used + change.delta),
          used_max = case when change.delta > 0 then change.used_max end
     from (select object_id, measure, subject, period, sum(delta)::bigint as delta, min(used_max) as used_max
             from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
                  as change (object_id, measure, subject, period, delta, used_max)
            group by 1, 2, 3, 4) as change
    where (usage_counter.object_id, usage_counter.measure, usage_counter.subject, usage_counter.period)
        = (change.object_id, change.measure, change.subject, change.period)`,
)

/** Moves counters that `tx` has locked; several changes of one counter add up. Those that nobody keeps stay unkept. */
export function addUsage(tx: Tx, changes: readonly UsageChange[]): void {
  if (changes.length === 0) return
  tx.send(ADD, [
    changes.map(({ key }) => key.objectId),
    changes.map(({ key }) => key.measure),
    changes.map(({ key }) => key.subject),
    changes.map(({ key }) => key.period),
    changes.map(({ delta }) => delta),
    changes.map(({ max }) => max),
  ])
}

const LOCK_KEYS = statement('lock_usage_keys', LOCK.text)

/** Locks counters as they stand, for a rollback that takes back what a redemption counted. */
export async function lockUsageKeys(tx: Tx, keys: readonly UsageKey[]): Promise<void> {
  if (keys.length === 0) return
  await tx.run(LOCK_KEYS, [
    keys.map(({ objectId }) => objectId),
    keys.map(({ measure }) => measure),
    keys.map(({ subject }) => subject),
    keys.map(({ period }) => period),
  ])
}
