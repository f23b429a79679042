import { isPlainObject, type Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { Tx } from '../../platform/db.ts'
import { findCampaigns, toSimpleCampaign } from '../campaigns/index.ts'
import {
  findCustomers,
  findSummaries,
  toLoyaltyView,
  toSimpleCustomer,
} from '../customers/index.ts'
import type { Happening, ProgramEffect } from '../effects/index.ts'
import { announce, type Fact } from '../outbox/index.ts'

/** Whose loyalty summary something changed, and in which program. */
type Changed = { customerId: string; campaignId: string; happening: Happening }

/** Who of an occurrence's data has other points, another tier or another referee after it. */
const PERSONS: Readonly<Record<string, string>> = {
  'voucher.loyalty_card.transaction.created': 'holder',
  'customer.referred': 'referrer',
}

const memberOf = (value: Json | undefined, key: string): string | undefined => {
  const member = isPlainObject(value) ? (value as { [key: string]: Json })[key] : undefined
  return typeof member === 'string' ? member : undefined
}

/**
 * Whether somebody changed by it who is told: a card that they got changes nothing while it is empty, and of what they
 * lose only a card had points.
 */
function isChange({ type, data: { voucher, vouchers } }: Happening): boolean {
  if (type === 'customer.voucher.deleted') return memberOf(voucher, 'type') === 'LOYALTY_CARD'
  if (type !== 'customer.publication.succeeded') return true
  const got: readonly unknown[] = Array.isArray(vouchers) ? vouchers : [voucher]
  return got.some((one) => {
    const card = isPlainObject(one) ? one['loyalty_card'] : undefined
    return isPlainObject(card) && Number(card['points']) > 0
  })
}

/** The last that happened to each customer in each program: `data` tells the state after all of it (EV-7). */
function findChanged(happenings: readonly Happening[]): Changed[] {
  const changed = new Map<string, Changed>()
  for (const happening of happenings.filter(isChange)) {
    const customerId = memberOf(happening.data[PERSONS[happening.type] ?? 'customer'], 'id')
    const campaignId = memberOf(happening.data['campaign'], 'id')
    if (customerId === undefined || campaignId === undefined) continue
    const key = `${customerId} ${campaignId}`
    changed.delete(key)
    changed.set(key, { customerId, campaignId, happening })
  }
  return [...changed.values()]
}

/** Announces `customer.loyalty.updated` to everybody whose loyalty summary is another (engine-programs §13.3, row 61). */
async function tell(tx: Tx, happenings: readonly Happening[]): Promise<void> {
  const [first] = happenings
  const changed = findChanged(happenings)
  if (!first || changed.length === 0) return
  const [customers, campaigns] = await Promise.all([
    findCustomers(tx, first.projectId, [...new Set(changed.map(({ customerId }) => customerId))]),
    findCampaigns(tx, [...new Set(changed.map(({ campaignId }) => campaignId))]),
  ])
  const summaries = await findSummaries(tx, customers)
  const byId = new Map(customers.map((customer) => [customer.id, customer]))
  announce(
    tx,
    changed.flatMap(({ customerId, campaignId, happening: { call } }): Fact[] => {
      const customer = byId.get(customerId)
      const summary = summaries.get(customerId)
      const campaign = campaigns.get(campaignId)
      // A referral code is a program of another kind, and so is a coupon.
      if (!customer || !summary || !campaign || !hasLoyalty(campaign.campaignType)) return []
      const data = {
        customer: toSimpleCustomer(customer),
        campaign: toSimpleCampaign(campaign),
        loyalty: toLoyaltyView(summary),
        created_at: toIso(call.now),
      }
      return [{ call, type: 'customer.loyalty.updated', customerId, data }]
    }),
  )
}

const hasLoyalty = (type: string): boolean =>
  type === 'LOYALTY_PROGRAM' || type === 'REFERRAL_PROGRAM'

export const loyaltySummaryEffect: ProgramEffect = { kind: 'loyalty_summaries', run: tell }
