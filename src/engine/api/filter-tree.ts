import { ApiError } from '../../kernel/api-error.ts'
import { isPlainObject } from '../../kernel/json.ts'

/** Where filters stand, and so how a refusal names them. */
export type FilterPlace = {
  key: 'invalid_query_params' | 'invalid_payload'
  /** Such as `.filters`. */
  property: string
}

/** What is asked of one field; all of it must hold (W-7). Operands are texts, whatever they came as. */
export type FieldFilter = {
  name: string
  conditions: readonly { operator: string; operands: readonly string[] }[]
}

/** Filters as they were read (engine-programs §1.5): what is asked of fields, all of it or any. */
export type FilterTree = { junction: 'and' | 'or'; fields: readonly FieldFilter[] }

/**
 * Reads filters out of a query string, `filters[<field>][conditions][<$op>][…]` and `filters[junction]` (R-LIST-06),
 * or the same tree out of a body. Throws the key of `place` for what is no such tree.
 */
export function readFilterTree(filters: unknown, place: FilterPlace): FilterTree {
  if (!isPlainObject(filters)) throw filterRefusal(place, '', 'must be object')
  const { junction, ...fields } = filters
  return {
    junction: toJunction(place, junction),
    fields: Object.entries(fields).map(([name, value]) => toField(place, name, value)),
  }
}

function toJunction(place: FilterPlace, junction: unknown): FilterTree['junction'] {
  const word = typeof junction === 'string' ? junction.toLowerCase() : (junction ?? 'and')
  if (word === 'and' || word === 'or') return word
  throw filterRefusal(place, 'junction', 'should be equal to one of the allowed values: and, or')
}

function toField(place: FilterPlace, name: string, value: unknown): FieldFilter {
  const conditions = isPlainObject(value) ? value['conditions'] : undefined
  if (!isPlainObject(conditions) || Object.keys(conditions).length === 0) {
    throw filterRefusal(place, name, "should have required property 'conditions'")
  }
  return {
    name,
    conditions: Object.entries(conditions).map(([operator, operand]) => ({
      operator,
      operands: toOperands(operand, () =>
        filterRefusal(place, `${name}.${operator}`, 'should have texts, numbers or booleans'),
      ),
    })),
  }
}

/** `x`, `["x", "y"]` or, past the limit of an array, `{0: "x", 1: "y"}`, as `qs` reads them. */
const toOperands = (operand: unknown, refusal: () => ApiError): string[] =>
  (isPlainObject(operand) ? Object.values(operand) : [operand].flat()).map((each) => {
    if (typeof each === 'object' && each !== null) throw refusal()
    return String(each)
  })

/** The refusal of filters for what they say of the field `name`; of all of them for an empty one. */
export const filterRefusal = (
  { key, property }: FilterPlace,
  name: string,
  what: string,
): ApiError =>
  new ApiError(key, { details: `Property ${property}${name === '' ? '' : `.${name}`} ${what}` })
