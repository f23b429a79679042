import type { Selectable } from 'kysely'
import type { LoyaltyTierMember as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { Day } from '../points/index.ts'
import type { StoredMember } from './loyalty-tier.ts'

type MemberRow = Omit<Selectable<Row>, 'starts_on' | 'expires_on' | 'next_starts_on'> & {
  starts_on: Day | null
  expires_on: Day | null
  next_starts_on: Day | null
}

const toMember = (row: MemberRow): StoredMember => ({
  voucherId: row.voucher_id,
  projectId: row.project_id,
  campaignId: row.campaign_id,
  tierId: row.tier_id,
  startsOn: row.starts_on,
  expiresOn: row.expires_on,
  nextTierId: row.next_tier_id,
  nextStartsOn: row.next_starts_on,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const FIND = statement(
  'find_tier_members',
  'select * from loyalty_tier_member where voucher_id = any($1::text[])',
)

/** The tiers that cards are in, by the id of the card. They change only under the lock of the card. */
export async function findMembers(
  db: Db,
  voucherIds: readonly string[],
): Promise<Map<string, StoredMember>> {
  if (voucherIds.length === 0) return new Map()
  const rows = await db.run<MemberRow>(FIND, [voucherIds])
  return new Map(rows.map((row) => [row.voucher_id, toMember(row)]))
}

const SAVE = statement(
  'save_tier_members',
  `insert into loyalty_tier_member (voucher_id, project_id, campaign_id, tier_id, starts_on, expires_on,
                                    next_tier_id, next_starts_on, created_at, updated_at)
   select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::date[],
                        $7::text[], $8::date[], $9::timestamptz[], $10::timestamptz[])
   on conflict (voucher_id) do update
      set tier_id = excluded.tier_id, starts_on = excluded.starts_on, expires_on = excluded.expires_on,
          next_tier_id = excluded.next_tier_id, next_starts_on = excluded.next_starts_on,
          updated_at = excluded.updated_at`,
)

/** Stores the tiers of cards that `tx` has locked. */
export function saveMembers(tx: Tx, members: readonly StoredMember[]): void {
  if (members.length === 0) return
  tx.send(SAVE, [
    members.map(({ voucherId }) => voucherId),
    members.map(({ projectId }) => projectId),
    members.map(({ campaignId }) => campaignId),
    members.map(({ tierId }) => tierId),
    members.map(({ startsOn }) => startsOn),
    members.map(({ expiresOn }) => expiresOn),
    members.map(({ nextTierId }) => nextTierId),
    members.map(({ nextStartsOn }) => nextStartsOn),
    members.map(({ createdAt }) => createdAt),
    members.map(({ updatedAt }) => updatedAt),
  ])
}

/** For which card, and from which days on, points are summed; both days are the first of a period. */
export type EarnedOf = { voucherId: string; before: Day; from: Day }

/** What is earned: not what was transferred, or came back. */
const EARNED = statement(
  'sum_earned_points',
  `select wanted.voucher_id,
          coalesce(sum(movement.amount_minor) filter (where movement.created_at >= wanted.begins), 0)::bigint as earned,
          coalesce(sum(movement.amount_minor) filter (where movement.created_at < wanted.begins), 0)::bigint as before
     from (select voucher_id, first_day::timestamp at time zone $4 as begins_before, day::timestamp at time zone $4 as begins
             from unnest($1::text[], $2::date[], $3::date[]) as asked (voucher_id, first_day, day)) as wanted
     join voucher_transaction movement
       on movement.voucher_id = wanted.voucher_id and movement.created_at >= wanted.begins_before
      and movement.type in ('POINTS_ACCRUAL', 'POINTS_ADDITION', 'PENDING_POINTS_ACTIVATION')
    group by wanted.voucher_id`,
)

/** The points that cards earned in a period of the project's calendar, and in the one before (L-52). */
export async function sumEarned(
  db: Db,
  timeZone: string,
  wanted: readonly EarnedOf[],
): Promise<Map<string, { earned: number; before: number }>> {
  if (wanted.length === 0) return new Map()
  const rows = await db.run<{ voucher_id: string; earned: number; before: number }>(EARNED, [
    wanted.map(({ voucherId }) => voucherId),
    wanted.map(({ before }) => before),
    wanted.map(({ from }) => from),
    timeZone,
  ])
  return new Map(rows.map(({ voucher_id, earned, before }) => [voucher_id, { earned, before }]))
}
