import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { parseIsoDate } from '../../kernel/time.ts'
import type { Db } from '../../platform/db.ts'
import { catalogItems } from './catalog-filter.ts'
import type { CatalogList } from './catalog-list.schema.ts'
import type { CollectionItem } from './collection-items.repo.ts'
import { PRODUCTS, SKUS } from './item.repo.ts'
import type { Product, Sku } from './product.ts'

/** Among what a list chooses: products, the SKUs of one product, or what is in a collection. */
export type CatalogScope = { products: true } | { skusOf: string } | { inCollection: string }

/** One page of a project's products or SKUs outside the bin, and how many there are in all (R-LIST-08). */
export async function listCatalog(
  db: Db,
  projectId: string,
  scope: CatalogScope,
  list: CatalogList,
): Promise<{ items: (Product | Sku)[]; total: number }> {
  const matching = sql`from ${catalogItems(projectId)} where ${sql.join(toConditions(scope, list), sql` and `)}`
  const column = list.order.column === 'price' ? 'price_minor' : list.order.column
  const direction = sql.raw(list.order.direction)
  const [page, count] = await Promise.all([
    sql<CollectionItem>`select item.object, item.id ${matching}
       order by ${sql.ref(`item.${column}`)} ${direction} nulls last, item.created_at ${direction}, item.id ${direction}
       limit ${list.page.limit} offset ${list.page.offset}`.execute(db.kysely),
    sql<{ total: number }>`select count(*) as total ${matching}`.execute(db.kysely),
  ])
  return {
    items: await findItems(db, projectId, page.rows),
    total: count.rows[0]?.total ?? 0,
  }
}

function toConditions(scope: CatalogScope, list: CatalogList): RawBuilder<SqlBool>[] {
  const conditions = [
    toScope(scope),
    list.createdFrom !== undefined && sql`item.created_at >= ${parseIsoDate(list.createdFrom)}`,
    list.createdUntil !== undefined && sql`item.created_at <= ${parseIsoDate(list.createdUntil)}`,
    list.condition,
  ]
  return conditions.filter(
    (condition): condition is RawBuilder<SqlBool> => condition !== undefined && condition !== false,
  )
}

function toScope(scope: CatalogScope): RawBuilder<SqlBool> {
  if ('products' in scope) return sql`item.object = 'product'`
  if ('skusOf' in scope) return sql`item.object = 'sku' and item.product_id = ${scope.skusOf}`
  return sql`exists (select from product_collection_item member
                      where member.collection_id = ${scope.inCollection}
                        and member.object = item.object and member.item_id = item.id)`
}

/** The stored items that `wanted` names by id, in its order. */
async function findItems(
  db: Db,
  projectId: string,
  wanted: readonly CollectionItem[],
): Promise<(Product | Sku)[]> {
  const idsOf = (object: string) =>
    wanted.filter((item) => item.object === object).map(({ id }) => id)
  const found = await Promise.all([
    PRODUCTS.find(db, projectId, idsOf('product')),
    SKUS.find(db, projectId, idsOf('sku')),
  ])
  const byId = new Map(found.flat().map((item) => [item.id, item]))
  return wanted.flatMap(({ id }) => byId.get(id) ?? [])
}
