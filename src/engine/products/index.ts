/**
 * The catalogue: products, their SKUs, and what collections they are in.
 * Start at product.ts (what they are) and upsert-items.ts, through which every one comes into being;
 * catalog.repo.ts looks up what an order names.
 */
export { CATALOG_JOBS } from './bulk-jobs.ts'
export {
  type CatalogEntry,
  type CatalogReference,
  findCatalogEntries,
} from './catalog.repo.ts'
export { toCatalogCondition } from './catalog-filter.ts'
export { listCatalog } from './catalog-list.repo.ts'
export { CATALOG_QUERY, parseCatalogList } from './catalog-list.schema.ts'
export { type CollectionItem, fillCollection, lockCollections } from './collection-items.repo.ts'
export { deleteProduct, deleteSku, refuseInUse } from './delete-items.ts'
export { getProduct, getSku } from './find-items.ts'
export { productRoutes } from './product.routes.ts'
export type { ProductInput, SkuInput } from './product.schema.ts'
export {
  PRODUCT_BODY,
  PRODUCT_CHANGES,
  PRODUCT_METADATA_CHANGE,
  SKU_BODY,
} from './product.schema.ts'
export { type Product, SHIPPING, type Sku } from './product.ts'
export { toCatalogViews, toPlainProduct, toSkuView } from './product-view.ts'
export { refreshProducts, refreshSkus, upsertProducts, upsertSkus } from './upsert-items.ts'
