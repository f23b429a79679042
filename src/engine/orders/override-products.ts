import { ApiError } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import {
  findCatalogEntries,
  type ProductInput,
  type SkuInput,
  upsertProducts,
  upsertSkus,
} from '../products/index.ts'
import type { ItemObjectInput, OrderItemInput } from './order.schema.ts'

/** Lines whose product or SKU was not stored because its metadata does not fit, with the refusal. */
export type Misfits = ReadonlyMap<OrderItemInput, ApiError>

/** Why an order of these lines cannot be: the first of them that does not fit. */
export const findMisfit = (
  misfits: Misfits,
  items: readonly OrderItemInput[] | null | undefined,
): ApiError | undefined =>
  misfits.size === 0 ? undefined : items?.flatMap((item) => misfits.get(item) ?? [])[0]

/**
 * Stores the products and SKUs that lines of orders describe with `override: true` (R-ORD-04, PR-1). Comes before
 * orders are locked. What cannot be stored, as a product in the bin, is left as it is: the order counts all the same.
 * Metadata that does not fit is for the caller to refuse (M-3).
 */
export async function overrideProducts(
  tx: Tx,
  call: Call,
  items: readonly OrderItemInput[],
): Promise<Misfits> {
  const misfits = new Map<OrderItemInput, ApiError>()
  const note = (lines: readonly Line<unknown>[], outcomes: readonly unknown[]): void => {
    for (const [index, { item }] of lines.entries()) {
      const outcome = outcomes[index]
      if (outcome instanceof ApiError && outcome.key === 'metadata_validation_failed')
        misfits.set(item, outcome)
    }
  }
  const products = items.flatMap((item) => {
    const input = toProductInput(item)
    return input ? [{ item, input }] : []
  })
  if (products.length > 0) note(products, await upsertProducts(tx, call, products.map(inputOf)))

  const withSku = items.filter(({ sku }) => sku?.override === true)
  if (withSku.length === 0) return misfits
  const { projectId } = call
  const entries = await findCatalogEntries(
    tx,
    withSku.map((item) => {
      const product = productNameOf(item)
      if (product) return { projectId, object: 'product', id: product }
      return { projectId, object: 'sku', id: skuNameOf(item) ?? '' }
    }),
  )
  const skus = withSku.flatMap((item, index) => {
    const productId = entries[index]?.productId
    return productId ? [{ item, input: { ...toSkuInput(item), product_id: productId } }] : []
  })
  if (skus.length > 0) note(skus, await upsertSkus(tx, call, skus.map(inputOf)))
  return misfits
}

/** What is to be stored of a line. */
type Line<Input> = { item: OrderItemInput; input: Input }

const inputOf = <Input>({ input }: Line<Input>): Input => input

const isOf = (item: OrderItemInput, object: 'product' | 'sku'): boolean =>
  (item.related_object ?? 'product') === object

const productNameOf = (item: OrderItemInput): string | undefined =>
  item.product_id ||
  item.product?.id ||
  item.product?.source_id ||
  (isOf(item, 'product') && item.source_id) ||
  undefined

const skuNameOf = (item: OrderItemInput): string | undefined =>
  item.sku_id ||
  item.sku?.id ||
  item.sku?.source_id ||
  (isOf(item, 'sku') && item.source_id) ||
  undefined

/** One is told by its id, which must exist, or by a `source_id`, under which it may come to be. */
function toReference(
  object: ItemObjectInput,
  id: string | null | undefined,
  sourceId: string | null | undefined,
): { id: string } | { source_id: string } | undefined {
  if (object.source_id || sourceId) return { source_id: object.source_id || sourceId || '' }
  const named = object.id || id
  return named ? { id: named } : undefined
}

const given = ({ price, metadata }: ItemObjectInput) => ({
  ...(price !== undefined && { price }),
  ...(metadata !== undefined && { metadata }),
})

function toProductInput(item: OrderItemInput): ProductInput | undefined {
  const { product } = item
  if (product?.override !== true) return undefined
  const sourceId = isOf(item, 'product') ? item.source_id : undefined
  const reference = toReference(product, item.product_id, sourceId)
  const name = product['name']
  return reference && { ...reference, ...given(product), ...(typeof name === 'string' && { name }) }
}

function toSkuInput(item: OrderItemInput): SkuInput {
  const sku = item.sku ?? {}
  const sourceId = isOf(item, 'sku') ? item.source_id : undefined
  const name = sku['sku']
  return {
    ...toReference(sku, item.sku_id, sourceId),
    ...given(sku),
    ...(typeof name === 'string' && { sku: name }),
  }
}
