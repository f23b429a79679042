import type { ApplicableToEntry } from './applicable-to.ts'
import type { Cart } from './cart.ts'
import { entryOf, exclusionOf, type Scope } from './compile-scope.ts'
import { type MatchedLine, matchLines, plainCircumstances } from './match-lines.ts'

/** Units that one list shows; above, it says that it does not show them all (R-APPL-03). */
const UNITS_SHOWN_MAX = 1_000

type EntryView = ApplicableToEntry & {
  order_item_indices: number[]
  order_item_units?: { index: number; units: number[] }[]
  units_limit_exceeded?: true
}
export type ListView = { data: EntryView[]; total: number; data_ref: 'data'; object: 'list' }
export type ScopeViews = { applicable_to: ListView; inapplicable_to: ListView }

const toListView = (data: EntryView[]): ListView => ({
  data,
  total: data.length,
  data_ref: 'data',
  object: 'list',
})

/** The lists of an order-level discount. */
export const NO_SCOPE_VIEWS: ScopeViews = {
  applicable_to: toListView([]),
  inapplicable_to: toListView([]),
}

/** Which lines of `cart` the discount works on, and which it must not, by the entries of its rules (R-APPL-03). */
export function toScopeViews(scope: Scope, cart: Cart): ScopeViews {
  const matches = matchLines(cart, plainCircumstances(scope))
  return {
    applicable_to: toListView(
      scope.included.map(({ stored, choice }) => {
        const own = matches.filter(({ entry }) => entry.stored === stored)
        const { skip, repeat, target } = choice
        return {
          ...withoutNulls(stored),
          effect: stored.effect ?? 'APPLY_TO_EVERY',
          skip_initially: skip,
          repeat,
          target,
          order_item_indices: own.map(({ index }) => index),
          ...(target === 'UNIT' && toUnitViews(own)),
        }
      }),
    ),
    inapplicable_to: toListView(
      scope.excluded.map((stored) => ({
        ...withoutNulls(stored),
        order_item_indices: cart.lines.flatMap((line, index) =>
          exclusionOf(scope, line) === stored ? [index] : [],
        ),
      })),
    ),
  }
}

function withoutNulls(stored: ApplicableToEntry): ApplicableToEntry {
  const given = Object.entries(stored).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(given) as ApplicableToEntry
}

/** The units of each line, counted from 1. */
function toUnitViews(matches: readonly MatchedLine[]) {
  let left = UNITS_SHOWN_MAX
  const lines = matches.flatMap(({ index, units, firstUnit, entry }) => {
    const shown = Math.min(units, left)
    left -= shown
    const numbers = Array.from({ length: shown }, (_, i) => firstUnit + i * entry.choice.repeat + 1)
    return shown === 0 ? [] : [{ index, units: numbers }]
  })
  const isCut = matches.reduce((total, { units }) => total + units, 0) > UNITS_SHOWN_MAX
  return { order_item_units: lines, ...(isCut && { units_limit_exceeded: true as const }) }
}

/** How many units the redeemable at hand discounted by each entry, for the counters of a campaign (R-APR-07). */
export function countDiscountedUnits(
  scope: Scope,
  cart: Cart,
): ReadonlyMap<ApplicableToEntry, number> {
  const counts = new Map<ApplicableToEntry, number>()
  for (const line of cart.lines) {
    const entry = entryOf(scope, line)
    if (!entry || line.appliedDiscountQuantity === 0) continue
    counts.set(entry.stored, (counts.get(entry.stored) ?? 0) + line.appliedDiscountQuantity)
  }
  return counts
}
