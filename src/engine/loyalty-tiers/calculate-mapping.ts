/** What a tier makes of points: so many times as many, or a number of its own (engine-programs §8.7). */
export type Mapping = { type: 'MULTIPLY'; multiplier: number } | { type: 'CUSTOM'; points: number }

/** What a rule gives, or a reward costs: `perBlock` points, so many times. */
export type MappedPoints = {
  perBlock: number
  /** How many whole blocks of what is measured there are; 1 where nothing is measured. */
  blocks: number
}

/**
 * The points as a tier maps them, to the nearest whole number (L-12, L-57, A-28): a multiplier applies to the result, a
 * number of the tier's own takes the place of the points of one block.
 */
export function calculateMapped({ perBlock, blocks }: MappedPoints, mapping?: Mapping): number {
  if (mapping?.type === 'CUSTOM') return toPoints(mapping.points * blocks)
  const points = toPoints(perBlock * blocks)
  return mapping ? toPoints(points * mapping.multiplier) : points
}

/** The nearest whole number that a card can hold; never less than nothing (L-13). */
const toPoints = (points: number): number =>
  Math.min(Math.max(0, Math.round(points)), Number.MAX_SAFE_INTEGER)
