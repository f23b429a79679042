import { isPlainObject, type Json } from '../../kernel/json.ts'
import { invalidAt, type Place } from './condition.ts'
import type { ConditionInput } from './read-rule.ts'
import type { RuleFacts, RuleItem } from './rule.ts'

/** Which lines of a cart a condition is about. */
export type ItemMatcher = {
  /** Such as `is product prod_1 or sku_2`; empty for every line. */
  what: string
  matches: (line: RuleItem, facts: RuleFacts) => boolean
  collectionIds: readonly string[]
}

/** Ids without an object are looked for where the name of the rule says. */
export type ItemObject = 'product' | 'sku' | 'any'

type Named = { object: string; id: string | undefined; sourceId: string | undefined }

export const EVERY_ITEM: ItemMatcher = { what: '', matches: () => true, collectionIds: [] }

const COLLECTION = 'products_collection'
const POSITIVE = new Set(['$is', '$in', '$from'])
const NEGATIVE = new Set(['$is_not', '$not_in'])

/** True when `input` selects by what lines are not, and by nothing else. */
export function isNegative({ conditions }: ConditionInput): boolean {
  const operators = Object.keys(conditions)
  return operators.length > 0 && operators.every((operator) => NEGATIVE.has(operator))
}

/**
 * Reads the operators that select lines, all of which must: `$is`, `$in`, `$is_not` or `$not_in` with ids or
 * objects `{object, id, source_id}`, `$from` with collections. Without operators it is every line.
 */
export function compileItemMatcher(input: ConditionInput, object: ItemObject): ItemMatcher {
  const parts = Object.entries(input.conditions).map(([operator, values]) =>
    compileOperator(operator, values, { input, object }),
  )
  if (parts.length === 0) return EVERY_ITEM
  return {
    what: parts.map(({ what }) => what).join(' and '),
    matches: (line, facts) => parts.every((part) => part.matches(line, facts)),
    collectionIds: parts.flatMap(({ collectionIds }) => collectionIds),
  }
}

function compileOperator(
  operator: string,
  values: readonly Json[],
  { input, object }: { input: ConditionInput; object: ItemObject },
): ItemMatcher {
  const isNegated = NEGATIVE.has(operator)
  if (!isNegated && !POSITIVE.has(operator)) {
    const known = [...POSITIVE, ...NEGATIVE].join(', ')
    throw invalidAt(input, `does not know operator '${operator}', but ${known}`)
  }
  const place: Place = { name: input.name, path: `${input.path}.conditions.${operator}` }
  const named = values.map((value) =>
    readNamed(value, operator === '$from' ? COLLECTION : object, place),
  )
  const names = named.map(({ object: kind, id, sourceId }) => `${toWord(kind)}${id ?? sourceId}`)
  return {
    what: `is ${isNegated ? 'not ' : ''}${names.join(' or ')}`,
    matches: compileNames(named, isNegated),
    collectionIds: named.flatMap((one) => (one.object === COLLECTION && one.id ? [one.id] : [])),
  }
}

const toWord = (object: string): string => {
  if (object === 'any') return ''
  return object === COLLECTION ? 'collection ' : `${object} `
}

const OBJECTS = new Set(['product', 'sku', COLLECTION])

function readNamed(value: Json, object: string, place: Place): Named {
  if (typeof value === 'string' && value !== '') return { object, id: value, sourceId: undefined }
  if (!isPlainObject(value)) throw invalidAt(place, 'must have ids or objects as values')
  const { id, source_id } = value
  if (!isText(id) && !isText(source_id)) {
    throw invalidAt(place, "must have values with an 'id' or a 'source_id'")
  }
  const given = [value['object'], value['type']].find((kind) => isText(kind) && OBJECTS.has(kind))
  return {
    object: isText(given) ? given : object,
    id: isText(id) ? id : undefined,
    sourceId: isText(source_id) ? source_id : undefined,
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** By id or source id; an id may be written where a source id is (R-APPL-01). */
function compileNames(named: readonly Named[], isNegated: boolean): ItemMatcher['matches'] {
  const namesOf = (...objects: string[]): ReadonlySet<string> =>
    new Set(
      named
        .filter(({ object }) => objects.includes(object))
        .flatMap(({ id, sourceId }) => [id, sourceId])
        .filter((name) => name !== undefined),
    )
  const [products, skus] = [namesOf('product', 'any'), namesOf('sku', 'any')]
  const collections = namesOf(COLLECTION)
  return ({ productId, productSourceId, skuId, skuSourceId, collectionIds }) =>
    (isIn(products, productId) ||
      isIn(products, productSourceId) ||
      isIn(skus, skuId) ||
      isIn(skus, skuSourceId) ||
      (collections.size > 0 && collectionIds.some((id) => collections.has(id)))) !== isNegated
}

const isIn = (names: ReadonlySet<string>, own: string | null): boolean =>
  own !== null && names.has(own)
