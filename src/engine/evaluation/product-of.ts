import type { CatalogEntry } from '../products/index.ts'

/** Finds a product or SKU that a discount gives away, by the id in the discount. */
export type ProductOf = (id: string) => CatalogEntry | undefined
