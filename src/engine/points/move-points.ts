import type { Tx } from '../../platform/db.ts'
import {
  type ExpirationRules,
  insertVoucherTransactions,
  type NewVoucherTransaction,
  pointsBalance,
  type Voucher,
  type VoucherTransaction,
} from '../vouchers/index.ts'
import {
  insertBuckets,
  type NextExpiration,
  refreshNextExpirations,
  takeFromBuckets,
} from './bucket.repo.ts'
import type { Day } from './calculate-expiration.ts'
import {
  type AdditionType,
  type Card,
  calculateMovement,
  type Movement,
  type RemovalType,
  refuseOverflow,
  requireCard,
} from './calculate-movement.ts'
import { type ExpiryPolicy, loadExpiryPolicy, openWith } from './expiry-policy.ts'
import { savePoints } from './points.repo.ts'

type Told = Pick<
  NewVoucherTransaction,
  'id' | 'reason' | 'sourceId' | 'source' | 'details' | 'relatedTransactionId'
> & { redemptionId?: string | null; orderId?: string | null }

/** Points that come onto a card. */
export type PointsAddition = Told & {
  voucher: Voucher
  /** At least 1. */
  points: number
  type: AdditionType
  /**
   * The last day on which they can be spent, null for never; the rules that say so; by default as the card's program
   * does (L-62).
   */
  expiresAt?: Day | null | 'PROGRAM' | ExpirationRules
}

/** Points that go from a card. */
export type PointsRemoval = Told & {
  voucher: Voucher
  /** At least 1. */
  points: number
  type: RemovalType
}

/** What a movement left: the card as it is after all of the batch, and the line of the ledger. */
export type Moved = { voucher: Card; transaction: VoucherTransaction }

/** Nothing was taken, because the card holds no more than `balance`. */
export type Overdrawn = { voucher: Card; balance: number }

export const isMoved = (result: Moved | Overdrawn): result is Moved => 'transaction' in result

/**
 * Puts points onto cards that `tx` has locked, each as a lot of its own, with the lines of the ledger, in the order
 * given. Several may go onto one card. Announces nothing. Throws `invalid_voucher` for what is no loyalty card and
 * `invalid_add_balance_params` for a card that has no room.
 */
export async function addPoints(
  tx: Tx,
  additions: readonly PointsAddition[],
  now: Date,
): Promise<Moved[]> {
  const vouchers = additions.map(({ voucher }) => voucher)
  if (vouchers.length === 0) return []
  const policy = await loadExpiryPolicy(tx, vouchers, now)
  openWith(tx, vouchers, policy, now)
  const cards = toCards(vouchers)
  const movements = additions.map(({ voucher, type, points }) => {
    const card = cardOf(cards, voucher)
    refuseOverflow(card, points)
    return move(cards, card, type, points)
  })
  const transactions = save(tx, additions, movements, now)
  insertBuckets(
    tx,
    additions.map(({ voucher, points, expiresAt }) => ({
      projectId: voucher.projectId,
      voucherId: voucher.id,
      campaignId: voucher.campaignId,
      points,
      expiresAt: toExpiry(voucher, expiresAt, policy),
    })),
    now,
  )
  return finish(tx, cards, transactions)
}

function toExpiry(
  voucher: Voucher,
  expiresAt: PointsAddition['expiresAt'] = 'PROGRAM',
  policy: ExpiryPolicy,
): Day | null {
  if (expiresAt === 'PROGRAM') return policy.byProgram(voucher)
  return typeof expiresAt === 'object' && expiresAt !== null
    ? policy.byRules(voucher, expiresAt)
    : expiresAt
}

/**
 * Takes points from cards that `tx` has locked, from what expires next first (L-64), with the lines of the ledger, in
 * the order given. What a card does not hold is not taken from it, and the others are. Announces nothing. Throws
 * `invalid_voucher` for what is no loyalty card.
 */
