import { beforeAll, describe, expect, inject, it } from 'vitest'
import { missingThroughSdk } from './missing-methods.ts'
import { allowPages, ORIGIN, openClientSide, openServerSide, useSdk } from './use-sdk.ts'

const MISSING = ['createCustomer', 'listConsents', 'listVouchers', 'updateConsents']
const order = { amount: 20_000 }
const customer = { source_id: 'visitor' }
const redeemables = [{ object: 'voucher', id: 'PAGE' }]

describe.skipIf(!inject('hasPeers'))('the client-side half of @voucherify/sdk on a server', () => {
  let visitors = 0
  const sdk = useSdk((server) => {
    visitors += 1
    const customHeaders = { 'x-forwarded-for': `203.0.113.${visitors}` }
    return openClientSide(server, { trackingId: 'tracked', customHeaders })
  })
  const fromServer = () => openServerSide(sdk.server)

  beforeAll(async () => {
    const { vouchers, campaigns } = fromServer()
    await vouchers.create({
      code: 'PAGE',
      type: 'DISCOUNT_VOUCHER',
      discount: { type: 'AMOUNT', amount_off: 1_000 },
    })
    await campaigns.create({
      name: 'Page campaign',
      voucher: { type: 'DISCOUNT_VOUCHER', discount: { type: 'PERCENT', percent_off: 10 } },
    })
  })

  it('is let in from a page that the project trusts, and from no other (R-AUTH-03)', async () => {
    const visitor = sdk.another()
    const validate = () => visitor.validateStackable({ redeemables, order })
    await allowPages(sdk.server, { client_trusted_domains: ['https://other.example.com'] })
    await expect(validate()).rejects.toMatchObject({ code: 401, key: 'unauthorized' })
    await allowPages(sdk.server, { client_trusted_domains: [ORIGIN] })
    expect(await validate()).toMatchObject({ valid: true })
  })

  it('redeems, publishes and tracks where the project allows it (R-AUTH-07)', async () => {
    const refused = sdk.another()
    const calls = [
      () => refused.redeem('PAGE', { customer, order }),
      () => refused.redeemStackable({ redeemables, customer, order }),
      () => refused.publish('Page campaign', { customer }),
      () => refused.track('Lesson finished', customer),
    ]
    await allowPages(sdk.server, {
      client_redeem_enabled: false,
      client_publish_enabled: false,
      client_loyalty_events_enabled: false,
    })
    for (const call of calls)
      await expect(call()).rejects.toMatchObject({ code: 403, key: 'forbidden' })
    await allowPages(sdk.server, {
      client_redeem_enabled: true,
      client_publish_enabled: true,
      client_loyalty_events_enabled: true,
    })

    const visitor = sdk.another()
    expect(await visitor.redeem(' PAGE\n', { customer, order })).toMatchObject({
      object: 'redemption',
      result: 'SUCCESS',
      order: { total_discount_amount: 1_000 },
      voucher: { code: 'PAGE' },
    })
    expect(await visitor.redeemStackable({ redeemables, customer, order })).toMatchObject({
      redemptions: [{ result: 'SUCCESS' }],
      order: { total_amount: 19_000 },
    })
    const published = await visitor.publish('Page campaign', { customer }, { join_once: true })
    expect(published).toMatchObject({
      result: 'SUCCESS',
      channel: 'Voucherify.js',
      voucher: { campaign: 'Page campaign', discount: { percent_off: 10 } },
    })
    const again = await visitor.publish('Page campaign', { customer }, { join_once: true })
    expect(again.voucher.code).toBe(published.voucher.code)
    expect(await visitor.track('Lesson finished', customer, { lesson: 7 })).toMatchObject({
      object: 'event',
      type: 'Lesson finished',
      customer: { source_id: 'visitor' },
    })
  })

  it('validates with everything in the query, sessions too (trap 12)', async () => {
    const visitor = sdk.another()
    expect(await visitor.validate('PAGE')).toMatchObject({ valid: true, code: 'PAGE' })
    expect(
      await visitor.validate({
        code: 'PAGE',
        items: [{ product_id: 'p1', quantity: 2, price: 10_000 }],
        metadata: { m: 1 },
        orderMetadata: { o: 1 },
        customer: { source_id: 'visitor', metadata: { x: 1 } },
        session_type: 'LOCK',
        session_key: 'page-session',
        session_ttl: 1,
        session_ttl_unit: 'HOURS',
      }),
    ).toMatchObject({
      valid: true,
      code: 'PAGE',
      discount: { type: 'AMOUNT', amount_off: 1_000 },
      order: { amount: 20_000, total_discount_amount: 1_000, total_amount: 19_000 },
      session: { key: 'page-session', type: 'LOCK', ttl: 1, ttl_unit: 'HOURS' },
    })
    expect(await visitor.validate('NOBODY')).toMatchObject({
      valid: false,
      code: 'NOBODY',
      reason: 'Resource not found',
      error: { code: 404, key: 'not_found', resource_id: 'NOBODY', resource_type: 'voucher' },
    })
  })

  it('validates all promotions when no code is given', async () => {
    await fromServer().promotions.create({
      name: 'Page promotion',
      campaign_type: 'PROMOTION',
      promotion: {
        tiers: [{ name: 'Ten', action: { discount: { type: 'PERCENT', percent_off: 10 } } }],
      },
    })
    expect(await sdk.another().validate({ amount: 20_000, customer })).toMatchObject({
      valid: true,
      promotions: [{ name: 'Ten', object: 'promotion_tier', discount_amount: 2_000 }],
    })
  })

  it('tells what a customer could use', async () => {
    expect(
      await sdk.another().qualifications({ customer, order, scenario: 'ALL', mode: 'BASIC' }),
    ).toMatchObject({
      redeemables: {
        object: 'list',
        data: expect.arrayContaining([expect.objectContaining({ id: 'PAGE' })]),
      },
    })
  })

  it('takes who the visitor is from the page', async () => {
    const visitor = sdk.another()
    visitor.setIdentity('somebody else')
    expect(await visitor.redeem('PAGE', { order })).toMatchObject({ result: 'SUCCESS' })
    expect(await fromServer().customers.get('somebody else')).toMatchObject({ object: 'customer' })
  })

  it('is told when it calls too often (R-AUTH-08)', async () => {
    const visitor = sdk.another()
    const calls = Array.from({ length: 6 }, () => visitor.validate('PAGE'))
    const refused = (await Promise.allSettled(calls)).filter(({ status }) => status === 'rejected')
    expect(refused).toMatchObject([{ reason: { code: 429, key: 'too_many_requests' } }])
  })

  missingThroughSdk(sdk, MISSING)

  it('is answered what the reference would answer', () => {
    expect([...sdk.deviations]).toEqual([])
  })

  it('has no method that was not called', () => {
    expect(sdk.methods.filter((method) => !sdk.called.has(method))).toEqual([])
  })
})
