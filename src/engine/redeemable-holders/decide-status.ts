import type { Campaign } from '../campaigns/index.ts'
import { giftBalance, pointsBalance, type Voucher } from '../vouchers/index.ts'

export type HolderStatus =
  | 'ACTIVE'
  | 'USED'
  | 'DISABLED'
  | 'NOT_ACTIVE_YET'
  | 'EXPIRED'
  | 'NO_BALANCE'

/** What a voucher is to its holder at `now`: the first thing that keeps it from being used, if there is one. */
export function decideStatus(
  voucher: Voucher,
  campaign: Campaign | undefined,
  now: Date,
): HolderStatus {
  if (!voucher.isActive || campaign?.isActive === false) return 'DISABLED'
  const expirationDate = voucher.validity.expirationDate ?? campaign?.validity.expirationDate
  if (expirationDate && now >= expirationDate) return 'EXPIRED'
  const startDate = voucher.validity.startDate ?? campaign?.validity.startDate
  if (startDate && now < startDate) return 'NOT_ACTIVE_YET'
  const { redemptionQuantity, redeemedQuantity, gift, loyaltyCard } = voucher
  if (redemptionQuantity !== null && redeemedQuantity >= redemptionQuantity) return 'USED'
  if (gift && giftBalance(gift) <= 0) return 'NO_BALANCE'
  if (loyaltyCard && pointsBalance(loyaltyCard) <= 0) return 'NO_BALANCE'
  return 'ACTIVE'
}
