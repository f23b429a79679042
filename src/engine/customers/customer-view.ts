import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { Db } from '../../platform/db.ts'
import type { Customer } from './customer.ts'
import { findSummaries, NO_SUMMARY, type Summary } from './summary.repo.ts'

type View = { [key: string]: Json }

/** The customer inside a redemption, an event or an occurrence (SimpleCustomer, engine-programs §2.1). */
export const toSimpleCustomer = (customer: Customer): View => ({
  id: customer.id,
  source_id: customer.sourceId,
  ...(customer.name !== null && { name: customer.name }),
  ...(customer.email !== null && { email: customer.email }),
  metadata: customer.metadata,
  object: 'customer',
})

/** Customers as the API shows them, with summaries as of this moment (§2.1, §2.2). */
export async function toCustomerViews(db: Db, customers: readonly Customer[]): Promise<View[]> {
  const summaries = await findSummaries(db, customers)
  return customers.map((customer) => toCustomerView(customer, summaries.get(customer.id)))
}

const PLAIN = ['name', 'description', 'email', 'phone', 'birthdate'] as const

/** The same with a summary that is known; without one the customer has done nothing yet. What is unset is left out. */
export const toCustomerView = (customer: Customer, summary: Summary = NO_SUMMARY): View => ({
  id: customer.id,
  source_id: customer.sourceId,
  ...Object.fromEntries(
    PLAIN.flatMap((field) => (customer[field] === null ? [] : [[field, customer[field]]])),
  ),
  address: customer.address,
  summary: toSummaryView(summary),
  loyalty: toLoyaltyView(summary),
  referrals: toReferralsView(summary),
  metadata: customer.metadata,
  system_metadata: customer.systemMetadata,
  created_at: toIso(customer.createdAt),
  updated_at: customer.updatedAt ? toIso(customer.updatedAt) : null,
  object: 'customer',
})

/** What of programs a customer has: points, whom they referred, tiers (engine-programs §2.2). */
export const toLoyaltyView = ({ loyalty }: Summary): View => ({
  points: loyalty.points,
  referred_customers: loyalty.referredCustomers,
  campaigns: Object.fromEntries(
    loyalty.campaigns.map(({ name, points, referredCustomers, tier }) => [
      name,
      {
        points,
        referred_customers: referredCustomers,
        ...(tier && { loyalty_tier: tier.id }),
      },
    ]),
  ),
})

const toReferralsView = ({ referrals }: Summary): View => ({
  total: referrals.length,
  campaigns: referrals.map((referral) => ({
    campaign_id: referral.campaignId,
    referrer_id: referral.referrerId,
    related_object_id: referral.relatedObjectId,
    related_object_type: referral.relatedObjectType,
    date: toIso(referral.date),
  })),
})

const toSummaryView = ({ redemptions, gift, loyalty, orders }: Summary): View => ({
  redemptions: {
    // A rollback takes nothing away here, it is counted by itself (C-4).
    total_redeemed: redemptions.succeeded,
    total_failed: redemptions.failed,
    total_succeeded: redemptions.succeeded,
    total_rolled_back: redemptions.rolledBack,
    total_rollback_failed: redemptions.rollbackFailed,
    total_rollback_succeeded: redemptions.rolledBack,
    gift: { redeemed_amount: gift.redeemed, amount_to_go: gift.balance },
    loyalty_card: { redeemed_points: loyalty.redeemedPoints, points_to_go: loyalty.points },
  },
  orders: {
    total_amount: orders.amount,
    total_count: orders.count,
    average_amount: orders.count === 0 ? 0 : Math.round(orders.amount / orders.count),
    last_order_amount: orders.last?.amount ?? 0,
    ...(orders.last && { last_order_date: toIso(orders.last.at) }),
  },
})
