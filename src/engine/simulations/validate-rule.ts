import { notFound, toErrorBody } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Json, JsonObject } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import { compileBodyCheck } from '../api/index.ts'
import type { Call } from '../context.ts'
import { readStackBody, STACK_BODY, toAppliedView, toOutcomeError } from '../evaluation/index.ts'
import { compileRule } from '../rules/index.ts'
import { findRule } from '../validation-rules/index.ts'
import { evaluateRequest } from '../validations/index.ts'
import { calculateNewVoucher, parseVoucher } from '../vouchers/index.ts'
import { withDrafts } from './simulate.ts'

const { order, customer, metadata } = STACK_BODY.properties

export const RULE_VALIDATION_BODY = { type: 'object', properties: { order, customer, metadata } }

const checkBody = compileBodyCheck<JsonObject>(RULE_VALIDATION_BODY)

/** What a rule is tried on: the least discount there is, which by itself is refused to nobody. */
const LEAST = { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 1 } }

const NO_ITEMS = { object: 'list', data_ref: 'data', data: [], total: 0 }

/**
 * Whether a rule is met by what `body` says of an order, a customer and a redemption, and which items it is about then.
 * Writes nothing. Throws `not_found`, and what a validation of the same throws.
 */
export async function validateRule(
  tx: Tx,
  call: Call,
  { id, body }: { id: string; body: unknown },
): Promise<{ [key: string]: Json }> {
  const found = await findRule(tx, call.projectId, id)
  if (!found) throw notFound('validation_rules', id)
  const { projectId, now } = call
  const code = newId('voucher')
  const voucher = calculateNewVoucher(parseVoucher(LEAST), { id: code, projectId, code, now })
  const rules = [compileRule(found.rule)]
  const input = readStackBody({
    ...checkBody(body),
    redeemables: [{ object: 'voucher', id: code }],
  })
  const { decision } = await evaluateRequest(tx, call, input, {
    vouchers: [voucher],
    state: (state, named) => withDrafts(state, named, [{ voucher, rules }]),
    circumstances: (circumstances) => circumstances,
  })
  const [outcome] = decision.outcomes
  const common = { valid: decision.isValid, rule_id: found.rule.id }
  if (outcome?.status === 'INAPPLICABLE') {
    const error = toErrorBody(toOutcomeError(outcome), call.groupId)
    return { ...common, applicable_to: NO_ITEMS, error: { ...error } as { [key: string]: Json } }
  }
  const { applicable_to } = outcome?.status === 'APPLICABLE' ? toAppliedView(outcome, {}) : {}
  return { ...common, applicable_to: (applicable_to ?? NO_ITEMS) as Json }
}
