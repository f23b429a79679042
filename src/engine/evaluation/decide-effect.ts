import type { JsonObject } from '../../kernel/json.ts'
import { type Money, money, ZERO } from '../../kernel/money.ts'
import {
  type Applied as AppliedDiscount,
  applyDiscount,
  applyGift,
  type Cart,
  type DiscountContext,
  type DiscountRefusal,
  type Scope,
  type StoredItem,
} from '../discounts/index.ts'
import type { FormulaOperands } from '../formulas/index.ts'
import type { PricedOrder } from '../orders/index.ts'
import type { CatalogEntry } from '../products/index.ts'
import type { Offer } from '../rewards/index.ts'
import { giftBalance } from '../vouchers/index.ts'
import { type Circumstances, reservedOf } from './circumstances.ts'
import { decideReward } from './decide-reward.ts'
import { validityOf } from './decide-state.ts'
import { productsOf } from './products-of.ts'
import { metadataOf, type Redeemable, type Target } from './redeemable.ts'
import type { Refusal } from './refusal.ts'
import { calculationModeOf } from './stacking.ts'
import { unitsLeftOf } from './unit-limits.ts'

/** What a redeemable does, besides what it does to the order. */
export type Effect =
  | { kind: 'discount'; applied: AppliedDiscount; scope: Scope }
  /** `balance` is that before this redemption, less what others have reserved (C-09). */
  | { kind: 'gift'; credits: Money; balance: Money; scope: Scope }
  | {
      kind: 'points'
      points: number
      balance: number
      scope: Scope
      /** The reward that is bought, and how many of it. */
      offer: Offer
      quantity: number
    }

/** A redeemable that passed everything that can be asked before its effect is known. */
export type EffectQuestion = {
  redeemable: Redeemable
  target: Target
  order: PricedOrder | undefined
  /** The cart of `order`, on which this redeemable has applied nothing yet. */
  cart: Cart | undefined
  discountedLines: ReadonlySet<number>
  /** What the redeemables before count towards limits, by counter. */
  usage: ReadonlyMap<string, number>
}

/** A redemption without an order works on nothing (R-RED-03). */
const NO_CART: Cart = {
  amount: undefined,
  initialAmount: undefined,
  discountAmount: ZERO,
  appliedDiscountAmount: ZERO,
  lines: [],
}

/** What a redeemable takes off the cart it is given, or why it can take off nothing (§11 to §15). */
export function decideEffect(
  question: EffectQuestion,
  circumstances: Circumstances,
): { cart: Cart | undefined; effect: Effect } | Refusal {
  const { target } = question
  if (target.object === 'promotion_tier' || target.voucher.discount) {
    return decideDiscount(question, circumstances)
  }
  return target.voucher.gift
    ? decideGift(question, circumstances)
    : decideReward(question, circumstances)
}

function decideDiscount(
  question: EffectQuestion,
  circumstances: Circumstances,
): { cart: Cart | undefined; effect: Effect } | Refusal {
  const { redeemable, target, order, cart, discountedLines, usage } = question
  const discount = target.voucher?.discount ?? target.tier?.discount
  if (!discount) return decideReward(question, circumstances)
  const { stackingRules, now, timeZone, productOf, needsWholeBundles } = circumstances
  const { scope, bundle } = productsOf(target.rules)
  const unitsLeft = unitsLeftOf(target, circumstances, usage)
  const context: DiscountContext = {
    now,
    timeZone,
    mode: calculationModeOf(redeemable, stackingRules),
    once: stackingRules.redeemablesProductsApplicationMode === 'ONCE',
    discountedLines,
    scope,
    bundle: needsWholeBundles ? bundle : null,
    operands: toOperands(target, order, circumstances),
    productOf: (id) => toStoredItem(productOf(id)),
    ...(unitsLeft && { unitsLeft }),
  }
  const applied = applyDiscount(cart ?? NO_CART, discount, context)
  if ('key' in applied) return toRefusal(applied, target)
  return {
    cart: cart && applied.cart,
    effect: { kind: 'discount', applied, scope },
  }
}

/** R-DISC-16, R-DISC-17: what others have reserved cannot be spent (R-SES-03). */
function decideGift(
  question: EffectQuestion,
  circumstances: Circumstances,
): { cart: Cart | undefined; effect: Effect } | Refusal {
  const { redeemable, target, cart } = question
  const { voucher } = target
  if (!voucher?.gift) return decideReward(question, circumstances)
  if (!cart) {
    return {
      key: 'missing_order',
      details: 'An order is required to redeem a gift card',
      because: 'The request has no order',
    }
  }
  const { scope } = productsOf(target.rules)
  const reserved = reservedOf(circumstances, voucher.id).credits
  const balance = money(giftBalance(voucher.gift) - reserved)
  const payment = { requested: redeemable.credits, balance, effect: voucher.gift.effect, scope }
  const paid = applyGift(cart, payment)
  if ('key' in paid) return toRefusal(paid, target)
  return { cart: paid.cart, effect: { kind: 'gift', credits: paid.credits, balance, scope } }
}

const DETAILS: Partial<Record<DiscountRefusal['key'], string>> = {
  missing_amount: 'An order amount is required to redeem a gift card',
  missing_order_items_amount:
    'At least one applicable order item with amount is required to redeem this GIFT_VOUCHER',
}

const toRefusal = ({ key, because }: DiscountRefusal, { voucher }: Target): Refusal => ({
  key,
  because,
  details: DETAILS[key] ?? (key === 'gift_amount_exceeded' && voucher ? voucher.code : because),
})

const toStoredItem = (entry: CatalogEntry | undefined): StoredItem | undefined => {
  if (!entry) return undefined
  const { collectionIds, productId, productSourceId } = entry
  if (entry.skuId === null) {
    return {
      id: productId,
      sourceId: productSourceId,
      name: entry.productName,
      price: entry.productPrice,
      collectionIds,
    }
  }
  return {
    id: entry.skuId,
    sourceId: entry.skuSourceId,
    name: entry.skuName,
    price: entry.skuPrice ?? entry.productPrice,
    product: { id: productId, sourceId: productSourceId },
    collectionIds,
  }
}

/** What formulas may ask about besides the lines of the order (R-FOR-04). */
function toOperands(
  target: Target,
  order: PricedOrder | undefined,
  { customer, metadata }: Circumstances,
): FormulaOperands {
  const { startDate, expirationDate } = validityOf(target)
  const { voucher, tier } = target
  return {
    values: voucher
      ? {
          VOUCHER_REDEMPTION_QUANTITY: voucher.redemptionQuantity ?? undefined,
          VOUCHER_REDEEMED_QUANTITY: voucher.redeemedQuantity,
          VOUCHER_PUBLISH_COUNT: voucher.publishCount,
          VOUCHER_START_DATE: startDate ?? undefined,
          VOUCHER_EXPIRATION_DATE: expirationDate ?? undefined,
          CUSTOMER_BIRTHDATE: customer?.birthdate ?? undefined,
        }
      : {
          PROMOTION_TIER_REDEEMED_QUANTITY: tier?.redeemedQuantity,
          PROMOTION_TIER_START_DATE: startDate ?? undefined,
          PROMOTION_TIER_EXPIRATION_DATE: expirationDate ?? undefined,
          CUSTOMER_BIRTHDATE: customer?.birthdate ?? undefined,
        },
    metadata: {
      ORDER_METADATA: order?.metadata as JsonObject | undefined,
      REDEEMABLE_METADATA: metadataOf(target),
      CUSTOMER_METADATA: customer?.metadata,
      REDEMPTION_METADATA: metadata,
    },
  }
}