export async function takePoints(
  tx: Tx,
  removals: readonly PointsRemoval[],
  now: Date,
): Promise<(Moved | Overdrawn)[]> {
  const vouchers = removals.map(({ voucher }) => voucher)
  if (vouchers.length === 0) return []
  openWith(tx, vouchers, await loadExpiryPolicy(tx, vouchers, now), now)
  const cards = toCards(vouchers)
  const decided = removals.map((removal) => {
    const card = cardOf(cards, removal.voucher)
    const balance = pointsBalance(card.loyaltyCard)
    return balance < removal.points
      ? { removal, overdrawn: { voucher: card, balance } }
      : { removal, movement: move(cards, card, removal.type, removal.points) }
  })
  const granted = decided.flatMap(({ removal, movement }) =>
    movement ? [{ removal, movement }] : [],
  )
  const transactions = save(
    tx,
    granted.map(({ removal }) => ({ ...removal, points: -removal.points })),
    granted.map(({ movement }) => movement),
    now,
  )
  takeFromBuckets(
    tx,
    transactions.map(({ id, voucherId, amount }) => ({
      voucherId,
      transactionId: id,
      points: -amount,
    })),
    now,
  )
  const moved = await finish(tx, cards, transactions)
  return decided.map(({ overdrawn }) => overdrawn ?? (moved.shift() as Moved))
}

/** Cards as the movements of a batch leave them, by id. */
type Cards = Map<string, Card>

const toCards = (vouchers: readonly Voucher[]): Cards =>
  new Map(vouchers.map((voucher) => [voucher.id, requireCard(voucher)]))

const cardOf = (cards: Cards, voucher: Voucher): Card =>
  cards.get(voucher.id) ?? requireCard(voucher)

function move(cards: Cards, card: Card, type: AdditionType | RemovalType, points: number) {
  const movement = calculateMovement(card, type, points)
  cards.set(card.id, movement.card)
  return movement
}

/** Notes on the cards what expires next of them; answers what each movement left. */
async function finish(
  tx: Tx,
  cards: Cards,
  transactions: readonly VoucherTransaction[],
): Promise<Moved[]> {
  const next = await refreshNextExpirations(
    tx,
    transactions.map(({ voucherId }) => voucherId),
  )
  return transactions.flatMap((transaction) => {
    const card = cards.get(transaction.voucherId)
    return card ? [{ voucher: withNext(card, next), transaction }] : []
  })
}

/** `card` with what expires next of it, as `next` tells. */
export function withNext(card: Card, next: ReadonlyMap<string, NextExpiration>): Card {
  const { date = null, points = null } = next.get(card.id) ?? {}
  const loyaltyCard = {
    ...card.loyaltyCard,
    nextExpirationDate: date,
    nextExpirationPoints: points,
  }
  return { ...card, loyaltyCard }
}

/** Writes the sums of the cards and the lines of the ledger; `points` are negative where they are taken. */
function save(
  tx: Tx,
  given: readonly (Told & { voucher: Voucher; points: number; type: AdditionType | RemovalType })[],
  movements: readonly Movement[],
  now: Date,
): VoucherTransaction[] {
  savePoints(
    tx,
    movements.map(({ change }) => change),
  )
  return insertVoucherTransactions(
    tx,
    given.flatMap((one, index) => {
      const movement = movements[index]
      if (!movement) return []
      const { voucher, points, type, redemptionId = null, orderId = null, ...told } = one
      return [
        {
          ...withoutExpiry(told),
          projectId: voucher.projectId,
          voucherId: voucher.id,
          campaignId: voucher.campaignId,
          type,
          amount: points,
          balance: movement.balance,
          total: movement.total,
          redemptionId,
          orderId,
          createdAt: now,
        },
      ]
    }),
  )
}

const withoutExpiry = ({ expiresAt: _expiresAt, ...told }: Told & { expiresAt?: unknown }): Told =>
  told

/**
 * Makes what is on cards a lot each, unless they had one: from when a card has a holder its points expire as the rules
 * of its program say (§8.8). Other vouchers have no points. Answers all of them as they are then.
 */
export async function openCards(
  tx: Tx,
  vouchers: readonly Voucher[],
  now: Date,
): Promise<readonly Voucher[]> {
  const isFilled = ({ loyaltyCard }: Voucher): boolean =>
    loyaltyCard !== null && pointsBalance(loyaltyCard) > 0
  const cards = vouchers.filter(isFilled)
  if (cards.length === 0) return vouchers
  openWith(tx, cards, await loadExpiryPolicy(tx, cards, now), now)
  const next = await refreshNextExpirations(
    tx,
    cards.map(({ id }) => id),
  )
  return vouchers.map((voucher) =>
    voucher.type === 'LOYALTY_CARD' && isFilled(voucher) ? withNext(voucher, next) : voucher,
  )
}
