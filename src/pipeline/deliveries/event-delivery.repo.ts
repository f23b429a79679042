import { type Db, statement } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { PipelineDeps } from '../context.ts'
import type { EventLog } from '../log/index.ts'
import type { TimeRange } from './calculate-range.ts'
import type { Interval } from './calculate-series.ts'
import type { Outcome } from './delivery.ts'

/** What is counted: one mapping of a destination, or the destination as a whole. */
type Scope = TimeRange & { destinationId: string; mappingId: string | undefined }

const parametersOf = ({ destinationId, from, to, mappingId }: Scope): unknown[] => [
  destinationId,
  from,
  to,
  mappingId ?? null,
]

/** The records in a scope. A mapping that an event passed by stands in the one record of all these. */
const IN_SCOPE = `destination_id = $1 and received_at >= $2 and received_at < $3
     and ($4::text is null or mapping_id = $4
          or (mapping_id is null and $4 = any(filtered_mapping_ids)))`

/**
 * Which of them count. For a destination as a whole, an event is not filtered by the mappings it passed by
 * while it matched another, which is what this reason says.
 */
const COUNTS = `($4::text is not null or reason is distinct from 'FILTERED_AT_MAPPING')`

/** Milliseconds from receipt to delivery, not below 0: two processes may have two clocks. */
const LATENCY_MS = `greatest(0, round(date_part('epoch', finished_at - received_at) * 1000))`

/**
 * One statement, so that all numbers are of one moment, and with them the cursors: they move in the transaction
 * that records what became of calls, so what is behind them is in none of the numbers.
 */
const COUNT = statement(
  'count_deliveries',
  `with chosen as materialized (
     select outcome, reason, message, attempts > 1 as is_retry, log_position, ${COUNTS} as counts,
            case when outcome = 'delivered' then ${LATENCY_MS} end as latency_ms
       from delivery where ${IN_SCOPE}),
   groups as (
     select outcome, reason, filter, is_retry, count(*) as count, min(message) as least, max(message) as greatest
       from (select *, case when outcome = 'filtered' then message end as filter from chosen where counts) as counted
      group by outcome, reason, filter, is_retry)
   select
     (select count(*) from chosen where counts) as received,
     (select count(*) from (select distinct log_position from chosen) as event) as events,
     (select percentile_disc(array[0.5, 0.95]) within group (order by latency_ms)
        from chosen where latency_ms is not null) as latency_ms,
     (select coalesce(json_agg(groups), '[]') from groups) as groups,
     (select json_build_object('projectId', project_id, 'sourceId', source_id, 'since', enabled_at,
               'positions', (select json_object_agg(log_partition, position) from log_cursor where reader = $1))
        from destination where id = $1 and is_enabled) as reading`,
)

export type CountedGroup = {
  outcome: Outcome
  reason: string | null
  /** The title of the destination filter that kept the events back; null for every other reason. */
  filter: string | null
  is_retry: boolean
  count: number
  /** The first and the last of its messages in alphabetical order. */
  least: string | null
  greatest: string | null
}

export type Counted = {
  received: number
  events: number
  unread: number
  /** p50 and p95; null when nothing was delivered. */
  latency_ms: [number, number] | null
  groups: CountedGroup[]
}

type CountedRow = Omit<Counted, 'unread'> & {
  /** Null for a destination that is disabled, or gone. */
  reading: {
    projectId: string
    sourceId: string
    since: string
    positions: Record<string, number> | null
  } | null
}

/** Every number about a scope; each call is in one of them, or was received since. */
export async function countDeliveries(
  { db, eventLog }: Pick<PipelineDeps, 'db' | 'eventLog'>,
  scope: Scope,
): Promise<Counted> {
  const [row] = await db.run<CountedRow>(COUNT, parametersOf(scope))
  if (!row) return { received: 0, events: 0, unread: 0, latency_ms: null, groups: [] }
  const { reading, ...counted } = row
  return { ...counted, unread: reading ? await countUnread(eventLog, reading, scope) : 0 }
}

function countUnread(
  eventLog: EventLog,
  { projectId, sourceId, since, positions }: NonNullable<CountedRow['reading']>,
  { from, to }: Scope,
): Promise<number> {
  const enabledAt = new Date(since)
  return eventLog.countUnread({
    projectId,
    sourceId,
    positions: new Map(
      Object.entries(positions ?? {}).map(([partition, position]) => [Number(partition), position]),
    ),
    from: enabledAt > from ? enabledAt : from,
    to,
  })
}

const COUNT_BY_INTERVAL = statement(
  'count_deliveries_by_interval',
  `select date_trunc($5, received_at, 'UTC') as start,
          count(*) filter (where ${COUNTS}) as received,
          count(*) filter (where outcome = 'filtered' and ${COUNTS}) as filtered,
          count(*) filter (where outcome = 'delivered') as delivered,
          count(*) filter (where outcome = 'failed') as failed,
          count(*) filter (where outcome = 'pending') as pending,
          percentile_disc(array[0.5, 0.95]) within group (order by ${LATENCY_MS})
            filter (where outcome = 'delivered') as latency_ms
     from delivery where ${IN_SCOPE} group by 1`,
)

export type CountedInterval = {
  start: Date
  received: number
  filtered: number
  delivered: number
  failed: number
  pending: number
  latency_ms: [number, number] | null
}

/** The numbers of each interval in which anything was received, as of one moment, in no order. */
export const countByInterval = (
  db: Db,
  scope: Scope,
  interval: Interval,
): Promise<CountedInterval[]> =>
  db.run<CountedInterval>(COUNT_BY_INTERVAL, [...parametersOf(scope), interval])

/** Payloads are read of the samples alone. */
const FAILURES = statement(
  'list_delivery_failures',
  `with failed as (
     select id, reason, finished_at, row_number() over (partition by reason order by id desc) as place
       from delivery where outcome = 'failed' and ${IN_SCOPE}),
   reasons as (
     select reason, count(*) as count, min(finished_at) as first_at, max(finished_at) as last_at,
            array_agg(id) filter (where place <= $6) as sample_ids
       from failed group by reason order by count desc, reason limit $5)
   select reasons.reason, reasons.count, reasons.first_at, reasons.last_at, sample.id, sample.mapping_id,
          sample.message_id, sample.event_type, sample.event_name, sample.payload, sample.status,
          sample.response, sample.message, sample.attempts, sample.received_at, sample.finished_at
     from reasons join delivery as sample on sample.id = any(reasons.sample_ids)
    order by reasons.count desc, reasons.reason, sample.id desc`,
)

/** A failed delivery beside the numbers of its reason. */
export type FailureSample = {
  reason: string
  count: number
  first_at: Date
  last_at: Date
  id: number
  mapping_id: string
  message_id: string
  event_type: string
  event_name: string | null
  payload: unknown
  status: number | null
  response: string | null
  message: string | null
  attempts: number
  received_at: Date
  finished_at: Date
}

/**
 * The newest failures of each of the most frequent `reasonsMax` reasons, the most frequent reason first, as of
 * one moment.
 */
export const listFailureSamples = (
  db: Db,
  scope: Scope,
  reasonsMax: number,
): Promise<FailureSample[]> =>
  db.run<FailureSample>(FAILURES, [
    ...parametersOf(scope),
    reasonsMax,
    LIMITS.eventDeliverySamplesMax,
  ])
