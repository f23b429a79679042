import { LIMITS } from '../../platform/limits.ts'
import { type BodySchema, compileBodyCheck } from '../api/index.ts'
import type { Metadata } from './product.ts'

type ItemInput = {
  id?: string | null
  source_id?: string | null
  price?: number | null
  image_url?: string | null
  /** Merged, key by key (R-META-02). */
  metadata?: Metadata | null
}

/** A product as callers write it. Null clears what can be cleared, absent leaves it alone. */
export type ProductInput = ItemInput & { name?: string | null; attributes?: string[] | null }

/** A SKU as callers write it; `product_id` where no path names the product. */
export type SkuInput = ItemInput & {
  product_id?: string | null
  sku?: string | null
  currency?: string | null
  attributes?: Metadata | null
}

const INDEXED = { type: ['string', 'null'], maxLength: LIMITS.indexedTextLengthMax }
const TEXT = { type: ['string', 'null'], maxLength: LIMITS.textLengthMax }

const ITEM = {
  id: INDEXED,
  source_id: INDEXED,
  price: { type: ['integer', 'null'], minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  image_url: TEXT,
  metadata: { type: ['object', 'null'] },
}

export const PRODUCT_BODY: BodySchema = {
  type: 'object',
  properties: {
    ...ITEM,
    name: TEXT,
    attributes: { type: ['array', 'null'], items: { type: 'string' } },
  },
}

export const SKU_BODY: BodySchema = {
  type: 'object',
  properties: {
    ...ITEM,
    product_id: INDEXED,
    sku: TEXT,
    currency: TEXT,
    attributes: { type: ['object', 'null'] },
  },
}

/** Reads a product; unknown fields are ignored (W-1). Throws `invalid_payload`. */
export const parseProduct = compileBodyCheck<ProductInput>(PRODUCT_BODY)

/** Reads a SKU; unknown fields are ignored (W-1). Throws `invalid_payload`. */
export const parseSku = compileBodyCheck<SkuInput>(SKU_BODY)

export const PRODUCT_CHANGES = {
  type: 'array',
  minItems: 1,
  items: { ...PRODUCT_BODY, required: ['source_id'] },
}

/** `POST /v1/products/bulk/async`: each product is named by its `source_id`. */
export const parseProductChanges =
  compileBodyCheck<(ProductInput & { source_id: string })[]>(PRODUCT_CHANGES)

export const PRODUCT_METADATA_CHANGE = {
  type: 'object',
  required: ['source_ids', 'metadata'],
  properties: {
    source_ids: { type: 'array', minItems: 1, items: { type: 'string' } },
    metadata: { type: 'object' },
  },
}

/** `POST /v1/products/metadata/async`. */
export const parseMetadataChange = compileBodyCheck<{ source_ids: string[]; metadata: Metadata }>(
  PRODUCT_METADATA_CHANGE,
)
