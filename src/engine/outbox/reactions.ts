import type { OccurrenceType } from './occurrence-types.ts'

/** What of a project can react to occurrences, in the order in which it does (engine-programs §8.4). */
export const PROGRAM_KINDS = [
  'earning_rules',
  'referrals',
  'auto_redeem',
  'tiers',
  'segments',
] as const

export type ProgramKind = (typeof PROGRAM_KINDS)[number]

const SOME: Partial<Record<OccurrenceType, readonly ProgramKind[]>> = {
  'customer.order.paid': ['earning_rules', 'segments'],
  'customer.custom_event': ['earning_rules', 'referrals', 'segments'],
  'customer.segment.entered': ['earning_rules'],
  'customer.loyalty.tier.joined': ['earning_rules', 'segments'],
  'customer.loyalty.tier.left': ['earning_rules', 'segments'],
  'customer.loyalty.tier.upgraded': ['earning_rules', 'segments'],
  'customer.loyalty.tier.downgraded': ['earning_rules', 'segments'],
  'customer.loyalty.tier.prolonged': ['earning_rules', 'segments'],
  'customer.redemption.succeeded': ['referrals', 'segments'],
  'customer.redemption.rollback.succeeded': ['referrals', 'segments'],
  // Whatever moves points of a card is told as this, too.
  'voucher.loyalty_card.transaction.created': ['auto_redeem', 'tiers', 'segments'],
  'customer.redemption.failed': ['segments'],
  'customer.redemption.rollback.failed': ['segments'],
  'customer.voucher.gift.balance_added': ['segments'],
  'customer.voucher.deleted': ['segments'],
  'customer.created': ['segments'],
  'customer.updated': ['segments'],
  'customer.confirmed': ['segments'],
  'customer.referred': ['segments'],
  'customer.order.created': ['segments'],
  'customer.order.updated': ['segments'],
  'customer.order.canceled': ['segments'],
  'customer.order.fulfilled': ['segments'],
  'customer.publication.succeeded': ['auto_redeem', 'tiers', 'segments'],
}

/** Which kinds of programs react to a type of occurrence; none to the others. */
export const REACTIONS: Readonly<Record<string, readonly ProgramKind[]>> = SOME

/** As `announce` passes them: names parted by commas; null when nothing reacts. */
const LISTED = new Map(Object.entries(SOME).map(([type, kinds]) => [type, kinds.join(',')]))

export const listedReactions = (type: OccurrenceType): string | null => LISTED.get(type) ?? null
