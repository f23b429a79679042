import type { CatalogEntry, CatalogReference } from '../products/index.ts'
import type { OrderInput, OrderItemInput } from './order.schema.ts'
import type { OrderItem } from './order.ts'

/** What is stored of the products and SKUs that an order names, by `catalogKey`. */
export type Catalog = ReadonlyMap<string, CatalogEntry>

export const catalogKey = ({ projectId, object, id }: CatalogReference): string =>
  `${projectId} ${object} ${id}`

type Named = Pick<
  OrderItemInput,
  'source_id' | 'related_object' | 'product_id' | 'sku_id' | 'product' | 'sku'
>

/**
 * How a line names what is stored of it: its SKU, else its product; by id, by `source_id` with
 * `related_object`, or by what the product or SKU inside it says (R-ORD-04).
 */
export function toCatalogReference(projectId: string, item: Named): CatalogReference | undefined {
  const ofObject = (object: 'product' | 'sku'): string | undefined => {
    const inside = object === 'sku' ? item.sku : item.product
    const named = object === 'sku' ? item.sku_id : item.product_id
    const source = (item.related_object ?? 'product') === object ? item.source_id : undefined
    return named || inside?.id || inside?.source_id || source || undefined
  }
  const sku = ofObject('sku')
  if (sku) return { projectId, object: 'sku', id: sku }
  const product = ofObject('product')
  return product ? { projectId, object: 'product', id: product } : undefined
}

/** A stored line in the form of a line as it is written. */
export const toNamed = (item: OrderItem): Named => ({
  source_id: item.sourceId,
  related_object: item.relatedObject,
  product_id: item.productId,
  sku_id: item.skuId,
  product: item.product,
  sku: item.sku,
})

/** Everything that an order names; where it lists no items, what its stored items name. */
export function catalogReferences(
  projectId: string,
  input: OrderInput | undefined,
  stored: { items: readonly OrderItem[] } | undefined,
): CatalogReference[] {
  const given = input?.items ?? []
  const items = given.length > 0 ? given : (stored?.items.map(toNamed) ?? [])
  return items.flatMap((item) => toCatalogReference(projectId, item) ?? [])
}
