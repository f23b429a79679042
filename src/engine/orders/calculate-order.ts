import { ApiError } from '../../kernel/api-error.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { type Money, money, ZERO } from '../../kernel/money.ts'
import { type Cart, type CartLine, EMPTY_LINE, totalsOf } from '../discounts/index.ts'
import type { CatalogEntry } from '../products/index.ts'
import { type Catalog, catalogKey, toCatalogReference, toNamed } from './item-catalog.ts'
import type { OrderInput, OrderItemInput } from './order.schema.ts'
import type { Order, OrderItem, PricedOrder } from './order.ts'

const EMPTY_CART: Cart = {
  amount: undefined,
  initialAmount: undefined,
  discountAmount: ZERO,
  appliedDiscountAmount: ZERO,
  lines: [],
}

const NEW_ORDER: PricedOrder = {
  id: null,
  sourceId: null,
  customerId: null,
  referrerId: null,
  status: 'CREATED',
  items: [],
  cart: EMPTY_CART,
  metadata: {},
  createdAt: null,
  updatedAt: null,
}

/**
 * The order a request is about: what it says, on top of what is stored under the same id (R-ORD-06), with
 * the prices of `catalog`, where the project's products and SKUs are, by project. A given amount wins over
 * the sum of the items (R-ORD-02); discounts of earlier requests stay, as far as a smaller amount leaves room
 * for them (R-RED-08). Returns `invalid_amount` when a sum leaves the safe integers.
 */
export function calculateOrder(
  input: OrderInput,
  stored: Order | undefined,
  { projectId, catalog }: { projectId: string; catalog: Catalog },
): PricedOrder | ApiError {
  const base = stored ?? NEW_ORDER
  const find = (item: Parameters<typeof toCatalogReference>[1]): CatalogEntry | undefined => {
    const reference = toCatalogReference(projectId, item)
    return reference && catalog.get(catalogKey(reference))
  }
  const given = (input.items ?? []).map((item) => toItem(item, find(item)))
  const oversized = findOversized(input.amount, given)
  if (oversized) return oversized

  const cart = given.length > 0 ? toCart(input, given, base.cart) : toStoredCart(input, base, find)
  return {
    ...base,
    sourceId: base.sourceId ?? (input.source_id || null),
    items: given.length > 0 ? given.map(({ item }) => item) : base.items,
    cart,
    metadata: input.metadata ? { ...base.metadata, ...input.metadata } : base.metadata,
  }
}

type Priced = { item: OrderItem; line: CartLine }

/** New items replace those that are stored, with what was discounted on them; what the whole order got off stays. */
function toCart({ amount }: OrderInput, given: readonly Priced[], stored: Cart): Cart {
  const lines = given.map(({ line }) => line)
  const total = amount ?? sumOf(lines)
  return withinAmount({
    ...EMPTY_CART,
    amount: total === undefined ? undefined : money(total),
    discountAmount: stored.discountAmount,
    lines,
  })
}

/** The stored lines, which have got to know meanwhile what their products are called and where they belong. */
function toStoredCart(
  { amount }: OrderInput,
  { items, cart }: PricedOrder,
  find: (item: ReturnType<typeof toNamed>) => CatalogEntry | undefined,
): Cart {
  const lines = cart.lines.map((line, index): CartLine => {
    const item = items[index]
    return item ? { ...line, ...toIdentity(toNamed(item), find(toNamed(item))) } : line
  })
  return withinAmount({
    ...cart,
    amount: amount === undefined || amount === null ? cart.amount : money(amount),
    lines,
  })
}

/** A smaller amount than before leaves less room for what was taken off: first the lines keep theirs. */
function withinAmount(cart: Cart): Cart {
  const amount = cart.amount ?? ZERO
  if (totalsOf(cart).totalDiscountAmount <= amount) return cart
  let room: number = amount
  const lines = cart.lines.map((line) => {
    const kept = Math.min(line.discountAmount, room)
    room -= kept
    return kept === line.discountAmount ? line : { ...line, discountAmount: money(kept) }
  })
  return { ...cart, lines, discountAmount: money(Math.min(cart.discountAmount, room)) }
}

function sumOf(lines: readonly CartLine[]): number | undefined {
  let total: number | undefined
  for (const { amount } of lines) if (amount !== null) total = (total ?? 0) + amount
  return total
}

/** R-ORD-01: a given amount, else price × quantity; the price of the line before those of its SKU and product. */
function toItem(input: OrderItemInput, entry: CatalogEntry | undefined): Priced {
  const given = input.price ?? input.sku?.price ?? input.product?.price
  const price = given ?? entry?.skuPrice ?? entry?.productPrice ?? null
  const quantity = input.quantity ?? 1
  const amount = input.amount ?? (price === null ? null : price * quantity)
  const item: OrderItem = {
    id: null,
    sourceId: input.source_id ?? null,
    relatedObject: toRelatedObject(input, entry),
    productId: entry?.productId ?? input.product_id ?? null,
    skuId: entry?.skuId ?? input.sku_id ?? null,
    product: input.product ?? null,
    sku: input.sku ?? null,
    metadata: input.metadata ?? null,
  }
  const line: CartLine = {
    ...EMPTY_LINE,
    ...toIdentity(toNamed(item), entry),
    quantity,
    price: price as Money | null,
    amount: amount as Money | null,
    metadata: (input.metadata ?? {}) as JsonObject,
  }
  return { item, line }
}

/** A line that names something is of a product unless it names a SKU; one that names nothing is of neither. */
function toRelatedObject(
  input: OrderItemInput,
  entry: CatalogEntry | undefined,
): OrderItem['relatedObject'] {
  if (input.related_object) return input.related_object
  if (input.sku_id || input.sku) return 'sku'
  return entry || input.source_id || input.product_id ? 'product' : null
}

/** Which product and SKU a line is of, and what is known of it; what the caller says goes before what is stored. */
function toIdentity(
  item: ReturnType<typeof toNamed>,
  entry: CatalogEntry | undefined,
): Pick<
  CartLine,
  'productId' | 'productSourceId' | 'skuId' | 'skuSourceId' | 'collectionIds' | 'productMetadata'
> {
  const isSku = item.related_object === 'sku'
  const source = item.source_id ?? null
  return {
    productId: entry?.productId ?? item.product_id ?? item.product?.id ?? null,
    productSourceId: entry?.productSourceId ?? item.product?.source_id ?? (isSku ? null : source),
    skuId: entry?.skuId ?? item.sku_id ?? item.sku?.id ?? null,
    skuSourceId: entry?.skuSourceId ?? item.sku?.source_id ?? (isSku ? source : null),
    collectionIds: entry?.collectionIds ?? [],
    productMetadata: {
      ...entry?.productMetadata,
      ...entry?.skuMetadata,
      ...item.product?.metadata,
      ...item.sku?.metadata,
    } as JsonObject,
  }
}

function findOversized(
  amount: number | null | undefined,
  given: readonly Priced[],
): ApiError | undefined {
  const index = given.findIndex(({ line }) => !Number.isSafeInteger(line.amount ?? 0))
  if (index >= 0) return tooLarge(`.order.items[${index}].amount`)
  const total = amount ?? sumOf(given.map(({ line }) => line)) ?? 0
  return Number.isSafeInteger(total) ? undefined : tooLarge('.order.amount')
}

const tooLarge = (property: string): ApiError =>
  new ApiError('invalid_amount', { details: `Property ${property} is too large to be an amount` })
