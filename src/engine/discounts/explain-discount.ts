import type { Explain } from '../../kernel/explain.ts'
import type { Json } from '../../kernel/json.ts'
import type { Applied } from './apply-discount.ts'
import { toAppliedDiscountView } from './apply-discount.ts'
import type { Cap, CapHit } from './cap-log.ts'
import { type Cart, remainingOf, totalsOf } from './cart.ts'

const CAP_SENTENCES: Record<Cap, string> = {
  amount_limit: 'limited by amount_limit',
  aggregated_amount_limit: 'limited by aggregated_amount_limit',
  quantity_limit: 'units limited by quantity_limit',
  aggregated_quantity_limit: 'units limited by aggregated_quantity_limit',
  units_left: 'units limited by what the campaign has left',
  line_amount: 'limited to what was left to pay of the line',
  order_amount: 'limited to what was left to pay of the order',
}

/** How the amounts of `applied` came about: those before and after, of the order and of each line, and which caps hit. */
export function explainDiscount(before: Cart, applied: Applied): Explain {
  const off = totalsOf(applied.cart).totalDiscountAmount - totalsOf(before).totalDiscountAmount
  return {
    what: `discount ${JSON.stringify(toAppliedDiscountView(applied))}`,
    passed: true,
    actual: { before: remainingOf(before), after: remainingOf(applied.cart), discount: off },
    ...(off === 0 && { message: 'It takes nothing off' }),
    parts: [
      ...explainOrder(before, applied),
      ...applied.cart.lines.flatMap((_, index) => explainLine(before, applied, index)),
    ],
  }
}

function explainOrder(before: Cart, { cart, caps }: Applied): Explain[] {
  const hits = caps.filter(({ line }) => line === null)
  if (cart.discountAmount === before.discountAmount && hits.length === 0) return []
  const amounts = (of: Cart): Json => ({ discount_amount: of.discountAmount })
  return [toPart('order', amounts(before), amounts(cart), hits)]
}

function explainLine(before: Cart, { cart, caps }: Applied, index: number): Explain[] {
  const hits = caps.filter(({ line }) => line === index)
  const isSame = before.lines[index] === cart.lines[index]
  return isSame && hits.length === 0
    ? []
    : [toPart(`order.items[${index}]`, toAmounts(before, index), toAmounts(cart, index), hits)]
}

function toAmounts({ lines }: Cart, index: number): Json {
  const line = lines[index]
  if (!line) return null
  const { quantity, amount, discountAmount, discountQuantity } = line
  return {
    quantity,
    amount,
    discount_amount: discountAmount,
    discount_quantity: discountQuantity,
  }
}

function toPart(what: string, before: Json, after: Json, hits: readonly CapHit[]): Explain {
  const message = hits
    .map(({ cap, from, to }) => `${CAP_SENTENCES[cap]}: ${from} became ${to}`)
    .join('; ')
  return { what, passed: true, actual: { before, after }, ...(message !== '' && { message }) }
}
