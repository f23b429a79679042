import { ApiError } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { type EvaluationState, type Named, readStackBody } from '../evaluation/index.ts'
import { type CompiledRule, compileRule, parseRule } from '../rules/index.ts'
import { readStackingRules } from '../stacking-rules/index.ts'
import { evaluateRequest, type Imagined, toStackBody } from '../validations/index.ts'
import { calculateNewVoucher, parseVoucher, type Voucher } from '../vouchers/index.ts'
import type { SimulationBody } from './simulation.schema.ts'

/** A voucher that exists in a simulation alone. */
type Draft = { voucher: Voucher; rules: readonly CompiledRule[] }

/**
 * Decides what `body` asks for as a validation or redemption would at that moment, with drafts, an imagined customer
 * and other stacking rules, and explains it. Writes nothing and announces nothing. Throws what a validation throws,
 * and for a malformed draft what its creation would.
 */
export async function simulate(tx: Tx, call: Call, body: SimulationBody): Promise<object> {
  const now = body.now === undefined ? call.now : new Date(body.now)
  const moment: Call = { ...call, now }
  const drafts = body.redeemables.map((redeemable, index) => {
    const draft = draftOf(redeemable)
    return draft && toDraft(draft, { call: moment, index })
  })
  const { segments, ...customer } = body.customer ?? {}
  const input = readStackBody({
    redeemables: body.redeemables.map((redeemable, index) => {
      const code = drafts[index]?.voucher.code
      return code === undefined ? redeemable : { object: 'voucher', id: code }
    }),
    order: body.order,
    customer: body.customer && customer,
    metadata: body.metadata,
  })
  const imagined: Imagined = {
    vouchers: drafts.flatMap((draft) => draft?.voucher ?? []),
    state: (state, named) => withDrafts(state, named, drafts),
    circumstances: (circumstances) => ({
      ...circumstances,
      customer: circumstances.customer && {
        ...circumstances.customer,
        segmentIds: segments ?? circumstances.customer.segmentIds,
      },
      stackingRules: body.stacking_rules
        ? readStackingRules(body.stacking_rules, circumstances.stackingRules)
        : circumstances.stackingRules,
    }),
  }
  const { customer: _known, ...evaluated } = await evaluateRequest(tx, moment, input, imagined)
  return toStackBody(
    { ...evaluated, id: newId('validation'), call: moment, input, sessionKey: null },
    true,
  )
}

type DraftBody = { draft: { voucher: object; rules: readonly object[] } }

const draftOf = (
  redeemable: SimulationBody['redeemables'][number],
): DraftBody['draft'] | undefined =>
  'draft' in redeemable ? (redeemable as DraftBody).draft : undefined

function toDraft(
  { voucher, rules }: DraftBody['draft'],
  { call, index }: { call: Call; index: number },
): Draft {
  const id = newId('voucher')
  const input = parseVoucher(voucher)
  if (input.type === 'LOYALTY_CARD') {
    throw new ApiError('invalid_payload', {
      details: `Property .redeemables[${index}].draft.voucher.type cannot be LOYALTY_CARD`,
    })
  }
  const code = input.code || `DRAFT-${index}`
  return {
    voucher: calculateNewVoucher(input, { id, projectId: call.projectId, code, now: call.now }),
    rules: rules.map((rule) => compileRule({ id: newId('validationRule'), ...parseRule(rule) })),
  }
}

/** The state in which the drafts have their rules, and are what their places name. */
export function withDrafts(
  state: EvaluationState,
  named: readonly Named[],
  drafts: readonly (Draft | undefined)[],
): [EvaluationState, readonly Named[]] {
  const rules = new Map(state.rules)
  for (const draft of drafts) {
    if (draft) rules.set(draft.voucher.id, draft.rules)
  }
  return [
    { ...state, rules },
    named.map((name, index) => {
      const voucherId = drafts[index]?.voucher.id
      return voucherId === undefined ? name : { object: 'voucher', voucherId }
    }),
  ]
}
