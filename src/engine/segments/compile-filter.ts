import { type FieldFilter, type FilterPlace, filterRefusal, readFilterTree } from '../api/index.ts'
import { compilePath, type Field } from './compile-path.ts'
import type { CustomerFacts, FilterNeeds, Surroundings } from './customer-facts.ts'
import { type Check, OPERATORS } from './operators.ts'

/** A filter that was understood once and can be evaluated any number of times. */
export type CompiledFilter = {
  matches: (facts: CustomerFacts, surroundings: Surroundings) => boolean
  needs: FilterNeeds
  /** Whether what it matches changes with the day alone, so that it is asked again after midnight (S-4). */
  isDateRelative: boolean
}

type Part = Pick<CompiledFilter, 'matches' | 'isDateRelative'> & { needs: Partial<FilterNeeds> }

const NO_NEEDS: FilterNeeds = {
  summary: false,
  publications: false,
  segments: false,
  events: [],
  locations: [],
}

/**
 * Understands the filter of a segment (engine-programs §1.5, §5.3). Fields are joined as the junction says, the conditions
 * of one field must all hold (W-7). Throws the key of `place` for a field, operator or operand that it does not know (W-6).
 */
export function compileFilter(filter: unknown, place: FilterPlace): CompiledFilter {
  const { junction, fields } = readFilterTree(filter, place)
  const parts = fields.map((field) => compileField(field, place))
  const matches: CompiledFilter['matches'] =
    junction === 'and'
      ? (facts, surroundings) => parts.every((part) => part.matches(facts, surroundings))
      : (facts, surroundings) => parts.some((part) => part.matches(facts, surroundings))
  return {
    matches,
    needs: joinNeeds(parts.map(({ needs }) => needs)),
    isDateRelative: parts.some((part) => part.isDateRelative),
  }
}

function compileField({ name, conditions }: FieldFilter, place: FilterPlace): Part {
  const field = compilePath(name)
  if (!field) throw filterRefusal(place, name, 'is not a field of customers')
  const compiled = conditions.map(({ operator, operands }) => {
    const known = OPERATORS[field.kind]
    const compile = Object.hasOwn(known, operator) ? known[operator] : undefined
    if (!compile) throw filterRefusal(place, name, `does not know operator ${operator}`)
    const condition = compile(operands, field.kind)
    if ('wrong' in condition) throw filterRefusal(place, `${name}.${operator}`, condition.wrong)
    return condition
  })
  return {
    matches: toMatches(
      field,
      compiled.map(({ check }) => check),
    ),
    isDateRelative: compiled.some(({ isDateRelative }) => isDateRelative === true),
    needs: {
      ...field.needs,
      locations: compiled.flatMap(({ locations }) => locations ?? []),
    },
  }
}

const toMatches =
  ({ read }: Field, checks: readonly Check[]): CompiledFilter['matches'] =>
  (facts, surroundings) => {
    const value = read(facts)
    return checks.every((check) => check(value, surroundings))
  }

/** What several filters need together. */
export function joinNeeds(needs: readonly Partial<FilterNeeds>[]): FilterNeeds {
  return needs.reduce<FilterNeeds>(
    (all, each) => ({
      summary: all.summary || (each.summary ?? false),
      publications: all.publications || (each.publications ?? false),
      segments: all.segments || (each.segments ?? false),
      events: [...new Set([...all.events, ...(each.events ?? [])])],
      locations: [...new Set([...all.locations, ...(each.locations ?? [])])],
    }),
    NO_NEEDS,
  )
}
