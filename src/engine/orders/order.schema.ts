import { LIMITS } from '../../platform/limits.ts'
import type { BodySchema } from '../api/index.ts'
import type { Metadata, OrderStatus } from './order.ts'

/** A product or SKU as a line of an order describes it (R-ORD-04, R-ORD-05). */
export type ItemObjectInput = Metadata & {
  id?: string | null
  source_id?: string | null
  price?: number | null
  metadata?: Metadata | null
  /** Whether what it says is to be stored. */
  override?: boolean | null
}

/** A line of an order as a caller writes it (engine-core §8.2). */
export type OrderItemInput = {
  source_id?: string | null
  related_object?: 'product' | 'sku' | null
  product_id?: string | null
  sku_id?: string | null
  quantity?: number | null
  price?: number | null
  amount?: number | null
  product?: ItemObjectInput | null
  sku?: ItemObjectInput | null
  metadata?: Metadata | null
}

/** The `order` of a validation or redemption request, coerced and checked by `ORDER_SCHEMA`. */
export type OrderInput = {
  id?: string | null
  source_id?: string | null
  status?: OrderStatus | null
  amount?: number | null
  items?: OrderItemInput[] | null
  metadata?: Metadata | null
  customer?: Metadata | null
  customer_id?: string | null
  referrer?: Metadata | null
  referrer_id?: string | null
}

const AMOUNT = { type: ['integer', 'null'], minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
const TEXT = { type: ['string', 'null'] }
const METADATA = { type: ['object', 'null'] }
const OBJECT = {
  type: ['object', 'null'],
  properties: {
    id: TEXT,
    source_id: TEXT,
    price: AMOUNT,
    metadata: METADATA,
    override: { type: ['boolean', 'null'] },
  },
}

/** JSON schema of `OrderInput`; numeric strings count as numbers (§8.2). */
export const ORDER_SCHEMA: BodySchema = {
  type: ['object', 'null'],
  properties: {
    id: TEXT,
    source_id: { ...TEXT, maxLength: LIMITS.indexedTextLengthMax },
    status: { ...TEXT, enum: ['CREATED', 'PAID', 'CANCELED', 'FULFILLED', null] },
    amount: AMOUNT,
    metadata: METADATA,
    customer: { type: ['object', 'string', 'null'] },
    customer_id: TEXT,
    referrer: { type: ['object', 'string', 'null'] },
    referrer_id: TEXT,
    items: {
      type: ['array', 'null'],
      maxItems: LIMITS.orderItemsMax,
      items: {
        type: 'object',
        properties: {
          source_id: TEXT,
          related_object: { ...TEXT, enum: ['product', 'sku', null] },
          product_id: TEXT,
          sku_id: TEXT,
          quantity: AMOUNT,
          price: AMOUNT,
          amount: AMOUNT,
          product: OBJECT,
          sku: OBJECT,
          metadata: METADATA,
        },
      },
    },
  },
}
