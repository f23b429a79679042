import { type Money, money, ZERO } from '../../kernel/money.ts'
import { calculateDiscount, calculateGiftCredits } from '../discounts/index.ts'
import { type PricedOrder, totalOf } from '../orders/index.ts'
import { type Gift, giftBalance, type Voucher } from '../vouchers/index.ts'
import { checkVoucher } from './check-voucher.ts'
import type { Refusal } from './refusal.ts'
import type { StackingRules } from './stacking-rules.ts'

/** One thing to redeem, as it was asked for. */
export type Redeemable = {
  /** Code or id of the voucher. */
  id: string
  voucher: Voucher | undefined
  /** Gift credits asked for; undefined means as many as the order needs (C-08). */
  credits: Money | undefined
}

export type Applied = {
  status: 'APPLICABLE'
  redeemable: Redeemable
  voucher: Voucher
  /** What this redeemable takes off the order. */
  applied: Money
  /** Order-level discounts up to and including this one. */
  discountAmount: Money
  /** Gift credits it spends; undefined for a discount. */
  credits: Money | undefined
}
export type Refused = { status: 'INAPPLICABLE'; redeemable: Redeemable; refusal: Refusal }
export type Skipped = { status: 'SKIPPED'; redeemable: Redeemable; reason: SkipReason }
export type Outcome = Applied | Refused | Skipped

export const SKIP_REASONS = {
  preceding_validation_failed: 'Redeemable cannot be applied due to preceding validation failure',
  applicable_redeemables_limit_exceeded: 'Applicable redeemables limit exceeded',
  no_effect: 'Redeemable cannot be applied due to no effect',
} as const
export type SkipReason = keyof typeof SKIP_REASONS

export type ValidationDecision = {
  isValid: boolean
  /** In the order of the request. */
  outcomes: Outcome[]
  /** Everything this request takes off the order, when it is valid. */
  applied: Money
  /** The order after it, when it is valid and there is one. */
  order: PricedOrder | undefined
}

/**
 * Decides what of `redeemables` can be applied to `order`, one after another in the order of the
 * request, each to what the ones before left to pay (§24.3, R-STACK-03, R-STACK-06). Nothing is
 * changed; the caller refused duplicates before.
 */
export function decideValidation(
  redeemables: readonly Redeemable[],
  order: PricedOrder | undefined,
  rules: StackingRules,
  now: Date,
): ValidationDecision {
  const outcomes: Outcome[] = []
  let current = order
  for (const redeemable of redeemables) {
    const outcome = decideRedeemable(redeemable, current, { rules, now, before: outcomes })
    outcomes.push(outcome)
    if (outcome.status === 'APPLICABLE' && current) {
      current = { ...current, discountAmount: outcome.discountAmount }
    }
  }
  const isValid =
    outcomes.some(({ status }) => status === 'APPLICABLE') &&
    !(rules.applicationMode === 'ALL' && hasRefusal(outcomes))
  return {
    isValid,
    outcomes,
    applied:
      isValid && order && current ? money(current.discountAmount - order.discountAmount) : ZERO,
    order: isValid ? current : undefined,
  }
}

const hasRefusal = (outcomes: readonly Outcome[]): boolean =>
  outcomes.some(({ status }) => status === 'INAPPLICABLE')

type Circumstances = { rules: StackingRules; now: Date; before: readonly Outcome[] }

function decideRedeemable(
  redeemable: Redeemable,
  order: PricedOrder | undefined,
  { rules, now, before }: Circumstances,
): Outcome {
  const { voucher } = redeemable
  const refused = (refusal: Refusal): Refused => ({ status: 'INAPPLICABLE', redeemable, refusal })
  const skipped = (reason: SkipReason): Skipped => ({ status: 'SKIPPED', redeemable, reason })

  // An unknown code is told for each redeemable, whatever happened to those before (R-VAL-03).
  if (!voucher) return refused(unknownVoucher(redeemable.id))
  if (rules.applicationMode === 'ALL' && hasRefusal(before)) {
    return skipped('preceding_validation_failed')
  }
  const refusal = checkVoucher(voucher, now)
  if (refusal) return refused(refusal)

  const applicableCount = before.filter(({ status }) => status === 'APPLICABLE').length
  if (applicableCount >= rules.applicableRedeemablesLimit) {
    return skipped('applicable_redeemables_limit_exceeded')
  }
  const effect = calculateEffect(redeemable, voucher, order)
  if ('key' in effect) return refused(effect)
  if (effect.applied === 0 && rules.noEffectRule === 'SKIP') return skipped('no_effect')
  return { status: 'APPLICABLE', redeemable, voucher, ...effect }
}

type Effect = Pick<Applied, 'applied' | 'discountAmount' | 'credits'>

function calculateEffect(
  redeemable: Redeemable,
  voucher: Voucher,
  order: PricedOrder | undefined,
): Effect | Refusal {
  if (voucher.gift) return calculateGift(redeemable.credits, voucher, order)

  const applied = calculateDiscount(voucher.discount, order ? totalOf(order) : ZERO)
  return { applied, discountAmount: after(order, applied), credits: undefined }
}

/** R-DISC-16: a gift card pays what is asked for, or what the order needs and the balance has. */
function calculateGift(
  requested: Money | undefined,
  { code, gift }: Voucher & { gift: Gift },
  order: PricedOrder | undefined,
): Effect | Refusal {
  const balance = giftBalance(gift)
  const left = order?.amount === undefined ? balance : totalOf(order)
  const credits = calculateGiftCredits({ requested, balance }, left)
  if (credits === 'gift_amount_exceeded') {
    return {
      key: credits,
      details: code,
      because: `${requested} credits were asked for, ${balance} are left`,
    }
  }
  if (!order) return NO_ORDER
  if (order.amount === undefined) return NO_AMOUNT
  return { applied: credits, discountAmount: after(order, credits), credits }
}

const NO_ORDER: Refusal = {
  key: 'missing_order',
  details: 'An order is required to redeem a gift card',
  because: 'The request has no order',
}
const NO_AMOUNT: Refusal = {
  key: 'missing_amount',
  details: 'An order amount is required to redeem a gift card',
  because: 'The order has no amount',
}

const after = (order: PricedOrder | undefined, applied: Money): Money =>
  money((order?.discountAmount ?? ZERO) + applied)

const unknownVoucher = (id: string): Refusal => ({
  key: 'not_found',
  details: `Cannot find voucher with id ${id}`,
  because: 'No voucher of the project has this code',
})
