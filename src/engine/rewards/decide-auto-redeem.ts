/** How much the engine redeems by itself. */
const UNITS_PER_REDEMPTION_MAX = 25
const REDEMPTIONS_PER_DAY_MAX = 10

/**
 * How many of a reward each redemption takes that the engine makes by itself, as long as points and stock last: up to 25
 * at a time, up to ten times a day for a customer. `redeemedToday` are those that were made today.
 */
export function decideAutoRedeem({
  balance,
  price,
  stock,
  redeemedToday,
}: {
  balance: number
  price: number
  stock: number | null
  redeemedToday: number
}): number[] {
  if (price <= 0) return []
  let left = Math.min(Math.floor(balance / price), stock ?? Number.MAX_SAFE_INTEGER)
  const quantities: number[] = []
  while (left > 0 && redeemedToday + quantities.length < REDEMPTIONS_PER_DAY_MAX) {
    const quantity = Math.min(left, UNITS_PER_REDEMPTION_MAX)
    quantities.push(quantity)
    left -= quantity
  }
  return quantities
}
