import type { Json } from '../../kernel/json.ts'
import { calculateMapped, type LoyaltyTier } from '../loyalty-tiers/index.ts'
import type { EarningRule } from './earning-rule.ts'
import { toLoyaltyView } from './earning-rule-view.ts'

type View = { [key: string]: Json }

/** A rule as members of a tier earn by it: with the points that the tier makes of its own (§8.7). */
export function toTierRuleView(rule: EarningRule, view: View, tier: LoyaltyTier): View {
  const mapping = tier.earningRules[rule.id]
  if (!mapping) return view
  const { calculation } = rule
  const points = calculateMapped({ perBlock: calculation.points, blocks: 1 }, mapping)
  return { ...view, loyalty: toLoyaltyView({ ...calculation, points }) }
}
