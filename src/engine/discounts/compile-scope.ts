import type { ApplicableTo, ApplicableToEntry } from './applicable-to.ts'
import type { CartLine } from './cart.ts'

/** How the lines of an entry are sorted before some of them are chosen (R-APR-01). */
export type SelectionOrder = 'REQUEST' | 'CHEAPEST_FIRST' | 'MOST_EXPENSIVE_FIRST'

/** Which of the lines, or of their units, are chosen (R-APR-01, R-APR-02). */
export type Choice = {
  order: SelectionOrder
  isFirstOnly: boolean
  skip: number
  repeat: number
  target: 'ITEM' | 'UNIT'
}

/** Limits over all lines of the entries that share them (R-APR-05). */
export type Pool = { quantityLimit: number; amountLimit: number }

/** An entry ready to be matched. A limit that was not given is infinite. */
export type ScopeEntry = {
  stored: ApplicableToEntry
  /** Entries with an equal choice choose together, entries with equal aggregated limits share them. */
  choice: Choice
  pool: Pool
  quantityLimit: number
  amountLimit: number
}

type ByName<T> = { skus: Map<string, T>; products: Map<string, T>; collections: Map<string, T> }

/** The products a redeemable is for, compiled from the rules attached to it. */
export type Scope = {
  /** Whether products are named at all, so that a discount without an effect works on lines (C-04). */
  isRestricted: boolean
  /** Whether all lines are taken whole, in the order of the request, without limits. */
  isPlain: boolean
  included: readonly ScopeEntry[]
  excluded: readonly ApplicableToEntry[]
  choices: readonly Choice[]
  /** What lines get that no entry names; undefined where only named products are included. */
  everything: ScopeEntry | undefined
  includedByName: ByName<ScopeEntry>
  excludedByName: ByName<ApplicableToEntry>
}

/** Compiles `applicableTo`, once for a rule; null names nothing and so includes all lines (R-APPL-01, R-APPL-02, C-05). */
export function compileScope(applicableTo: ApplicableTo | null): Scope {
  const shared: Shared = { choices: new Map(), pools: new Map() }
  const included = (applicableTo?.included ?? []).map((stored) => compileEntry(stored, shared))
  const excluded = applicableTo?.excluded ?? []
  const named = included.filter(({ stored }) => isNamed(stored))
  const everyLine = named.length === 0 || applicableTo?.included_all === true
  const unnamed = included.find(({ stored }) => !isNamed(stored))
  const everything = everyLine ? (unnamed ?? compileEntry({}, shared)) : undefined
  return {
    isRestricted: named.length > 0 || excluded.length > 0,
    isPlain: [...included, ...(everything ? [everything] : [])].every(isPlain),
    included,
    excluded,
    choices: [...shared.choices.values()],
    everything,
    includedByName: byName(included, ({ stored }) => stored),
    excludedByName: byName(excluded, (stored) => stored),
  }
}

/** The scope of a redeemable without rules. */
export const EVERYTHING: Scope = compileScope(null)

type Shared = { choices: Map<string, Choice>; pools: Map<string, Pool> }

function compileEntry(stored: ApplicableToEntry, { choices, pools }: Shared): ScopeEntry {
  return {
    stored,
    choice: shared(choices, toChoice(stored)),
    pool: shared(pools, {
      quantityLimit: stored.aggregated_quantity_limit ?? Number.POSITIVE_INFINITY,
      amountLimit: stored.aggregated_amount_limit ?? Number.POSITIVE_INFINITY,
    }),
    quantityLimit: stored.quantity_limit ?? Number.POSITIVE_INFINITY,
    amountLimit: stored.amount_limit ?? Number.POSITIVE_INFINITY,
  }
}

function shared<T extends object>(known: Map<string, T>, value: T): T {
  const key = Object.values(value).join()
  const first = known.get(key) ?? value
  known.set(key, first)
  return first
}

function toChoice({ effect, skip_initially, repeat, target }: ApplicableToEntry): Choice {
  return {
    order: toOrder(effect),
    isFirstOnly: effect === 'APPLY_TO_CHEAPEST' || effect === 'APPLY_TO_MOST_EXPENSIVE',
    skip: skip_initially ?? 0,
    repeat: Math.max(1, repeat ?? 1),
    target: target ?? 'ITEM',
  }
}

function toOrder(effect: ApplicableToEntry['effect']): SelectionOrder {
  if (effect === 'APPLY_FROM_CHEAPEST' || effect === 'APPLY_TO_CHEAPEST') return 'CHEAPEST_FIRST'
  if (effect === 'APPLY_FROM_MOST_EXPENSIVE' || effect === 'APPLY_TO_MOST_EXPENSIVE') {
    return 'MOST_EXPENSIVE_FIRST'
  }
  return 'REQUEST'
}

function isPlain({ choice, pool, quantityLimit }: ScopeEntry): boolean {
  const takesAll = choice.order === 'REQUEST' && choice.skip === 0 && choice.repeat === 1
  return takesAll && Math.min(quantityLimit, pool.quantityLimit) === Number.POSITIVE_INFINITY
}

const isNamed = ({ object, id, source_id }: ApplicableToEntry): boolean =>
  Boolean(object && (id || source_id))

function byName<T>(entries: readonly T[], storedOf: (entry: T) => ApplicableToEntry): ByName<T> {
  const maps: ByName<T> = { skus: new Map(), products: new Map(), collections: new Map() }
  for (const entry of entries) {
    const { object, id, source_id } = storedOf(entry)
    if (!object) continue
    const map = maps[OBJECTS[object]]
    for (const name of [id, source_id]) if (name && !map.has(name)) map.set(name, entry)
  }
  return maps
}

const OBJECTS = { sku: 'skus', product: 'products', products_collection: 'collections' } as const

/** The entry by which `line` is included, the closest one: its SKU's, its product's, its collection's (R-APPL-01). */
export function entryOf(scope: Scope, line: CartLine): ScopeEntry | undefined {
  if (scope.excluded.length > 0 && find(scope.excludedByName, line)) return undefined
  if (scope.included.length === 0) return scope.everything
  return find(scope.includedByName, line) ?? scope.everything
}

/** The entry that takes `line` out of the scope. */
export const exclusionOf = (scope: Scope, line: CartLine): ApplicableToEntry | undefined =>
  scope.excluded.length > 0 ? find(scope.excludedByName, line) : undefined

function find<T>({ skus, products, collections }: ByName<T>, line: CartLine): T | undefined {
  return (
    (skus.size > 0 ? named(skus, line.skuId, line.skuSourceId) : undefined) ??
    (products.size > 0 ? named(products, line.productId, line.productSourceId) : undefined) ??
    (collections.size > 0 ? firstNamed(collections, line.collectionIds) : undefined)
  )
}

function named<T>(map: Map<string, T>, id: string | null, sourceId: string | null): T | undefined {
  return (
    (id === null ? undefined : map.get(id)) ?? (sourceId === null ? undefined : map.get(sourceId))
  )
}

function firstNamed<T>(map: Map<string, T>, ids: readonly string[]): T | undefined {
  for (const id of ids) {
    const found = map.get(id)
    if (found) return found
  }
  return undefined
}
