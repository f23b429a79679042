const CHANNELS = [
  'sms',
  'email',
  'activecampaign',
  'braze',
  'mailchimp',
  'intercom',
  'shopify',
  'klaviyo',
  'batch',
]
const expand = (prefix: string, ...names: string[]): string[] =>
  names.map((name) => `${prefix}.${name}`)

/** Every type of occurrence that a customer's activity can be narrowed to (engine-programs §13.3). */
export const ACTIVITY_TYPES: ReadonlySet<string> = new Set([
  'manual_distribution_schedule',
  ...expand('customer', 'confirmed', 'created', 'updated', 'deleted', 'referred', 'custom_event'),
  ...expand('customer', 'rewarded', 'rewarded.loyalty_points'),
  ...expand('customer.segment', 'entered', 'left'),
  ...CHANNELS.flatMap((channel) => expand(`customer.${channel}`, 'sent', 'recovered', 'failed')),
  ...expand('customer.publication', 'succeeded', 'failed'),
  ...expand('customer.validation', 'succeeded', 'failed'),
  ...expand('customer.redemption', 'succeeded', 'failed'),
  ...expand('customer.redemption.rollback', 'succeeded', 'failed'),
  ...expand('customer.order', 'created', 'updated', 'paid', 'canceled', 'fulfilled', 'processing'),
  ...expand('customer.reward_redemptions', 'created', 'pending', 'completed', 'rolledback'),
  ...expand('customer.voucher', 'deleted', 'gift.balance_added'),
  ...expand(
    'customer.voucher.loyalty_card',
    'points_added',
    'points_transferred',
    'points_expired',
    'points_activated',
  ),
  ...expand(
    'customer.voucher.loyalty_card.pending_points',
    'added',
    'updated',
    'canceled',
    'activated',
  ),
  'customer.loyalty.updated',
  ...expand('customer.loyalty.tier', 'upgraded', 'downgraded', 'prolonged', 'joined', 'left'),
  'customer.loyalty.tier.expiration.changed',
  ...expand('customer.holder.assignment', 'created', 'deleted'),
])
