import { toErrorBody } from '../../kernel/api-error.ts'
import type { Json } from '../../kernel/json.ts'
import { toDiscountView } from '../discounts/index.ts'
import { toPricedOrderView } from '../orders/index.ts'
import { giftBalance } from '../vouchers/index.ts'
import {
  type Applied,
  type Outcome,
  type Refused,
  SKIP_REASONS,
  type ValidationDecision,
} from './decide-validation.ts'
import { toOutcomeError } from './refusal.ts'

type View = { [key: string]: Json }

/** Discounts on single products do not exist yet, but clients read the lists (R-VAL-06). */
export const NO_PRODUCTS = { data: [], total: 0, data_ref: 'data', object: 'list' }

/** What an answer needs besides the decision. */
export type ViewContext = {
  requestId: string
  order: ValidationDecision['order']
}

/** One entry of `redeemables`, `skipped_redeemables` or `inapplicable_redeemables` (§16.2). */
export function toOutcomeView(outcome: Outcome, context: ViewContext): View {
  const { status, redeemable } = outcome
  const base = { status, id: redeemable.id, object: 'voucher' }
  switch (outcome.status) {
    case 'APPLICABLE':
      return { ...base, ...toAppliedView(outcome, context) }
    case 'INAPPLICABLE':
      return { ...base, result: toRefusalView(outcome, context) }
    case 'SKIPPED':
      return {
        ...base,
        result: { details: { message: SKIP_REASONS[outcome.reason], key: outcome.reason } },
      }
  }
}

function toAppliedView(outcome: Applied, { order }: ViewContext): View {
  const { voucher, credits, applied, discountAmount } = outcome
  return {
    ...(order && { order: toPricedOrderView({ ...order, discountAmount }, applied) }),
    applicable_to: NO_PRODUCTS,
    inapplicable_to: NO_PRODUCTS,
    result:
      voucher.gift === null
        ? { discount: { ...toDiscountView(voucher.discount), is_dynamic: false } }
        : // The balance is the one before this redemption (C-09).
          { gift: { credits: credits ?? 0, balance: giftBalance(voucher.gift) } },
  }
}

/** The error is told as it would be answered, with what a screen shows beside it (R-ERR-02, R-ERR-05). */
function toRefusalView(outcome: Refused, { requestId }: ViewContext): View {
  const error = toErrorBody(toOutcomeError(outcome), requestId)
  return { error, details: { message: error.message, key: error.key } }
}
