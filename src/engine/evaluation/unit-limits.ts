import {
  type ApplicableToEntry,
  type Cart,
  countDiscountedUnits,
  type Scope,
} from '../discounts/index.ts'
import type { CompiledRule } from '../rules/index.ts'
import { isOfUnits, toUsageKey, type UsageKind, usageText } from '../usage/index.ts'
import { type Circumstances, occasionOf } from './circumstances.ts'
import { productsOf } from './products-of.ts'
import type { Target } from './redeemable.ts'
import type { UsageNeed } from './usage-deltas.ts'

/** Limits on the units of a product that a campaign discounts (R-APR-07), and whose units they count. */
const LIMITS = {
  product_campaign_quantity_limit: 'everybody',
  product_customer_campaign_quantity_limit: 'customer',
} as const

const measureOf = (entry: ApplicableToEntry): UsageKind['measure'] =>
  `units:${entry.id ?? entry.source_id ?? 'every'}`

/** The counters that limits on units need; `objectId` is the campaign, or what has none. */
export function unitNeedsOf(rules: readonly CompiledRule[], objectId: string): UsageNeed[] {
  return productsOf(rules).scope.included.flatMap(({ stored }) =>
    Object.entries(LIMITS).flatMap(([field, subject]) => {
      const max = stored[field]
      if (typeof max !== 'number') return []
      return [{ objectId, measure: measureOf(stored), subject, period: null, max }]
    }),
  )
}

/**
 * How many units of an entry the limits leave, those before in the request counted; undefined where there are no
 * limits. A limit for each customer limits nobody in particular not at all.
 */
export function unitsLeftOf(
  { usage }: Target,
  circumstances: Circumstances,
  inRequest: ReadonlyMap<string, number>,
): ((entry: ApplicableToEntry) => number) | undefined {
  if (!usage.some(isOfUnits)) return undefined
  const occasion = occasionOf(circumstances)
  return (entry) => {
    let left = Number.POSITIVE_INFINITY
    for (const need of usage) {
      if (need.measure !== measureOf(entry) || need.max === null) continue
      const key = toUsageKey(need, occasion)
      if (!key) continue
      const text = usageText(key)
      left = Math.min(
        left,
        need.max - (circumstances.usageOf?.(text) ?? 0) - (inRequest.get(text) ?? 0),
      )
    }
    return Math.max(0, left)
  }
}

/** How many units a redeemable discounted, by measure; `cart` is as it left it. */
export function unitsOf(
  { usage }: Target,
  scope: Scope,
  cart: Cart | undefined,
): ReadonlyMap<string, number> {
  const units = new Map<string, number>()
  if (!cart || !usage.some(isOfUnits)) return units
  for (const [entry, count] of countDiscountedUnits(scope, cart)) {
    units.set(measureOf(entry), (units.get(measureOf(entry)) ?? 0) + count)
  }
  return units
}
