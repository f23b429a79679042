import type { BundlePart, BundleRules } from './bundle.ts'

/** A line of an order, as far as bundles look at it. */
export type BundleLine = {
  productId: string | null
  productSourceId: string | null
  skuId: string | null
  skuSourceId: string | null
  collectionIds: readonly string[]
  quantity: number
}

export type BundleResult = {
  /** How many complete bundles there are, at most the limit. */
  quantity: number
  limit: number | null
  identified: readonly {
    id: string
    object: 'product' | 'sku'
    itemIndex: number
    itemQuantity: number
  }[]
  /** Parts of which there is not enough for one bundle, and how many units of them lack. */
  missing: readonly { id: string; object: BundlePart['object']; itemQuantity: number }[]
}

/** SKUs are matched before products, products before collections (R-BUN-01). */
const RANKS: Record<BundlePart['object'], number> = { sku: 0, product: 1, products_collection: 2 }

/** The lines that a part may take units from. */
type Candidate = { part: BundlePart; indices: readonly number[] }
/** What a part took from which line, and how many units it did not find. */
type Taking = { part: BundlePart; taken: readonly [index: number, units: number][]; lacks: number }

/**
 * How often `lines` hold the bundle, and which of their units make it up (R-BUN-01, R-BUN-02). A unit
 * serves one part only, the closest one that names it.
 */
export function matchBundle(
  { parts, limit }: BundleRules,
  lines: readonly BundleLine[],
): BundleResult {
  const candidates = [...parts]
    .sort((a, b) => RANKS[a.object] - RANKS[b.object])
    .map((part) => ({ part, indices: linesOf(part, lines) }))
  const quantity = quantityOf(candidates, lines, limit ?? Number.POSITIVE_INFINITY)
  const takings = takeAll(candidates, lines, Math.max(1, quantity))
  if (quantity === 0)
    return { quantity, limit, identified: [], missing: takings.flatMap(toMissing) }
  return {
    quantity,
    limit,
    identified: takings.flatMap((taking) => name(taking, lines)),
    missing: [],
  }
}

/** The most bundles that all parts have units for, found by halving what each part alone would allow. */
function quantityOf(
  candidates: readonly Candidate[],
  lines: readonly BundleLine[],
  limit: number,
): number {
  let enough = 0
  let most = limit
  for (const { part, indices } of candidates) {
    const units = indices.reduce((total, index) => total + (lines[index]?.quantity ?? 0), 0)
    most = Math.min(most, Math.floor(units / part.quantity))
  }
  while (enough < most) {
    const middle = Math.ceil((enough + most) / 2)
    if (takeAll(candidates, lines, middle).every(({ lacks }) => lacks === 0)) enough = middle
    else most = middle - 1
  }
  return enough
}

/** Gives each part, the closest first, the units of so many bundles, as far as there are any left. */
function takeAll(
  candidates: readonly Candidate[],
  lines: readonly BundleLine[],
  bundles: number,
): Taking[] {
  const free = lines.map(({ quantity }) => quantity)
  return candidates.map(({ part, indices }) => {
    let lacks = part.quantity * bundles
    const taken: [number, number][] = []
    for (const index of indices) {
      const units = Math.min(free[index] ?? 0, lacks)
      if (units <= 0) continue
      free[index] = (free[index] ?? 0) - units
      lacks -= units
      taken.push([index, units])
    }
    return { part, taken, lacks }
  })
}

const linesOf = (part: BundlePart, lines: readonly BundleLine[]): number[] =>
  lines.flatMap((line, index) => (isPart(part, line) ? [index] : []))

function isPart({ object, id }: BundlePart, line: BundleLine): boolean {
  if (object === 'sku') return line.skuId === id || line.skuSourceId === id
  if (object === 'product') return line.productId === id || line.productSourceId === id
  return line.collectionIds.includes(id)
}

const toMissing = ({ part: { id, object }, lacks }: Taking): BundleResult['missing'] =>
  lacks === 0 ? [] : [{ id, object, itemQuantity: lacks }]

const name = ({ part, taken }: Taking, lines: readonly BundleLine[]): BundleResult['identified'] =>
  taken.map(([itemIndex, itemQuantity]) => ({
    ...nameOf(lines[itemIndex], part),
    itemIndex,
    itemQuantity,
  }))

/** The SKU of a line, else its product, else what the part calls it. */
function nameOf(line: BundleLine | undefined, part: BundlePart) {
  if (line?.skuId) return { id: line.skuId, object: 'sku' as const }
  if (line?.productId) return { id: line.productId, object: 'product' as const }
  const object = part.object === 'sku' ? ('sku' as const) : ('product' as const)
  return { id: line?.skuSourceId ?? line?.productSourceId ?? part.id, object }
}

/** The `bundle` of a result (R-BUN-02). */
export const toBundleView = ({ quantity, limit, identified, missing }: BundleResult) => ({
  quantity,
  limit,
  identified: identified.map(({ id, object, itemIndex, itemQuantity }) => ({
    id,
    object,
    item_index: itemIndex,
    item_quantity: itemQuantity,
  })),
  ...(missing.length > 0 && {
    missing: missing.map(({ id, object, itemQuantity }) => ({
      id,
      object,
      item_quantity: itemQuantity,
    })),
  }),
})
