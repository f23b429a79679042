import { ApiError } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Json } from '../../kernel/json.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type Campaign, toSimpleCampaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import { endProgram, startProgram } from '../effects/index.ts'
import { forgetMappedRule, getTier, lockProgram } from '../loyalty-tiers/index.ts'
import { requireMetadata } from '../metadata-schemas/index.ts'
import { announce, type Fact } from '../outbox/index.ts'
import { activateSegments } from '../segments/index.ts'
import { assignRule, deleteAssignmentsOf, findAssignments } from '../validation-rules/index.ts'
import { calculateChangedRule, calculateNewRule } from './calculate-rule.ts'
import { countRules, deleteRule, insertRules, lockRule, updateRule } from './earning-rule.repo.ts'
import type { EarningRuleInput } from './earning-rule.schema.ts'
import { ANY_TIER, type EarningRule } from './earning-rule.ts'
import { toRuleView } from './earning-rule-view.ts'
import { refuseOtherSchema, refuseUnmeasurable } from './schemas-of-rule.ts'

type View = { [key: string]: Json }

/** Which rule of which program, as a path names them. */
export type RuleReference = { program: string; id: string }

/** Rules as the API shows them, with the validation rules they have. */
export async function showRules(db: Db, rules: readonly EarningRule[]): Promise<View[]> {
  const assignments = await findAssignments(
    db,
    rules.map(({ id }) => id),
  )
  return rules.map((rule) => toRuleView(rule, assignments.get(rule.id)?.[0]?.ruleId ?? null))
}

/**
 * Adds rules to a program (§8.3). Throws `invalid_payload`, `not_found` for a segment, tier, event schema or validation
 * rule that is not there, `metadata_validation_failed`, and `earning_rule_limit_reached` (L-10).
 */
export async function createRules(
  tx: Tx,
  call: Call,
  program: string,
  inputs: readonly EarningRuleInput[],
): Promise<View[]> {
  const { projectId, now } = call
  const campaign = await lockProgram(tx, projectId, program)
  const rules = inputs.map((input, index) =>
    calculateNewRule(input, {
      id: newId('earningRule'),
      automationId: newId('automation'),
      projectId,
      campaignId: campaign.id,
      // Rules take their turns in the order in which they were made.
      now: new Date(now.getTime() + index),
      at: `[${index}]`,
    }),
  )
  await refuseTooMany(tx, projectId, rules.length)
  for (const rule of rules) await refuseUnknown(tx, rule)
  await refuseUnfit(tx, rules)
  await insertRules(tx, rules)
  for (const [index, rule] of rules.entries()) {
    await assign(tx, call, rule, inputs[index]?.validation_rule_id)
  }
  startProgram(tx, projectId, 'earning_rules')
  const views = await showRules(tx, rules)
  tell(tx, call, { event: 'assigned', campaign, views })
  return views
}

async function refuseTooMany(tx: Tx, projectId: string, count: number): Promise<void> {
  if ((await countRules(tx, projectId)) + count <= LIMITS.earningRulesPerProjectMax) return
  throw new ApiError('earning_rule_limit_reached', {
    details: `A project has at most ${LIMITS.earningRulesPerProjectMax} earning rules`,
  })
}

async function refuseUnfit(tx: Tx, rules: readonly EarningRule[]): Promise<void> {
  for (const rule of rules) {
    const { projectId, metadata } = rule
    await requireMetadata(tx, projectId, { of: 'earning_rule', metadata, on: 'create' })
    await refuseUnmeasurable(tx, rule)
  }
}

async function refuseUnknown(tx: Tx, rule: EarningRule): Promise<void> {
  const { projectId, campaignId, segmentId, tierId, createdAt: now } = rule
  await refuseOtherSchema(tx, rule)
  if (tierId !== null && tierId !== ANY_TIER) await getTier(tx, campaignId, tierId)
  // Who enters a passive segment is told from now on (S-2).
  if (segmentId !== null) await activateSegments(tx, { projectId, now }, [segmentId])
}

async function assign(tx: Tx, call: Call, { id }: EarningRule, ruleId: string | null | undefined) {
  if (!ruleId) return
  await assignRule(tx, call, { ruleId, relatedObjectType: 'earning_rule', relatedObjectId: id })
}

/** Changes a rule. Throws `not_found`, `invalid_payload` and `metadata_validation_failed`. */
export async function changeRule(
  tx: Tx,
  call: Call,
  { program, id }: RuleReference,
  input: EarningRuleInput,
): Promise<View> {
  const campaign = await lockProgram(tx, call.projectId, program)
  const rule = calculateChangedRule(await lockRule(tx, campaign.id, id), input, call.now)
  const { metadata } = input
  const on = metadata === null ? 'create' : 'update'
  await requireMetadata(tx, call.projectId, { of: 'earning_rule', metadata, on })
  if (input.loyalty) await refuseUnmeasurable(tx, rule)
  await updateRule(tx, rule)
  if (input.validation_rule_id !== undefined) {
    deleteAssignmentsOf(tx, id)
    await assign(tx, call, rule, input.validation_rule_id)
  }
  return finish(tx, call, { event: 'updated', campaign, rule })
}

/** Lets a rule give points, or not. Throws `not_found`. */
export async function switchRule(
  tx: Tx,
  call: Call,
  { program, id }: RuleReference,
  isActive: boolean,
): Promise<View> {
  const campaign = await lockProgram(tx, call.projectId, program)
  const rule = { ...(await lockRule(tx, campaign.id, id)), isActive, updatedAt: call.now }
  await updateRule(tx, rule)
  return finish(tx, call, { event: isActive ? 'enabled' : 'disabled', campaign, rule })
}

/** Deletes a rule; points that it gave stay. Throws `not_found`. */
export async function removeRule(
  tx: Tx,
  call: Call,
  { program, id }: RuleReference,
): Promise<void> {
  const { projectId } = call
  const campaign = await lockProgram(tx, projectId, program)
  const rule = await lockRule(tx, campaign.id, id)
  await finish(tx, call, { event: 'deleted', campaign, rule })
  await deleteRule(tx, id)
  forgetMappedRule(tx, campaign.id, id)
  if ((await countRules(tx, projectId)) === 0) endProgram(tx, projectId, 'earning_rules')
}

type RuleEvent = 'assigned' | 'updated' | 'deleted' | 'enabled' | 'disabled'

async function finish(
  tx: Tx,
  call: Call,
  { event, campaign, rule }: { event: RuleEvent; campaign: Campaign; rule: EarningRule },
): Promise<View> {
  const views = await showRules(tx, [rule])
  tell(tx, call, { event, campaign, views })
  return views[0] ?? {}
}

function tell(
  tx: Tx,
  call: Call,
  { event, campaign, views }: { event: RuleEvent; campaign: Campaign; views: readonly View[] },
): void {
  const facts = views.map(
    (view): Fact => ({
      call,
      type: `campaign.earning_rule.${event}`,
      customerId: null,
      data: { campaign: toSimpleCampaign(campaign), earning_rule: view },
    }),
  )
  announce(tx, facts)
}
