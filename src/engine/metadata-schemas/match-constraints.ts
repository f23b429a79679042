import type { Json } from '../../kernel/json.ts'
import type { MetadataDefinition } from './metadata-schema.ts'

type Comparison = 'lt' | 'lte' | 'gt' | 'gte'

const COMPARISONS: Record<Comparison, { words: string; holds: (a: number, b: number) => boolean }> =
  {
    lt: { words: 'less than', holds: (a, b) => a < b },
    lte: { words: 'less than or equal to', holds: (a, b) => a <= b },
    gt: { words: 'greater than', holds: (a, b) => a > b },
    gte: { words: 'greater than or equal to', holds: (a, b) => a >= b },
  }

/**
 * What `value`, already of the right type, breaks of the constraints of its definition, in the words of
 * the reference (M-3); undefined when it keeps them. An empty list or null constrains nothing.
 */
export function matchConstraints(definition: MetadataDefinition, value: Json): string | undefined {
  return (
    matchLists(definition, value) ??
    matchComparisons(definition, value) ??
    matchLengths(definition, value)
  )
}

function matchLists({ eq, ne }: MetadataDefinition, value: Json): string | undefined {
  if (eq?.length && !eq.includes(value)) return `must be equal to one of ${eq.join(',')}`
  if (ne?.length && ne.includes(value)) return `must not be equal to any of ${ne.join(',')}`
  return undefined
}

function matchComparisons(definition: MetadataDefinition, value: Json): string | undefined {
  if (typeof value !== 'number') return undefined
  for (const [name, { words, holds }] of Object.entries(COMPARISONS)) {
    const bounds = [definition[name as Comparison] ?? []].flat()
    const broken = bounds.find((bound) => !holds(value, bound))
    if (broken !== undefined) return `must be ${words} ${broken}`
  }
  return undefined
}

function matchLengths(definition: MetadataDefinition, value: Json): string | undefined {
  if (typeof value !== 'string' || definition.type !== 'string') return undefined
  // Code points: an emoji is one character to its writer, two UTF-16 units to us.
  const length = [...value].length
  const { minLength, maxLength, exactLength } = definition
  if (typeof minLength === 'number' && length < minLength)
    return `must have at least ${minLength} characters`
  if (typeof maxLength === 'number' && length > maxLength)
    return `must have at most ${maxLength} characters`
  if (typeof exactLength === 'number' && length !== exactLength)
    return `must have exactly ${exactLength} characters`
  return undefined
}
