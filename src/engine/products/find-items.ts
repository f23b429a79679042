import { notFound } from '../../kernel/api-error.ts'
import type { Db } from '../../platform/db.ts'
import { PRODUCTS, SKUS } from './item.repo.ts'
import { isShipping, type Product, type Sku, toShipping } from './product.ts'

/** The one of `items` that `reference` means: an id before a `source_id`; undefined when it is in the bin. */
function meant<Item extends Product | Sku>(
  items: readonly Item[],
  reference: string,
): Item | undefined {
  const item = items.find(({ id }) => id === reference) ?? items[0]
  return item?.deletedAt === null ? item : undefined
}

/** The product that `reference` names by id or `source_id` (W-4); throws `not_found`. */
export async function getProduct(db: Db, projectId: string, reference: string): Promise<Product> {
  const product = meant(await PRODUCTS.find(db, projectId, [reference]), reference)
  if (product) return product
  if (isShipping(reference)) return toShipping(projectId)
  throw notFound('product', reference)
}

/** The SKU that `reference` names by id or `source_id`, of `productId` where one is given; throws `not_found`. */
export async function getSku(
  db: Db,
  projectId: string,
  reference: string,
  productId?: string,
): Promise<Sku> {
  const sku = meant(await SKUS.find(db, projectId, [reference]), reference)
  if (!sku || (productId !== undefined && sku.productId !== productId)) {
    throw notFound('sku', reference)
  }
  return sku
}

/** The products of many references, by reference; what is unknown or in the bin is left out. */
export async function findProducts(
  db: Db,
  projectId: string,
  references: readonly string[],
): Promise<ReadonlyMap<string, Product>> {
  const products = await PRODUCTS.find(db, projectId, references)
  const named = references.map((reference) => {
    const candidates = products.filter(
      ({ id, sourceId }) => id === reference || sourceId === reference,
    )
    return [reference, meant(candidates, reference)] as const
  })
  return new Map(named.flatMap(([reference, product]) => (product ? [[reference, product]] : [])))
}
