import { notFound } from '../../kernel/api-error.ts'
import { type Db, type Statement, statement, type Tx } from '../../platform/db.ts'
import type { Order, Page } from '../api/index.ts'
import type { Filter, ProductCollection, StaticItem } from './product-collection.ts'

type CollectionRow = {
  id: string
  name: string
  type: 'STATIC' | 'AUTO_UPDATE'
  filter: Filter | null
  created_at: Date
  updated_at: Date | null
  items: { object: 'product' | 'sku'; id: string; product_id: string | null }[]
}

/** What a list can be sorted by. */
export const COLLECTION_ORDER = ['created_at', 'updated_at', 'name'] as const
export type CollectionOrder = Order<(typeof COLLECTION_ORDER)[number]>

// What filters found is listed by itself, page by page; what was listed by hand is a part of the collection.
const SELECT = `
  select id, name, type, filter, created_at, updated_at,
         coalesce((select json_agg(json_build_object('object', item.object, 'id', item.item_id, 'product_id', sku.product_id)
                                   order by item.place)
                     from product_collection_item item
                     left join sku on sku.project_id = item.project_id and sku.id = item.item_id
                    where item.collection_id = product_collection.id and product_collection.type = 'STATIC'), '[]') as items
    from product_collection where project_id = $1`

const toCollection = (row: CollectionRow): ProductCollection => ({
  id: row.id,
  name: row.name,
  content: row.filter
    ? { type: 'AUTO_UPDATE', filter: row.filter }
    : { type: 'STATIC', items: row.items.map(toStaticItem) },
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const toStaticItem = ({ object, id, product_id }: CollectionRow['items'][number]): StaticItem => ({
  object,
  id,
  productId: product_id,
})

const GET = statement('get_product_collection', `${SELECT} and id = $2`)

/** The collection with `id`; throws `not_found`. */
export async function getCollection(
  db: Db,
  projectId: string,
  id: string,
): Promise<ProductCollection> {
  const [row] = await db.run<CollectionRow>(GET, [projectId, id])
  if (!row) throw notFound('products_collection', id)
  return toCollection(row)
}

const LISTS = new Map<string, Statement>(
  COLLECTION_ORDER.flatMap((column) =>
    (['asc', 'desc'] as const).map((direction) => [
      `${column} ${direction}`,
      statement(
        `list_product_collections_by_${column}_${direction}`,
        `${SELECT} order by ${column} ${direction} nulls last, created_at ${direction}, id ${direction} limit $2 offset $3`,
      ),
    ]),
  ),
)
const COUNT = statement(
  'count_product_collections',
  'select count(*) as total from product_collection where project_id = $1',
)

/** One page of a project's collections, and how many there are in all (R-LIST-08). */
export async function listCollections(
  db: Db,
  projectId: string,
  { page, order }: { page: Page; order: CollectionOrder },
): Promise<{ collections: ProductCollection[]; total: number }> {
  const list = LISTS.get(`${order.column} ${order.direction}`) as Statement
  const [rows, [count]] = await Promise.all([
    db.run<CollectionRow>(list, [projectId, page.limit, page.offset]),
    db.run<{ total: number }>(COUNT, [projectId]),
  ])
  return { collections: rows.map(toCollection), total: count?.total ?? 0 }
}

/** How many collections a project has. */
export async function countCollections(db: Db, projectId: string): Promise<number> {
  const [count] = await db.run<{ total: number }>(COUNT, [projectId])
  return count?.total ?? 0
}

const SAVE = statement(
  'save_product_collection',
  `insert into product_collection (project_id, id, name, type, filter, created_at, updated_at)
   values ($1, $2, $3, $4, $5, $6, $7)
   on conflict (id) do update set name = excluded.name, type = excluded.type, filter = excluded.filter,
     updated_at = excluded.updated_at`,
)

/** Creates or overwrites a collection; what is in it is another matter. */
export async function saveCollection(
  tx: Tx,
  projectId: string,
  {
    id,
    name,
    content,
    createdAt,
    updatedAt,
  }: Omit<ProductCollection, 'content'> & {
    content: { type: 'STATIC' } | { type: 'AUTO_UPDATE'; filter: Filter }
  },
): Promise<void> {
  const filter = 'filter' in content ? JSON.stringify(content.filter) : null
  await tx.run(SAVE, [projectId, id, name, content.type, filter, createdAt, updatedAt])
}

const DELETE = statement(
  'delete_product_collection',
  'delete from product_collection where project_id = $1 and id = $2',
)

export function deleteCollectionRow(tx: Tx, projectId: string, id: string): void {
  tx.send(DELETE, [projectId, id])
}
