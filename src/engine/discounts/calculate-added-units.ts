import type { JsonObject } from '../../kernel/json.ts'
import { type Money, money, shareOf, ZERO } from '../../kernel/money.ts'
import type { CapLog } from './cap-log.ts'
import {
  type Cart,
  type CartLine,
  discountLine,
  EMPTY_LINE,
  remainingOf,
  remainingOfLine,
  withLines,
} from './cart.ts'
import type { UnitEffect } from './discount.ts'

/** A stored product or SKU, as far as giving it away needs it. A SKU names the product it belongs to. */
export type StoredItem = {
  id: string
  sourceId: string | null
  name: string | null
  price: Money | null
  product?: { id: string; sourceId: string | null }
  collectionIds?: readonly string[]
  /** For formulas. */
  productMetadata?: JsonObject
}

/** So many units of a product or SKU, given away in this way. */
export type GivenUnits = { item: StoredItem; units: number; effect: UnitEffect }

/** Says that an amount would leave the integers that are exact. */
export type TooLarge = 'too_large'

/**
 * `cart` with units added as `effect` says, and as many of them free (R-UNIT-01 to R-UNIT-09): missing
 * ones fill the cart up to that number, new ones come on top, the same ones come only where the cart
 * has the product. They join the first line of their product (C-06), or make one.
 */
export function calculateAddedUnits(
  cart: Cart,
  { item, units, effect }: GivenUnits,
  caps: CapLog,
): Cart | TooLarge {
  const places = placesOf(cart, item)
  const inCart = places.reduce((total, index) => total + (cart.lines[index]?.quantity ?? 0), 0)
  const added = toAdd(effect, units, inCart)
  const free = effect === 'ADD_SAME_ITEMS' ? added : units
  const target = places[0] ?? cart.lines.length
  if (free === 0 || (added === 0 && inCart === 0)) return cart

  const filled = addToLine(cart, target, item, added)
  if (filled === 'too_large') return filled
  const order = effect === 'ADD_MISSING_ITEMS' ? [target, ...places.slice(1)] : [target]
  return giveAway(filled, order, free, caps)
}

function toAdd(effect: UnitEffect, units: number, inCart: number): number {
  if (effect === 'ADD_MISSING_ITEMS') return Math.max(0, units - inCart)
  return effect === 'ADD_SAME_ITEMS' && inCart === 0 ? 0 : units
}

/** The lines that hold `item`. */
function placesOf(cart: Cart, item: StoredItem): number[] {
  return cart.lines.flatMap((line, index) => (isLineOf(line, item) ? [index] : []))
}

/** Whether `line` is about `item`: that SKU, or that product in whatever SKU. */
export function isLineOf(line: CartLine, { id, sourceId, product }: StoredItem): boolean {
  const [lineId, lineSourceId] = isSku({ id, product })
    ? [line.skuId, line.skuSourceId]
    : [line.productId, line.productSourceId]
  return lineId === id || (sourceId !== null && lineSourceId === sourceId)
}

const isSku = ({ id, product }: { id: string; product: StoredItem['product'] }): boolean =>
  product !== undefined || id.startsWith('sku_')

/** `cart` with `added` units of `item` more at `index`, which may be one past the last line. */
export function addToLine(
  cart: Cart,
  index: number,
  item: StoredItem,
  added: number,
): Cart | TooLarge {
  const line = cart.lines[index] ?? newLine(item)
  const price = priceOf(line, item)
  const addedAmount = (price ?? 0) * added
  const amount = (cart.amount ?? 0) + addedAmount
  const lineAmount = (line.amount ?? 0) + addedAmount
  if (!Number.isSafeInteger(amount) || !Number.isSafeInteger(lineAmount)) return 'too_large'

  const lines = [...cart.lines]
  lines[index] = {
    ...line,
    quantity: line.quantity + added,
    price: line.price ?? (Number.isInteger(price) ? (price as Money) : null),
    amount: price === undefined ? line.amount : (lineAmount as Money),
    initialQuantity: line.initialQuantity ?? line.quantity,
    initialAmount: line.initialAmount ?? line.amount ?? (line.quantity === 0 ? ZERO : null),
    appliedQuantity: line.appliedQuantity + added,
    appliedQuantityAmount: money(line.appliedQuantityAmount + addedAmount),
  }
  return addedAmount === 0
    ? withLines(cart, lines)
    : {
        ...cart,
        lines,
        amount: amount as Money,
        initialAmount: cart.initialAmount ?? cart.amount ?? ZERO,
      }
}

/** R-UNIT-08: the price of the line, else of the SKU or product; undefined where nobody knows one. */
function priceOf({ price, amount, quantity }: CartLine, item: StoredItem): number | undefined {
  if (price !== null) return price
  // Of a line without a price all units cost the same, in whole minor units where they are added.
  if (amount !== null && quantity > 0) return shareOf(amount, 1, quantity)
  return item.price ?? undefined
}

const newLine = (item: StoredItem): CartLine => ({
  ...EMPTY_LINE,
  ...(isSku({ id: item.id, product: item.product })
    ? {
        skuId: item.id,
        skuSourceId: item.sourceId,
        productId: item.product?.id ?? null,
        productSourceId: item.product?.sourceId ?? null,
      }
    : { productId: item.id, productSourceId: item.sourceId }),
  collectionIds: item.collectionIds ?? [],
  productMetadata: item.productMetadata ?? {},
})

/** Takes the price of `free` units off the lines at `places`, one line after another. */
function giveAway(cart: Cart, places: readonly number[], free: number, caps: CapLog): Cart {
  let unitsLeft = free
  let orderLeft: number = remainingOf(cart)
  const lines = [...cart.lines]
  for (const index of places) {
    const line = lines[index]
    const units = Math.min(unitsLeft, line?.quantity ?? 0)
    if (!line || units === 0) continue
    unitsLeft -= units
    let amount = caps.lower(costOf(line, units), remainingOfLine(line), 'line_amount', index)
    amount = caps.lower(amount, orderLeft, 'order_amount', index)
    orderLeft -= amount
    lines[index] = {
      ...discountLine(line, amount as Money, units),
      initialQuantity: line.initialQuantity ?? line.quantity,
      initialAmount: line.initialAmount ?? line.amount,
    }
  }
  return withLines(cart, lines)
}

function costOf({ price, amount, quantity }: CartLine, units: number): number {
  if (amount === null) return 0
  return price === null ? shareOf(amount, units, quantity) : price * units
}
