import { ApiError } from '../../kernel/api-error.ts'
import { isPlainObject } from '../../kernel/json.ts'
import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck } from '../api/index.ts'
import { toCatalogCondition } from '../products/index.ts'
import type { Filter } from './product-collection.ts'

/** An entry of `products`: an id or `source_id`. */
export type ItemInput = { id: string; object: 'product' | 'sku' }

export type CollectionInput = {
  name: string
  content: { type: 'STATIC'; items: ItemInput[] } | { type: 'AUTO_UPDATE'; filter: Filter }
}

export const COLLECTION_BODY = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: LIMITS.nameLengthMax },
    type: { enum: ['STATIC', 'AUTO_UPDATE'] },
    filter: {},
    products: {
      type: ['array', 'null'],
      maxItems: LIMITS.collectionItemsMax,
      items: {
        type: 'object',
        required: ['id', 'object'],
        properties: { id: { type: 'string' }, object: { enum: ['product', 'sku'] } },
      },
    },
  },
}

const checkBody = compileBodyCheck<{
  name: string
  type?: 'STATIC' | 'AUTO_UPDATE'
  filter?: unknown
  products?: ItemInput[] | null
}>(COLLECTION_BODY)

/** Reads a collection; without a type it is `STATIC`. Throws `invalid_payload` (PC-3). */
export function parseCollection(body: unknown): CollectionInput {
  const { name, type = 'STATIC', filter, products } = checkBody(body)
  if (type === 'STATIC') return { name, content: { type, items: products ?? [] } }
  return { name, content: { type, filter: parseFilter(filter) } }
}

function parseFilter(filter: unknown): Filter {
  if (!isPlainObject(filter) || filter['junction'] === undefined) {
    throw invalid("'AUTO_UPDATE' collection must contain valid filter with 'junction' property")
  }
  const { junction } = filter
  if (typeof junction !== 'string' || !['and', 'or'].includes(junction.toLowerCase())) {
    throw invalid('Property .filter has wrong `junction` property. It must be one of: and, or')
  }
  // Empty, it would hold the whole catalogue without anybody having said so.
  if (!toCatalogCondition(filter)) throw invalid('Property .filter should have a field')
  return filter
}

const invalid = (details: string): ApiError => new ApiError('invalid_payload', { details })
