import { ApiError } from '../../kernel/api-error.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { money } from '../../kernel/money.ts'
import { compileFormula, formatFormulaError } from '../formulas/index.ts'
import { UNITS_MAX } from './calculate-value.ts'
import {
  type Discount,
  type DiscountType,
  EFFECTS,
  type EffectOf,
  toStoredDiscount,
  type Unit,
  type UnitEffect,
} from './discount.ts'

type Maybe<T> = T | null

export type UnitInput = {
  unit_off?: Maybe<number>
  unit_off_formula?: Maybe<string>
  unit_type?: Maybe<string>
  product?: Maybe<JsonObject>
  sku?: Maybe<JsonObject>
}

/** A discount as a caller writes it; every field may be missing or null. */
export type DiscountInput = {
  type?: Maybe<DiscountType>
  percent_off?: Maybe<number>
  percent_off_formula?: Maybe<string>
  amount_limit?: Maybe<number>
  aggregated_amount_limit?: Maybe<number>
  amount_off?: Maybe<number>
  amount_off_formula?: Maybe<string>
  fixed_amount?: Maybe<number>
  fixed_amount_formula?: Maybe<string>
  units?: Maybe<(UnitInput & { effect?: Maybe<string> })[]>
  effect?: Maybe<string>
} & UnitInput

/** Entries of `units`. */
const UNIT_ENTRIES_MAX = 100

