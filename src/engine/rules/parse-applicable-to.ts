import { ApiError } from '../../kernel/api-error.ts'
import { isPlainObject, type Json } from '../../kernel/json.ts'
import { LIMITS } from '../../platform/limits.ts'
import { compileFormula, formatFormulaError } from '../formulas/index.ts'
import type { RuleDefinition } from './rule.ts'

const OBJECTS = ['product', 'sku', 'products_collection']
const EFFECTS = [
  'APPLY_TO_EVERY',
  'APPLY_FROM_CHEAPEST',
  'APPLY_TO_CHEAPEST',
  'APPLY_FROM_MOST_EXPENSIVE',
  'APPLY_TO_MOST_EXPENSIVE',
]
const TARGETS = ['ITEM', 'UNIT']
const TEXTS = new Set(['id', 'source_id', 'product_id', 'product_source_id'])

const invalid = (details: string): ApiError => new ApiError('invalid_payload', { details })

/**
 * Checks the product scope of a rule (engine-core §9.4) and fills in what the reference fills in. Null names
 * nothing. Throws `invalid_payload` naming the field.
 */
export function parseApplicableTo(input: unknown): RuleDefinition['applicableTo'] {
  if (input === undefined || input === null) return null
  if (!isPlainObject(input)) throw invalid('Property .applicable_to must be object,null')
  const { included, excluded, included_all } = input
  return {
    ...(excluded !== undefined && { excluded: parseEntries(excluded, '.applicable_to.excluded') }),
    included: parseEntries(included, '.applicable_to.included'),
    included_all: parseFlag(included_all, '.applicable_to.included_all'),
  }
}

function parseFlag(value: unknown, path: string): boolean {
  if (value === undefined || value === null) return false
  if (typeof value !== 'boolean') throw invalid(`Property ${path} must be boolean`)
  return value
}

function parseEntries(input: unknown, path: string): Json[] {
  if (input === undefined || input === null) return []
  if (!Array.isArray(input)) throw invalid(`Property ${path} must be array`)
  if (input.length > LIMITS.ruleValuesMax) {
    throw invalid(`Property ${path} must NOT have more than ${LIMITS.ruleValuesMax} items`)
  }
  return input.map((entry, index) => parseEntry(entry, `${path}[${index}]`))
}

function parseEntry(input: unknown, path: string): { [name: string]: Json } {
  if (!isPlainObject(input)) throw invalid(`Property ${path} must be object`)
  const fields = Object.entries(input).map(([name, value]) => [
    name,
    value === null ? null : parseField(name, value, `${path}.${name}`),
  ])
  const entry: { [name: string]: Json } = Object.fromEntries(fields)
  if (entry['object'] && !entry['id'] && !entry['source_id']) {
    throw invalid(`Property ${path} should have required property 'id'`)
  }
  return { strict: false, effect: 'APPLY_TO_EVERY', ...entry }
}

function parseField(name: string, value: unknown, path: string): Json {
  if (name === 'object') return oneOf(OBJECTS, value, path)
  if (name === 'effect') return oneOf(EFFECTS, value, path)
  if (name === 'target') return oneOf(TARGETS, value, path)
  if (name === 'strict') return parseFlag(value, path)
  if (TEXTS.has(name)) return textOf(value, path)
  if (name.endsWith('_formula')) return formulaOf(value, path)
  if (name === 'repeat') return integerFrom(1, value, path)
  if (name === 'price' || name === 'skip_initially' || name.endsWith('_limit'))
    return integerFrom(0, value, path)
  return value as Json
}

function oneOf(allowed: readonly string[], value: unknown, path: string): string {
  if (typeof value === 'string' && allowed.includes(value)) return value
  throw invalid(
    `Property ${path} should be equal to one of the allowed values: ${allowed.join(', ')}`,
  )
}

function textOf(value: unknown, path: string): string {
  if (typeof value === 'string') return value
  throw invalid(`Property ${path} must be string`)
}

function formulaOf(value: unknown, path: string): string {
  const text = textOf(value, path)
  const formula = compileFormula(text)
  if (typeof formula === 'function') return text
  throw invalid(`Property ${path} is not a formula: ${formatFormulaError(formula)}`)
}

function integerFrom(least: number, value: unknown, path: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (!Number.isSafeInteger(number)) throw invalid(`Property ${path} must be integer`)
  if ((number as number) < least) throw invalid(`Property ${path} must be >= ${least}`)
  return number as number
}
