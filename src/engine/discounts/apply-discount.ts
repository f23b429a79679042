import { type Money, money, percentOf, ZERO } from '../../kernel/money.ts'
import { type BundleResult, type BundleRules, matchBundle } from '../bundles/index.ts'
import type { FormulaOperands } from '../formulas/index.ts'
import type { ApplicableToEntry } from './applicable-to.ts'
import { calculateAddedUnits, type StoredItem } from './calculate-added-units.ts'
import {
  calculateItemDiscount,
  calculateProportionalDiscount,
  downToPrice,
  type ItemLimits,
  percentOff,
} from './calculate-item-discount.ts'
import { LineValues, type Setting, toUnits, toValue } from './calculate-value.ts'
import { type CapHit, CapLog } from './cap-log.ts'
import { type Cart, discountOrder, remainingOf } from './cart.ts'
import type { Scope } from './compile-scope.ts'
import {
  type Discount,
  type DiscountView,
  type Effect,
  type EffectOf,
  resolveEffect,
  toDiscountView,
  type Unit,
} from './discount.ts'
import { type MatchedLine, matchLines } from './match-lines.ts'
import { type DiscountRefusal, refuse } from './refusal.ts'

/** Everything besides the cart and the discount itself that an amount depends on. */
export type DiscountContext = {
  now: Date
  /** The project's, for formulas that speak of days. */
  timeZone: string
  /** What percentages are of (R-STACK-08). */
  mode: 'DISCOUNTED_AMOUNT' | 'INITIAL_AMOUNT'
  /** Leaves the `discountedLines` of earlier redeemables alone (R-STACK-07). */
  once: boolean
  discountedLines: ReadonlySet<number>
  scope: Scope
  bundle: BundleRules | null
  operands: FormulaOperands
  /** The stored product or SKU of a `unit_type`. */
  productOf(unitType: string): StoredItem | undefined
  /** Units that the counters of a campaign leave for an entry of the scope (R-APR-07). */
  unitsLeft?(entry: ApplicableToEntry): number
}

export type Applied = {
  cart: Cart
  /** With its effect, and with the value that a formula or a bundle gave it. */
  discount: Discount
  isDynamic: boolean
  bundle: BundleResult | undefined
  /** What kept the discount from being larger, for explanations. */
  caps: readonly CapHit[]
}

/**
 * `cart` with `discount` applied to it (engine-core §11 to §15). A discount that finds nothing to work on
 * leaves the cart as it is; it is refused only when its bundle is not complete (R-BUN-06) or when units
 * would make the order too large to be counted.
 */
export function applyDiscount(
  cart: Cart,
  discount: Discount,
  context: DiscountContext,
): Applied | DiscountRefusal {
  const bundle = context.bundle ? matchBundle(context.bundle, cart.lines) : undefined
  if (bundle?.quantity === 0) {
    return refuse('order_rules_violated', 'The order does not hold a complete bundle')
  }
  const caps = new CapLog()
  const work: Work = { cart, context, caps, multiplier: bundle?.quantity ?? 1 }
  const done = calculate(discount, resolveEffect(discount, context.scope), work)
  if ('key' in done) return done
  const { cart: discounted, discount: asApplied, isDynamic } = done
  return { cart: discounted, discount: asApplied, isDynamic, bundle, caps: caps.hits }
}

/** The discount of a result: as it was applied, and whether a formula made it so (R-DISC-00). */
export const toAppliedDiscountView = ({
  discount,
  isDynamic,
}: Applied): DiscountView & { is_dynamic: boolean } => ({
  ...toDiscountView(discount),
  is_dynamic: isDynamic,
})

type Work = Setting<DiscountContext> & { caps: CapLog }
type Done = Pick<Applied, 'cart' | 'discount' | 'isDynamic'>

function calculate(discount: Discount, effect: Effect, work: Work): Done | DiscountRefusal {
  switch (discount.type) {
    case 'PERCENT':
      return applyPercent(discount, effect, work)
    case 'AMOUNT':
      return applyAmount(discount, effect, work)
    case 'FIXED':
      return applyFixed(discount, effect, work)
    case 'UNIT':
      return applyUnits(discount, effect, work)
  }
}

type OfType<T extends Discount['type']> = Extract<Discount, { type: T }>

/** R-DISC-05, R-DISC-07. */
function applyPercent(discount: OfType<'PERCENT'>, effect: Effect, work: Work): Done {
  const { value: percent, isDynamic } = toValue(discount, work)
  return {
    cart: takePercent(discount, percent, effect, work),
    discount: {
      type: 'PERCENT',
      percentOff: percent,
      formula: discount.formula,
      amountLimit: discount.amountLimit,
      aggregatedAmountLimit: discount.aggregatedAmountLimit,
      effect: effect as EffectOf<'PERCENT'>,
    },
    isDynamic,
  }
}

function takePercent(
  discount: OfType<'PERCENT'>,
  percent: number,
  effect: Effect,
  work: Work,
): Cart {
  const { amountLimit, aggregatedAmountLimit } = discount
  const limits = { amountLimit, aggregatedAmountLimit }
  const ofInitialAmount = work.context.mode === 'INITIAL_AMOUNT'
  if (effect === 'APPLY_TO_ORDER') {
    const base = ofInitialAmount ? (work.cart.amount ?? ZERO) : remainingOf(work.cart)
    return takeOffOrder(percentOf(base, percent), limits, work)
  }
  const values = new LineValues(discount, percent, work)
  const matches = matchesOf(work)
  const amounts = matches.map((match) => percentOff(match, values.of(match), ofInitialAmount))
  return takeOffLines(matches, amounts, limits, work)
}

