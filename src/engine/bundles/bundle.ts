import { isPlainObject } from '../../kernel/json.ts'

type BundleObject = 'product' | 'sku' | 'products_collection'

/** One thing that a bundle consists of, and how many units of it. */
export type BundlePart = { object: BundleObject; id: string; quantity: number }

/** The bundle of a validation rule (engine-core §14), compiled from its `bundle_rules`. */
export type BundleRules = {
  parts: readonly BundlePart[]
  /** How often it may be satisfied; null for without limit. */
  limit: number | null
}

const LIMIT_DEFAULT = 1

/**
 * Compiles stored `bundle_rules`, numbered parts beside `limit`, once for a rule. Null when there is no
 * part, as after the bundle was cleared. What it does not know was refused when the rule was written.
 */
export function compileBundle(stored: unknown): BundleRules | null {
  if (!isPlainObject(stored)) return null
  const numbers = Object.keys(stored).filter((key) => /^\d+$/.test(key))
  const parts = numbers.sort((a, b) => Number(a) - Number(b)).flatMap((key) => toParts(stored[key]))
  if (parts.length === 0) return null
  const { limit = LIMIT_DEFAULT } = stored
  return { parts, limit: typeof limit === 'number' ? limit : null }
}

function toParts(rule: unknown): BundlePart[] {
  const item = operandOf(rule)
  if (!isPlainObject(item) || typeof item['id'] !== 'string') return []
  const object = toObject(item)
  const inner = isPlainObject(rule) && isPlainObject(rule['rules']) ? rule['rules'] : {}
  const quantities = Object.values(inner).map(operandOf)
  const quantity = quantities.find((value) => typeof value === 'number') ?? 1
  return quantity > 0 ? [{ object, id: item['id'], quantity }] : []
}

/** The one operand of a rule: `conditions.$is[0]`. */
function operandOf(rule: unknown): unknown {
  if (!isPlainObject(rule) || !isPlainObject(rule['conditions'])) return undefined
  const operands = rule['conditions']['$is']
  return Array.isArray(operands) ? operands[0] : undefined
}

function toObject({ object, type, id }: Record<string, unknown>): BundleObject {
  if (object === 'sku' || object === 'product') return object
  if (object === 'products_collection' || type === 'products_collection') {
    return 'products_collection'
  }
  return typeof id === 'string' && id.startsWith('sku_') ? 'sku' : 'product'
}
