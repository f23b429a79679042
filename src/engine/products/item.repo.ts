import { type Money, money } from '../../kernel/money.ts'
import { findUnstorable } from '../../kernel/storable.ts'
import { type Db, type Statement, statement, type Tx } from '../../platform/db.ts'
import { toJsonList } from '../../platform/json-list.ts'
import type { Metadata, Product, Sku } from './product.ts'

type ItemRow = {
  id: string
  project_id: string
  source_id: string | null
  price_minor: number | null
  image_url: string | null
  metadata: Metadata
  created_at: Date
  updated_at: Date | null
  deleted_at: Date | null
}
export type ProductRow = ItemRow & { name: string | null; attributes: string[] }
export type SkuRow = ItemRow & {
  product_id: string
  sku: string | null
  currency: string | null
  attributes: Metadata
}

const toItem = (row: ItemRow) => ({
  id: row.id,
  projectId: row.project_id,
  sourceId: row.source_id,
  price: toPrice(row.price_minor),
  imageUrl: row.image_url,
  metadata: row.metadata,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
})

export const toPrice = (minor: number | null): Money | null =>
  minor === null ? null : money(minor)

export const toProduct = (row: ProductRow): Product => ({
  object: 'product',
  ...toItem(row),
  name: row.name,
  attributes: row.attributes,
})

export const toSku = (row: SkuRow): Sku => ({
  object: 'sku',
  ...toItem(row),
  productId: row.product_id,
  sku: row.sku,
  currency: row.currency,
  attributes: row.attributes,
})

const byReference = (table: string): string =>
  `select * from ${table} where project_id = $1 and (id = any($2::text[]) or source_id = any($2::text[]))`
const byId = (table: string): string =>
  `delete from ${table} where project_id = $1 and id = any($2::text[])`
// Everybody locks by id, so that two batches over the same rows queue and do not deadlock.
const LOCKING = 'order by id for update'
/** What has no value of its own is inserted in one order, so that rivals wait for each other in one sequence. */
const ARRIVAL = 'order by source_id, id on conflict do nothing returning id'

/** How the rows of one kind of item are found and stored. */
export type ItemTable<Item> = {
  /** How errors name one. */
  type: 'product' | 'sku'
  find(db: Db, projectId: string, references: readonly string[]): Promise<Item[]>
  /** Locks the rows by id until `tx` ends. Products come before SKUs. */
  lock(tx: Tx, projectId: string, references: readonly string[]): Promise<Item[]>
  /** Stores new items and returns the ids of those it stored: where a rival took the id, there is theirs now. */
  insert(tx: Tx, items: readonly Item[]): Promise<ReadonlySet<string>>
  /** Stores items that `tx` has locked as they are now. */
  update(tx: Tx, items: readonly Item[]): void
  /** Deletes items for good, products with their SKUs. */
  remove(tx: Tx, projectId: string, ids: readonly string[]): void
}

function createTable<Item, Row>(
  type: 'product' | 'sku',
  statements: Record<'find' | 'lock' | 'insert' | 'update' | 'remove', Statement>,
  toItemOf: (row: Row) => Item,
  toColumns: (items: readonly Item[]) => unknown[],
): ItemTable<Item> {
  const load =
    (wanted: Statement) =>
    async (db: Db, projectId: string, references: readonly string[]): Promise<Item[]> => {
      const possible = references.filter((reference) => !findUnstorable(reference, ''))
      if (possible.length === 0) return []
      return (await db.run<Row>(wanted, [projectId, possible])).map(toItemOf)
    }
  return {
    type,
    find: load(statements.find),
    lock: load(statements.lock),
    async insert(tx, items) {
      if (items.length === 0) return new Set()
      const rows = await tx.run<{ id: string }>(statements.insert, toColumns(items))
      return new Set(rows.map(({ id }) => id))
    },
    update(tx, items) {
      if (items.length > 0) tx.send(statements.update, toColumns(items))
    },
    remove(tx, projectId, ids) {
      if (ids.length > 0) tx.send(statements.remove, [projectId, ids])
    },
  }
}

const PRODUCT_COLUMNS =
  'project_id, id, source_id, price_minor, image_url, metadata, attributes, created_at, updated_at, name'
const PRODUCT_VALUES = `unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], jsonb_list($6), jsonb_list($7),
  $8::timestamptz[], $9::timestamptz[], $10::text[]) as given (${PRODUCT_COLUMNS})`

const SKU_COLUMNS =
  'project_id, id, source_id, price_minor, image_url, metadata, attributes, created_at, updated_at, product_id, sku, currency'
const SKU_VALUES = `unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], jsonb_list($6), jsonb_list($7),
  $8::timestamptz[], $9::timestamptz[], $10::text[], $11::text[], $12::text[]) as given (${SKU_COLUMNS})`

const CHANGED = `price_minor = given.price_minor, image_url = given.image_url, metadata = given.metadata,
  attributes = given.attributes, updated_at = given.updated_at`

const commonColumns = (items: readonly (Product | Sku)[]): unknown[] => [
  items.map(({ projectId }) => projectId),
  items.map(({ id }) => id),
  items.map(({ sourceId }) => sourceId),
  items.map(({ price }) => price),
  items.map(({ imageUrl }) => imageUrl),
  toJsonList(items.map(({ metadata }) => metadata)),
  toJsonList(items.map(({ attributes }) => attributes)),
  items.map(({ createdAt }) => createdAt),
  items.map(({ updatedAt }) => updatedAt),
]

export const PRODUCTS: ItemTable<Product> = createTable<Product, ProductRow>(
  'product',
  {
    find: statement('find_products', byReference('product')),
    lock: statement('lock_products', `${byReference('product')} ${LOCKING}`),
    remove: statement('delete_products', byId('product')),
    insert: statement(
      'insert_products',
      `insert into product (${PRODUCT_COLUMNS}) select * from ${PRODUCT_VALUES} ${ARRIVAL}`,
    ),
    update: statement(
      'update_products',
      `update product set ${CHANGED}, name = given.name from ${PRODUCT_VALUES}
        where product.project_id = given.project_id and product.id = given.id`,
    ),
  },
  toProduct,
  (products) => [...commonColumns(products), products.map(({ name }) => name)],
)

export const SKUS: ItemTable<Sku> = createTable<Sku, SkuRow>(
  'sku',
  {
    find: statement('find_skus', byReference('sku')),
    lock: statement('lock_skus', `${byReference('sku')} ${LOCKING}`),
    remove: statement('delete_skus', byId('sku')),
    insert: statement(
      'insert_skus',
      `insert into sku (${SKU_COLUMNS}) select * from ${SKU_VALUES} ${ARRIVAL}`,
    ),
    update: statement(
      'update_skus',
      `update sku set ${CHANGED}, sku = given.sku, currency = given.currency from ${SKU_VALUES}
        where sku.project_id = given.project_id and sku.id = given.id`,
    ),
  },
  toSku,
  (skus) => [
    ...commonColumns(skus),
    skus.map(({ productId }) => productId),
    skus.map(({ sku }) => sku),
    skus.map(({ currency }) => currency),
  ],
)
