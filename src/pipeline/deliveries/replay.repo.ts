import { type Db, statement } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'

/** Which failed deliveries of a destination are meant; what is not given does not matter. */
export type ReplayFilter = {
  destinationId: string
  /** Events received at or after `from` and before `to`. */
  from: Date
  to: Date
  reason?: string | undefined
  mappingId?: string | undefined
  messageId?: string | undefined
  /** `userId`, else `anonymousId`, of the person. */
  userKey?: string | undefined
}

export type ReplayCounts = {
  /** Failed deliveries that can be sent again, by their reason. */
  reasons: { reason: string | null; count: number }[]
  /** Failed deliveries of mappings that are disabled or gone. */
  withoutMapping: number
  /** Failed deliveries of which no payload could be made, so that nothing is there to send. */
  withoutPayload: number
}

const CHOSEN = `delivery.destination_id = $1 and delivery.outcome = 'failed'
  and delivery.received_at >= $2 and delivery.received_at < $3
  and ($4::text is null or delivery.reason = $4) and ($5::text is null or delivery.mapping_id = $5)
  and ($6::text is null or delivery.message_id = $6) and ($7::text is null or delivery.user_key = $7)`

const toValues = (filter: ReplayFilter): unknown[] => [
  filter.destinationId,
  filter.from,
  filter.to,
  filter.reason ?? null,
  filter.mappingId ?? null,
  filter.messageId ?? null,
  filter.userKey ?? null,
]

const COUNT = statement(
  'count_replayable_deliveries',
  `select case when mapping.id is null then 'mapping' when delivery.payload is null then 'payload' end as lack,
          delivery.reason, count(*) as count
     from delivery left join mapping on mapping.id = delivery.mapping_id and mapping.is_enabled
    where ${CHOSEN}
    group by 1, 2 order by count desc, delivery.reason`,
)

/** How many failed deliveries a replay would send again, and how many it could not. */
export async function countReplayable(db: Db, filter: ReplayFilter): Promise<ReplayCounts> {
  const rows = await db.run<{ lack: string | null; reason: string | null; count: number }>(
    COUNT,
    toValues(filter),
  )
  const lacking = (what: string): number =>
    rows.reduce((sum, { lack, count }) => (lack === what ? sum + count : sum), 0)
  return {
    reasons: rows
      .filter(({ lack }) => lack === null)
      .map(({ reason, count }) => ({ reason, count })),
    withoutMapping: lacking('mapping'),
    withoutPayload: lacking('payload'),
  }
}

// What was not answered may have had its effect, and keeps its Idempotency-Key. One attempt is kept: a row
// without any would count as not sent yet, and hold back what the person did since.
const REQUEUE = statement(
  'requeue_failed_deliveries',
  `with chosen as (
     select delivery.id from delivery join mapping on mapping.id = delivery.mapping_id and mapping.is_enabled
      where ${CHOSEN} and delivery.payload is not null
      order by delivery.id limit $8 for update of delivery skip locked
   ),
   placed as (select id, row_number() over (order by id) - 1 as place from chosen)
   update delivery set outcome = 'pending', attempts = 1, first_attempt_at = null, finished_at = null,
     next_attempt_at = $9::timestamptz + ($10::bigint + placed.place) * $11::float8 * interval '1 second',
     replays = least(delivery.replays + (delivery.status is not null)::int, 32767)
    from placed where delivery.id = placed.id
   returning delivery.id`,
)

/**
 * Puts failed deliveries back into the retry queue of their destination, oldest first, `perSecond` of them
 * due each second from `now` on. Returns how many: those in the queue are not failed any more, so that the same
 * replay again finds nothing.
 */
export async function requeueFailed(
  db: Db,
  filter: ReplayFilter,
  { now, perSecond }: { now: Date; perSecond: number },
): Promise<number> {
  let queued = 0
  for (;;) {
    const rows = await db.run(REQUEUE, [
      ...toValues(filter),
      LIMITS.replayBatchMax,
      now,
      queued,
      1 / perSecond,
    ])
    queued += rows.length
    if (rows.length < LIMITS.replayBatchMax) return queued
  }
}
