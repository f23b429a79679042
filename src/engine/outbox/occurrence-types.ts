const expand = <Prefix extends string, Name extends string>(
  prefix: Prefix,
  ...names: Name[]
): `${Prefix}.${Name}`[] => names.map((name) => `${prefix}.${name}` as const)

/**
 * Every type of occurrence the engine announces (engine-programs §13.3, §13.4). `publication.succeeded` and
 * `voucher.published` are not among them: webhooks tell them of a customer's publication (webhook-events.ts).
 */
export const OCCURRENCE_TYPES = [
  ...expand('customer', 'created', 'updated', 'deleted', 'confirmed', 'referred', 'custom_event'),
  ...expand('customer', 'rewarded', 'rewarded.loyalty_points'),
  ...expand('customer.segment', 'entered', 'left'),
  ...expand('customer.redemption', 'succeeded', 'failed'),
  ...expand('customer.redemption.rollback', 'succeeded', 'failed'),
  // A redemption of nobody in particular has no customer's feed to appear in (EV-2).
  ...expand('redemption', 'succeeded', 'failed', 'rollback.succeeded', 'rollback.failed'),
  ...expand('customer.validation', 'succeeded', 'failed'),
  ...expand('customer.publication', 'succeeded', 'failed'),
  ...expand('customer.order', 'created', 'updated', 'paid', 'canceled', 'fulfilled', 'processing'),
  ...expand('customer.reward_redemptions', 'created', 'pending', 'completed', 'rolledback'),
  ...expand('customer.loyalty', 'updated', 'tier.joined', 'tier.left', 'tier.upgraded'),
  ...expand('customer.loyalty.tier', 'downgraded', 'prolonged', 'expiration.changed'),
  ...expand('customer.holder.assignment', 'created', 'deleted'),
  ...expand('customer.voucher', 'deleted', 'gift.balance_added', 'loyalty_card.points_added'),
  ...expand('customer.voucher.loyalty_card', 'points_transferred', 'points_expired'),
  ...expand('customer.voucher.loyalty_card.pending_points', 'added', 'updated', 'canceled'),
  'customer.voucher.loyalty_card.pending_points.activated',
  ...expand('voucher', 'created', 'updated', 'deleted', 'enabled', 'disabled'),
  ...expand('voucher.gift', 'balance_added', 'transaction.created'),
  ...expand('voucher.loyalty_card', 'points_added', 'points_expired', 'transaction.created'),
  ...expand('voucher.loyalty_card.pending_points', 'added', 'updated', 'canceled', 'activated'),
  ...expand('campaign', 'created', 'updated', 'deleted', 'enabled', 'disabled'),
  ...expand('campaign.vouchers', 'added', 'generation.started', 'generation.completed'),
  'campaign.vouchers.generation.failed',
  ...expand('campaign.promotion_tier', 'created', 'updated', 'deleted', 'enabled', 'disabled'),
  ...expand('campaign.promotion_stack', 'created', 'updated', 'deleted'),
  ...expand('campaign.loyalty_tier', 'created', 'updated', 'deleted'),
  ...expand('campaign.referral_tier', 'created', 'updated', 'deleted'),
  ...expand('campaign.earning_rule', 'assigned', 'updated', 'deleted', 'enabled', 'disabled'),
  ...expand('campaign.reward.assignment', 'created', 'updated', 'deleted'),
  ...expand('business_validation_rule', 'created', 'updated', 'deleted'),
  ...expand('business_validation_rule.assignment', 'created', 'deleted'),
  // A distribution that is sent by hand has reached a customer.
  'manual_distribution_schedule',
] as const

export type OccurrenceType = (typeof OCCURRENCE_TYPES)[number]

/** What was done to a customer rather than by one (§13.3, column Cat; EV-6). */
const EFFECTS: ReadonlySet<string> = new Set<OccurrenceType>([
  'customer.referred',
  'customer.rewarded',
  'customer.rewarded.loyalty_points',
  ...expand('customer.segment', 'entered', 'left'),
  ...expand('customer.order', 'paid', 'canceled', 'fulfilled', 'processing'),
  ...expand('customer.reward_redemptions', 'created', 'pending', 'completed', 'rolledback'),
  ...expand('customer.loyalty', 'updated', 'tier.joined', 'tier.left', 'tier.upgraded'),
  ...expand('customer.loyalty.tier', 'downgraded', 'prolonged', 'expiration.changed'),
  ...expand('customer.voucher', 'gift.balance_added', 'loyalty_card.points_added'),
  ...expand('customer.voucher.loyalty_card', 'points_transferred', 'points_expired'),
  ...expand('customer.voucher.loyalty_card.pending_points', 'added', 'updated', 'canceled'),
  'customer.voucher.loyalty_card.pending_points.activated',
  'manual_distribution_schedule',
])

export const categoryOf = (type: OccurrenceType): 'ACTION' | 'EFFECT' =>
  EFFECTS.has(type) ? 'EFFECT' : 'ACTION'
