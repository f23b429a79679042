/**
 * Product collections: named sets of products and SKUs, which validation rules apply to.
 * Start at product-collection.ts; what is in them is kept by `products` as products change.
 */
export { productCollectionRoutes } from './product-collection.routes.ts'
export { COLLECTION_BODY } from './product-collection.schema.ts'
