import { describe, expect, inject, it } from 'vitest'
import { waitFor } from '../../support/wait-for.ts'
import { consentsThroughSdk, ruleValidationsThroughSdk } from './consents.ts'
import { loyaltiesThroughLegacySdk } from './legacy-loyalties.ts'
import { pointsThroughSdk } from './points.ts'
import { referralsThroughSdk } from './referrals.ts'
import { rewardsThroughSdk } from './rewards.ts'
import { segmentsThroughSdk } from './segments.ts'
import { download, openLegacy, useSdk } from './use-sdk.ts'

const AMOUNT_1000 = { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 1_000 } }
const order = { amount: 20_000 }
const customer = { source_id: 'old-customer' }

describe.skipIf(!inject('hasPeers'))('voucherify 5.2.0 on a server', () => {
  const sdk = useSdk(openLegacy)

  describe('vouchers', () => {
    it('are created, read, changed, listed and deleted', async () => {
      const { vouchers } = sdk.client
      const created = await vouchers.create({ code: 'old/1 2', ...AMOUNT_1000, category: 'old' })
      expect(created).toMatchObject({ code: 'old/1 2', discount: { amount_off: 1_000 } })
      expect(await vouchers.create({ ...AMOUNT_1000, category: 'old' })).toMatchObject({
        code: expect.stringMatching(/^\w{8}$/),
      })
      expect(await vouchers.get('old/1 2')).toEqual(created)
      expect(await vouchers.update({ code: 'old/1 2', metadata: { a: 1 } })).toMatchObject({
        code: 'old/1 2',
        metadata: { a: 1 },
      })
      expect(await vouchers.list({ limit: 1, category: 'old' })).toMatchObject({
        object: 'list',
        data_ref: 'vouchers',
        total: 2,
      })
      await vouchers.delete('old/1 2', { force: true })
      await expect(vouchers.get('old/1 2')).rejects.toMatchObject({
        code: 404,
        key: 'not_found',
        message: 'Resource not found',
        details: 'Cannot find voucher with id old/1 2',
      })
    })

    it('answer to callbacks as well', async () => {
      await sdk.client.vouchers.create({ code: 'CALLED', ...AMOUNT_1000 })
      const called = (code: string) =>
        new Promise((resolve) => {
          sdk.client.vouchers.get(code, (error: unknown, voucher: unknown) =>
            resolve({ error, voucher }),
          )
        })
      expect(await called('CALLED')).toMatchObject({ error: null, voucher: { code: 'CALLED' } })
      expect(await called('NOBODY')).toMatchObject({ error: { code: 404, key: 'not_found' } })
    })

    it('are switched one by one, and several at once (traps 4 and 8)', async () => {
      const { vouchers } = sdk.client
      const codes = ['SWITCHED-1', 'SWITCHED-2']
      for (const code of codes) await vouchers.create({ code, ...AMOUNT_1000 })
      expect(await vouchers.disable('SWITCHED-1')).toMatchObject({ active: false })
      expect(await vouchers.enable('SWITCHED-1')).toMatchObject({ active: true })
      const areActive = async () =>
        (await Promise.all(codes.map((code) => vouchers.get(code)))).map(({ active }) => active)
      await vouchers.disable({ codes })
      expect(await areActive()).toEqual([false, false])
      await vouchers.enable({ codes })
      expect(await areActive()).toEqual([true, true])
    })

    it('are imported, and gift cards get a balance', async () => {
      const { vouchers } = sdk.client
      const accepted = await vouchers.import([
        { code: 'OLD-GIFT', type: 'GIFT_VOUCHER', gift: { amount: 500 } },
      ])
      await sdk.outcomeOf(accepted)
      expect(await vouchers.balance.create('OLD-GIFT', { amount: 100 })).toMatchObject({
        amount: 100,
        balance: 600,
      })
    })
  })

  it('validates and redeems in all the ways it knows (trap 4)', async () => {
    const { vouchers, validations, redemptions } = sdk.client
    await vouchers.create({ code: 'OLD', ...AMOUNT_1000 })
    const valid = { valid: true, code: 'OLD', order: { total_amount: 19_000 } }
    expect(await validations.validateVoucher('OLD', { customer, order })).toMatchObject(valid)
    expect(await validations.validate('OLD', { customer, order })).toMatchObject(valid)

    const success = { object: 'redemption', result: 'SUCCESS', voucher: { code: 'OLD' } }
    const first = await redemptions.redeem('OLD', { customer, order })
    expect(first).toMatchObject({ ...success, order: { total_discount_amount: 1_000 } })
    expect(await redemptions.redeem('OLD')).toMatchObject(success)
    const tracked = await redemptions.redeem('OLD', 'track id')
    expect(tracked).toMatchObject({ ...success, tracking_id: expect.stringMatching(/^track_/) })
    expect(await redemptions.redeem({ voucher: 'OLD', customer, order })).toMatchObject(success)

    expect(await redemptions.getForVoucher('OLD')).toMatchObject({
      total: 4,
      redeemed_quantity: 4,
    })
    expect(await redemptions.list({ limit: 2, customer: first.customer_id })).toMatchObject({
      object: 'list',
      data_ref: 'redemptions',
      total: 2,
    })
    expect(await redemptions.rollback(first.id, 'wrong customer')).toMatchObject({
      object: 'redemption_rollback',
      redemption: first.id,
      result: 'SUCCESS',
    })
    expect(
      await redemptions.rollback(tracked.id, { reason: 'returned', tracking_id: 't' }),
    ).toMatchObject({ redemption: tracked.id, reason: 'returned', tracking_id: 't' })
    await expect(redemptions.rollback(first.id)).rejects.toMatchObject({
      code: 400,
      key: 'already_rolled_back',
    })
  })

  it('runs campaigns and publishes from them', async () => {
    const { campaigns, distributions } = sdk.client
    const { id } = await campaigns.create({ name: 'Old sale', voucher: AMOUNT_1000 })
    expect(await campaigns.get('Old sale')).toMatchObject({ id, object: 'campaign' })
    expect(await campaigns.update('Old sale', { description: 'd' })).toMatchObject({
      description: 'd',
    })
    expect(await campaigns.addVoucher('Old sale')).toMatchObject({ campaign: 'Old sale' })
    const imported = await campaigns.importVouchers('Old sale', [{ code: 'OLD-SALE-1' }])
    expect(await sdk.outcomeOf(imported)).toMatchObject({ operation_status: 'SUCCESS' })
    expect(await campaigns.list({ limit: 1 })).toMatchObject({
      object: 'list',
      campaigns: [{ id }],
    })
    const { publications } = distributions
    expect(await publications.create({ campaign: { name: 'Old sale' }, customer })).toMatchObject({
      result: 'SUCCESS',
      voucher: { campaign: 'Old sale' },
    })
    expect(await publications.list({ limit: 1 })).toMatchObject({
      object: 'list',
      data_ref: 'publications',
      total: 1,
    })
    await sdk.outcomeOf(await campaigns.delete('Old sale', { force: true }))
    await expect(campaigns.get(id)).rejects.toMatchObject({ code: 404 })
  })

  it('runs promotions', async () => {
    const { promotions, validations, redemptions } = sdk.client
    const action = { discount: { type: 'PERCENT', percent_off: 10 } }
    const { id: campaignId } = await promotions.create({
      name: 'Old promotion',
      campaign_type: 'PROMOTION',
      promotion: { tiers: [] },
    })
    const { tiers } = promotions
    const { id } = await tiers.create(campaignId, { name: 'Ten', action })
    expect(await tiers.update({ id, name: 'Ten %' })).toMatchObject({ id, name: 'Ten %' })
    const one = { object: 'list', data_ref: 'tiers', total: 1, tiers: [{ id, name: 'Ten %' }] }
    expect(await tiers.list(campaignId)).toMatchObject(one)
    expect(await tiers.listAll({ is_available: true })).toMatchObject(one)

    const offered = { valid: true, promotions: [{ id, discount_amount: 2_000 }] }
    expect(await promotions.validate({ customer, order })).toMatchObject(offered)
    expect(await validations.validate({ customer, order })).toMatchObject(offered)
    const success = { result: 'SUCCESS', promotion_tier: { id }, order: { total_amount: 18_000 } }
    expect(await tiers.redeem(id, { customer, order })).toMatchObject(success)
    expect(await redemptions.redeem({ id }, { customer, order })).toMatchObject(success)
    await tiers.delete(id)
    expect(await tiers.list(campaignId)).toMatchObject({ total: 0 })
  })

  it('tells what a customer could use', async () => {
    const { vouchers, campaigns } = sdk.client
    const list = { object: 'list', data: expect.any(Array) }
    expect(await vouchers.qualifications.examine({ customer, order }, { limit: 5 })).toMatchObject(
      list,
    )
    expect(await campaigns.qualifications.examine({ customer, order }, {})).toMatchObject(list)
  })

  it('makes rules, whose words reach `error.message` of a validation (R-ERR-04)', async () => {
    const { validationRules, vouchers, validations, redemptions } = sdk.client
    const rule = await validationRules.create({
      name: 'big orders',
      rules: { 1: { name: 'order.amount', conditions: { $more_than: [10_000] } }, logic: '1' },
      error: { message: 'Spend more' },
    })
    const { id } = rule
    expect(await validationRules.get(id)).toEqual(rule)
    expect(await validationRules.update({ id, name: 'bigger orders' })).toMatchObject({
      id,
      name: 'bigger orders',
    })
    expect(await validationRules.list({ limit: 1 })).toMatchObject({ total: 1, data: [{ id }] })
    await vouchers.create({ code: 'OLD-RULED', ...AMOUNT_1000 })
    const assignment = await validationRules.createAssignment(id, { voucher: 'OLD-RULED' })
    expect(await validationRules.listAssignments(id)).toMatchObject({
      total: 1,
      data: [{ id: assignment.id, related_object_type: 'voucher' }],
    })
    const small = { order: { amount: 100 } }
    expect(await validations.validate('OLD-RULED', small)).toMatchObject({
      valid: false,
      error: { key: 'order_rules_violated', error: { message: 'Spend more' } },
    })
    await expect(redemptions.redeem('OLD-RULED', small)).rejects.toMatchObject({
      code: 400,
      key: 'order_rules_violated',
    })
    await validationRules.deleteAssignment(id, assignment.id)
    expect(await validations.validate('OLD-RULED', small)).toMatchObject({ valid: true })
    await validationRules.delete(id)
    await expect(validationRules.get(id)).rejects.toMatchObject({ code: 404 })
  })

  it('keeps customers, their events and their orders', async () => {
    const { customers, events, orders } = sdk.client
    const created = await customers.create({ source_id: 'old/1 ü', name: 'Grace' })
    const { id } = created
    expect(await customers.get('old/1 ü')).toMatchObject({ id, name: 'Grace' })
    expect(await customers.update({ id, name: 'Grace H.' })).toMatchObject({ name: 'Grace H.' })
    expect(await customers.list({ name: 'Grace H.' })).toMatchObject({
      total: 1,
      customers: [{ id }],
    })
    const scrolled: string[] = []
    for await (const { source_id } of customers.scroll({ limit: 1 })) scrolled.push(source_id)
    expect(scrolled).toContain('old/1 ü')
    expect(new Set(scrolled).size).toBe(scrolled.length)
    expect(await events.create('Lesson finished', { customer: { id } })).toMatchObject({
      object: 'event',
      type: 'Lesson finished',
    })

    const order = await orders.create({ source_id: 'old-order', amount: 700, customer: { id } })
    expect(order).toMatchObject({ object: 'order', status: 'CREATED', amount: 700 })
    expect(await orders.update({ id: order.id, status: 'PAID' })).toMatchObject({ status: 'PAID' })
    expect(await orders.get('old-order')).toMatchObject({ id: order.id, status: 'PAID' })
    expect(await orders.list({ limit: 100 })).toMatchObject({ object: 'list', data_ref: 'orders' })
    await customers.delete(id)
    await expect(customers.get(id)).rejects.toMatchObject({ code: 404 })
  })

  it('keeps products and their SKUs, on paths that only it knows (trap 8)', async () => {
    const { products } = sdk.client
    const { id } = await products.create({ name: 'Old shirt', source_id: 'old-shirt', price: 100 })
    expect(await products.get('old-shirt')).toMatchObject({ id, price: 100 })
    expect(await products.update({ id, price: 200 })).toMatchObject({ price: 200 })
    const accepted = await products.bulkUpdate([{ source_id: 'old-shirt', price: 300 }])
    expect(await sdk.outcomeOf(accepted)).toMatchObject({ operation_status: 'SUCCESS' })
    expect(await products.list({ limit: 1 })).toMatchObject({
      object: 'list',
      products: [{ id, price: 300 }],
    })
    const sku = await products.createSku(id, { sku: 'Red', source_id: 'old-red', price: 350 })
    expect(await products.getSku(id, sku.id)).toMatchObject({ id: sku.id, sku: 'Red' })
    expect(await products.updateSku(id, { id: sku.id, price: 360 })).toMatchObject({ price: 360 })
    expect(await products.listSkus(id)).toMatchObject({ total: 1, skus: [{ id: sku.id }] })
    await products.deleteSku(id, sku.id, { force: true })
    expect(await products.listSkus(id)).toMatchObject({ total: 0 })
    await products.delete(id, { force: true })
    await expect(products.get(id)).rejects.toMatchObject({ code: 404 })
  })

  it('exports', async () => {
    const { distributions } = sdk.client
    const { id } = await distributions.exports.create({
      exported_object: 'voucher',
      parameters: { fields: ['code'] },
    })
    const done = await waitFor('the export', async () => {
      const found = await distributions.exports.get(id)
      return found.status === 'DONE' && found
    })
    expect(await download(sdk.server, done.result.url)).toContain('OLD')
    await distributions.exports.delete(id)
    await expect(distributions.exports.get(id)).rejects.toMatchObject({ code: 404 })
  })

  loyaltiesThroughLegacySdk(sdk)
  rewardsThroughSdk(sdk)
  pointsThroughSdk(sdk)
  referralsThroughSdk(sdk)
  segmentsThroughSdk(sdk)

  it('publishes a voucher and is answered it (trap 8)', async () => {
    const { distributions, vouchers } = sdk.client
    await vouchers.create({ code: 'OLD-PUBLISHED', ...AMOUNT_1000 })
    expect(
      await distributions.publish({ voucher: 'OLD-PUBLISHED', customer, channel: 'Email' }),
    ).toMatchObject({ code: 'OLD-PUBLISHED', publish: { count: 1 } })
  })

  consentsThroughSdk(sdk, (id) => ({ id }))
  ruleValidationsThroughSdk(sdk)

  it('has no method that was not called', () => {
    expect(sdk.methods.filter((method) => !sdk.called.has(method))).toEqual([])
  })
})
