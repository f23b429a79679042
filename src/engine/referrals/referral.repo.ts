import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { Referral } from './referral.ts'

const keyOf = ({ campaignId, refereeId }: Pick<Referral, 'campaignId' | 'refereeId'>): string =>
  `${campaignId} ${refereeId}`

// One that was undone counts again, but is not new: what it was worth was given.
const INSERT = statement(
  'insert_referrals',
  `insert into referral (project_id, campaign_id, voucher_id, referrer_id, referee_id, redemption_id,
                         custom_event_id, created_at)
   select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                        $8::timestamptz[])
   on conflict on constraint referee_once do update
      set undone_at = null, redemption_id = excluded.redemption_id, custom_event_id = excluded.custom_event_id
    where referral.undone_at is not null
   returning campaign_id, referee_id, (xmax = 0) as is_new`,
)

/** Stores who was referred; answers those who had not been before (F-11), in their order. */
export async function insertReferrals(tx: Tx, referrals: readonly Referral[]): Promise<Referral[]> {
  const once = [...new Map([...referrals].reverse().map((each) => [keyOf(each), each])).values()]
  once.reverse()
  if (once.length === 0) return []
  const rows = await tx.run<{ campaign_id: string; referee_id: string; is_new: boolean }>(INSERT, [
    once.map(({ projectId }) => projectId),
    once.map(({ campaignId }) => campaignId),
    once.map(({ voucherId }) => voucherId),
    once.map(({ referrerId }) => referrerId),
    once.map(({ refereeId }) => refereeId),
    once.map(({ redemptionId }) => redemptionId),
    once.map(({ customEventId }) => customEventId),
    once.map(({ createdAt }) => createdAt),
  ])
  const fresh = new Set(
    rows.flatMap((row) =>
      row.is_new ? [keyOf({ campaignId: row.campaign_id, refereeId: row.referee_id })] : [],
    ),
  )
  return once.filter((each) => fresh.has(keyOf(each)))
}

const UNDO = statement(
  'undo_referrals',
  'update referral set undone_at = $2 where redemption_id = any($1::text[]) and undone_at is null',
)

/** Counts those no more whose redemption was rolled back (F-14). */
export function undoReferrals(tx: Tx, redemptionIds: readonly string[], now: Date): void {
  if (redemptionIds.length > 0) tx.send(UNDO, [redemptionIds, now])
}

const COUNT = statement(
  'count_referrals',
  `select wanted.referrer_id, wanted.campaign_id, count(referral.referee_id)::int as count
     from unnest($1::text[], $2::text[]) as wanted (referrer_id, campaign_id)
     left join referral on referral.referrer_id = wanted.referrer_id
      and referral.campaign_id = wanted.campaign_id and referral.undone_at is null
    group by wanted.referrer_id, wanted.campaign_id`,
)

/** How many each referrer referred in a campaign, by `countKey`. */
export async function countReferrals(
  db: Db,
  wanted: readonly Pick<Referral, 'referrerId' | 'campaignId'>[],
): Promise<Map<string, number>> {
  const once = [...new Map(wanted.map((each) => [countKey(each), each])).values()]
  if (once.length === 0) return new Map()
  const rows = await db.run<{ referrer_id: string; campaign_id: string; count: number }>(COUNT, [
    once.map(({ referrerId }) => referrerId),
    once.map(({ campaignId }) => campaignId),
  ])
  return new Map(
    rows.map((row) => [
      countKey({ referrerId: row.referrer_id, campaignId: row.campaign_id }),
      row.count,
    ]),
  )
}

export const countKey = ({
  referrerId,
  campaignId,
}: Pick<Referral, 'referrerId' | 'campaignId'>): string => `${campaignId} ${referrerId}`
