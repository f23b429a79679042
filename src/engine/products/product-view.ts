import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import { type Db, statement } from '../../platform/db.ts'
import { PRODUCTS, type SkuRow, toSku } from './item.repo.ts'
import type { Product, Sku } from './product.ts'

type View = { [key: string]: Json }

const toCommonView = (item: Product | Sku): View => ({
  id: item.id,
  source_id: item.sourceId,
  price: item.price,
  image_url: item.imageUrl,
  metadata: item.metadata,
  created_at: toIso(item.createdAt),
  updated_at: item.updatedAt && toIso(item.updatedAt),
})

/** A product without its SKUs. What is unset is null. */
export const toPlainProduct = (product: Product): View => ({
  ...toCommonView(product),
  name: product.name,
  attributes: [...product.attributes],
  object: 'product',
})

/** A SKU (engine-programs §6.1). */
export const toSkuView = (sku: Sku): View => ({
  ...toCommonView(sku),
  product_id: sku.productId,
  sku: sku.sku,
  currency: sku.currency,
  attributes: sku.attributes,
  object: 'sku',
})

const FIND_SKUS = statement(
  'find_skus_of_products',
  `select * from sku where project_id = $1 and product_id = any($2::text[]) and deleted_at is null
    order by created_at, id`,
)

/** Products with their SKUs, the oldest first. */
export async function toProductViews(
  db: Db,
  projectId: string,
  products: readonly Product[],
): Promise<View[]> {
  const rows = await db.run<SkuRow>(FIND_SKUS, [projectId, products.map(({ id }) => id)])
  const skus = rows.map(toSku)
  return products.map((product) => {
    const data = skus.filter(({ productId }) => productId === product.id).map(toSkuView)
    return {
      ...toPlainProduct(product),
      skus: { object: 'list', data_ref: 'data', data, total: data.length },
    }
  })
}

/** Products and SKUs as a collection shows them: a SKU with its product. */
export async function toCatalogViews(
  db: Db,
  projectId: string,
  items: readonly (Product | Sku)[],
): Promise<View[]> {
  const ids = items.flatMap((item) => (item.object === 'sku' ? [item.productId] : []))
  const products = new Map(
    (await PRODUCTS.find(db, projectId, ids)).map((product) => [product.id, product]),
  )
  return items.map((item) => {
    if (item.object === 'product') return toPlainProduct(item)
    const product = products.get(item.productId)
    return { ...toSkuView(item), ...(product && { product: toPlainProduct(product) }) }
  })
}
