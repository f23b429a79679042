import type { Json } from '../../kernel/json.ts'
import { toStorableText } from '../../kernel/storable.ts'
import { statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { fromStoredData } from '../outbox/index.ts'
import { type Conversion, toConversion } from './decide-conversion.ts'
import type { Referral } from './referral.ts'

/** Something that a customer is to get because of a referral. */
export type NewAward = {
  referral: Referral
  /** Through which the referrer gets it; null for what the referee gets. */
  tierId: string | null
  /** Which of those that the tier gives to the customer. */
  number: number
  /** What tells of the referral. */
  occurrenceId: string
}

const ownerOf = ({ tierId, referral }: NewAward): string =>
  tierId === null ? referral.refereeId : referral.referrerId

const keyOf = (...parts: readonly (string | number | null)[]): string => parts.join(' ')

const OWE = statement(
  'owe_referral_awards',
  `insert into referral_award
          (project_id, campaign_id, tier_id, customer_id, number, referee_id, occurrence_id, created_at)
   select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::text[],
                        $8::timestamptz[])
   on conflict on constraint referral_awarded_once do nothing
   returning id, campaign_id, tier_id, customer_id, number`,
)

/** Notes what is owed from now on. Answers the ids of those that were not owed or given before, by their place. */
export async function oweAwards(
  tx: Tx,
  awards: readonly NewAward[],
): Promise<ReadonlyMap<number, number>> {
  if (awards.length === 0) return new Map()
  type Row = {
    id: number
    campaign_id: string
    tier_id: string | null
    customer_id: string
    number: number
  }
  const rows = await tx.run<Row>(OWE, [
    awards.map(({ referral }) => referral.projectId),
    awards.map(({ referral }) => referral.campaignId),
    awards.map(({ tierId }) => tierId),
    awards.map(ownerOf),
    awards.map(({ number }) => number),
    awards.map(({ referral }) => referral.refereeId),
    awards.map(({ occurrenceId }) => occurrenceId),
    awards.map(({ referral }) => referral.createdAt),
  ])
  const ids = new Map(
    rows.map((row) => [keyOf(row.campaign_id, row.tier_id, row.customer_id, row.number), row.id]),
  )
  return new Map(
    awards.flatMap((award, place) => {
      const { referral, tierId, number } = award
      const id = ids.get(keyOf(referral.campaignId, tierId, ownerOf(award), number))
      return id === undefined ? [] : [[place, id]]
    }),
  )
}

/** An award that could not be given yet, with the referral that earned it. */
export type OwedAward = {
  id: number
  tierId: string | null
  failure: string | null
  occurrenceId: string
  referral: Referral
  conversion: Conversion
}

const LOCK_OWED = statement(
  'lock_owed_referral_awards',
  `select award.id, award.tier_id, award.failure, award.occurrence_id, referral.*,
          occurrence.type, occurrence.customer_id as told_of, occurrence.data
     from referral_award award
     join referral on referral.campaign_id = award.campaign_id and referral.referee_id = award.referee_id
      and referral.undone_at is null
     left join occurrence on occurrence.id = award.occurrence_id
    where award.project_id = $1 and award.given_at is null and award.id > $2
      and ($3::text[] is null or award.customer_id = any($3))
    order by award.id limit $4 for update of award skip locked`,
)

type OwedRow = {
  id: number
  tier_id: string | null
  failure: string | null
  occurrence_id: string
  project_id: string
  campaign_id: string
  voucher_id: string
  referrer_id: string
  referee_id: string
  redemption_id: string | null
  custom_event_id: string | null
  created_at: Date
  type: string | null
  told_of: string | null
  data: { [key: string]: Json } | null
}

/**
 * What is owed in a project, to `customerIds` or to anybody, behind the award `after`; locked until `tx` ends. What somebody
 * else is giving at the moment is left out, and so is what was earned with somebody who does not count any more (F-14).
 */
export async function lockOwed(
  tx: Tx,
  projectId: string,
  {
    after,
    customerIds,
    limit,
  }: { after: number; customerIds: readonly string[] | null; limit: number },
): Promise<OwedAward[]> {
  const rows = await tx.run<OwedRow>(LOCK_OWED, [projectId, after, customerIds, limit])
  return rows.map(toOwed)
}

function toOwed(row: OwedRow): OwedAward {
  const { type, told_of: toldOf, data } = row
  const known = type !== null && data && toConversion(type, toldOf, fromStoredData(data))
  const referral: Referral = {
    projectId: row.project_id,
    campaignId: row.campaign_id,
    voucherId: row.voucher_id,
    referrerId: row.referrer_id,
    refereeId: row.referee_id,
    redemptionId: row.redemption_id,
    customEventId: row.custom_event_id,
    createdAt: row.created_at,
  }
  const { refereeId, voucherId } = referral
  return {
    id: row.id,
    tierId: row.tier_id,
    failure: row.failure,
    occurrenceId: row.occurrence_id,
    referral,
    conversion: known || { refereeId, voucherId, redemption: null, customEvent: null },
  }
}

const SETTLE = statement(
  'settle_referral_awards',
  `update referral_award
      set given_at = case when tried.failure is null then $3::timestamptz end, failure = tried.failure
     from unnest($1::bigint[], $2::text[]) as tried (id, failure) where referral_award.id = tried.id`,
)

/** Notes of awards that `tx` has locked that they were given, or why they could not be. */
export function settleAwards(
  tx: Tx,
  tried: readonly { id: number; failure: string | null }[],
  now: Date,
): void {
  if (tried.length === 0) return
  const toText = (failure: string): string =>
    toStorableText(failure.slice(0, LIMITS.textLengthMax)) || 'unknown'
  tx.send(SETTLE, [
    tried.map(({ id }) => id),
    tried.map(({ failure }) => failure && toText(failure)),
    now,
  ])
}
