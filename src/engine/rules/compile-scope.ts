import type { Json } from '../../kernel/json.ts'
import { type Attribute, ITEM_ATTRIBUTES, lackOfItems, priceOf } from './attributes.ts'
import { compileAttribute, REMEDIES, violationOf } from './compile-attribute.ts'
import { type Condition, type Context, invalidAt } from './condition.ts'
import { cheapestChanges, compileLogic, type Logic, leavesOf } from './logic.ts'
import {
  compileItemMatcher,
  EVERY_ITEM,
  type ItemMatcher,
  type ItemObject,
  isNegative,
} from './match-item.ts'
import type { ConditionInput } from './read-rule.ts'
import type { RuleFacts, RuleItem } from './rule.ts'

type Quantifier = 'any' | 'every' | 'none' | 'cheapest' | 'most_expensive'

/** The conditions below a scope; without any, being selected is enough. */
type Below = { logic: Logic<Condition> | undefined; holds: (context: Context) => boolean }

type Candidate = {
  facts: RuleFacts
  index: number
  line: RuleItem
  isSelected: boolean
  /** All that are. */
  selected: readonly RuleItem[]
}

const WORDS: Record<Quantifier, string> = {
  any: 'an order item',
  every: 'every order item',
  none: 'no order item',
  cheapest: 'the cheapest order item',
  most_expensive: 'the most expensive order item',
}

/** Conditions on lines, in the words of their quantifier. */
const SCOPES: ReadonlyMap<string, { quantifier: Quantifier; object: ItemObject }> = new Map([
  ['order.items.every', { quantifier: 'every', object: 'any' }],
  ['order.items.any', { quantifier: 'any', object: 'any' }],
  ['order.items.none', { quantifier: 'none', object: 'any' }],
  ['order.items.cheapest', { quantifier: 'cheapest', object: 'any' }],
  ['order.items.most_expensive', { quantifier: 'most_expensive', object: 'any' }],
  ['product.id', { quantifier: 'any', object: 'product' }],
  ['sku.id', { quantifier: 'any', object: 'sku' }],
])

/** Names that say quantifier and attribute in one. */
const SHORTHANDS: ReadonlyMap<string, { quantifier: Quantifier; attribute: string }> = new Map([
  ['order.items.price_any', { quantifier: 'any', attribute: 'order.items.price' }],
  ['order.items.price_each', { quantifier: 'every', attribute: 'order.items.price' }],
  ['order.items.metadata_any', { quantifier: 'any', attribute: 'order.items.metadata' }],
  ['order.items.metadata_each', { quantifier: 'every', attribute: 'order.items.metadata' }],
])

/**
 * A condition on the lines of the cart; undefined when `input` is none. `compileBelow` makes the conditions below
 * it, each about one line, or in the sums about all that are selected.
 */
export function compileScope(
  input: ConditionInput,
  compileBelow: (input: ConditionInput) => Logic<Condition> | undefined,
): Condition | undefined {
  const scope = SCOPES.get(input.name)
  if (scope) {
    const matcher = compileItemMatcher(input, scope.object)
    // That a cart is without a product is said of all its lines.
    if (isNegative(input) && scope.object !== 'any') {
      return toCondition(input, 'every', { matcher, logic: compileBelow(input) })
    }
    return toCondition(input, scope.quantifier, { matcher, logic: compileBelow(input) })
  }
  const shorthand = SHORTHANDS.get(input.name)
  if (shorthand) return ofAttribute(input, shorthand.quantifier, shorthand.attribute)
  if (!/^(product|sku)\./.test(input.name)) return undefined
  return input.rules.conditions.size > 0
    ? ofSelected(input, compileBelow(input))
    : ofAttribute(input, 'any', input.name)
}

const HAS_SKU: ItemMatcher = {
  what: '',
  matches: ({ skuId, skuSourceId }) => skuId !== null || skuSourceId !== null,
  collectionIds: [],
}

/** A condition on one attribute of some line, or of each. */
function ofAttribute(
  input: ConditionInput,
  quantifier: Quantifier,
  name: string,
): Condition | undefined {
  const attribute = ITEM_ATTRIBUTES.get(name)
  if (!attribute) return undefined
  return toCondition(input, quantifier, {
    matcher: name.startsWith('sku.') ? HAS_SKU : EVERY_ITEM,
    logic: { kind: 'condition', condition: compileAttribute(input, attribute) },
  })
}

/** Conditions on the lines that an attribute selects, such as those whose product has some metadata. */
function ofSelected(
  input: ConditionInput,
  logic: Logic<Condition> | undefined,
): Condition | undefined {
  const attribute = ITEM_ATTRIBUTES.get(input.name)
  if (!attribute) return undefined
  const { what, check } = compileAttribute(input, attribute)
  const matcher: ItemMatcher = {
    what: `has ${what}`,
    matches: (line, facts) =>
      check({ facts, item: { index: -1, line, selected: [] } }) === undefined,
    collectionIds: [],
  }
  return toCondition(input, 'any', { matcher, logic })
}

/** A condition below a scope. Throws `invalid_validation_rules` for one that is not about lines. */
export function compileItemCondition(input: ConditionInput): Condition {
  const attribute: Attribute | undefined = ITEM_ATTRIBUTES.get(input.name)
  if (!attribute) throw invalidAt(input, 'is not known below a condition on order items')
  return compileAttribute(input, attribute)
}

