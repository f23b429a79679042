import { ApiError } from '../../kernel/api-error.ts'

const expand = (prefix: string, ...names: string[]): string[] =>
  names.map((name) => `${prefix}.${name}`)

/** The types of occurrence that a member's activity shows (engine-programs §13.3, column M). */
export const MEMBER_ACTIVITY_TYPES: ReadonlySet<string> = new Set([
  ...expand('customer', 'rewarded', 'rewarded.loyalty_points'),
  ...expand('customer.voucher', 'deleted'),
  ...expand(
    'customer.voucher.loyalty_card',
    'points_added',
    'points_transferred',
    'points_expired',
  ),
  ...expand(
    'customer.voucher.loyalty_card.pending_points',
    'added',
    'updated',
    'canceled',
    'activated',
  ),
  ...expand('customer.publication', 'succeeded', 'failed'),
  ...expand('customer.redemption', 'succeeded', 'failed'),
  ...expand('customer.redemption.rollback', 'succeeded', 'failed'),
  ...expand('customer.reward_redemptions', 'created', 'pending', 'completed', 'rolledback'),
  'customer.loyalty.updated',
  ...expand('customer.loyalty.tier', 'upgraded', 'downgraded', 'prolonged', 'joined', 'left'),
  'customer.loyalty.tier.expiration.changed',
])

/** The document spells two of them so. */
const TYPOS: Readonly<Record<string, string>> = {
  'customer.redemption.succceeded': 'customer.redemption.succeeded',
  'customer.redemption.rollback.succceeded': 'customer.redemption.rollback.succeeded',
}

/** The type that is asked for, spelt right. Throws `invalid_query_params` for one that is not of members. */
export function toMemberActivityType(type: unknown): string | undefined {
  if (type === undefined || type === '') return undefined
  const name = TYPOS[String(type)] ?? String(type)
  if (MEMBER_ACTIVITY_TYPES.has(name)) return name
  throw new ApiError('invalid_query_params', {
    details: `Property .type does not know events of type ${name}`,
  })
}
