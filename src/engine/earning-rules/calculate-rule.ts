import { isReservedName } from '../events/index.ts'
import { parseValidity } from '../validity/index.ts'
import { type ExpirationRules, refuseIncomplete } from '../vouchers/index.ts'
import type { EarningRuleInput } from './earning-rule.schema.ts'
import {
  type Calculation,
  type EarningRule,
  type Metadata,
  ORDER_PAID,
  SEGMENT_ENTERED,
  TIER_EVENTS,
} from './earning-rule.ts'
import { invalid, parseCalculation } from './parse-calculation.ts'

type Place = {
  id: string
  automationId: string
  projectId: string
  campaignId: string
  now: Date
  /** Where in the body it stands, such as `[0]`. */
  at: string
}

/** The rule that `input` describes. Throws `invalid_payload` naming what is wrong with it. */
export function calculateNewRule(input: EarningRuleInput, place: Place): EarningRule {
  const { at, now, ...ids } = place
  const event = input.event ?? ''
  refuseUnknownEvent(event, at)
  return {
    ...ids,
    event,
    calculation: parseCalculation(input.loyalty ?? {}, event, `${at}.loyalty`),
    eventSchemaId: input.custom_event?.schema_id || null,
    segmentId: event === SEGMENT_ENTERED ? input.segment?.id || null : null,
    tierId: isOfTier(event) ? input.loyalty_tier?.id || null : null,
    pendingDays: toPendingDays(input, event, at) ?? null,
    banner: input.source?.banner ?? null,
    isActive: input.active ?? true,
    validity: parseValidity(input),
    expirationRules: toExpiration(input, at) ?? null,
    metadata: input.metadata ?? {},
    createdAt: now,
    updatedAt: null,
  }
}

const isOfTier = (event: string): boolean => TIER_EVENTS.some((name) => name === event)

function refuseUnknownEvent(event: string, at: string): void {
  const isOurs = event === ORDER_PAID || event === SEGMENT_ENTERED || isOfTier(event)
  if (isOurs || !isReservedName(event)) return
  throw invalid(`Property ${at}.event does not allow ${event}: no rule can be for it`)
}

/**
 * `rule` with the changes that `input` names. What sets it off and what it measures stay. Throws `invalid_payload`.
 */
export function calculateChangedRule(
  rule: EarningRule,
  input: EarningRuleInput,
  now: Date,
): EarningRule {
  const pendingDays = toPendingDays(input, rule.event, '')
  const expirationRules = toExpiration(input, '')
  return {
    ...rule,
    calculation: toChangedCalculation(rule, input),
    pendingDays: pendingDays === undefined ? rule.pendingDays : pendingDays,
    banner: input.source === undefined ? rule.banner : (input.source?.banner ?? null),
    isActive: input.active ?? rule.isActive,
    validity: parseValidity(input, rule.validity),
    expirationRules: expirationRules === undefined ? rule.expirationRules : expirationRules,
    metadata: (input.metadata === null ? {} : { ...rule.metadata, ...input.metadata }) as Metadata,
    updatedAt: now,
  }
}

function toChangedCalculation(
  { calculation, event }: EarningRule,
  input: EarningRuleInput,
): Calculation {
  if (!input.loyalty) return calculation
  const changed = parseCalculation(input.loyalty, event, '.loyalty')
  if (kindOf(changed) === kindOf(calculation)) return changed
  throw invalid(
    `Property .loyalty cannot be changed from ${kindOf(calculation)} to ${kindOf(changed)}`,
  )
}

const kindOf = (calculation: Calculation): string =>
  calculation.type === 'FIXED' ? 'FIXED' : calculation.measure

/** L-40: only the points of orders can wait. Null is none, undefined is not said. */
function toPendingDays(
  { pending_points: pending }: EarningRuleInput,
  event: string,
  at: string,
): number | null | undefined {
  if (!pending) return pending
  if (event !== ORDER_PAID)
    throw invalid(`Property ${at}.pending_points is for ${ORDER_PAID} alone`)
  if (typeof pending.period_value === 'number') return pending.period_value
  throw invalid(`Property ${at}.pending_points should have required property 'period_value'`)
}

function toExpiration(
  { expiration_rules: rules }: EarningRuleInput,
  at: string,
): ExpirationRules | null | undefined {
  refuseIncomplete(rules, `${at}.expiration_rules`)
  // Without a period it says nothing.
  return rules && !rules.period_type ? null : rules
}
