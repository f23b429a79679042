import type { PricedOrder } from '../orders/index.ts'
import {
  toUsageKey,
  type UsageKey,
  type UsageKind,
  type UsageOccasion,
  usageText,
} from '../usage/index.ts'
import type { Target } from './redeemable.ts'

/** A kind of counter that a target keeps; `max` is what its rules allow, null without an upper limit. */
export type UsageNeed = UsageKind & { max: number | null }

/** How much one redemption adds to a counter. */
export type UsageDelta = { key: UsageKey; text: string; delta: number; max: number | null }

/** What a redemption did, as far as counters add it up. */
export type Countable = {
  /** The order as it was before. */
  order: PricedOrder | undefined
  /** What was taken off it. */
  applied: number
  /** Units that were discounted, by measure. */
  units?: ReadonlyMap<string, number>
}

/** What the redemption of `target` adds to its counters, those of its campaign included. */
export function toUsageDeltas(
  { usage }: Target,
  countable: Countable,
  occasion: UsageOccasion,
): UsageDelta[] {
  return usage.flatMap((need) => {
    const key = toUsageKey(need, occasion)
    if (!key) return []
    return [{ key, text: usageText(key), delta: deltaOf(need, countable), max: need.max }]
  })
}

/** What one redemption is worth to a counter. */
export function deltaOf(
  { measure }: Pick<UsageKind, 'measure'>,
  { order, applied, units }: Countable,
): number {
  switch (measure) {
    case 'redemptions':
      return 1
    case 'orders_amount':
      return order?.cart.amount ?? 0
    case 'orders_discount':
      return applied
    default:
      return units?.get(measure) ?? 0
  }
}
