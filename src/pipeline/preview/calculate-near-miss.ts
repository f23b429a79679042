import type { Explain } from '../../kernel/explain.ts'

/**
 * The fewest conditions that would have to hold for the explained trigger to hold: none when it passed; of a
 * group of alternatives those of the nearest one.
 */
export function missingConditions(explain: Explain): Explain[] {
  if (explain.passed) return []
  const { parts } = explain
  if (!parts || parts.length === 0) return [explain]
  const missing = parts.map(missingConditions)
  if (explain.what !== 'any of') return missing.flat()
  return missing.reduce((fewest, other) => (other.length < fewest.length ? other : fewest))
}
