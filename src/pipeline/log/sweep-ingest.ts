import { type Db, statement } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'

const SWEEP_MESSAGES = statement(
  'sweep_messages_seen',
  `delete from message_seen where ctid = any (array(
     select ctid from message_seen where received_at <= $1 order by received_at limit $2 for update skip locked
   )) and received_at <= $1
   returning 1`,
)

const SWEEP_REJECTED = statement(
  'sweep_rejected_calls',
  `delete from rejected_call where id in (
     select id from rejected_call where received_at <= $1 order by received_at limit $2
   ) returning 1`,
)

// The oldest entries stand first in each partition: no index on the time is needed to find them.
const SWEEP_LOG = statement(
  'sweep_log',
  `delete from log_entry as entry using (
     select oldest.log_partition, oldest.position
     from generate_series(0, $3::int - 1) as part, lateral (
       select log_partition, position, received_at from log_entry
       where log_partition = part::smallint order by position limit $2 / $3::int
     ) as oldest
     where oldest.received_at <= $1
   ) as old
   where entry.log_partition = old.log_partition and entry.position = old.position
   returning 1`,
)

/**
 * Deletes what has passed its retention: message ids that no longer count as seen, entries of the log,
 * refused calls; of each at most `LIMITS.sweepRowsMax`. True when there may be more to delete at once.
 */
export async function sweepIngest(db: Db, now: Date): Promise<boolean> {
  const before = (ms: number): Date => new Date(now.getTime() - ms)
  const limit = LIMITS.sweepRowsMax
  const messages = await db.run(SWEEP_MESSAGES, [before(LIMITS.deduplicationWindowMs), limit])
  const rejected = await db.run(SWEEP_REJECTED, [before(LIMITS.logRetentionMs), limit])
  const entries = await db.run(SWEEP_LOG, [
    before(LIMITS.logRetentionMs),
    limit,
    LIMITS.logPartitions,
  ])
  const isPartitionFull = entries.length >= Math.floor(limit / LIMITS.logPartitions)
  return messages.length >= limit || rejected.length >= limit || isPartitionFull
}
