import { type CompiledFilter, compileFilter } from './compile-filter.ts'
import type { CustomerFacts, Surroundings } from './customer-facts.ts'
import type { Segment } from './segment.ts'

/** A segment with a filter that was understood. */
export type DynamicSegment = { segment: Segment; filter: CompiledFilter }

const PLACE = { key: 'invalid_payload', property: '.filter' } as const
const REMEMBERED_MAX = 10_000

/** Filters that were understood, by the ids of their segments, each with the text it had then; the longest known first. */
const remembered = new Map<string, { text: string; compiled: CompiledFilter }>()

/** Understands the filters of segments, each once in a process; those without one are left out. */
export function toDynamic(segments: readonly Segment[]): DynamicSegment[] {
  return segments.flatMap((segment) =>
    segment.filter === null ? [] : [{ segment, filter: toFilter(segment) }],
  )
}

function toFilter({ id, filter }: Segment): CompiledFilter {
  const text = JSON.stringify(filter)
  const known = remembered.get(id)
  if (known?.text === text) return known.compiled
  const compiled = compileFilter(filter, PLACE)
  const [oldest] = remembered.keys()
  if (remembered.size >= REMEMBERED_MAX && oldest !== undefined) remembered.delete(oldest)
  remembered.set(id, { text, compiled })
  return compiled
}

/**
 * The ids of the segments that a customer is in: those in `facts`, corrected by what the filters of `segments` say. These
 * come in the order in which they were made, because one can ask for those that were there before it.
 */
export function matchSegments(
  segments: readonly DynamicSegment[],
  facts: CustomerFacts,
  surroundings: Surroundings,
): ReadonlySet<string> {
  const segmentIds = new Set(facts.segmentIds)
  const growing = { ...facts, segmentIds }
  for (const { segment, filter } of segments) {
    if (filter.matches(growing, surroundings)) segmentIds.add(segment.id)
    else segmentIds.delete(segment.id)
  }
  return segmentIds
}
