import type { JsonObject } from '../../kernel/json.ts'
import { type Money, money } from '../../kernel/money.ts'
import type { Scope } from './compile-scope.ts'

export const EFFECTS = {
  PERCENT: ['APPLY_TO_ORDER', 'APPLY_TO_ITEMS'],
  AMOUNT: [
    'APPLY_TO_ORDER',
    'APPLY_TO_ITEMS',
    'APPLY_TO_ITEMS_PROPORTIONALLY',
    'APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY',
    'APPLY_TO_ITEMS_BY_QUANTITY',
  ],
  FIXED: ['APPLY_TO_ORDER', 'APPLY_TO_ITEMS'],
  UNIT: ['ADD_MISSING_ITEMS', 'ADD_NEW_ITEMS', 'ADD_SAME_ITEMS', 'ADD_MANY_ITEMS'],
} as const

export type DiscountType = keyof typeof EFFECTS
export type EffectOf<T extends DiscountType> = (typeof EFFECTS)[T][number]
/** What a discount works on: the order as a whole, its lines, or units that it gives away. */
export type Effect = EffectOf<DiscountType>
/** What one unit of a UNIT discount may do. */
export type UnitEffect = Exclude<EffectOf<'UNIT'>, 'ADD_MANY_ITEMS'>

/** Units of a product or SKU that are given away (engine-core §12). */
export type Unit = {
  unitOff: number
  formula: string | null
  /** Id of the product or SKU, or `prod_5h1pp1ng` for free shipping (R-DISC-19). */
  unitType: string
  effect: UnitEffect | null
  /** What the caller who made the discount told of the product or SKU; given back as it came. */
  product: JsonObject | null
  sku: JsonObject | null
}

/**
 * What a discount takes off an order (engine-core §4.3). A `formula` replaces the value, where it can be
 * calculated (R-FOR-02). An `effect` of null was not given; `resolveEffect` says what it means.
 */
export type Discount =
  | {
      type: 'PERCENT'
      percentOff: number
      formula: string | null
      /** The most it takes off the order, or off each line (C-25). */
      amountLimit: Money | null
      aggregatedAmountLimit: Money | null
      effect: EffectOf<'PERCENT'> | null
    }
  | {
      type: 'AMOUNT'
      amountOff: Money
      formula: string | null
      aggregatedAmountLimit: Money | null
      effect: EffectOf<'AMOUNT'> | null
    }
  | {
      type: 'FIXED'
      /** Null where the rule has a price for each product. */
      fixedAmount: Money | null
      formula: string | null
      effect: EffectOf<'FIXED'> | null
    }
  | { type: 'UNIT'; units: readonly Unit[]; effect: EffectOf<'UNIT'> | null }

/** What an effect that was not given means: lines where `scope` names products (R-DISC-00, C-04). */
export function resolveEffect(discount: Discount, scope: Scope | undefined): Effect {
  if (discount.effect !== null) return discount.effect
  if (discount.type === 'UNIT') return 'ADD_MISSING_ITEMS'
  return scope?.isRestricted ? 'APPLY_TO_ITEMS' : 'APPLY_TO_ORDER'
}

type UnitFields = {
  unit_off?: number
  unit_off_formula?: string
  unit_type?: string
  product?: JsonObject
  sku?: JsonObject
}

/** A discount as it is stored: the keys that were given, and no others. */
export type StoredDiscount = {
  type: DiscountType
  percent_off?: number
  percent_off_formula?: string
  amount_limit?: number
  amount_off?: number
  amount_off_formula?: string
  aggregated_amount_limit?: number
  fixed_amount?: number
  fixed_amount_formula?: string
  units?: (UnitFields & { effect?: UnitEffect })[]
  effect?: Effect
} & UnitFields

/** A discount as it goes over the wire. */
export type DiscountView = StoredDiscount & { effect: Effect }

