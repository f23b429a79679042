import { type Money, money, ZERO } from '../../kernel/money.ts'
import { type Db, statement } from '../../platform/db.ts'
import type { Customer } from './customer.ts'

/** What a customer redeemed, ordered and holds (engine-programs §2.2). */
export type Summary = {
  redemptions: { succeeded: number; failed: number; rolledBack: number; rollbackFailed: number }
  gift: { redeemed: Money; balance: Money }
  loyalty: {
    redeemedPoints: number
    /** The balance of all cards together. */
    points: number
    /** Who was referred by the customer and became a customer (C-6). */
    referredCustomers: number
    campaigns: readonly LoyaltyOfCampaign[]
  }
  /** By whom the customer was referred, the earliest first. */
  referrals: readonly ReferralOfCampaign[]
  orders: { count: number; amount: Money; last: { amount: Money; at: Date } | null }
}

/** What a customer has in one program: the balance of their cards, and the tier they are in. */
export type LoyaltyOfCampaign = {
  id: string
  name: string
  points: number
  referredCustomers: number
  tier: { id: string; name: string } | null
}

/** That a customer came through somebody's referral code. */
export type ReferralOfCampaign = {
  campaignId: string
  referrerId: string
  relatedObjectId: string
  relatedObjectType: 'redemption' | 'event'
  date: Date
}

/** The summary of somebody new (C-1). */
export const NO_SUMMARY: Summary = {
  redemptions: { succeeded: 0, failed: 0, rolledBack: 0, rollbackFailed: 0 },
  gift: { redeemed: ZERO, balance: ZERO },
  loyalty: { redeemedPoints: 0, points: 0, referredCustomers: 0, campaigns: [] },
  referrals: [],
  orders: { count: 0, amount: ZERO, last: null },
}

type SummaryRow = {
  id: string
  succeeded: number
  failed: number
  rolled_back: number
  rollback_failed: number
  gift_redeemed: number
  gift_balance: number
  points_redeemed: number
  cards: { id: string; name: string; points: number; tier: LoyaltyOfCampaign['tier'] }[]
  referred: { id: string; name: string; count: number }[]
  referrals: {
    campaign_id: string
    referrer_id: string
    redemption_id: string | null
    custom_event_id: string | null
    date: string
  }[]
  order_count: number
  order_amount: number
  last_order_amount: number | null
  last_order_at: Date | null
}

// Who holds a voucher is named by an id of all projects: to ask for the project too would, while the table was not
// analysed, read all that the project has. A stack counts by its parts. Sums stop at the largest safe integer instead of leaving it.
const toSum = (amount: string): string =>
  `least(coalesce(sum(${amount}), 0), ${Number.MAX_SAFE_INTEGER})::bigint`

const SUMMARISE = statement(
  'summarise_customers',
  `select wanted.id, redemptions.*, held.*, referrers.*, referees.*, ordered.*, last_order.*
     from unnest($1::text[], $2::text[]) as wanted (project_id, id)
    cross join lateral (
      select count(*) filter (where object = 'redemption' and result = 'SUCCESS') as succeeded,
             count(*) filter (where object = 'redemption' and result = 'FAILURE') as failed,
             count(*) filter (where object = 'redemption_rollback' and result = 'SUCCESS') as rolled_back,
             count(*) filter (where object = 'redemption_rollback' and result = 'FAILURE') as rollback_failed,
             ${toSum('amount_minor')} as gift_redeemed,
             ${toSum('points')} as points_redeemed
        from redemption
       where customer_id = wanted.id and project_id = wanted.project_id and not is_parent) as redemptions
    cross join lateral (
      select ${toSum('gift_amount_minor - gift_subtracted_minor - redeemed_amount_minor')} as gift_balance,
             coalesce(json_agg(json_build_object(
               'id', campaign.id, 'name', campaign.name,
               'tier', case when tier.id is not null then json_build_object('id', tier.id, 'name', tier.name) end,
               'points', points - expired_points - subtracted_points - redeemed_points) order by voucher.created_at, voucher.id)
               filter (where campaign.id is not null and points is not null), '[]') as cards
        from voucher
        left join campaign on campaign.id = voucher.campaign_id
        left join loyalty_tier_member member on member.voucher_id = voucher.id
        left join loyalty_tier tier on tier.id = member.tier_id
       where voucher.holder_id = wanted.id and voucher.type <> 'DISCOUNT_VOUCHER' and voucher.deleted_at is null) as held
    cross join lateral (
      select coalesce(json_agg(json_build_object('id', id, 'name', name, 'count', count)), '[]') as referred
        from (select campaign.id, campaign.name, count(*) as count
                from referral join campaign on campaign.id = referral.campaign_id
               where referral.referrer_id = wanted.id and referral.undone_at is null
               group by campaign.id) as each_campaign) as referrers
    cross join lateral (
      select coalesce(json_agg(json_build_object(
               'campaign_id', campaign_id, 'referrer_id', referrer_id, 'redemption_id', redemption_id,
               'custom_event_id', custom_event_id, 'date', created_at) order by created_at, campaign_id), '[]') as referrals
        from referral
       where referee_id = wanted.id and undone_at is null) as referees
    cross join lateral (
      select count(*) as order_count, ${toSum('amount_minor - discount_amount_minor')} as order_amount
        from orders
       where project_id = wanted.project_id and customer_id = wanted.id
         and status in ('PAID', 'FULFILLED')) as ordered
     left join lateral (
      select amount_minor - discount_amount_minor as last_order_amount, created_at as last_order_at
        from orders
       where project_id = wanted.project_id and customer_id = wanted.id
         and status in ('PAID', 'FULFILLED')
       order by created_at desc, id desc limit 1) as last_order on true`,
)

