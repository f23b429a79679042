import type { Money } from '../../kernel/money.ts'
import type { Campaign } from '../campaigns/index.ts'
import type { Category } from '../categories/index.ts'
import type { PromotionTier } from '../promotions/index.ts'
import type { NamedReward, Offer } from '../rewards/index.ts'
import type { CompiledRule, RedeemableKind } from '../rules/index.ts'
import type { Voucher } from '../vouchers/index.ts'
import type { UsageNeed } from './usage-deltas.ts'

/** The reward by its id or that of its assignment, and with how many points where the caller says. */
export type AskedReward = NamedReward & {
  points?: number | undefined
  /** How many of it; one unless the engine redeems by itself. */
  quantity?: number | undefined
}

/** How a request names one thing to redeem (engine-core §16.1). */
export type Asked = {
  object: 'voucher' | 'promotion_tier' | 'promotion_stack'
  /** Code or id of a voucher, id of a tier or stack. */
  id: string
  /** Gift credits asked for; undefined means as many as the order needs (C-08). */
  credits: Money | undefined
  /** The reward that a loyalty card is redeemed for. */
  reward: AskedReward | undefined
}

type Common = {
  campaign: Campaign | undefined
  category: Category | undefined
  /** Its own rules and those of its campaign; all of them must pass (R-RULE-06). */
  rules: readonly CompiledRule[]
  /** The counters that are kept of it and of its campaign. */
  usage: readonly UsageNeed[]
}

/** What is redeemed, with everything that decides on it, as the requests before it left it. */
export type Target = Common &
  (
    | { object: 'voucher'; voucher: Voucher; tier?: never }
    | { object: 'promotion_tier'; tier: PromotionTier; voucher?: never }
  )

/** One thing to redeem; a stack that is known is its tiers by then (R-PROMO-02). */
export type Redeemable = {
  object: Asked['object']
  /** As it was asked for. */
  id: string
  credits: Asked['credits']
  reward: Asked['reward']
  /** What the program of the card offers under that name. */
  offer?: Offer | undefined
  /** Undefined when the project has nothing of this name. */
  target: Target | undefined
  stackId: string | undefined
}

/** The `v_…` or `promo_…` of what is redeemed. */
export const targetIdOf = (target: Target): string =>
  target.object === 'voucher' ? target.voucher.id : target.tier.id

/** The same voucher named by its code and by its id is still named twice. */
export function hasTwins(redeemables: readonly Redeemable[]): boolean {
  if (redeemables.length < 2) return false
  const ids = redeemables.flatMap(({ target }) => (target ? targetIdOf(target) : []))
  return new Set(ids).size < ids.length
}

/** The campaign it belongs to. */
export const campaignIdOf = (target: Target): string | null =>
  target.object === 'voucher' ? target.voucher.campaignId : target.tier.campaignId

/** When it was made, for lists that show the newest first. */
export const createdAtOf = (target: Target): Date =>
  target.object === 'voucher' ? target.voucher.createdAt : target.tier.createdAt

export const metadataOf = (target: Target) =>
  target.object === 'voucher' ? target.voucher.metadata : target.tier.metadata

const KINDS = {
  DISCOUNT_VOUCHER: 'voucher_discount',
  GIFT_VOUCHER: 'voucher_gift',
  LOYALTY_CARD: 'voucher_loyalty',
} as const

/** What sentences about violated rules call it (R-RULE-09). */
export const kindOf = ({ voucher }: Target): RedeemableKind =>
  voucher ? KINDS[voucher.type] : 'promotion_tier'
