import { notFound } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { announce, type OccurrenceType } from '../outbox/index.ts'
import { deleteRule, insertRule, lockRule, updateRule } from './validation-rule.repo.ts'
import { parseNewRule, parseRuleChanges } from './validation-rule.schema.ts'
import { toRuleFact, toRuleView, type ValidationRule } from './validation-rule.ts'

export type RuleView = ReturnType<typeof toRuleView>

/** Makes a validation rule. Throws `invalid_payload` or `invalid_validation_rules` with the place. */
export async function createRule(tx: Tx, call: Call, body: unknown): Promise<RuleView> {
  const rule: ValidationRule = {
    ...parseNewRule(body),
    id: newId('validationRule'),
    projectId: call.projectId,
    createdAt: call.now,
    updatedAt: null,
  }
  await insertRule(tx, rule)
  tell(tx, call, { type: 'business_validation_rule.created', rule })
  return toRuleView(rule, 0)
}

/** Changes what `body` gives; it holds for the next redemption (R-RULE-06). Throws `not_found` beside what `createRule` does. */
export async function changeRule(
  tx: Tx,
  call: Call,
  { id, body }: { id: string; body: unknown },
): Promise<RuleView> {
  const found = await lockRule(tx, call.projectId, id)
  if (!found) throw notFound('validation_rules', id)
  const rule: ValidationRule = {
    ...found.rule,
    ...parseRuleChanges(body, found.rule),
    updatedAt: call.now,
  }
  await updateRule(tx, rule)
  tell(tx, call, { type: 'business_validation_rule.updated', rule })
  return toRuleView(rule, found.assignmentsCount)
}

/** Deletes a rule with its assignments: what they forbade is allowed from now on. Throws `not_found`. */
export async function removeRule(tx: Tx, call: Call, id: string): Promise<void> {
  const found = await lockRule(tx, call.projectId, id)
  if (!found) throw notFound('validation_rules', id)
  await deleteRule(tx, id)
  tell(tx, call, { type: 'business_validation_rule.deleted', rule: found.rule })
}

const tell = (
  tx: Tx,
  call: Call,
  { type, rule }: { type: OccurrenceType; rule: ValidationRule },
): void => announce(tx, [{ call, type, customerId: null, data: { rule: toRuleFact(rule) } }])
