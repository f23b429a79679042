import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type FilterField, type FilterPlace, toFilterCondition } from '../api/index.ts'

/**
 * Products and SKUs of a project outside the bin as rows of one form, called `item`: what a filter of a collection is
 * about (PC-2).
 */
export const catalogItems = (projectId: string): RawBuilder<unknown> => sql`(
  select 'product' as object, id, null::text as product_id, source_id, name, price_minor,
         nullif(attributes, '[]') as attributes, image_url, metadata, created_at, updated_at,
         (select nullif(count(*), 0) from sku
           where sku.project_id = product.project_id and sku.product_id = product.id
             and sku.deleted_at is null) as skus
    from product where project_id = ${projectId} and deleted_at is null
   union all
  select 'sku', id, product_id, source_id, sku, price_minor,
         nullif(attributes, '{}'), image_url, metadata, created_at, updated_at, null
    from sku where project_id = ${projectId} and deleted_at is null
) as item`

const TEXTS = ['id', 'product_id', 'source_id', 'name', 'object', 'image_url']
const DATES = ['created_at', 'updated_at']

/** The fields a filter of a collection knows. `skus` is how many a product has. */
function toField(name: string): FilterField | undefined {
  if (TEXTS.includes(name)) return { kind: 'text', column: sql.ref(`item.${name}`) }
  if (DATES.includes(name)) return { kind: 'date', column: sql.ref(`item.${name}`) }
  if (name === 'price') return { kind: 'number', column: sql`item.price_minor` }
  if (name === 'skus') return { kind: 'number', column: sql`item.skus` }
  if (name === 'attributes') return { kind: 'text', column: sql`item.attributes::text` }
  for (const map of ['attributes', 'metadata']) {
    if (name.startsWith(`${map}.`)) {
      const key = name.slice(map.length + 1)
      return { kind: 'metadata', column: sql`(${sql.ref(`item.${map}`)} ->> ${key})` }
    }
  }
  return undefined
}

/** Where the filter of a collection stands in a body. */
const OF_COLLECTION: FilterPlace = { key: 'invalid_payload', property: '.filter' }

/**
 * The condition on `item` that a filter describes, that of a collection or at another `place`; undefined when it
 * describes none. Throws the key of `place`, naming the field. Conditions on the days since something are not known,
 * for what is in a collection is decided when items change, and not again as time passes.
 */
export const toCatalogCondition = (
  filter: unknown,
  place: FilterPlace = OF_COLLECTION,
): RawBuilder<SqlBool> | undefined => toFilterCondition(filter, toField, place)
