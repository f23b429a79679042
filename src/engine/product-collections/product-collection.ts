/** A named set of products and SKUs, listed one by one or by what they are like (engine-programs §6.2). */
export type ProductCollection = {
  id: string
  name: string
  content:
    | { type: 'STATIC'; items: readonly StaticItem[] }
    | { type: 'AUTO_UPDATE'; filter: Filter }
  createdAt: Date
  updatedAt: Date | null
}

export type StaticItem = { object: 'product' | 'sku'; id: string; productId: string | null }

/** The tree of `toCatalogCondition`, as it was given. */
export type Filter = { [field: string]: unknown }
