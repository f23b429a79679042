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

const idOf = (value: Json | undefined): string | undefined => {
  const id = isPlainObject(value) ? (value as { [key: string]: Json })['id'] : undefined
  return typeof id === 'string' ? id : undefined
}

/** The last that happened to each customer in each program: `data` tells the state after all of it (EV-7). */
function findChanged(happenings: readonly Happening[]): Changed[] {
  const changed = new Map<string, Changed>()
  for (const happening of happenings) {
    const customerId = idOf(happening.data[PERSONS[happening.type] ?? 'customer'])
    const campaignId = idOf(happening.data['campaign'])
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
