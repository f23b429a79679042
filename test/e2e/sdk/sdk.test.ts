import { describe, expect, inject, it } from 'vitest'
import { campaignsThroughSdk, promotionsThroughSdk } from './campaigns.ts'
import {
  categoriesThroughSdk,
  exportsThroughSdk,
  ordersThroughSdk,
  productsThroughSdk,
} from './catalog.ts'
import { consentsThroughSdk, ruleValidationsThroughSdk } from './consents.ts'
import {
  customersInBulkThroughSdk,
  customersThroughSdk,
  publicationsThroughSdk,
} from './customers.ts'
import { loyaltiesThroughSdk } from './loyalties.ts'
import { metadataThroughSdk } from './metadata.ts'
import { pointsOfTiersThroughSdk, pointsThroughSdk } from './points.ts'
import { redemptionsThroughSdk, validationsThroughSdk } from './redemptions.ts'
import { referralsThroughSdk } from './referrals.ts'
import { rewardsThroughSdk } from './rewards.ts'
import { qualificationsThroughSdk, rulesThroughSdk } from './rules.ts'
import { segmentsOfCustomersThroughSdk, segmentsThroughSdk } from './segments.ts'
import { openServerSide, useSdk } from './use-sdk.ts'
import { vouchersThroughSdk } from './vouchers.ts'

/** What is no request of its own. */
const INTERNAL = ['apiLimitsHandler.getLastResponseHeadersFromController']

describe.skipIf(!inject('hasPeers'))('@voucherify/sdk on a server', () => {
  const sdk = useSdk(openServerSide)

  vouchersThroughSdk(sdk)
  campaignsThroughSdk(sdk)
  promotionsThroughSdk(sdk)
  validationsThroughSdk(sdk)
  redemptionsThroughSdk(sdk)
  rulesThroughSdk(sdk)
  qualificationsThroughSdk(sdk)
  productsThroughSdk(sdk)
  categoriesThroughSdk(sdk)
  ordersThroughSdk(sdk)
  exportsThroughSdk(sdk)
  customersThroughSdk(sdk)
  customersInBulkThroughSdk(sdk)
  publicationsThroughSdk(sdk)
  segmentsThroughSdk(sdk)
  segmentsOfCustomersThroughSdk(sdk)
  loyaltiesThroughSdk(sdk)
  rewardsThroughSdk(sdk)
  pointsThroughSdk(sdk)
  pointsOfTiersThroughSdk(sdk)
  referralsThroughSdk(sdk)
  metadataThroughSdk(sdk)
  consentsThroughSdk(sdk)
  ruleValidationsThroughSdk(sdk)

  it('tells how many calls are left', async () => {
    const { apiLimitsHandler, vouchers } = sdk.client
    await vouchers.list()
    expect(apiLimitsHandler.areLimitsAvailable()).toBe(true)
    const limit = apiLimitsHandler.getRateLimit()
    expect(limit).toBeGreaterThan(0)
    expect(apiLimitsHandler.getRateLimitRemaining()).toBeLessThan(limit)
    expect(apiLimitsHandler.getRetryAfter()).toBe(0)
  })

  it('is refused with keys that are not ours', async () => {
    const stranger = openServerSide(sdk.server, { secretKey: 'wrong' })
    await expect(stranger.vouchers.list()).rejects.toMatchObject({
      code: 401,
      key: 'unauthorized',
      message: 'Unauthorized',
    })
  })

  it('is answered what the reference would answer', () => {
    expect([...sdk.deviations]).toEqual([])
  })

  it('has no method that was not called', () => {
    const untold = sdk.methods.filter((method) => !sdk.called.has(method))
    expect(untold).toEqual(INTERNAL)
  })
})
