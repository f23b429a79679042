/* A card with lots of points, as engine-programs §8.8 describes it. */
export type Day = string
export type Lot = { points: number; expires: Day | null; isOver: boolean }
export type Line = [type: string, points: number, balance: number, total: number]
export type Points = { lots: Lot[]; ledger: Line[]; total: number }
/** What was taken from which lot. */
export type Takings = [Lot, number][]

export const dayAfter = (day: Day, days: number): Day =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)

export const endOfMonth = (day: Day, later = 0): Day => {
  const [year = 0, month = 1] = day.split('-').map(Number)
  return new Date(Date.UTC(year, month + later, 0)).toISOString().slice(0, 10)
}

/** L-60: the same day of the next month, or its last. */
export const inAMonth = (day: Day): Day => {
  const last = endOfMonth(day, 1)
  return day.slice(8) > last.slice(8) ? last : last.slice(0, 8) + day.slice(8)
}

/** L-1: what can be spent is what the lots hold. */
export const leftOf = ({ lots }: Points): number =>
  lots.reduce((sum, { points, isOver }) => sum + (isOver ? 0 : points), 0)

/** L-64: what expires next, and what never does last. */
const byExpiry = (a: Lot, b: Lot): number =>
  (a.expires ?? 'never') < (b.expires ?? 'never') ? -1 : a.expires === b.expires ? 0 : 1

/** The lots that have not expired, in the order in which they are spent. */
export const activeLots = ({ lots }: Points): Lot[] =>
  lots.filter(({ isOver }) => !isOver).sort(byExpiry)

const write = (card: Points, type: string, points: number): void => {
  card.ledger.push([type, points, leftOf(card), card.total])
}

export function add(
  card: Points,
  { points, type, expires }: { points: number; type: string; expires: Day | null },
): void {
  card.lots.push({ points, expires, isOver: false })
  card.total += points
  write(card, type, points)
}

/** Takes points from what expires next; undefined where there is too little. */
export function take(card: Points, points: number, type: string): Takings | undefined {
  if (leftOf(card) < points) return undefined
  const takings: Takings = []
  let rest = points
  for (const lot of activeLots(card)) {
    const taken = Math.min(lot.points, rest)
    lot.points -= taken
    rest -= taken
    takings.push([lot, taken])
  }
  if (type !== 'POINTS_REDEMPTION') card.total -= points
  write(card, type, -points)
  return takings
}

/** L-68: back to the lots they came from; what came from lots that are over becomes a new one. */
export function giveBack(card: Points, takings: Takings, expires: Day): void {
  const back = takings.filter(([{ isOver }]) => !isOver)
  for (const [lot, taken] of back) lot.points += taken
  const sumOf = (some: Takings): number => some.reduce((sum, [, taken]) => sum + taken, 0)
  const fresh = sumOf(takings) - sumOf(back)
  if (fresh > 0) card.lots.push({ points: fresh, expires, isOver: false })
  write(card, 'POINTS_REFUND', sumOf(takings))
}

/** L-63: what could be spent until yesterday goes. Answers how many points did. */
export function expire(card: Points, today: Day): number {
  const over = activeLots(card).filter(({ expires }) => expires !== null && expires < today)
  const points = over.reduce((sum, lot) => sum + lot.points, 0)
  for (const lot of over) lot.isOver = true
  if (points > 0) write(card, 'POINTS_EXPIRATION', -points)
  return points
}
