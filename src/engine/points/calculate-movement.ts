import { ApiError } from '../../kernel/api-error.ts'
import {
  type LoyaltyCard,
  pointsBalance,
  type Voucher,
  type VoucherTransactionType,
} from '../vouchers/index.ts'

/** A voucher that is a loyalty card. */
export type Card = Extract<Voucher, { type: 'LOYALTY_CARD' }>

/** What puts points onto a card. */
export type AdditionType = Extract<
  VoucherTransactionType,
  'POINTS_ACCRUAL' | 'POINTS_ADDITION' | 'POINTS_TRANSFER_IN' | 'PENDING_POINTS_ACTIVATION'
>

/** What takes points from a card; what spends them is of redemptions. */
export type RemovalType = Extract<
  VoucherTransactionType,
  'POINTS_REMOVAL' | 'POINTS_TRANSFER_OUT' | 'POINTS_EXPIRATION'
>

/** What a movement adds to the sums of a card (R-VOU-02). */
export type PointsChange = {
  voucherId: string
  points: number
  expired: number
  subtracted: number
}

export type Movement = {
  card: Card
  change: PointsChange
  balance: number
  /** What came onto the card in its whole life less what was removed by hand (L-69). */
  total: number
}

const NOTHING = { points: 0, expired: 0, subtracted: 0 }

const CHANGES: Readonly<
  Record<AdditionType | RemovalType, (points: number) => Partial<PointsChange>>
> = {
  POINTS_ACCRUAL: (points) => ({ points }),
  POINTS_ADDITION: (points) => ({ points }),
  POINTS_TRANSFER_IN: (points) => ({ points }),
  PENDING_POINTS_ACTIVATION: (points) => ({ points }),
  POINTS_REMOVAL: (points) => ({ subtracted: points }),
  POINTS_TRANSFER_OUT: (points) => ({ subtracted: points }),
  POINTS_EXPIRATION: (points) => ({ expired: points }),
}

/** `card` after `points`, which are positive, were moved (L-1). It does not ask whether they may be. */
export function calculateMovement(
  card: Card,
  type: AdditionType | RemovalType,
  points: number,
): Movement {
  const change = { ...NOTHING, ...CHANGES[type](points), voucherId: card.id }
  const before = card.loyaltyCard
  const loyaltyCard: LoyaltyCard = {
    ...before,
    points: before.points + change.points,
    expiredPoints: before.expiredPoints + change.expired,
    subtractedPoints: before.subtractedPoints + change.subtracted,
  }
  return {
    card: { ...card, loyaltyCard },
    change,
    balance: pointsBalance(loyaltyCard),
    total: loyaltyCard.points - loyaltyCard.subtractedPoints,
  }
}

/**
 * How many points more a card has room for. What is pending has its room already, so that it can always come: the night
 * activates the points of many cards at once.
 */
export const roomOf = ({ loyaltyCard: { points, pendingPoints } }: Card): number =>
  Number.MAX_SAFE_INTEGER - points - pendingPoints

/**
 * Throws `invalid_add_balance_params` when a card has no room for `points` more, be it that they come later. The error
 * names the property in which the caller gave them.
 */
export function refuseOverflow(card: Card, points: number, property = 'points'): void {
  const room = roomOf(card)
  if (points <= room) return
  throw new ApiError('invalid_add_balance_params', {
    details: `Property .${property} must be <= ${room}`,
  })
}

/** Throws `invalid_voucher` for a voucher that is no loyalty card. */
export function requireCard(voucher: Voucher): Card {
  if (voucher.type === 'LOYALTY_CARD') return voucher
  throw new ApiError('invalid_voucher', { details: 'Only a loyalty card has points' })
}

/** Throws `invalid_customer` for a card that nobody holds (L-31). */
export function requireHolder(card: Card): string {
  if (card.holderId !== null) return card.holderId
  throw new ApiError('invalid_customer', {
    message: 'Customer must be a holder of a loyalty card.',
    details: card.code,
  })
}
