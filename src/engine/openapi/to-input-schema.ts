import type { BodySchema } from '../api/index.ts'
import { CAMPAIGN_BODY } from '../campaigns/index.ts'
import { CUSTOMER_BODY, CUSTOMER_SCHEMA } from '../customers/index.ts'
import { DISCOUNT_SCHEMA } from '../discounts/index.ts'
import { SINGLE_BODY, STACK_BODY } from '../evaluation/index.ts'
import { EVENT_BODY } from '../events/index.ts'
import { ORDER_BODY, ORDER_SCHEMA } from '../orders/index.ts'
import { PRODUCT_BODY, SKU_BODY } from '../products/index.ts'
import { TIER_SCHEMA } from '../promotions/index.ts'
import { VOUCHER_SCHEMA } from '../vouchers/index.ts'

/** Schemas that are told once, under a name. */
const NAMES = new Map<unknown, string>([
  [CAMPAIGN_BODY, 'CampaignInput'],
  [CUSTOMER_BODY, 'CustomerInput'],
  [CUSTOMER_SCHEMA, 'CustomerReference'],
  [DISCOUNT_SCHEMA, 'DiscountInput'],
  [EVENT_BODY, 'EventInput'],
  [ORDER_BODY, 'OrderInput'],
  [ORDER_SCHEMA, 'OrderOfRequest'],
  [PRODUCT_BODY, 'ProductInput'],
  [SINGLE_BODY, 'SingleRequest'],
  [SKU_BODY, 'SkuInput'],
  [STACK_BODY, 'StackRequest'],
  [TIER_SCHEMA, 'PromotionTierInput'],
  [VOUCHER_SCHEMA, 'VoucherInput'],
])

/**
 * A schema by which requests are checked, as the document tells it: named ones by reference, added to `inputs`.
 * What has no meaning for readers is left out: a format of ours, and that integers are safe.
 */
export function toInputSchema(schema: BodySchema, inputs: Record<string, BodySchema>): BodySchema {
  const name = NAMES.get(schema)
  if (name === undefined) return adapt(schema, inputs)
  if (!(name in inputs)) {
    // Stands there before it is made, so that the order is that of the first use.
    inputs[name] = {}
    inputs[name] = adapt(schema, inputs)
  }
  return { $ref: `#/components/schemas/${name}` }
}

function adapt(schema: BodySchema, inputs: Record<string, BodySchema>): BodySchema {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]): [string, unknown][] => {
      if (isTrivial(keyword, value)) return []
      if (keyword === 'format' && value === 'iso-date') {
        return [['description', 'A date or a time in ISO 8601.']]
      }
      return [[keyword, adaptValue(keyword, value, inputs)]]
    }),
  )
}

const isTrivial = (keyword: string, value: unknown): boolean =>
  (keyword === 'maximum' && value === Number.MAX_SAFE_INTEGER) ||
  (keyword === 'minimum' && value === Number.MIN_SAFE_INTEGER)

function adaptValue(keyword: string, value: unknown, inputs: Record<string, BodySchema>): unknown {
  switch (keyword) {
    case 'properties':
      return Object.fromEntries(
        Object.entries(value as Record<string, BodySchema>).map(([name, schema]) => [
          name,
          toInputSchema(schema, inputs),
        ]),
      )
    case 'items':
    case 'not':
      return toInputSchema(value as BodySchema, inputs)
    case 'anyOf':
      return (value as BodySchema[]).map((schema) => toInputSchema(schema, inputs))
    default:
      return value
  }
}
