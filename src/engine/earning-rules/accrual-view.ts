import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { LoyaltyTier } from '../loyalty-tiers/index.ts'
import type { Accrual } from './decide-accruals.ts'
import type { Trigger } from './trigger.ts'

type View = { [key: string]: Json }

/** What happened, as what follows refers to it (LinkEvent, engine-programs §13.1). */
export const toLinkEvent = ({ happening }: Trigger): View => ({
  id: happening.occurrenceId,
  type: happening.type,
  category: happening.type === 'customer.custom_event' ? 'ACTION' : 'EFFECT',
  entity_id: happening.customerId,
  created_at: toIso(happening.createdAt),
  group_id: happening.call.groupId,
})

const toNamed = (tier: Pick<LoyaltyTier, 'id' | 'name'>): View => ({ id: tier.id, name: tier.name })

/** The event and its schema, as a line of the ledger names them (E-3). */
export function toEventDetails({ customEvent, eventSchema }: Trigger): View {
  if (!customEvent) return {}
  const { id = null, type = null } = customEvent
  return { custom_event: { id, type }, event_schema: eventSchema }
}

type Told = Pick<Accrual, 'trigger' | 'rule' | 'tier'>

/** What is noted of points that wait: where they come from (§8.6). */
export function toPendingDetails(told: Told): View {
  const { order } = told.trigger
  return {
    ...toDetails(told),
    event: toLinkEvent(told.trigger),
    ...(order && { order: { id: order['id'] ?? null, source_id: order['source_id'] ?? null } }),
  }
}

/** What the ledger notes of an accrual (§7.3). */
export function toDetails({ trigger, rule, tier }: Told): View {
  const { happening, segment, tier: changed } = trigger
  return {
    event: { id: happening.occurrenceId, type: happening.type },
    earning_rule: { id: rule.id, source: { banner: rule.banner } },
    ...(segment && { segment: { id: segment['id'] ?? null, name: segment['name'] ?? null } }),
    ...(changed && { loyalty_tier: { id: changed.id, name: changed.view['name'] ?? null } }),
    ...(tier && { holder_loyalty_tier: toNamed(tier) }),
    ...toEventDetails(trigger),
  }
}
