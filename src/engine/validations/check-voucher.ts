import { toIso } from '../../kernel/time.ts'
import type { Voucher } from '../vouchers/index.ts'
import type { Refusal } from './refusal.ts'

/** A question a voucher must pass; the answer says why it does not. */
export type Check = {
  what: string
  refuse: (voucher: Voucher, now: Date) => Omit<Refusal, 'details'> | undefined
}

/** What depends on the voucher alone, in the order in which failures are told (R-VALID-01). */
export const VOUCHER_CHECKS: readonly Check[] = [
  {
    what: 'voucher is enabled',
    refuse: ({ isActive }) =>
      isActive ? undefined : { key: 'voucher_disabled', because: 'The voucher is disabled' },
  },
  {
    what: 'start date is reached',
    // The start is inclusive, the end exclusive (R-VALID-02).
    refuse: ({ startDate }, now) =>
      startDate && now < startDate
        ? { key: 'voucher_not_active', because: `The voucher is valid from ${toIso(startDate)}` }
        : undefined,
  },
  {
    what: 'expiration date is not reached',
    refuse: ({ expirationDate }, now) =>
      expirationDate && now >= expirationDate
        ? { key: 'voucher_expired', because: `The voucher expired at ${toIso(expirationDate)}` }
        : undefined,
  },
  {
    what: 'uses are left',
    refuse: ({ redemptionQuantity, redeemedQuantity }) =>
      redemptionQuantity !== null && redeemedQuantity >= redemptionQuantity
        ? {
            key: 'quantity_exceeded',
            because: `The voucher was redeemed ${redeemedQuantity} of ${redemptionQuantity} times`,
          }
        : undefined,
  },
]

/** The first check `voucher` does not pass, as a refusal whose details are its code. */
export function checkVoucher(voucher: Voucher, now: Date): Refusal | undefined {
  for (const check of VOUCHER_CHECKS) {
    const refusal = check.refuse(voucher, now)
    if (refusal) return { ...refusal, details: voucher.code }
  }
  return undefined
}
