/**
 * A cart of ten lines with five stacked promotions, against @medusajs/promotion in the same process: both
 * sides calculate, nobody stores anything, and a figure is only given where both took the same amounts, to
 * the cent, off each line and off the order of all carts.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import {
  applyDiscount,
  type Cart,
  remainingOf,
  startRedeemable,
} from '../src/engine/discounts/index.ts'
import type { JsonObject } from '../src/kernel/json.ts'
import { type CartCase, cartCase, type OurCase, type TheirCase } from './support/carts.ts'
import { compare, type Side } from './support/compare.ts'

const requirePeer = createRequire(join(import.meta.dirname, 'peers', 'promotions', 'package.json'))
const { ComputeActionUtils } = requirePeer('@medusajs/promotion/dist/utils') as {
  ComputeActionUtils: {
    getComputedActionsForItems(
      promotion: JsonObject,
      items: JsonObject[],
      applied: Map<string, unknown>,
      allocation?: string,
    ): { item_id: string; code: string; amount: unknown }[]
  }
}

type Actions = ReturnType<typeof ComputeActionUtils.getComputedActionsForItems>

/** Our whole way: each promotion on the cart that the one before left. */
function calculateOurs({ cart, promotions }: OurCase): Cart {
  let current = cart
  for (const { discount, context } of promotions) {
    const applied = applyDiscount(startRedeemable(current), discount, context)
    if ('key' in applied) throw new Error(applied.because)
    current = applied.cart
  }
  return current
}

/** Theirs, as their module does it for promotions that are all valid: the amounts so far are in a map. */
function calculateTheirs({ items, promotions }: TheirCase): Actions {
  const applied = new Map<string, unknown>()
  return promotions.flatMap((promotion) =>
    ComputeActionUtils.getComputedActionsForItems(promotion, items, applied),
  )
}

/** What was taken off each line, and off the order, in cents. */
const formOf = (made: unknown): unknown =>
  Array.isArray(made) ? formOfActions(made as Actions) : formOfCart(made as Cart)

const formOfCart = ({ lines, discountAmount }: Cart) => ({
  lines: lines.map((line) => line.discountAmount),
  order: discountAmount,
})

function formOfActions(actions: Actions) {
  const cents = (chosen: Actions): number =>
    Math.round(chosen.reduce((total, { amount }) => total + Number(amount), 0) * 100)
  const forLines = actions.filter(({ code }) => code !== 'P4')
  return {
    lines: CARTS[0]?.theirs.items.map(({ id }) =>
      cents(forLines.filter((action) => action.item_id === id)),
    ),
    order: cents(actions.filter(({ code }) => code === 'P4')),
  }
}

const COUNT = 100
const CARTS: CartCase[] = Array.from({ length: COUNT }, (_, seed) =>
  cartCase(seed, (ours) => remainingOf(calculateOurs(ours))),
)

const ours: Side = (take) => {
  for (const [index, cart] of CARTS.entries()) take({ made: calculateOurs(cart.ours) }, index)
}
const peer: Side = (take) => {
  for (const [index, cart] of CARTS.entries()) take({ made: calculateTheirs(cart.theirs) }, index)
}

await compare(
  CARTS.map(({ theirs }) => theirs as unknown as JsonObject),
  {
    title:
      'Ten lines, five stacked promotions: three for products, one split over lines, one for the order',
    peerName: '@medusajs/promotion',
    unit: 'carts/s',
    goal: 15,
    ours,
    peer,
    formOf,
  },
)
