import type { OccurrenceType } from './occurrence-types.ts'

/** What of a project can react to occurrences. */
export type ProgramKind =
  | 'earning_rules'
  | 'referrals'
  | 'auto_redeem'
  | 'tiers'
  | 'segments'
  | 'loyalty_summaries'
  | 'distributions'

/** A kind of program, and the occurrences to which it reacts when its turn comes. */
export type Turn = { kind: ProgramKind; reactsTo: (type: string) => boolean }

const isCustomEvent = (type: string): boolean => type === 'customer.custom_event'

/** In which order programs react (engine-programs §8.4): members earn first, but who is referred by an event before (E-8). */
export const TURNS: readonly Turn[] = [
  turn('referrals', isCustomEvent),
  turn('earning_rules'),
  turn('referrals', (type) => !isCustomEvent(type)),
  turn('auto_redeem'),
  turn('tiers'),
  turn('segments'),
  turn('loyalty_summaries'),
  turn('distributions'),
]

function turn(kind: ProgramKind, isMeant: (type: string) => boolean = () => true): Turn {
  return {
    kind,
    reactsTo: (type) => isMeant(type) && (REACTIONS.get(type)?.includes(kind) ?? false),
  }
}

const SOME: Partial<Record<OccurrenceType, readonly ProgramKind[]>> = {
  'customer.order.paid': ['earning_rules', 'segments'],
  'customer.custom_event': ['earning_rules', 'referrals', 'segments'],
  'customer.segment.entered': ['earning_rules'],
  'customer.loyalty.tier.joined': ['earning_rules', 'segments', 'loyalty_summaries'],
  'customer.loyalty.tier.left': ['earning_rules', 'segments', 'loyalty_summaries'],
  'customer.loyalty.tier.upgraded': ['earning_rules', 'segments', 'loyalty_summaries'],
  'customer.loyalty.tier.downgraded': ['earning_rules', 'segments', 'loyalty_summaries'],
  'customer.loyalty.tier.prolonged': ['earning_rules', 'segments'],
  'customer.redemption.succeeded': ['referrals', 'segments'],
  'customer.redemption.rollback.succeeded': ['referrals', 'segments'],
  // Whatever moves points of a card is told as this, too.
  'voucher.loyalty_card.transaction.created': [
    'auto_redeem',
    'tiers',
    'segments',
    'loyalty_summaries',
  ],
  'customer.redemption.failed': ['segments'],
  'customer.redemption.rollback.failed': ['segments'],
  'customer.voucher.gift.balance_added': ['segments'],
  'customer.voucher.deleted': ['segments', 'loyalty_summaries'],
  'customer.created': ['segments'],
  'customer.updated': ['segments'],
  'customer.confirmed': ['segments'],
  'customer.referred': ['segments', 'loyalty_summaries'],
  'customer.order.created': ['segments'],
  'customer.order.updated': ['segments'],
  'customer.order.canceled': ['segments'],
  'customer.order.fulfilled': ['segments'],
  'customer.publication.succeeded': ['auto_redeem', 'tiers', 'segments', 'loyalty_summaries'],
}

/** What a distribution can be sent upon (engine-programs §12.2): what happens to a customer who is stored. */
export const DISTRIBUTION_TRIGGERS = [
  'manual_distribution_schedule',
  'customer.created',
  'customer.updated',
  'customer.custom_event',
  'customer.referred',
  'customer.rewarded',
  'customer.rewarded.loyalty_points',
  'customer.segment.entered',
  'customer.segment.left',
  'customer.publication.succeeded',
  'customer.redemption.succeeded',
  'customer.redemption.rollback.succeeded',
  'customer.order.created',
  'customer.order.updated',
  'customer.order.paid',
  'customer.order.canceled',
  'customer.order.fulfilled',
  'customer.reward_redemptions.created',
  'customer.reward_redemptions.pending',
  'customer.reward_redemptions.completed',
  'customer.reward_redemptions.rolledback',
  'customer.loyalty.tier.joined',
  'customer.loyalty.tier.left',
  'customer.loyalty.tier.upgraded',
  'customer.loyalty.tier.downgraded',
  'customer.loyalty.tier.prolonged',
  'customer.voucher.gift.balance_added',
  'customer.voucher.loyalty_card.points_added',
  'customer.voucher.loyalty_card.points_transferred',
  'customer.voucher.loyalty_card.points_expired',
  'customer.voucher.loyalty_card.pending_points.added',
  'customer.voucher.loyalty_card.pending_points.updated',
  'customer.voucher.loyalty_card.pending_points.canceled',
  'customer.voucher.loyalty_card.pending_points.activated',
] as const satisfies readonly OccurrenceType[]

/** Which kinds of programs react to a type of occurrence; none to the others. */
const REACTIONS: ReadonlyMap<string, readonly ProgramKind[]> = new Map([
  ...Object.entries(SOME),
  ...DISTRIBUTION_TRIGGERS.map(
    (type: OccurrenceType) => [type, [...(SOME[type] ?? []), 'distributions']] as const,
  ),
])

/** As `announce` passes them: names parted by commas; null when nothing reacts. */
const LISTED = new Map([...REACTIONS].map(([type, kinds]) => [type, kinds.join(',')]))

export const listedReactions = (type: OccurrenceType): string | null => LISTED.get(type) ?? null