/** R-DISC-04, R-DISC-08 to R-DISC-11. */
function applyAmount(discount: OfType<'AMOUNT'>, effect: Effect, work: Work): Done {
  const { value, isDynamic } = toValue(discount, work)
  const amount = money(value)
  return {
    cart: takeAmount(discount, amount, effect, work),
    discount: {
      type: 'AMOUNT',
      amountOff: amount,
      formula: discount.formula,
      aggregatedAmountLimit: discount.aggregatedAmountLimit,
      effect: effect as EffectOf<'AMOUNT'>,
    },
    isDynamic,
  }
}

function takeAmount(discount: OfType<'AMOUNT'>, amount: Money, effect: Effect, work: Work): Cart {
  const limits = { amountLimit: null, aggregatedAmountLimit: discount.aggregatedAmountLimit }
  if (effect === 'APPLY_TO_ORDER') return takeOffOrder(amount, limits, work)
  if (effect === 'APPLY_TO_ITEMS_PROPORTIONALLY') {
    return splitOverLines(amount, 'AMOUNT', limits, work)
  }
  if (effect === 'APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY') {
    return splitOverLines(amount, 'QUANTITY', limits, work)
  }
  const values = new LineValues(discount, amount, work)
  const isByUnit = effect === 'APPLY_TO_ITEMS_BY_QUANTITY'
  const matches = matchesOf(work)
  const amounts = matches.map((match) => values.of(match) * (isByUnit ? match.units : 1))
  return takeOffLines(matches, amounts, limits, work)
}

/** R-DISC-06, R-DISC-13; a price is not multiplied by bundles (R-BUN-03). */
function applyFixed(discount: OfType<'FIXED'>, effect: Effect, work: Work): Done {
  const { value: price, isDynamic } = toValue(discount, work)
  return {
    cart: takeDownTo(discount, price, effect, work),
    discount: {
      type: 'FIXED',
      fixedAmount: Number.isFinite(price) ? money(price) : null,
      formula: discount.formula,
      effect: effect as EffectOf<'FIXED'>,
    },
    isDynamic,
  }
}

function takeDownTo(discount: OfType<'FIXED'>, price: number, effect: Effect, work: Work): Cart {
  if (effect === 'APPLY_TO_ORDER') {
    const off = Math.max(0, remainingOf(work.cart) - price) as Money
    return takeOffOrder(off, NO_LIMITS, work)
  }
  const values = new LineValues(discount, price, work)
  const matches = matchesOf(work)
  const amounts = matches.map((match) => downToPrice(match, values.priceOf(match)))
  return takeOffLines(matches, amounts, NO_LIMITS, work)
}

/** R-UNIT-01 to R-UNIT-09, one unit after another. */
function applyUnits(discount: OfType<'UNIT'>, effect: Effect, work: Work): Done | DiscountRefusal {
  let { cart } = work
  let isDynamic = false
  const units: Unit[] = []
  for (const unit of discount.units) {
    const given = toUnits(unit, { ...work, cart })
    isDynamic ||= given.isDynamic
    units.push({ ...unit, unitOff: given.value })
    const own = effect === 'ADD_MANY_ITEMS' ? (unit.effect ?? 'ADD_MISSING_ITEMS') : effect
    const item = work.context.productOf(unit.unitType) ?? unknownItem(unit.unitType)
    const added = calculateAddedUnits(
      cart,
      { item, units: given.value, effect: own as NonNullable<Unit['effect']> },
      work.caps,
    )
    if (added === 'too_large') {
      return refuse('invalid_amount', `${given.value} units of ${unit.unitType} cost too much`)
    }
    cart = added
  }
  return {
    cart,
    discount: { ...discount, units, effect: effect as typeof discount.effect },
    isDynamic,
  }
}

/** What is given away need not be stored: then nobody knows its price (R-UNIT-08). */
const unknownItem = (id: string): StoredItem => ({ id, sourceId: id, name: null, price: null })

const NO_LIMITS: ItemLimits = { amountLimit: null, aggregatedAmountLimit: null }

function takeOffOrder(amount: Money, limits: ItemLimits, { cart, caps }: Work): Cart {
  const limit = limits.amountLimit ?? Number.POSITIVE_INFINITY
  const aggregated = limits.aggregatedAmountLimit ?? Number.POSITIVE_INFINITY
  let off = caps.lower(amount, limit, 'amount_limit', null)
  off = caps.lower(off, aggregated, 'aggregated_amount_limit', null)
  return discountOrder(cart, caps.lower(off, remainingOf(cart), 'order_amount', null))
}

function takeOffLines(
  matches: readonly MatchedLine[],
  amounts: readonly number[],
  limits: ItemLimits,
  { cart, caps }: Work,
): Cart {
  return calculateItemDiscount(cart, matches, { amounts, limits, caps })
}

function splitOverLines(
  total: Money,
  by: 'AMOUNT' | 'QUANTITY',
  limits: ItemLimits,
  work: Work,
): Cart {
  const { cart, caps } = work
  return calculateProportionalDiscount(cart, matchesOf(work), { total, by, limits, caps })
}

const NO_LINES: ReadonlySet<number> = new Set()

function matchesOf({ cart, context, caps, multiplier }: Work): MatchedLine[] {
  const circumstances = {
    scope: context.scope,
    untouchable: context.once ? context.discountedLines : NO_LINES,
    multiplier,
    unitsLeft: context.unitsLeft,
  }
  return matchLines(cart, circumstances, caps)
}
