import type { JsonObject } from '../../kernel/json.ts'

/** What a formula calculates with. A day without a time is text of the form `YYYY-MM-DD`. */
export type FormulaValue = number | string | boolean | Date | readonly FormulaValue[]

const ITEM_FIELDS = ['PRICE', 'AMOUNT', 'SUBTOTAL', 'UNITS_QUANTITY'] as const
const ITEM_METADATA = ['METADATA', 'PRODUCT_METADATA'] as const

/** Which line of the order a name speaks of: the one being priced, or one chosen by its price. */
export type ItemPrefix = 'ORDER_ITEM' | 'CHEAPEST_ORDER_ITEM' | 'MOST_EXPENSIVE_ORDER_ITEM'
type ItemValue = `${ItemPrefix}_${(typeof ITEM_FIELDS)[number]}`
type ItemMetadata = `${ItemPrefix}_${(typeof ITEM_METADATA)[number]}`

const ITEM_PREFIXES: readonly ItemPrefix[] = [
  'ORDER_ITEM',
  'CHEAPEST_ORDER_ITEM',
  'MOST_EXPENSIVE_ORDER_ITEM',
]

const OTHER_VALUES = [
  'ORDER_AMOUNT',
  'ORDER_ITEMS_QUANTITY',
  'ORDER_UNITS_QUANTITY',
  'VOUCHER_REDEMPTION_QUANTITY',
  'VOUCHER_REDEEMED_QUANTITY',
  'VOUCHER_PUBLISH_COUNT',
  'VOUCHER_START_DATE',
  'VOUCHER_EXPIRATION_DATE',
  'PROMOTION_TIER_REDEMPTION_QUANTITY',
  'PROMOTION_TIER_REDEEMED_QUANTITY',
  'PROMOTION_TIER_START_DATE',
  'PROMOTION_TIER_EXPIRATION_DATE',
  'CUSTOMER_BIRTHDATE',
] as const

const OTHER_METADATA = [
  'ORDER_METADATA',
  'REDEEMABLE_METADATA',
  'CUSTOMER_METADATA',
  'REDEMPTION_METADATA',
  'PUBLICATION_METADATA',
] as const

export type ValueOperand = (typeof OTHER_VALUES)[number] | ItemValue
export type MetadataOperand = (typeof OTHER_METADATA)[number] | ItemMetadata

/** Names that stand for a value, in major units where it is money (R-FOR-01, R-FOR-04). */
export const VALUE_OPERANDS: ReadonlySet<string> = new Set<ValueOperand>([
  ...OTHER_VALUES,
  ...ITEM_PREFIXES.flatMap((prefix) => ITEM_FIELDS.map((field) => `${prefix}_${field}` as const)),
])

/** Names that are called with the key of a metadata field: `ORDER_METADATA("channel")`. */
export const METADATA_OPERANDS: ReadonlySet<string> = new Set<MetadataOperand>([
  ...OTHER_METADATA,
  ...ITEM_PREFIXES.flatMap((prefix) => ITEM_METADATA.map((field) => `${prefix}_${field}` as const)),
])

/** Everything a formula may ask about; what is absent is a missing operand (R-FOR-02). */
export type FormulaOperands = {
  values: { readonly [name in ValueOperand]?: FormulaValue | undefined }
  metadata: { readonly [name in MetadataOperand]?: JsonObject | undefined }
}

/** The moment of an evaluation; days are those of `timeZone`, an IANA name. */
export type FormulaMoment = { now: Date; timeZone: string }

/** Why a text is no formula. `position` counts characters from 1. */
export type FormulaError = { message: string; position: number }

export const NO_OPERANDS: FormulaOperands = { values: {}, metadata: {} }
