import { type RawBuilder, sql } from 'kysely'
import { invariant } from '../../kernel/assert.ts'
import { statement, type Tx } from '../../platform/db.ts'
import { catalogItems, toCatalogCondition } from './catalog-filter.ts'
import type { Product, Sku } from './product.ts'

/** A collection that contains whatever its filter matches. */
type Filtered = { id: string; filter: unknown }

/** A product or SKU in a collection. */
export type CollectionItem = { object: 'product' | 'sku'; id: string }

const LOCK_NAME = `hashtextextended('product-collections ' || $1, 0)`
const ITEMS_CHANGE = statement(
  'items_of_collections_change',
  `select pg_advisory_xact_lock_shared(${LOCK_NAME})`,
)
const COLLECTIONS_CHANGE = statement(
  'collections_change',
  `select pg_advisory_xact_lock(${LOCK_NAME})`,
)
const FIND_FILTERS = statement(
  'find_collection_filters',
  `select id, filter from product_collection where project_id = $1 and type = 'AUTO_UPDATE'`,
)
const REMOVE = statement(
  'remove_from_filtered_collections',
  `delete from product_collection_item
    where project_id = $1 and collection_id = any($2::text[])
      and (object, item_id) in (select * from unnest($3::text[], $4::text[]))`,
)

/**
 * Puts changed products and SKUs into the collections whose filter they match now, and takes them out of the others,
 * as the last thing `tx` does with them. A collection that is made or changed meanwhile waits until `tx` ends and
 * then sees them; one that was made before is seen here.
 */
export async function refreshMembership(
  tx: Tx,
  projectId: string,
  changed: readonly (Product | Sku)[],
): Promise<void> {
  if (changed.length === 0) return
  await tx.run(ITEMS_CHANGE, [projectId])
  const collections = await tx.run<Filtered>(FIND_FILTERS, [projectId])
  if (collections.length === 0) return
  const items = [...new Map(changed.flatMap(withProduct).map((item) => [item.id, item])).values()]
  const ids = items.map(({ id }) => id)
  await tx.run(REMOVE, [
    projectId,
    collections.map(({ id }) => id),
    items.map(({ object }) => object),
    ids,
  ])
  await insertMatches(tx, projectId, collections, sql`item.id = any(${ids}::text[])`)
}

/** How many SKUs a product has changes with them. */
const withProduct = (item: Product | Sku): CollectionItem[] =>
  item.object === 'sku' ? [item, { object: 'product', id: item.productId }] : [item]

/** Before `tx` makes, changes or deletes a collection: whoever changes products or other collections waits for its end. */
export async function lockCollections(tx: Tx, projectId: string): Promise<void> {
  await tx.run(COLLECTIONS_CHANGE, [projectId])
}

/** Makes `items`, or what its filter matches, the content of a collection that `tx` stored under `lockCollections`. */
export async function fillCollection(
  tx: Tx,
  projectId: string,
  collection: { id: string } & ({ filter: unknown } | { items: readonly CollectionItem[] }),
): Promise<void> {
  await tx.kysely
    .deleteFrom('product_collection_item')
    .where('collection_id', '=', collection.id)
    .execute()
  if ('filter' in collection) {
    await insertMatches(tx, projectId, [collection], sql`true`)
    return
  }
  if (collection.items.length === 0) return
  const rows = collection.items.map(({ object, id }, place) => ({
    project_id: projectId,
    collection_id: collection.id,
    object,
    item_id: id,
    place,
  }))
  await tx.kysely
    .insertInto('product_collection_item')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** One statement for all collections. */
async function insertMatches(
  tx: Tx,
  projectId: string,
  collections: readonly Filtered[],
  among: RawBuilder<unknown>,
): Promise<void> {
  const matches = collections.map(({ id, filter }) => {
    const condition = toCatalogCondition(filter)
    invariant(condition, 'a filter was checked when it was stored')
    return sql`select ${projectId}::text, item.object, item.id, ${id}::text
                 from ${catalogItems(projectId)} where ${among} and ${condition}`
  })
  await sql`insert into product_collection_item (project_id, object, item_id, collection_id)
            ${sql.join(matches, sql` union all `)}`.execute(tx.kysely)
}

const FORGET = statement(
  'forget_collection_items',
  'delete from product_collection_item where project_id = $1 and item_id = any($2::text[])',
)

/** Takes products and SKUs that are deleted for good out of all collections. */
export function forgetItems(tx: Tx, projectId: string, ids: readonly string[]): void {
  if (ids.length > 0) tx.send(FORGET, [projectId, ids])
}