const TEXT = { type: ['string', 'null'] }
const AMOUNT = { type: ['integer', 'null'], minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
const OBJECT = { type: ['object', 'null'] }
const UNIT = {
  unit_off: { type: ['integer', 'null'], minimum: 0, maximum: UNITS_MAX },
  unit_off_formula: TEXT,
  unit_type: TEXT,
  effect: TEXT,
  product: OBJECT,
  sku: OBJECT,
}

/** For `compileBodyCheck`; what it lets through still goes to `parseDiscount`. */
export const DISCOUNT_SCHEMA = {
  type: ['object', 'null'],
  properties: {
    ...UNIT,
    type: { type: ['string', 'null'], enum: ['PERCENT', 'AMOUNT', 'UNIT', 'FIXED', null] },
    percent_off: { type: ['number', 'null'], minimum: 0, maximum: 100 },
    percent_off_formula: TEXT,
    amount_off: AMOUNT,
    amount_off_formula: TEXT,
    amount_limit: AMOUNT,
    aggregated_amount_limit: AMOUNT,
    fixed_amount: AMOUNT,
    fixed_amount_formula: TEXT,
    units: {
      type: ['array', 'null'],
      maxItems: UNIT_ENTRIES_MAX,
      items: { type: 'object', properties: UNIT },
    },
  },
}

/** Free shipping, of which there is one (R-DISC-19). */
const FREE_SHIPPING = 'prod_5h1pp1ng'

/**
 * The discount that `input` describes, its missing values taken from `current` when a voucher is
 * changed. Throws `invalid_payload`, naming the field, for what is missing or makes no sense, and
 * `invalid_voucher` for another type than the current one (R-VOU-09).
 */
export function parseDiscount(input: DiscountInput, current?: Discount): Discount {
  const type = input.type ?? current?.type
  if (!type) throw missing('type')
  if (current && type !== current.type) {
    throw new ApiError('invalid_voucher', {
      details: 'It is not possible to change Voucher discount type',
    })
  }
  const given: DiscountInput = { ...(current && remainsOf(current, input)), ...input }
  switch (type) {
    case 'PERCENT':
      return {
        type,
        percentOff: required(given, 'percent_off'),
        formula: toFormula(given.percent_off_formula, 'percent_off_formula'),
        amountLimit: toMoney(given.amount_limit),
        aggregatedAmountLimit: toMoney(given.aggregated_amount_limit),
        effect: toEffect(type, given.effect),
      }
    case 'AMOUNT':
      return {
        type,
        amountOff: money(required(given, 'amount_off')),
        formula: toFormula(given.amount_off_formula, 'amount_off_formula'),
        aggregatedAmountLimit: toMoney(given.aggregated_amount_limit),
        effect: toEffect(type, given.effect),
      }
    case 'FIXED':
      return toFixed(given)
    case 'UNIT':
      return toUnitDiscount(given)
  }
}

/** What stays of `current` when `input` changes it: units are given one way or the other, not both. */
function remainsOf(current: Discount, input: DiscountInput): DiscountInput {
  const stored = toStoredDiscount(current)
  const isOneUnit = Boolean(input.unit_type ?? input.unit_off ?? input.unit_off_formula)
  if (input.units || (isOneUnit && stored.units)) return { type: current.type }
  return stored
}

/** The price may be missing where the rules have one for each product (R-DISC-13). */
function toFixed(given: DiscountInput): Discount {
  const effect = toEffect('FIXED', given.effect)
  const formula = toFormula(given.fixed_amount_formula, 'fixed_amount_formula')
  if (effect === 'APPLY_TO_ORDER') required(given, 'fixed_amount')
  return { type: 'FIXED', fixedAmount: toMoney(given.fixed_amount), formula, effect }
}

function toUnitDiscount(given: DiscountInput): Discount {
  const effect = toEffect('UNIT', given.effect)
  if (given.units) {
    if (effect !== null && effect !== 'ADD_MANY_ITEMS') {
      throw invalid('.discount.effect should be ADD_MANY_ITEMS where there are units')
    }
    if (given.units.length === 0) throw invalid('.discount.units must NOT have fewer than 1 items')
    const units = given.units.map((unit, index) => {
      const path = `.discount.units[${index}]`
      return { ...toUnit(unit, path), effect: toUnitEffect(unit.effect, path) }
    })
    return { type: 'UNIT', units, effect: 'ADD_MANY_ITEMS' }
  }
  if (effect === 'ADD_MANY_ITEMS') throw missing('units')
  return { type: 'UNIT', units: [{ ...toUnit(given, '.discount'), effect: null }], effect }
}

function toUnit(input: UnitInput, path: string): Omit<Unit, 'effect'> {
  const { unit_type: unitType, unit_off: unitOff, unit_off_formula: formula } = input
  if (!unitType) throw missing('unit_type', path)
  const units = unitOff ?? (unitType === FREE_SHIPPING ? 1 : null)
  if (units === null) throw missing('unit_off', path)
  return {
    unitOff: units,
    formula: toFormula(formula, 'unit_off_formula', path),
    unitType,
    product: input.product ?? null,
    sku: input.sku ?? null,
  }
}

function toEffect<T extends DiscountType>(
  type: T,
  effect: Maybe<string> | undefined,
): EffectOf<T> | null {
  return toAllowed(effect, EFFECTS[type], '.discount.effect') as EffectOf<T> | null
}

const UNIT_EFFECTS = EFFECTS.UNIT.filter((effect) => effect !== 'ADD_MANY_ITEMS')

const toUnitEffect = (effect: Maybe<string> | undefined, path: string): UnitEffect | null =>
  toAllowed(effect, UNIT_EFFECTS, `${path}.effect`) as UnitEffect | null

function toAllowed(
  value: Maybe<string> | undefined,
  allowed: readonly string[],
  path: string,
): string | null {
  if (value === undefined || value === null) return null
  if (allowed.includes(value)) return value
  throw invalid(`${path} should be equal to one of the allowed values: ${allowed.join(', ')}`)
}

function toFormula(
  text: Maybe<string> | undefined,
  field: string,
  path = '.discount',
): string | null {
  if (!text) return null
  const formula = compileFormula(text)
  if (typeof formula === 'function') return text
  throw invalid(`${path}.${field} is not a formula: ${formatFormulaError(formula)}`)
}

const toMoney = (amount: Maybe<number> | undefined) =>
  typeof amount === 'number' ? money(amount) : null

function required(given: DiscountInput, field: 'percent_off' | 'amount_off' | 'fixed_amount') {
  const value = given[field]
  if (value === undefined || value === null) throw missing(field)
  return value
}

const invalid = (what: string): ApiError =>
  new ApiError('invalid_payload', { details: `Property ${what}` })

const missing = (field: string, path = '.discount'): ApiError =>
  invalid(`${path} should have required property '${field}'`)
