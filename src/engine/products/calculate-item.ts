import { isDeepStrictEqual } from 'node:util'
import { type Money, money } from '../../kernel/money.ts'
import type { ProductInput, SkuInput } from './product.schema.ts'
import type { Metadata, Product, Sku } from './product.ts'

/** `product` as `input` changes it; the same object when it changes nothing. */
export function calculateProduct(product: Product, input: ProductInput, now: Date): Product {
  return changed(
    product,
    {
      ...common(product, input),
      name: given(input.name, product.name),
      attributes: input.attributes === undefined ? product.attributes : (input.attributes ?? []),
    },
    now,
  )
}

/** `sku` as `input` changes it; the same object when it changes nothing. */
export function calculateSku(sku: Sku, input: SkuInput, now: Date): Sku {
  return changed(
    sku,
    {
      ...common(sku, input),
      sku: given(input.sku, sku.sku),
      currency: given(input.currency, sku.currency),
      attributes: input.attributes === undefined ? sku.attributes : (input.attributes ?? {}),
    },
    now,
  )
}

type Common = { price: Money | null; imageUrl: string | null; metadata: Metadata }

const common = (item: Common, input: ProductInput | SkuInput): Common => ({
  price: typeof input.price === 'number' ? money(input.price) : given(input.price, item.price),
  imageUrl: given(input.image_url, item.imageUrl),
  metadata: { ...item.metadata, ...input.metadata },
})

/** Null clears, absent leaves alone. */
const given = <T>(value: T | undefined, stored: T): T => (value === undefined ? stored : value)

function changed<Item extends object>(item: Item, changes: Partial<Item>, now: Date): Item {
  const next = { ...item, ...changes }
  return isDeepStrictEqual(next, item) ? item : { ...next, updatedAt: now }
}