/** `discount` for a reader, who sees the effect that it has with `scope`. */
export const toDiscountView = (discount: Discount, scope?: Scope): DiscountView => ({
  ...toStoredDiscount(discount),
  effect: resolveEffect(discount, scope),
})

/** The inverse of `toDiscount`. */
export function toStoredDiscount(discount: Discount): StoredDiscount {
  const { type, effect } = discount
  return { type, ...toFields(discount), ...(effect !== null && { effect }) }
}

function toFields(discount: Discount): Omit<StoredDiscount, 'type' | 'effect'> {
  switch (discount.type) {
    case 'PERCENT':
      return {
        percent_off: discount.percentOff,
        ...(discount.formula !== null && { percent_off_formula: discount.formula }),
        ...(discount.amountLimit !== null && { amount_limit: discount.amountLimit }),
        ...aggregatedLimitOf(discount),
      }
    case 'AMOUNT':
      return {
        amount_off: discount.amountOff,
        ...(discount.formula !== null && { amount_off_formula: discount.formula }),
        ...aggregatedLimitOf(discount),
      }
    case 'FIXED':
      return {
        ...(discount.fixedAmount !== null && { fixed_amount: discount.fixedAmount }),
        ...(discount.formula !== null && { fixed_amount_formula: discount.formula }),
      }
    case 'UNIT':
      return unitsOf(discount)
  }
}

const aggregatedLimitOf = ({
  aggregatedAmountLimit: limit,
}: {
  aggregatedAmountLimit: Money | null
}) => (limit === null ? {} : { aggregated_amount_limit: limit })

function unitsOf({ units, effect }: Extract<Discount, { type: 'UNIT' }>) {
  const [only] = units
  if (effect !== 'ADD_MANY_ITEMS' && only) return toUnitFields(only)
  return {
    units: units.map((unit) => ({
      ...toUnitFields(unit),
      ...(unit.effect !== null && { effect: unit.effect }),
    })),
  }
}

const toUnitFields = ({ unitOff, formula, unitType, product, sku }: Unit): UnitFields => ({
  unit_off: unitOff,
  ...(formula !== null && { unit_off_formula: formula }),
  unit_type: unitType,
  ...(product && { product }),
  ...(sku && { sku }),
})

/** A discount as `toStoredDiscount` or `toDiscountView` wrote it. */
export function toDiscount(stored: StoredDiscount): Discount {
  const effect = stored.effect ?? null
  const aggregatedAmountLimit = toMoney(stored.aggregated_amount_limit)
  switch (stored.type) {
    case 'PERCENT':
      return {
        type: 'PERCENT',
        percentOff: stored.percent_off ?? 0,
        formula: stored.percent_off_formula ?? null,
        amountLimit: toMoney(stored.amount_limit),
        aggregatedAmountLimit,
        effect: effect as EffectOf<'PERCENT'> | null,
      }
    case 'AMOUNT':
      return {
        type: 'AMOUNT',
        amountOff: money(stored.amount_off ?? 0),
        formula: stored.amount_off_formula ?? null,
        aggregatedAmountLimit,
        effect: effect as EffectOf<'AMOUNT'> | null,
      }
    case 'FIXED':
      return {
        type: 'FIXED',
        fixedAmount: toMoney(stored.fixed_amount),
        formula: stored.fixed_amount_formula ?? null,
        effect: effect as EffectOf<'FIXED'> | null,
      }
    case 'UNIT': {
      const units = stored.units?.map((unit) => toUnit(unit, unit.effect)) ?? [toUnit(stored)]
      return { type: 'UNIT', units, effect: effect as EffectOf<'UNIT'> | null }
    }
  }
}

const toUnit = (fields: UnitFields, effect?: UnitEffect): Unit => ({
  unitOff: fields.unit_off ?? 0,
  formula: fields.unit_off_formula ?? null,
  unitType: fields.unit_type ?? '',
  effect: effect ?? null,
  product: fields.product ?? null,
  sku: fields.sku ?? null,
})

const toMoney = (amount: number | undefined): Money | null =>
  amount === undefined ? null : money(amount)
