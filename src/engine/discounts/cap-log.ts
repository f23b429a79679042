/** What made a discount smaller than its value alone would be. */
export type Cap =
  | 'amount_limit'
  | 'aggregated_amount_limit'
  | 'quantity_limit'
  | 'aggregated_quantity_limit'
  | 'units_left'
  | 'line_amount'
  | 'order_amount'

/** `from` became `to`: units for the caps that speak of quantity or units, else minor units of money. */
export type CapHit = { cap: Cap; line: number | null; from: number; to: number }

const NONE: readonly CapHit[] = []

/** Remembers which caps hit, for explanations; costs nothing as long as none does. */
export class CapLog {
  #hits: CapHit[] | undefined

  get hits(): readonly CapHit[] {
    return this.#hits ?? NONE
  }

  /** The smaller of `value` and `limit`; a hit where that is not `value`. */
  lower<T extends number>(value: T, limit: number, cap: Cap, line: number | null): T {
    if (value <= limit) return value
    this.#hits ??= []
    this.#hits.push({ cap, line, from: value, to: limit })
    return limit as T
  }
}
