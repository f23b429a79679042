import type { Json } from '../../kernel/json.ts'
import type { MetadataDefinition } from './metadata-schema.ts'

/** One thing that a definition asks of a value, in the words of the reference (M-3). */
export type Constraint = { words: string; holds: (value: Json) => boolean }

/**
 * What a definition asks of values that are of its type already, in the order in which it is told. An empty list or
 * null asks nothing.
 */
export const compileConstraints = (definition: MetadataDefinition): Constraint[] => [
  ...listConstraints(definition),
  ...comparisons(definition),
  ...(definition.type === 'string' ? lengthConstraints(definition) : []),
]

function listConstraints({ eq, ne }: MetadataDefinition): Constraint[] {
  const constraints: Constraint[] = []
  if (eq?.length) {
    const allowed = new Set(eq)
    constraints.push({
      words: `must be equal to one of ${eq.join(',')}`,
      holds: (value) => allowed.has(value),
    })
  }
  if (ne?.length) {
    const forbidden = new Set(ne)
    constraints.push({
      words: `must not be equal to any of ${ne.join(',')}`,
      holds: (value) => !forbidden.has(value),
    })
  }
  return constraints
}

type Comparison = 'lt' | 'lte' | 'gt' | 'gte'

const COMPARISONS: Record<Comparison, { words: string; holds: (a: number, b: number) => boolean }> =
  {
    lt: { words: 'less than', holds: (a, b) => a < b },
    lte: { words: 'less than or equal to', holds: (a, b) => a <= b },
    gt: { words: 'greater than', holds: (a, b) => a > b },
    gte: { words: 'greater than or equal to', holds: (a, b) => a >= b },
  }

const comparisons = (definition: MetadataDefinition): Constraint[] =>
  Object.entries(COMPARISONS).flatMap(([name, { words, holds }]) =>
    [definition[name as Comparison] ?? []].flat().map((bound) => ({
      words: `must be ${words} ${bound}`,
      holds: (value: Json) => typeof value !== 'number' || holds(value, bound),
    })),
  )

function lengthConstraints({
  minLength,
  maxLength,
  exactLength,
}: MetadataDefinition): Constraint[] {
  const of = (
    bound: number | null | undefined,
    words: string,
    holds: (length: number) => boolean,
  ) =>
    typeof bound === 'number'
      ? [
          {
            words: `must have ${words} ${bound} characters`,
            holds: (v: Json) => holds(lengthOf(v)),
          },
        ]
      : []
  return [
    ...of(minLength, 'at least', (length) => length >= (minLength ?? 0)),
    ...of(maxLength, 'at most', (length) => length <= (maxLength ?? 0)),
    ...of(exactLength, 'exactly', (length) => length === exactLength),
  ]
}

/** In code points: an emoji is one character to its writer, two UTF-16 units to us. */
const lengthOf = (value: Json): number => [...String(value)].length
