import type { Money } from '../../kernel/money.ts'
import { findUnstorable } from '../../kernel/storable.ts'
import { type Db, statement } from '../../platform/db.ts'
import { toPrice } from './item.repo.ts'
import { ALL_PRODUCTS_ID, isShipping, type Metadata, SHIPPING } from './product.ts'

/** How an order or a rule names something of the catalogue. */
export type CatalogReference = {
  projectId: string
  object: 'product' | 'sku'
  /** An id or a `source_id`; what is both means the id. */
  id: string
}

/** What the catalogue knows of a product, or of a SKU and its product. */
export type CatalogEntry = {
  productId: string
  productSourceId: string | null
  productName: string | null
  productPrice: Money | null
  productMetadata: Metadata
  skuId: string | null
  skuSourceId: string | null
  skuName: string | null
  skuPrice: Money | null
  skuMetadata: Metadata
  /** The collections that hold the SKU or its product; the one of all products is the last. */
  collectionIds: readonly string[]
}

type EntryRow = {
  place: number
  product_id: string
  product_source_id: string | null
  product_name: string | null
  product_price: number | null
  product_metadata: Metadata
  sku_id: string | null
  sku_source_id: string | null
  sku_name: string | null
  sku_price: number | null
  sku_metadata: Metadata | null
  collection_ids: string[]
}

// An id is found by the one index, a `source_id` by the other.
const FIND = statement(
  'find_catalog_entries',
  `with wanted as (
     select * from unnest($1::text[], $2::text[], $3::text[]) with ordinality as wanted (project_id, object, name, place)
   ), named as (
     select wanted.place, wanted.project_id, product.id as product_id, null::text as sku_id, false as is_alias
       from wanted join product on product.project_id = wanted.project_id and product.id = wanted.name
      where wanted.object = 'product'
      union all
     select wanted.place, wanted.project_id, product.id, null, true
       from wanted join product on product.project_id = wanted.project_id and product.source_id = wanted.name
      where wanted.object = 'product'
      union all
     select wanted.place, wanted.project_id, sku.product_id, sku.id, false
       from wanted join sku on sku.project_id = wanted.project_id and sku.id = wanted.name
      where wanted.object = 'sku' and sku.deleted_at is null
      union all
     select wanted.place, wanted.project_id, sku.product_id, sku.id, true
       from wanted join sku on sku.project_id = wanted.project_id and sku.source_id = wanted.name
      where wanted.object = 'sku' and sku.deleted_at is null
   )
   select distinct on (named.place) named.place,
          product.id as product_id, product.source_id as product_source_id, product.name as product_name,
          product.price_minor as product_price, product.metadata as product_metadata,
          sku.id as sku_id, sku.source_id as sku_source_id, sku.sku as sku_name,
          sku.price_minor as sku_price, sku.metadata as sku_metadata,
          array(select item.collection_id from product_collection_item item
                 where item.project_id = named.project_id
                   and ((item.object = 'product' and item.item_id = named.product_id)
                     or (item.object = 'sku' and item.item_id = named.sku_id))
                 group by item.collection_id order by item.collection_id) as collection_ids
     from named
     join product on product.project_id = named.project_id and product.id = named.product_id
      and product.deleted_at is null
     left join sku on sku.project_id = named.project_id and sku.id = named.sku_id
    order by named.place, named.is_alias`,
)

/**
 * What the catalogue knows of each reference, at its place; undefined for what is unknown or in the bin. One
 * statement, however many there are.
 */
export async function findCatalogEntries(
  db: Db,
  references: readonly CatalogReference[],
): Promise<(CatalogEntry | undefined)[]> {
  if (references.length === 0) return []
  const names = references.map(({ id }) => (findUnstorable(id, '') ? '' : id))
  const rows = await db.run<EntryRow>(FIND, [
    references.map(({ projectId }) => projectId),
    references.map(({ object }) => object),
    names,
  ])
  const byPlace = new Map(rows.map((row) => [row.place, toEntry(row)]))
  return references.map((reference, index) => byPlace.get(index + 1) ?? toShippingEntry(reference))
}

const toEntry = (row: EntryRow): CatalogEntry => ({
  productId: row.product_id,
  productSourceId: row.product_source_id,
  productName: row.product_name,
  productPrice: toPrice(row.product_price),
  productMetadata: row.product_metadata,
  skuId: row.sku_id,
  skuSourceId: row.sku_source_id,
  skuName: row.sku_name,
  skuPrice: toPrice(row.sku_price),
  skuMetadata: row.sku_metadata ?? {},
  collectionIds: [...row.collection_ids, ALL_PRODUCTS_ID],
})

/** Free shipping is there in every project (R-ID-02). */
function toShippingEntry({ object, id }: CatalogReference): CatalogEntry | undefined {
  if (object !== 'product' || !isShipping(id)) return undefined
  return {
    productId: SHIPPING.id,
    productSourceId: SHIPPING.sourceId,
    productName: SHIPPING.name,
    productPrice: null,
    productMetadata: {},
    skuId: null,
    skuSourceId: null,
    skuName: null,
    skuPrice: null,
    skuMetadata: {},
    collectionIds: [],
  }
}
