import type { JsonObject } from '../../kernel/json.ts'

export const SELECTION_EFFECTS = [
  'APPLY_TO_EVERY',
  'APPLY_FROM_CHEAPEST',
  'APPLY_TO_CHEAPEST',
  'APPLY_FROM_MOST_EXPENSIVE',
  'APPLY_TO_MOST_EXPENSIVE',
] as const
export type SelectionEffect = (typeof SELECTION_EFFECTS)[number]

type Maybe<T> = T | null | undefined

/** Products a rule names, and how a discount treats their lines (engine-core §9.4), as stored. */
export type ApplicableToEntry = {
  object?: Maybe<'product' | 'sku' | 'products_collection'>
  id?: Maybe<string>
  source_id?: Maybe<string>
  product_id?: Maybe<string>
  product_source_id?: Maybe<string>
  strict?: Maybe<boolean>
  /** New price of a unit for a FIXED discount. */
  price?: Maybe<number>
  price_formula?: Maybe<string>
  effect?: Maybe<SelectionEffect>
  skip_initially?: Maybe<number>
  repeat?: Maybe<number>
  target?: Maybe<'ITEM' | 'UNIT'>
  quantity_limit?: Maybe<number>
  aggregated_quantity_limit?: Maybe<number>
  amount_limit?: Maybe<number>
  aggregated_amount_limit?: Maybe<number>
} & JsonObject

/** The product scope of a rule, as stored. */
export type ApplicableTo = {
  included?: Maybe<readonly ApplicableToEntry[]>
  excluded?: Maybe<readonly ApplicableToEntry[]>
  included_all?: Maybe<boolean>
}
