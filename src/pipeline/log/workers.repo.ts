import { type Db, statement } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'

const REPORT = statement(
  'worker_report',
  `with gone as (
     delete from worker where id <> $1 and seen_at <= $3
   ), own as (
     insert into worker (id, seen_at) values ($1, $2)
     on conflict (id) do update set seen_at = excluded.seen_at
   ), held as (
     update log_cursor set leased_until = $4 where leased_by = $1 and leased_until > $2
   )
   select count(*)::int as others from worker where id <> $1 and seen_at > $3`,
)

/**
 * Says that `owner` is alive: its leases of partitions go on for another `LIMITS.logLeaseMs`. The number of
 * those that read the log now, itself included; who has not reported for that long does not count.
 */
export async function reportWorker(db: Db, owner: string, now: Date): Promise<number> {
  const since = new Date(now.getTime() - LIMITS.logLeaseMs)
  const until = new Date(now.getTime() + LIMITS.logLeaseMs)
  const [row] = await db.run<{ others: number }>(REPORT, [owner, now, since, until])
  return (row?.others ?? 0) + 1
}

const LEAVE = statement(
  'worker_leave',
  `with own as (delete from worker where id = $1)
   update log_cursor set leased_by = null, leased_until = null where leased_by = $1`,
)

/** Gives everything back that `owner` holds, before its leases end, and does not count it any more. */
export async function leaveWorkers(db: Db, owner: string): Promise<void> {
  await db.run(LEAVE, [owner])
}
