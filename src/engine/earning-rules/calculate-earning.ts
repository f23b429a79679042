import type { JsonObject } from '../../kernel/json.ts'
import { type Cart, type CartLine, totalsOf } from '../discounts/index.ts'
import { calculateMapped, type MappedPoints, type Mapping } from '../loyalty-tiers/index.ts'
import type { Calculation, ItemReference, Measure } from './earning-rule.ts'

/** What rules measure; what is not there measures nothing. */
export type EarningFacts = {
  /** The order as it was paid. */
  cart: Cart | undefined
  orderMetadata: JsonObject | undefined
  customerMetadata: JsonObject | undefined
  eventMetadata: JsonObject | undefined
  /** The value of a formula; undefined where it has none. */
  valueOf: (formula: string) => number | undefined
}

/** The points that a rule gives, as the tier of the member maps them (L-11 to L-13); none for 0. */
export const calculateEarning = (
  calculation: Calculation,
  facts: EarningFacts,
  mapping?: Mapping,
): number => calculateMapped(calculateBlocks(calculation, facts), mapping)

function calculateBlocks(calculation: Calculation, facts: EarningFacts): MappedPoints {
  const { formula, points } = calculation
  const perBlock = (formula === null ? undefined : facts.valueOf(formula)) ?? points
  if (calculation.type === 'FIXED') return { perBlock, blocks: 1 }
  const measured = measure(calculation, facts)
  return { perBlock, blocks: Math.max(0, Math.floor(measured / calculation.every)) }
}

type Proportional = Extract<Calculation, { type: 'PROPORTIONAL' }>

function measure(
  { measure: what, property, applicableTo }: Proportional,
  facts: EarningFacts,
): number {
  switch (what) {
    case 'ORDER_METADATA':
      return readNumber(facts.orderMetadata, property)
    case 'CUSTOMER_METADATA':
      return readNumber(facts.customerMetadata, property)
    case 'CUSTOM_EVENT_METADATA':
      return readNumber(facts.eventMetadata, property)
    default:
      return facts.cart ? measureOrder(what, facts.cart, applicableTo) : 0
  }
}

function measureOrder(what: Measure, cart: Cart, applicableTo: readonly ItemReference[]): number {
  if (what === 'ORDER_AMOUNT') return cart.amount ?? 0
  if (what === 'ORDER_TOTAL_AMOUNT') return totalsOf(cart).totalAmount
  return cart.lines
    .filter((line) => applicableTo.some((item) => isOf(line, item)))
    .reduce((sum, line) => sum + measureLine(what, line), 0)
}

/** An item that is of several of them counts once (L-17). */
function isOf(line: CartLine, { object, id }: ItemReference): boolean {
  if (object === 'products_collection') return line.collectionIds.includes(id)
  return object === 'sku'
    ? line.skuId === id || line.skuSourceId === id
    : line.productId === id || line.productSourceId === id
}

/** Units that a discount gave away do not count as pieces (L-17). */
function measureLine(what: Measure, line: CartLine): number {
  const { amount, quantity, initialQuantity, discountAmount } = line
  if (what === 'ORDER_ITEMS_QUANTITY') return Math.min(quantity, initialQuantity ?? quantity)
  const given = amount ?? 0
  return what === 'ORDER_ITEMS_AMOUNT' ? given : Math.max(0, given - discountAmount)
}

/** A number under a key of metadata, or a text that is one (W-2); nothing else measures anything. */
function readNumber(metadata: JsonObject | undefined, property: string | null): number {
  if (!metadata || property === null || !Object.hasOwn(metadata, property)) return 0
  const value = metadata[property]
  const isNumeric = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
  const number = isNumeric ? Number(value) : 0
  return Number.isFinite(number) ? number : 0
}
