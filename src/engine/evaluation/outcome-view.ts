import { toErrorBody } from '../../kernel/api-error.ts'
import type { Json } from '../../kernel/json.ts'
import { toBundleView } from '../bundles/index.ts'
import { toCategoryView } from '../categories/index.ts'
import {
  NO_SCOPE_VIEWS,
  resolveEffect,
  toAppliedDiscountView,
  toScopeViews,
} from '../discounts/index.ts'
import { toPricedOrderView } from '../orders/index.ts'
import type { Effect } from './decide-effect.ts'
import type { Applied, Outcome, Refused } from './decide-validation.ts'
import { metadataOf, type Target } from './redeemable.ts'
import { toOutcomeError } from './refusal.ts'
import { SKIP_REASONS } from './stacking.ts'

type View = { [key: string]: Json }

/** What an answer needs besides the decision. */
export type ViewContext = { requestId: string; expand?: ReadonlySet<string> }

/** One entry of `redeemables`, `skipped_redeemables` or `inapplicable_redeemables` (§16.2). */
export function toOutcomeView(outcome: Outcome, context: ViewContext): View {
  const { status, redeemable } = outcome
  const base = { status, id: redeemable.id, object: redeemable.object }
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

/** What an applicable redeemable would do, with the lines it does it to (R-VAL-06, R-APPL-03). */
export function toAppliedView(
  { target, order, effect }: Applied,
  { expand }: Pick<ViewContext, 'expand'>,
): View {
  return {
    ...(order && { order: toPricedOrderView(order) }),
    ...toLists(effect, order?.cart),
    result: toResult(effect),
    ...(expand && toExpanded(target, expand)),
  }
}

function toLists(effect: Effect, cart: Parameters<typeof toScopeViews>[1] | undefined): View {
  const isOnOrder =
    effect.kind === 'discount' &&
    resolveEffect(effect.applied.discount, effect.scope) === 'APPLY_TO_ORDER'
  const lists = !cart || isOnOrder ? NO_SCOPE_VIEWS : toScopeViews(effect.scope, cart)
  return { ...lists } as unknown as View
}

function toResult(effect: Effect): View {
  switch (effect.kind) {
    case 'discount':
      return {
        discount: toAppliedDiscountView(effect.applied) as unknown as View,
        ...(effect.applied.bundle && { bundle: toBundleView(effect.applied.bundle) }),
      }
    case 'gift':
      return { gift: { credits: effect.credits, balance: effect.balance } }
    case 'points':
      return { loyalty_card: { points: effect.points } }
  }
}

/** R-VAL-08: what the caller wants to see of the redeemable besides its result. */
function toExpanded(target: Target, expand: ReadonlySet<string>): View {
  const { voucher, tier, campaign, category } = target
  return {
    ...(expand.has('redeemable') && {
      metadata: metadataOf(target),
      ...(campaign && { campaign_name: campaign.name, campaign_id: campaign.id }),
      ...(tier && { name: tier.name }),
    }),
    ...(expand.has('redemption') &&
      voucher && {
        redemption: {
          quantity: voucher.redemptionQuantity,
          redeemed_quantity: voucher.redeemedQuantity,
          ...(voucher.gift && { redeemed_amount: voucher.gift.redeemedAmount }),
          ...(voucher.loyaltyCard && { redeemed_points: voucher.loyaltyCard.redeemedPoints }),
        },
      }),
    ...(expand.has('category') && { categories: category ? [toCategoryView(category)] : [] }),
  }
}

/** The error is told as it would be answered, with what a screen shows beside it (R-ERR-02, R-ERR-05). */
function toRefusalView(outcome: Refused, { requestId }: ViewContext): View {
  const error = toErrorBody(toOutcomeError(outcome), requestId)
  return {
    error,
    details: { message: outcome.refusal.customMessage ?? error.message, key: error.key },
  }
}
