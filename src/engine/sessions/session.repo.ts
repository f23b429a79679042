import { type Database, type Db, statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Session } from './session.ts'

const FIND = statement(
  'find_voucher_sessions',
  `select voucher_id, session_key, credits, points from voucher_session
    where voucher_id = any($1::text[]) and expires_at > $2`,
)

type Row = { voucher_id: string; session_key: string; credits: number; points: number }

/** What is reserved of each voucher `now`, by voucher id; vouchers of which nothing is reserved are left out. */
export async function findSessions(
  db: Db,
  voucherIds: readonly string[],
  now: Date,
): Promise<Map<string, Session[]>> {
  const byVoucher = new Map<string, Session[]>()
  if (voucherIds.length === 0) return byVoucher
  for (const row of await db.run<Row>(FIND, [voucherIds, now])) {
    const session = {
      voucherId: row.voucher_id,
      key: row.session_key,
      credits: row.credits,
      points: row.points,
    }
    const others = byVoucher.get(session.voucherId)
    if (others) others.push(session)
    else byVoucher.set(session.voucherId, [session])
  }
  return byVoucher
}

const RELEASE = statement(
  'release_session',
  `delete from voucher_session where project_id = $1 and voucher_id = $2 and session_key = $3 returning voucher_id`,
)

/** Frees what a session reserved of one voucher; false when it reserved nothing of it. */
export async function releaseSession(
  tx: Tx,
  { projectId, voucherId, key }: { projectId: string; voucherId: string; key: string },
): Promise<boolean> {
  return (await tx.run(RELEASE, [projectId, voucherId, key])).length > 0
}

const CONSUME = statement(
  'consume_sessions',
  `delete from voucher_session using unnest($1::text[], $2::text[]) as used (voucher_id, session_key)
    where voucher_session.voucher_id = used.voucher_id and voucher_session.session_key = used.session_key`,
)

/** Ends the reservations that were redeemed (R-SES-04), of vouchers that `tx` has locked. */
export function consumeSessions(
  tx: Tx,
  sessions: readonly Pick<Session, 'voucherId' | 'key'>[],
): void {
  if (sessions.length === 0) return
  tx.send(CONSUME, [sessions.map(({ voucherId }) => voucherId), sessions.map(({ key }) => key)])
}

const DROP = statement(
  'drop_session',
  'delete from voucher_session where project_id = $1 and session_key = $2',
)
const RESERVE = statement(
  'reserve_session',
  `insert into voucher_session (voucher_id, session_key, project_id, credits, points, expires_at, created_at)
   select voucher_id, $2, $1, credits, points, $3, $4
     from unnest($5::text[], $6::bigint[], $7::bigint[]) as reserved (voucher_id, credits, points)
   on conflict (voucher_id, session_key) do update set
     credits = excluded.credits, points = excluded.points, expires_at = excluded.expires_at`,
)

/** Reserves for `key` what is listed and nothing else (R-SES-02). The vouchers are locked by `tx`. */
export function reserve(
  tx: Tx,
  {
    projectId,
    key,
    expiresAt,
    now,
  }: { projectId: string; key: string; expiresAt: Date; now: Date },
  reserved: readonly Omit<Session, 'key'>[],
): void {
  tx.send(DROP, [projectId, key])
  tx.send(RESERVE, [
    projectId,
    key,
    expiresAt,
    now,
    reserved.map(({ voucherId }) => voucherId),
    reserved.map(({ credits }) => credits),
    reserved.map(({ points }) => points),
  ])
}

const SWEEP = statement(
  'sweep_sessions',
  `delete from voucher_session where ctid in
     (select ctid from voucher_session where expires_at <= $1 limit ${LIMITS.sweepRowsMax} for update skip locked)
   returning 1`,
)

/** Removes what has expired; true when there is more. */
export async function sweepSessions(db: Database, now: Date): Promise<boolean> {
  return (await db.run(SWEEP, [now])).length === LIMITS.sweepRowsMax
}
