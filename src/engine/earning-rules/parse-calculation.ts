import { ApiError } from '../../kernel/api-error.ts'
import { compileFormula, formatFormulaError } from '../formulas/index.ts'
import {
  type Calculation,
  type ItemReference,
  type Measure,
  ORDER_PAID,
  SEGMENT_ENTERED,
  TIER_EVENTS,
} from './earning-rule.ts'

/** What a block of points depends on, as the wire writes it. */
type Block = {
  every?: number | null
  points?: number | null
  points_formula?: string | null
  property?: string | null
  object?: ItemReference['object'] | null
  id?: string | null
  applicable_to?: ItemReference[] | null
}

/** The `loyalty` of a rule as a caller writes it (engine-programs §8.3). */
export type LoyaltyInput = {
  type?: 'FIXED' | 'PROPORTIONAL' | null
  points?: number | null
  points_formula?: string | null
  calculation_type?: Measure | null
  order?: { [part: string]: Block | null } | null
  order_items?: { [part: string]: Block | null } | null
  customer?: { [part: string]: Block | null } | null
  custom_event?: { [part: string]: Block | null } | null
}

/** Where the wire says what is measured: `order.amount` and the like. */
export const PLACES: Readonly<
  Record<Measure, readonly ['order' | 'order_items' | 'customer' | 'custom_event', string]>
> = {
  ORDER_AMOUNT: ['order', 'amount'],
  ORDER_TOTAL_AMOUNT: ['order', 'total_amount'],
  ORDER_METADATA: ['order', 'metadata'],
  ORDER_ITEMS_QUANTITY: ['order_items', 'quantity'],
  ORDER_ITEMS_AMOUNT: ['order_items', 'amount'],
  ORDER_ITEMS_SUBTOTAL_AMOUNT: ['order_items', 'subtotal_amount'],
  CUSTOMER_METADATA: ['customer', 'metadata'],
  CUSTOM_EVENT_METADATA: ['custom_event', 'metadata'],
}

export const MEASURES = Object.keys(PLACES) as Measure[]

/** What a rule for `event` can measure (L-18): the order where there is one, the event where it has metadata. */
function isMeasurable(measure: Measure, event: string): boolean {
  if (measure === 'CUSTOMER_METADATA') return true
  if (event === ORDER_PAID) return measure !== 'CUSTOM_EVENT_METADATA'
  const isOwn = event !== SEGMENT_ENTERED && !TIER_EVENTS.some((name) => name === event)
  return isOwn && measure === 'CUSTOM_EVENT_METADATA'
}

/** The calculation that `input` describes for a rule of `event`. Throws `invalid_payload`; `at` names the rule. */
export function parseCalculation(input: LoyaltyInput, event: string, at: string): Calculation {
  const { calculation_type: measure, points, points_formula } = input
  const type = input.type ?? (measure ? 'PROPORTIONAL' : 'FIXED')
  if (type === 'FIXED') {
    return {
      type,
      ...toPoints({ points: points ?? null, points_formula: points_formula ?? null }, at),
    }
  }
  if (!measure) throw missing(at, 'calculation_type')
  if (!isMeasurable(measure, event)) {
    throw invalid(
      `Property ${at}.calculation_type does not allow ${measure} for the event ${event}`,
    )
  }
  const [container, part] = PLACES[measure]
  const block = input[container]?.[part]
  if (!block) {
    throw invalid(
      `Loyalty ${container} rules must contain one of the following properties - '${part}'`,
    )
  }
  return toProportional(measure, block, `${at}.${container}.${part}`)
}

function toProportional(measure: Measure, block: Block, at: string): Calculation {
  const { every, property } = block
  if (typeof every !== 'number') throw missing(at, 'every')
  const isOfMetadata = measure.endsWith('_METADATA')
  if (isOfMetadata && !property) throw missing(at, 'property')
  const isOfItems = measure.startsWith('ORDER_ITEMS_')
  return {
    type: 'PROPORTIONAL',
    measure,
    every,
    ...toPoints(block, at),
    property: isOfMetadata ? (property ?? null) : null,
    applicableTo: isOfItems ? toItems(block, at) : [],
  }
}

function toItems({ object, id, applicable_to }: Block, at: string): ItemReference[] {
  if (applicable_to && applicable_to.length > 0) {
    return applicable_to.map((item) => ({ object: item.object, id: item.id }))
  }
  if (!object) throw missing(at, 'object')
  if (!id) throw missing(at, 'id')
  return [{ object, id }]
}

function toPoints(
  { points, points_formula: formula }: Block,
  at: string,
): { points: number; formula: string | null } {
  if (formula) {
    const compiled = compileFormula(formula)
    if (typeof compiled !== 'function') {
      throw invalid(`Property ${at}.points_formula is no formula: ${formatFormulaError(compiled)}`)
    }
  }
  if (typeof points !== 'number' && !formula) throw missing(at, 'points')
  return { points: points ?? 0, formula: formula || null }
}

const missing = (at: string, property: string): ApiError =>
  invalid(`Property ${at} should have required property '${property}'`)

export const invalid = (details: string): ApiError => new ApiError('invalid_payload', { details })
