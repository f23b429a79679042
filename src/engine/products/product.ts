import type { Json } from '../../kernel/json.ts'
import type { Money } from '../../kernel/money.ts'

export type Metadata = { [key: string]: Json }

/** What products and SKUs have in common. Those in the bin are there still, with a time of deletion. */
type CatalogItem = {
  id: string
  projectId: string
  /** The caller's own id; never changes. */
  sourceId: string | null
  price: Money | null
  imageUrl: string | null
  metadata: Metadata
  createdAt: Date
  updatedAt: Date | null
  deletedAt: Date | null
}

export type Product = CatalogItem & {
  object: 'product'
  name: string | null
  /** The names of what its SKUs differ in. */
  attributes: readonly string[]
}

/** A variant of a product. */
export type Sku = CatalogItem & {
  object: 'sku'
  productId: string
  sku: string | null
  currency: string | null
  /** What it is of each attribute. */
  attributes: Metadata
}

/** The collection that holds every stored product and SKU of a project (R-ID-02). */
export const ALL_PRODUCTS_ID = 'pc_a11pr0dUc75'

/** The product that stands for free shipping (R-ID-02). Every project has it, stored once it is changed. */
export const SHIPPING = { id: 'prod_5h1pp1ng', sourceId: '5h1pp1ng', name: 'Shipping' } as const

export const toShipping = (projectId: string): Product => ({
  object: 'product',
  ...SHIPPING,
  projectId,
  price: null,
  attributes: [],
  imageUrl: null,
  metadata: {},
  createdAt: new Date(0),
  updatedAt: null,
  deletedAt: null,
})

/** True when `reference` is the id or the `source_id` of the shipping product. */
export const isShipping = (reference: string): boolean =>
  reference === SHIPPING.id || reference === SHIPPING.sourceId
