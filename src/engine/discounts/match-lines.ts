import type { ApplicableToEntry } from './applicable-to.ts'
import { CapLog } from './cap-log.ts'
import { type Cart, type CartLine, unitPriceOf } from './cart.ts'
import { type Choice, entryOf, type Pool, type Scope, type ScopeEntry } from './compile-scope.ts'

/** A line that a discount works on, how many of its units, and which of them is the first, counted from 0. */
export type MatchedLine = {
  index: number
  line: CartLine
  entry: ScopeEntry
  units: number
  firstUnit: number
}

export type Circumstances = {
  scope: Scope
  /** Lines that are left alone (R-STACK-07). */
  untouchable: ReadonlySet<number>
  /** Quantity limits are so many times what they say (R-BUN-03). */
  multiplier: number
  /** Units that the counters of a campaign leave for an entry (R-APR-07). */
  unitsLeft: ((entry: ApplicableToEntry) => number) | undefined
}

const NO_LINES: ReadonlySet<number> = new Set()

/** The circumstances of a discount of which nothing but its scope matters. */
export const plainCircumstances = (scope: Scope): Circumstances => ({
  scope,
  untouchable: NO_LINES,
  multiplier: 1,
  unitsLeft: undefined,
})

/**
 * The lines of `cart` that are in scope, in the order in which they use up limits, each with the units
 * that were chosen (engine-core §13). Lines of which no unit was chosen are left out.
 */
export function matchLines(
  cart: Cart,
  circumstances: Circumstances,
  caps: CapLog = new CapLog(),
): MatchedLine[] {
  const { scope, unitsLeft } = circumstances
  const candidates = candidatesIn(cart, circumstances)
  if (scope.isPlain && !unitsLeft) return candidates
  const chosen = scope.choices.flatMap((choice) => choose(choice, candidates))
  return limitUnits(chosen, circumstances, caps)
}

function candidatesIn({ lines }: Cart, { scope, untouchable }: Circumstances): MatchedLine[] {
  const candidates: MatchedLine[] = []
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as CartLine
    if (line.quantity <= 0 || untouchable.has(index)) continue
    const entry = entryOf(scope, line)
    if (entry) candidates.push({ index, line, entry, units: line.quantity, firstUnit: 0 })
  }
  return candidates
}

function choose(choice: Choice, candidates: readonly MatchedLine[]): MatchedLine[] {
  const sorted = sort(
    choice,
    candidates.filter(({ entry }) => entry.choice === choice),
  )
  const chosen =
    choice.target === 'ITEM' ? chooseLines(choice, sorted) : chooseUnits(choice, sorted)
  if (!choice.isFirstOnly) return chosen
  const first = chosen.slice(0, 1)
  return choice.target === 'UNIT' ? first.map((match) => ({ ...match, units: 1 })) : first
}

/** By the price of a unit; a line without one has no place in that order. Ties stay in the order of the request. */
function sort({ order }: Choice, matches: MatchedLine[]): MatchedLine[] {
  if (order === 'REQUEST') return matches
  const direction = order === 'CHEAPEST_FIRST' ? 1 : -1
  return matches
    .flatMap((match) => {
      const price = unitPriceOf(match.line)
      return price === undefined ? [] : [{ match, price }]
    })
    .sort((a, b) => direction * (a.price - b.price))
    .map(({ match }) => match)
}

/** R-APR-02 on whole lines: skip some, then take every so-manieth. */
const chooseLines = ({ skip, repeat }: Choice, sorted: readonly MatchedLine[]): MatchedLine[] =>
  sorted.filter((_, place) => place >= skip && (place - skip) % repeat === 0)

/** R-APR-02 on units, counted through all lines. */
function chooseUnits(choice: Choice, sorted: readonly MatchedLine[]): MatchedLine[] {
  let before = 0
  const chosen: MatchedLine[] = []
  for (const match of sorted) {
    const chosenBefore = chosenUpTo(choice, before)
    const units = chosenUpTo(choice, before + match.units) - chosenBefore
    const firstUnit = choice.skip + chosenBefore * choice.repeat - before
    before += match.units
    if (units > 0) chosen.push({ ...match, units, firstUnit })
  }
  return chosen
}

/** How many of the first `count` units are chosen. */
const chosenUpTo = ({ skip, repeat }: Choice, count: number): number =>
  count <= skip ? 0 : Math.ceil((count - skip) / repeat)

/** R-APR-05 and R-APR-07: the lowest limit wins; limits over several lines are used up one line after another. */
function limitUnits(
  chosen: readonly MatchedLine[],
  { multiplier, unitsLeft }: Circumstances,
  caps: CapLog,
): MatchedLine[] {
  const poolLeft = new Map<Pool, number>()
  const countersLeft = new Map<ScopeEntry, number>()
  const limited: MatchedLine[] = []
  for (const match of chosen) {
    const { index, entry } = match
    const inPool = poolLeft.get(entry.pool) ?? entry.pool.quantityLimit * multiplier
    const counted = countersLeft.get(entry) ?? unitsLeft?.(entry.stored) ?? Number.POSITIVE_INFINITY
    let units = caps.lower(match.units, entry.quantityLimit * multiplier, 'quantity_limit', index)
    units = caps.lower(units, inPool, 'aggregated_quantity_limit', index)
    units = caps.lower(units, Math.max(0, counted), 'units_left', index)
    poolLeft.set(entry.pool, inPool - units)
    countersLeft.set(entry, counted - units)
    if (units > 0) limited.push({ ...match, units })
  }
  return limited
}
