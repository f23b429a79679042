import { type Money, shareOf, ZERO } from '../../kernel/money.ts'
import { addToLine, isLineOf, type StoredItem, type TooLarge } from './calculate-added-units.ts'
import { type Cart, type CartLine, discountLine, remainingOf, withLines } from './cart.ts'

/** Units of a line that leave the cart, and units of `item` that come instead. */
export type Replacement = {
  sourceIndex: number
  sourceUnits: number
  item: StoredItem
  units: number
}

/** What a replacement did, for `application_details`. */
export type ReplacementDetails = {
  sourceIndex: number
  /** Negative, or 0 when the line had none. */
  sourceAppliedQuantity: number
  sourceAppliedQuantityAmount: number
  targetIndex: number
  targetAppliedQuantity: number
  targetAppliedQuantityAmount: Money
  targetAppliedDiscountAmount: Money
}

/**
 * Replaces units of one line by units of another product or SKU, without making the order more
 * expensive: what the new units cost more is taken off them (R-UNIT-10).
 */
export function calculateReplacedUnits(
  cart: Cart,
  { sourceIndex, sourceUnits, item, units }: Replacement,
): { cart: Cart; details: ReplacementDetails } | TooLarge {
  const source = cart.lines[sourceIndex]
  const leaving = Math.min(sourceUnits, source?.quantity ?? 0)
  const left = source ? removeFromLine(cart, sourceIndex, leaving) : cart
  const found = left.lines.findIndex((line) => isLineOf(line, item))
  const targetIndex = found < 0 ? left.lines.length : found
  const filled = addToLine(left, targetIndex, item, units)
  if (filled === 'too_large') return filled

  const addedAmount = amountOfLine(filled, targetIndex) - amountOfLine(left, targetIndex)
  const removedAmount = amountOfLine(cart, sourceIndex) - amountOfLine(left, sourceIndex)
  const discount = Math.min(Math.max(0, addedAmount - removedAmount), remainingOf(filled)) as Money
  return {
    cart: discountAt(filled, targetIndex, discount, units),
    details: {
      sourceIndex,
      sourceAppliedQuantity: 0 - leaving,
      sourceAppliedQuantityAmount: 0 - removedAmount,
      targetIndex,
      targetAppliedQuantity: units,
      targetAppliedQuantityAmount: addedAmount as Money,
      targetAppliedDiscountAmount: discount,
    },
  }
}

const amountOfLine = (cart: Cart, index: number): number => cart.lines[index]?.amount ?? ZERO

function removeFromLine(cart: Cart, index: number, units: number): Cart {
  const lines = [...cart.lines]
  const line = lines[index] as CartLine
  const amount =
    line.amount === null || line.quantity === 0 ? ZERO : shareOf(line.amount, units, line.quantity)
  const lineAmount = line.amount === null ? null : ((line.amount - amount) as Money)
  lines[index] = {
    ...line,
    quantity: line.quantity - units,
    amount: lineAmount,
    discountAmount: Math.min(line.discountAmount, lineAmount ?? 0) as Money,
    initialQuantity: line.initialQuantity ?? line.quantity,
    initialAmount: line.initialAmount ?? line.amount,
    appliedQuantity: line.appliedQuantity - units,
    appliedQuantityAmount: (line.appliedQuantityAmount - amount) as Money,
  }
  if (cart.amount === undefined) return withLines(cart, lines)
  return {
    ...cart,
    lines,
    amount: Math.max(0, cart.amount - amount) as Money,
    initialAmount: cart.initialAmount ?? cart.amount,
  }
}

function discountAt(cart: Cart, index: number, amount: Money, units: number): Cart {
  if (amount === 0) return cart
  const lines = [...cart.lines]
  lines[index] = discountLine(lines[index] as CartLine, amount, units)
  return withLines(cart, lines)
}
