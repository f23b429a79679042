import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import { toValidityView } from '../validity/index.ts'
import type { Calculation, EarningRule } from './earning-rule.ts'
import { PLACES } from './parse-calculation.ts'

type View = { [key: string]: Json }

/** A rule as it goes out (§8.3); what it does not say is left out. */
export function toRuleView(rule: EarningRule, validationRuleId: string | null): View {
  return {
    id: rule.id,
    created_at: toIso(rule.createdAt),
    updated_at: rule.updatedAt && toIso(rule.updatedAt),
    validation_rule_id: validationRuleId,
    loyalty: toLoyaltyView(rule.calculation),
    event: rule.event,
    ...(rule.eventSchemaId !== null && { custom_event: { schema_id: rule.eventSchemaId } }),
    ...(rule.segmentId !== null && { segment: { id: rule.segmentId } }),
    ...(rule.tierId !== null && { loyalty_tier: { id: rule.tierId } }),
    ...(rule.pendingDays !== null && {
      pending_points: { period_type: 'DAY', period_value: rule.pendingDays },
    }),
    source: { banner: rule.banner, object_id: rule.campaignId, object_type: 'campaign' },
    active: rule.isActive,
    ...withoutNulls(toValidityView(rule.validity) as View),
    ...(rule.expirationRules && { expiration_rules: withoutNulls(rule.expirationRules as View) }),
    object: 'earning_rule',
    automation_id: rule.automationId,
    metadata: rule.metadata,
  }
}

const withoutNulls = (view: View): View =>
  Object.fromEntries(Object.entries(view).filter(([, value]) => value !== null))

/** The `loyalty` of a rule. */
export function toLoyaltyView(calculation: Calculation): View {
  const { type, points, formula } = calculation
  const given = { points, ...(formula !== null && { points_formula: formula }) }
  if (type === 'FIXED') return { type, ...given }
  const { measure, every, property, applicableTo } = calculation
  const [container, part] = PLACES[measure]
  const [first] = applicableTo
  return {
    type,
    calculation_type: measure,
    [container]: {
      [part]: {
        every,
        ...given,
        ...(property !== null && { property }),
        ...(first && { object: first.object, id: first.id, applicable_to: [...applicableTo] }),
      },
    },
  }
}
