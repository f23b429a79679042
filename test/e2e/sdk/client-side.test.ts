import { beforeAll, describe, expect, inject, it } from 'vitest'
import { waitFor } from '../../support/wait-for.ts'
import { aConsent } from './consents.ts'
import { allowPages, ORIGIN, openClientSide, openServerSide, useSdk } from './use-sdk.ts'

const AMOUNT_1000 = { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 1_000 } }
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
    await vouchers.create({ code: 'PAGE', ...AMOUNT_1000 })
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

  it('makes customers and lists the vouchers of one where the project allows it (R-AUTH-07)', async () => {
    const { campaigns, customers, distributions, vouchers } = fromServer()
    const visitor = sdk.another()
    const newcomer = { source_id: 'new/comer', name: 'Ada', metadata: { lang: 'en' } }
    const list = (params: object = {}) =>
      visitor.listVouchers({ customer: 'new/comer', limit: 10, ...params })
    await allowPages(sdk.server, {
      client_create_customer_enabled: false,
      client_list_vouchers_enabled: false,
    })
    const forbidden = { code: 403, key: 'forbidden' }
    await expect(visitor.createCustomer(newcomer)).rejects.toMatchObject(forbidden)
    await expect(list()).rejects.toMatchObject(forbidden)
    await allowPages(sdk.server, {
      client_create_customer_enabled: true,
      client_list_vouchers_enabled: true,
    })

    const created = await visitor.createCustomer(newcomer)
    expect(created).toMatchObject({
      id: expect.stringMatching(/^cust_/),
      object: 'customer',
      source_id: 'new/comer',
    })
    expect(await sdk.another().createCustomer({ ...newcomer, phone: '+1' }, true)).toMatchObject({
      id: created.id,
    })
    expect(await customers.get('new/comer')).toMatchObject({ ...newcomer, phone: '+1' })

    const voucher = { type: 'DISCOUNT_VOUCHER', discount: { type: 'PERCENT', percent_off: 10 } }
    await campaigns.create({ name: 'Listed to pages', voucher })
    await vouchers.create({ code: 'OF-ANOTHER', ...voucher })
    const { publications } = distributions
    for (const campaign of ['Page campaign', 'Listed to pages'])
      await publications.create({ campaign: { name: campaign }, customer: newcomer })
    expect(await sdk.another().listVouchers({ customer: 'new/comer' })).toMatchObject({
      object: 'list',
      data_ref: 'vouchers',
      total: 2,
    })
    expect(await list({ campaign: 'Listed to pages' })).toMatchObject({
      total: 1,
      vouchers: [{ campaign: 'Listed to pages', holder_id: created.id }],
    })
    // The codes of everybody are not for pages.
    await expect(visitor.listVouchers({ limit: 10 })).rejects.toMatchObject({
      code: 400,
      key: 'invalid_query_params',
    })
  })

  it('tracks what refers customers and what gives points', async () => {
    await allowPages(sdk.server, { client_loyalty_events_enabled: true })
    const { campaigns, customers, distributions, loyalties } = fromServer()
    await campaigns.create({
      name: 'Bring a visitor',
      campaign_type: 'REFERRAL_PROGRAM',
      voucher: { ...AMOUNT_1000, is_referral_code: true },
      referral_program: {
        conversion_event_type: 'custom_event',
        custom_event: { id: 'ms_1', name: 'signed_up' },
      },
    })
    const { publications } = distributions
    const published = await publications.create({
      campaign: { name: 'Bring a visitor' },
      customer: { source_id: 'page-referrer' },
    })
    const { code } = published.voucher
    const program = await loyalties.create({
      name: 'Page program',
      type: 'AUTO_UPDATE',
      voucher: { type: 'LOYALTY_CARD', loyalty_card: { points: 0 } },
    })
    await loyalties.createEarningRule(program.id, [
      { event: 'signed_up', loyalty: { type: 'FIXED', points: 15 } },
    ])
    const referred = { source_id: 'referred-visitor' }
    const member = await loyalties.createMember(program.id, { customer: referred })

    expect(
      await sdk.another().track('signed_up', referred, {}, { code }, { code: member.code }),
    ).toMatchObject({
      object: 'event',
      type: 'signed_up',
      referral: { code },
      loyalty: { code: member.code },
    })
    await waitFor('the referral and the points', async () => {
      const { loyalty, referrals } = await customers.get('referred-visitor')
      return referrals.total === 1 && loyalty.points === 15
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

  it('lists consents, and lets a visitor give them where pages may make customers', async () => {
    const id = await aConsent(sdk, 'By e-mail')
    const visitor = sdk.another()
    expect(await visitor.listConsents()).toMatchObject({ consents: { data: [{ id }], total: 1 } })
    await fromServer().customers.create({ source_id: 'consenting' })
    await allowPages(sdk.server, { client_create_customer_enabled: true })
    await visitor.updateConsents('consenting', { [id]: true })
  })

  it('is answered what the reference would answer', () => {
    expect([...sdk.deviations]).toEqual([])
  })

  it('has no method that was not called', () => {
    expect(sdk.methods.filter((method) => !sdk.called.has(method))).toEqual([])
  })
})