/** The summaries of customers by their ids, summed up at this moment (C-2 to C-5, C-7). */
export async function findSummaries(
  db: Db,
  customers: readonly Customer[],
): Promise<ReadonlyMap<string, Summary>> {
  const wanted = [...new Map(customers.map((customer) => [customer.id, customer])).values()]
  if (wanted.length === 0) return new Map()
  const rows = await db.run<SummaryRow>(SUMMARISE, [
    wanted.map(({ projectId }) => projectId),
    wanted.map(({ id }) => id),
  ])
  return new Map(rows.map((row) => [row.id, toSummary(row)]))
}

const toSummary = (row: SummaryRow): Summary => ({
  redemptions: {
    succeeded: row.succeeded,
    failed: row.failed,
    rolledBack: row.rolled_back,
    rollbackFailed: row.rollback_failed,
  },
  gift: { redeemed: money(row.gift_redeemed), balance: money(row.gift_balance) },
  loyalty: toLoyalty(row),
  referrals: row.referrals.map(toReferral),
  orders: {
    count: row.order_count,
    amount: money(row.order_amount),
    last:
      row.last_order_amount === null || row.last_order_at === null
        ? null
        : { amount: money(row.last_order_amount), at: row.last_order_at },
  },
})

const toReferral = (row: SummaryRow['referrals'][number]): ReferralOfCampaign => ({
  campaignId: row.campaign_id,
  referrerId: row.referrer_id,
  relatedObjectId: row.redemption_id ?? row.custom_event_id ?? '',
  relatedObjectType: row.redemption_id === null ? 'event' : 'redemption',
  date: new Date(row.date),
})

/** Cards of one program count together. */
function toLoyalty({ cards, referred, points_redeemed }: SummaryRow): Summary['loyalty'] {
  const campaigns = new Map<string, LoyaltyOfCampaign>()
  const add = ({ id, ...more }: { id: string; name: string } & Partial<LoyaltyOfCampaign>) => {
    const known = campaigns.get(id)
    campaigns.set(id, {
      id,
      name: more.name,
      points: (known?.points ?? 0) + (more.points ?? 0),
      referredCustomers: (known?.referredCustomers ?? 0) + (more.referredCustomers ?? 0),
      tier: known?.tier ?? more.tier ?? null,
    })
  }
  for (const card of cards) add(card)
  for (const { count, ...campaign } of referred) add({ ...campaign, referredCustomers: count })
  const each = [...campaigns.values()]
  const sumOf = (figureOf: (campaign: LoyaltyOfCampaign) => number): number =>
    each.reduce((sum, campaign) => sum + figureOf(campaign), 0)
  return {
    redeemedPoints: points_redeemed,
    points: sumOf(({ points }) => points),
    referredCustomers: sumOf(({ referredCustomers }) => referredCustomers),
    campaigns: each,
  }
}
