import { toIso } from '../../kernel/time.ts'
import { type Campaign, toSimpleCampaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import { type Customer, toSimpleCustomer } from '../customers/index.ts'
import type { Fact } from '../outbox/index.ts'
import type { TierChange } from './decide-tier.ts'
import type { LoyaltyTier, StoredMember } from './loyalty-tier.ts'
import { toMemberTierView, toTierView } from './loyalty-tier-view.ts'

/** What became of the tier of a customer's card. */
export type TierStory = {
  campaign: Campaign
  customer: Customer
  from: LoyaltyTier | undefined
  to: LoyaltyTier | undefined
  before: StoredMember | undefined
  member: StoredMember
  decision: { change: TierChange | undefined }
}

/** What is announced of it (engine-programs §13.6): the change, and the date when it moved (L-55). */
export function toTierFacts(call: Call, story: TierStory): Fact[] {
  const { campaign, customer, to, before, member, decision } = story
  const fact = (event: TierChange | 'expiration.changed', more: Fact['data']): Fact => ({
    call,
    type: `customer.loyalty.tier.${event}`,
    customerId: customer.id,
    data: {
      customer: toSimpleCustomer(customer),
      campaign: toSimpleCampaign(campaign),
      ...more,
      created_at: toIso(call.now),
    },
  })
  const facts: Fact[] = []
  if (decision.change) facts.push(fact(decision.change, toTiersTold(story, decision.change)))
  if (to && member.expiresOn !== (before?.expiresOn ?? null)) {
    const loyalty_tier = toMemberTierView(to, member, customer.id)
    facts.push(fact('expiration.changed', { loyalty_tier, expiration_date: member.expiresOn }))
  }
  return facts
}

function toTiersTold({ from, to, member, customer }: TierStory, change: TierChange): Fact['data'] {
  const now = to ? toMemberTierView(to, member, customer.id) : null
  const earlier = from ? toTierView(from) : null
  return change === 'upgraded' || change === 'downgraded'
    ? { loyalty_tier_from: earlier, loyalty_tier_to: now }
    : { loyalty_tier: now ?? earlier }
}
