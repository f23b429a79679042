import { ApiError } from '../../kernel/api-error.ts'
import { money } from '../../kernel/money.ts'
import { giftBalance, pointsBalance, type Voucher } from './voucher.ts'
import type { VoucherTransactionType } from './voucher-transaction.ts'

/** A voucher as a change of its balance leaves it, and how the ledger calls that. */
export type BalanceChange = {
  voucher: Voucher
  type: VoucherTransactionType
  /** What came onto the card in its whole life less what was removed or expired. */
  total: number
  balance: number
}

/**
 * `voucher` with `amount` credits or points more, or less when it is negative (R-TXN-01). Throws
 * `invalid_add_balance_params` when it holds too few or has no room for more, `invalid_voucher` for a voucher without a
 * balance (G-5), and `invalid_customer` for a loyalty card that nobody holds.
 */
export function calculateBalanceChange(voucher: Voucher, amount: number): BalanceChange {
  switch (voucher.type) {
    case 'DISCOUNT_VOUCHER':
      throw new ApiError('invalid_voucher', {
        details: 'Only a gift card or a loyalty card has a balance',
      })
    case 'GIFT_VOUCHER':
      return changeCredits(voucher, amount)
    case 'LOYALTY_CARD':
      return changePoints(voucher, amount)
  }
}

function changeCredits(
  voucher: Extract<Voucher, { type: 'GIFT_VOUCHER' }>,
  amount: number,
): BalanceChange {
  refuseOverdraft(giftBalance(voucher.gift), voucher.gift.amount, amount)
  const gift =
    amount > 0
      ? { ...voucher.gift, amount: money(voucher.gift.amount + amount) }
      : { ...voucher.gift, subtractedAmount: money(voucher.gift.subtractedAmount - amount) }
  return {
    voucher: { ...voucher, gift },
    type: amount > 0 ? 'CREDITS_ADDITION' : 'CREDITS_REMOVAL',
    total: gift.amount - gift.subtractedAmount,
    balance: giftBalance(gift),
  }
}

function changePoints(
  voucher: Extract<Voucher, { type: 'LOYALTY_CARD' }>,
  points: number,
): BalanceChange {
  const card = voucher.loyaltyCard
  if (voucher.holderId === null) {
    throw new ApiError('invalid_customer', {
      message: 'Customer must be a holder of a loyalty card.',
      details: voucher.code,
    })
  }
  refuseOverdraft(pointsBalance(card), card.points, points)
  const loyaltyCard =
    points > 0
      ? { ...card, points: card.points + points }
      : { ...card, subtractedPoints: card.subtractedPoints - points }
  return {
    voucher: { ...voucher, loyaltyCard },
    type: points > 0 ? 'POINTS_ADDITION' : 'POINTS_REMOVAL',
    total: loyaltyCard.points - loyaltyCard.expiredPoints - loyaltyCard.subtractedPoints,
    balance: pointsBalance(loyaltyCard),
  }
}

function refuseOverdraft(balance: number, lifetime: number, change: number): void {
  if (balance + change < 0) {
    throw new ApiError('invalid_add_balance_params', {
      details: `The balance is ${balance}, so ${-change} cannot be removed`,
    })
  }
  if (!Number.isSafeInteger(lifetime + Math.max(change, 0))) {
    throw new ApiError('invalid_add_balance_params', {
      details: `Property .amount must be <= ${Number.MAX_SAFE_INTEGER - lifetime}`,
    })
  }
}
