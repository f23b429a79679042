import { LIMITS } from '../../platform/limits.ts'
import { type BodySchema, compileBodyCheck } from '../api/index.ts'
import { CUSTOMER_SCHEMA, type CustomerInput } from '../customers/index.ts'
import { ORDER_SCHEMA, type OrderInput } from './order.schema.ts'

/** An order as it is created, changed or imported by itself. */
export type OrderBody = Omit<OrderInput, 'customer' | 'referrer'> & {
  /** What the whole order got off elsewhere. */
  discount_amount?: number | null
  customer?: CustomerInput | string | null
  referrer?: CustomerInput | string | null
  /** When it was placed; counts when the order is created. */
  created_at?: string | null
}

export const ORDER_BODY: BodySchema = {
  ...ORDER_SCHEMA,
  type: 'object',
  properties: {
    ...(ORDER_SCHEMA['properties'] as object),
    discount_amount: { type: ['integer', 'null'], minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    customer: CUSTOMER_SCHEMA,
    referrer: CUSTOMER_SCHEMA,
    created_at: { type: ['string', 'null'], format: 'iso-date' },
  },
}

/** Reads an order; unknown fields are ignored (W-1). Throws `invalid_payload`. */
export const parseOrderBody = compileBodyCheck<OrderBody>(ORDER_BODY)

export const ORDER_IMPORT = {
  type: 'array',
  minItems: 1,
  maxItems: LIMITS.orderImportMax,
  items: ORDER_BODY,
}

/** Reads the orders of an import (R-ORD-09). Throws `invalid_payload`. */
export const parseOrderImport = compileBodyCheck<OrderBody[]>(ORDER_IMPORT)

/** What the body says about the order itself, and not about people. */
export function toOrderInput({
  customer: _customer,
  referrer: _referrer,
  ...order
}: OrderBody): OrderInput {
  return order
}
