import { describe, expect, it } from 'vitest'
import { aGiftCard, aLoyaltyCard, aVoucher, NOW } from '../../../test/support/vouchers.ts'
import type { Campaign } from '../campaigns/index.ts'
import { ALWAYS_VALID } from '../validity/index.ts'
import { decideStatus } from './decide-status.ts'

const of = (fields: Parameters<typeof aVoucher>[2]) => aVoucher('A', undefined, fields)
const before = new Date(NOW.getTime() - 1)
const after = new Date(NOW.getTime() + 1)

describe('what a voucher is to its holder (engine-programs §2.7)', () => {
  it.each([
    ['ACTIVE', of({})],
    ['ACTIVE', of({ startDate: NOW, expirationDate: after })],
    ['DISABLED', of({ isActive: false, expirationDate: before })],
    ['EXPIRED', of({ expirationDate: NOW, redemptionQuantity: 1, redeemedQuantity: 1 })],
    ['NOT_ACTIVE_YET', of({ startDate: after })],
    ['USED', of({ redemptionQuantity: 1, redeemedQuantity: 1 })],
    ['ACTIVE', of({ redemptionQuantity: 2, redeemedQuantity: 1 })],
    ['NO_BALANCE', aGiftCard('G', 0)],
    ['ACTIVE', aGiftCard('G', 1)],
    ['NO_BALANCE', aLoyaltyCard('L', 0)],
    ['ACTIVE', aLoyaltyCard('L', 1)],
  ])('is %s', (status, voucher) => {
    expect(decideStatus(voucher, undefined, NOW)).toBe(status)
  })

  it.each([
    ['DISABLED', { isActive: false, validity: ALWAYS_VALID }],
    ['EXPIRED', { isActive: true, validity: { ...ALWAYS_VALID, expirationDate: NOW } }],
    ['NOT_ACTIVE_YET', { isActive: true, validity: { ...ALWAYS_VALID, startDate: after } }],
  ])('is %s with its campaign', (status, campaign) => {
    expect(decideStatus(of({}), campaign as Campaign, NOW)).toBe(status)
    const own = of({ startDate: before, expirationDate: after })
    expect(decideStatus(own, campaign as Campaign, NOW)).toBe(
      status === 'DISABLED' ? status : 'ACTIVE',
    )
  })
})
