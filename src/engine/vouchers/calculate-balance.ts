import { ApiError } from '../../kernel/api-error.ts'
import { money } from '../../kernel/money.ts'
import { giftBalance, type Voucher } from './voucher.ts'
import type { VoucherTransactionType } from './voucher-transaction.ts'

/** A gift card as a change of its balance leaves it, and how the ledger calls that. */
export type BalanceChange = {
  voucher: Extract<Voucher, { type: 'GIFT_VOUCHER' }>
  type: VoucherTransactionType
  /** What came onto the card in its whole life less what was removed. */
  total: number
  balance: number
}

/**
 * `voucher` with `amount` credits more, or less when it is negative (R-TXN-01). Throws `invalid_add_balance_params` when
 * it holds too few or has no room for more, and `invalid_voucher` for a voucher without credits (G-5).
 */
export function calculateBalanceChange(voucher: Voucher, amount: number): BalanceChange {
  if (voucher.type !== 'GIFT_VOUCHER') {
    throw new ApiError('invalid_voucher', { details: 'Only a gift card has credits' })
  }
  refuseOverdraft(giftBalance(voucher.gift), amount)
  refuseOverflow(voucher.gift.amount, amount)
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

/** Throws `invalid_add_balance_params` when a card of `balance` has too little for `change`. */
export function refuseOverdraft(balance: number, change: number): void {
  if (balance + change >= 0) return
  throw new ApiError('invalid_add_balance_params', {
    details: `The balance is ${balance}, so ${-change} cannot be removed`,
  })
}

function refuseOverflow(lifetime: number, change: number): void {
  if (Number.isSafeInteger(lifetime + Math.max(change, 0))) return
  throw new ApiError('invalid_add_balance_params', {
    details: `Property .amount must be <= ${Number.MAX_SAFE_INTEGER - lifetime}`,
  })
}
