import { unsupported } from '../../kernel/api-error.ts'
import { isPlainObject } from '../../kernel/json.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { BodySchema } from '../api/index.ts'
import type { Metadata } from './order.ts'

/** A line of an order as a caller writes it (engine-core §8.2). */
export type OrderItemInput = {
  quantity?: number | null
  price?: number | null
  amount?: number | null
  product?: (Metadata & { price?: number | null }) | null
  sku?: (Metadata & { price?: number | null }) | null
} & Metadata

/** The `order` of a validation or redemption request, coerced and checked by `ORDER_SCHEMA`. */
export type OrderInput = {
  id?: string | null
  source_id?: string | null
  amount?: number | null
  items?: OrderItemInput[] | null
  metadata?: Metadata | null
  customer?: Metadata | null
}

const AMOUNT = { type: ['integer', 'null'], minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
const PRICED = { type: ['object', 'null'], properties: { price: AMOUNT } }

/** JSON schema of `OrderInput`; numeric strings count as numbers (§8.2). */
export const ORDER_SCHEMA: BodySchema = {
  type: ['object', 'null'],
  properties: {
    id: { type: ['string', 'null'] },
    source_id: { type: ['string', 'null'] },
    amount: AMOUNT,
    metadata: { type: ['object', 'null'] },
    customer: { type: ['object', 'null'] },
    items: {
      type: ['array', 'null'],
      maxItems: LIMITS.orderItemsMax,
      items: {
        type: 'object',
        properties: {
          quantity: AMOUNT,
          price: AMOUNT,
          amount: AMOUNT,
          product: PRICED,
          sku: PRICED,
        },
      },
    },
  },
}

/** Refuses what an order may carry in the reference and this engine cannot honour: throws `not_implemented`. */
export function refuseUnsupportedOrder(order: unknown): void {
  if (!isPlainObject(order)) return
  if (order['referrer'] || order['referrer_id']) throw unsupported('.order.referrer')
  const items = Array.isArray(order['items']) ? order['items'] : []
  for (const [index, item] of items.entries()) {
    for (const part of ['product', 'sku'] as const) {
      if (item?.[part]?.override === true)
        throw unsupported(`.order.items[${index}].${part}.override`)
    }
  }
}