function toCondition(
  input: ConditionInput,
  quantifier: Quantifier,
  { matcher, logic }: { matcher: ItemMatcher; logic: Logic<Condition> | undefined },
): Condition {
  const below: Below = {
    logic,
    holds: logic
      ? compileLogic(logic, (leaf, context: Context) => leaf.check(context) === undefined)
      : () => true,
  }
  const what = describe(quantifier, matcher, below)
  const judge = JUDGES[quantifier]
  const isHeldBy = (context: Context): boolean => judge.holds(candidatesIn(context, matcher), below)
  const changes = (context: Context): string[] => {
    const lack = lackOfItems(context)
    if (lack) return [`${what}: ${REMEDIES[lack] ?? lack}`]
    if (isHeldBy(context)) return []
    return judge
      .changes(candidatesIn(context, matcher), below, matcher)
      .map((change) => `${what}: ${change}`)
  }
  return {
    place: input.path,
    what,
    family: 'order',
    message: input.message,
    needs: { collectionIds: matcher.collectionIds },
    check: (context) =>
      lackOfItems(context) ?? (isHeldBy(context) ? undefined : violationOf('order')),
    changes,
    explain: (context) => {
      const sentences = changes(context)
      const selected = lackOfItems(context)
        ? []
        : candidatesIn(context, matcher).filter(({ isSelected }) => isSelected)
      return {
        what,
        passed: sentences.length === 0,
        expected: input.conditions as Json,
        actual: { selected_items: selected.map(({ index }) => index) },
        ...(sentences.length > 0 && { message: sentences.join('; ') }),
      }
    },
  }
}

function describe(quantifier: Quantifier, { what }: ItemMatcher, { logic }: Below): string {
  const below = (logic ? leavesOf(logic) : []).map((leaf) => leaf.what)
  const parts = [
    ...(what === '' ? [] : [what]),
    ...(below.length > 0 ? [`has ${below.join(', ')}`] : []),
  ]
  return `${WORDS[quantifier]} ${parts.join(' and ') || 'is there'}`
}

/** Every line of the cart, and whether it is selected. */
function candidatesIn({ facts }: Context, matcher: ItemMatcher): Candidate[] {
  const lines = facts.order?.items ?? []
  const selected: RuleItem[] = []
  return lines.map((line, index) => {
    const isSelected = matcher.matches(line, facts)
    if (isSelected) selected.push(line)
    return { facts, index, line, isSelected, selected }
  })
}

/** What conditions below see of a line. */
const contextOf = ({ facts, index, line, selected }: Candidate): Context => ({
  facts,
  item: { index, line, selected },
})

const isMet = (candidate: Candidate, below: Below): boolean =>
  candidate.isSelected && below.holds(contextOf(candidate))

/** What would make the line meet the conditions. */
function changesOf(candidate: Candidate, below: Below, matcher: ItemMatcher): string[] {
  const { index, isSelected } = candidate
  if (!isSelected) {
    return [`make item ${index} one that ${matcher.what}`]
  }
  const changes = below.logic
    ? cheapestChanges(below.logic, (leaf) => leaf.changes(contextOf(candidate)))
    : []
  return changes.map((change) => `item ${index} ${change}`)
}

type Judge = {
  holds: (candidates: Candidate[], below: Below) => boolean
  /** Asked only when it does not hold. */
  changes: (candidates: Candidate[], below: Below, matcher: ItemMatcher) => string[]
}

const least = (choices: string[][]): string[] =>
  choices.reduce((best, choice) => (choice.length < best.length ? choice : best))

const ofOne = (pick: (candidates: Candidate[]) => Candidate | undefined): Judge => ({
  holds: (candidates, below) => {
    const one = pick(candidates)
    return one !== undefined && isMet(one, below)
  },
  changes: (candidates, below, matcher) => {
    const one = pick(candidates)
    return one ? changesOf(one, below, matcher) : ['no item has a price, send them']
  },
})

/** The first line whose price no other beats (ties: order of the request, R-APR-01). */
const byPrice =
  (isBetter: (price: number, best: number) => boolean) =>
  (candidates: Candidate[]): Candidate | undefined => {
    let best: { candidate: Candidate; price: number } | undefined
    for (const candidate of candidates) {
      const price = priceOf(candidate.line)
      if (price !== undefined && (!best || isBetter(price, best.price))) best = { candidate, price }
    }
    return best?.candidate
  }

const JUDGES: Record<Quantifier, Judge> = {
  any: {
    holds: (candidates, below) => candidates.some((candidate) => isMet(candidate, below)),
    changes: (candidates, below, matcher) => {
      const selected = candidates.filter(({ isSelected }) => isSelected)
      return selected.length > 0
        ? least(selected.map((candidate) => changesOf(candidate, below, matcher)))
        : ['add one']
    },
  },
  every: {
    holds: (candidates, below) => candidates.every((candidate) => isMet(candidate, below)),
    changes: (candidates, below, matcher) =>
      candidates.flatMap((candidate) => changesOf(candidate, below, matcher)),
  },
  none: {
    holds: (candidates, below) => !candidates.some((candidate) => isMet(candidate, below)),
    changes: (candidates, below) =>
      candidates
        .filter((candidate) => isMet(candidate, below))
        .map(({ index }) => `take out item ${index}`),
  },
  cheapest: ofOne(byPrice((price, best) => price < best)),
  most_expensive: ofOne(byPrice((price, best) => price > best)),
}
