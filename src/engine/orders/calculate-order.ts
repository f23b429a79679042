import { ApiError } from '../../kernel/api-error.ts'
import { withoutUndefined } from '../../kernel/json.ts'
import { type Money, min, money, ZERO } from '../../kernel/money.ts'
import type { OrderInput, OrderItemInput } from './order.schema.ts'
import type { Order, OrderItem, PricedOrder } from './order.ts'

/**
 * The order a request is about: what it says, on top of what is stored under the same id (R-ORD-06).
 * A given amount wins over the sum of the items (R-ORD-02); discounts of earlier requests stay, as far
 * as a smaller amount leaves room for them (R-RED-08). Returns `invalid_amount` when a sum leaves the
 * safe integers.
 */
export function calculateOrder(
  input: OrderInput,
  stored: Order | undefined,
): PricedOrder | ApiError {
  const given = input.items?.map(toItem) ?? []
  const items = given.length > 0 ? given : (stored?.items ?? [])
  const amount = input.amount ?? sumOf(given) ?? stored?.amount
  const oversized = findOversized(amount, items)
  if (oversized) return oversized

  const priced = amount === undefined ? undefined : money(amount)
  const base = stored ?? NEW_ORDER
  return {
    id: base.id,
    sourceId: base.sourceId ?? (input.source_id || null),
    customerId: base.customerId,
    status: base.status,
    amount: priced,
    discountAmount: min(base.discountAmount, priced ?? ZERO),
    items,
    metadata: { ...base.metadata, ...input.metadata },
    createdAt: base.createdAt,
    updatedAt: base.updatedAt,
  }
}

const NEW_ORDER: PricedOrder = {
  id: null,
  sourceId: null,
  customerId: null,
  status: 'CREATED',
  amount: undefined,
  discountAmount: ZERO,
  items: [],
  metadata: {},
  createdAt: null,
  updatedAt: null,
}

function findOversized(amount = 0, items: readonly OrderItem[]): ApiError | undefined {
  if (!Number.isSafeInteger(amount)) return tooLarge('.order.amount')
  const index = items.findIndex((item) => !Number.isSafeInteger(item.amount ?? 0))
  return index < 0 ? undefined : tooLarge(`.order.items[${index}].amount`)
}

/** What is left to pay. */
export const totalOf = ({ amount = ZERO, discountAmount }: PricedOrder): Money =>
  money(amount - discountAmount)

function sumOf(items: readonly OrderItem[]): number | undefined {
  const amounts = items.flatMap((item) => (item.amount === undefined ? [] : [item.amount]))
  return amounts.length === 0 ? undefined : amounts.reduce((a, b) => a + b, 0)
}

const PASSED_ON = ['source_id', 'related_object', 'product_id', 'sku_id'] as const

/** R-ORD-01: a given amount, else price × quantity; the price of the line before that of its SKU and product. */
function toItem(input: OrderItemInput): OrderItem {
  const price = input.price ?? input.sku?.price ?? input.product?.price ?? undefined
  const quantity = input.quantity ?? undefined
  const amount = input.amount ?? (price === undefined ? undefined : price * (quantity ?? 1))
  return withoutUndefined({
    object: 'order_item',
    ...Object.fromEntries(PASSED_ON.map((key) => [key, input[key] ?? undefined])),
    quantity,
    price,
    amount,
    subtotal_amount: amount,
    product: input.product ?? undefined,
    sku: input.sku ?? undefined,
    metadata: input['metadata'] ?? undefined,
  }) as OrderItem
}

const tooLarge = (property: string): ApiError =>
  new ApiError('invalid_amount', { details: `Property ${property} is too large to be an amount` })
