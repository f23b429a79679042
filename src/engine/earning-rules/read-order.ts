import { isPlainObject, type Json } from '../../kernel/json.ts'
import { money, ZERO } from '../../kernel/money.ts'
import { type CartLine, EMPTY_LINE } from '../discounts/index.ts'
import type { CatalogEntry, CatalogReference } from '../products/index.ts'
import type { RuleItem } from '../rules/index.ts'
import type { TriggerOrder } from './trigger.ts'

type View = { [key: string]: Json }

const itemsOf = (order: View): View[] =>
  Array.isArray(order['items']) ? (order['items'].filter(isPlainObject) as View[]) : []

const numberOf = (view: View, key: string): number | null =>
  typeof view[key] === 'number' ? (view[key] as number) : null

const textOf = (view: View, key: string): string | null =>
  typeof view[key] === 'string' ? (view[key] as string) : null

const metadataOf = (value: Json | undefined): View =>
  isPlainObject(value) && isPlainObject((value as View)['metadata'])
    ? ((value as View)['metadata'] as View)
    : {}

/** What the items of a paid order are of, as far as they name something of the catalogue; each at its place. */
export const toReferences = (projectId: string, order: View): (CatalogReference | undefined)[] =>
  itemsOf(order).map((item) => {
    const [sku, product] = [textOf(item, 'sku_id'), textOf(item, 'product_id')]
    if (sku !== null) return { projectId, object: 'sku', id: sku }
    return product === null ? undefined : { projectId, object: 'product', id: product }
  })

/** A paid order as it was announced, with what the catalogue says of its items, each at its place. */
export function toTriggerOrder(
  order: View,
  entries: readonly (CatalogEntry | undefined)[],
): TriggerOrder {
  const amount = numberOf(order, 'amount')
  const initialAmount = numberOf(order, 'initial_amount')
  return {
    cart: {
      amount: amount === null ? undefined : money(amount),
      initialAmount: initialAmount === null ? undefined : money(initialAmount),
      discountAmount: money(numberOf(order, 'discount_amount') ?? 0),
      appliedDiscountAmount: ZERO,
      lines: itemsOf(order).map((item, index) => toLine(item, entries[index])),
    },
    metadata: metadataOf(order),
  }
}

function toLine(
  item: View,
  entry: CatalogEntry | undefined,
): CartLine & Pick<RuleItem, 'skuMetadata'> {
  const amountOf = (key: string): CartLine['amount'] => {
    const amount = numberOf(item, key)
    return amount === null ? null : money(amount)
  }
  return {
    ...EMPTY_LINE,
    productId: entry?.productId ?? textOf(item, 'product_id'),
    productSourceId: entry?.productSourceId ?? null,
    skuId: entry?.skuId ?? textOf(item, 'sku_id'),
    skuSourceId: entry?.skuSourceId ?? null,
    collectionIds: entry?.collectionIds ?? [],
    quantity: numberOf(item, 'quantity') ?? 1,
    price: amountOf('price'),
    amount: amountOf('amount'),
    initialQuantity: numberOf(item, 'initial_quantity'),
    initialAmount: amountOf('initial_amount'),
    discountAmount: money(numberOf(item, 'discount_amount') ?? 0),
    discountQuantity: numberOf(item, 'discount_quantity') ?? 0,
    metadata: metadataOf(item),
    productMetadata: { ...entry?.productMetadata, ...metadataOf(item['product']) },
    skuMetadata: { ...entry?.skuMetadata, ...metadataOf(item['sku']) },
  }
}
