import { describe, expect, it } from 'vitest'
import { runAsyncActions } from '../../../support/async-actions.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { uploadCsv } from '../../../support/upload-csv.ts'
import { createGiftCard, createVoucher, redeeming } from '../redemptions/support.ts'
import { ok } from './support.ts'

/* Rules of campaigns, their codes and their holders (engine-core §4, §5), through HTTP. */
const t = useTestApp()
const DAY_MS = 86_400_000
let campaigns = 0

const AMOUNT_100 = { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 100 } }
async function createCampaign(fields: object = {}): Promise<{ id: string; name: string }> {
  campaigns += 1
  return ok(t, '/v1/campaigns', { name: `Rules ${campaigns}`, voucher: AMOUNT_100, ...fields })
}
const addCode = async (campaignId: string, code = ''): Promise<string> =>
  (await ok(t, `/v1/campaigns/${campaignId}/vouchers${code && `/${code}`}`, {})).code
const voucherOf = async (code: string) => (await t.call('GET', `/v1/vouchers/${code}`)).body
const errorOf = async (code: string, rest: object = {}) => {
  const { valid, redeemables } = await ok(t, '/v1/validations', { ...redeeming(code), ...rest })
  return valid ? undefined : redeemables[0].result.error
}
const publish = (voucher: string, source_id: string) =>
  ok(t, '/v1/publications', { voucher, customer: { source_id } })

describe('a campaign that is switched off', () => {
  it('has codes that fail everywhere, and can be published all the same (R-CAM-05)', async () => {
    const { id, name } = await createCampaign()
    const code = await addCode(id)
    await publish(code, 'owner')
    const filters = { campaign_id: { conditions: { $is: id } } }
    const qualified = async () => {
      const body = { options: { filters }, customer: { source_id: 'owner' } }
      return (await ok(t, '/v1/qualifications', body)).redeemables.total
    }
    expect(await qualified()).toBeGreaterThan(0)
    await ok(t, `/v1/campaigns/${id}/disable`, {})
    const refusal = { key: 'voucher_disabled', details: code }
    expect(await errorOf(code)).toMatchObject(refusal)
    expect(await t.call('POST', '/v1/redemptions', redeeming(code))).toMatchObject({
      status: 400,
      body: refusal,
    })
    expect(await qualified()).toBe(0)
    const published = await ok(t, '/v1/publications', {
      campaign: { name },
      customer: { source_id: 'another' },
    })
    expect(published.result).toBe('SUCCESS')
    await ok(t, `/v1/campaigns/${id}/enable`, {})
    expect(await errorOf(code)).toBeUndefined()
    expect(await qualified()).toBeGreaterThan(0)
  })
})

describe('a code of a campaign', () => {
  it('has the dates of its campaign where it has none (R-VOU-06)', async () => {
    const now = t.clock.now().getTime()
    const at = (days: number) => new Date(now + days * DAY_MS).toISOString()
    const { id } = await createCampaign({ start_date: at(-1), expiration_date: at(1) })
    const own = await ok(t, `/v1/campaigns/${id}/vouchers/LONGER`, { expiration_date: at(9) })
    const inherited = await addCode(id)
    expect(await errorOf(inherited)).toBeUndefined()
    t.clock.advance(2 * DAY_MS)
    expect(await errorOf(inherited)).toMatchObject({ key: 'voucher_expired' })
    expect(await errorOf(own.code)).toBeUndefined()
    const soon = await createCampaign({ start_date: at(20) })
    expect(await errorOf(await addCode(soon.id))).toMatchObject({ key: 'voucher_not_active' })
  })

  it('has the rules of its campaign and its own, which must both hold (R-RULE-06)', async () => {
    const { id } = await createCampaign()
    const code = await addCode(id)
    const atLeast = async (bound: number, type: string, related_object_id: string) => {
      const rules = { 1: { name: 'order.amount', conditions: { $more_than_or_equal: [bound] } } }
      const rule = await ok(t, '/v1/validation-rules', { name: 'r', rules })
      const body = { related_object_type: type, related_object_id }
      await ok(t, `/v1/validation-rules/${rule.id}/assignments`, body)
    }
    await atLeast(500, 'campaign', id)
    await atLeast(100, 'voucher', code)
    const of = async (amount: number) => (await errorOf(code, { order: { amount } }))?.key
    expect([await of(99), await of(499), await of(500)]).toEqual([
      'order_rules_violated',
      'order_rules_violated',
      undefined,
    ])
  })

  it('that was redeemed keeps what it gave when its campaign changes (R-CAM-04)', async () => {
    const voucher = { ...AMOUNT_100, redemption: { quantity: null } }
    const { id } = await createCampaign({ voucher })
    const [used, fresh] = [await addCode(id), await addCode(id)]
    await ok(t, '/v1/redemptions', redeeming(used))
    const change = { voucher: { discount: { type: 'AMOUNT', amount_off: 300 } } }
    expect((await t.call('PUT', `/v1/campaigns/${id}`, change)).status).toBe(200)
    await runAsyncActions(t)
    const amounts = [used, fresh].map(async (code) => (await voucherOf(code)).discount.amount_off)
    expect(await Promise.all(amounts)).toEqual([100, 300])
  })
})

describe('the initial credits of a campaign', () => {
  it('are not changed (R-CAM-04)', async () => {
    const { id } = await createCampaign({ voucher: { gift: { amount: 500 } } })
    await t.call('PUT', `/v1/campaigns/${id}`, { voucher: { gift: { amount: 900 } } })
    await runAsyncActions(t)
    expect((await voucherOf(await addCode(id))).gift.amount).toBe(500)
  })
})

describe('an import', () => {
  const imported = async (answer: { body: { async_action_id: string } }) => {
    await runAsyncActions(t)
    return (await t.call('GET', `/v1/async-actions/${answer.body.async_action_id}`)).body.result
  }

  it('of JSON does not say how often a code was redeemed (R-VOU-13)', async () => {
    const code = await createVoucher(t)
    await ok(t, '/v1/redemptions', redeeming(code))
    const discount = { type: 'PERCENT', percent_off: 10 }
    const redemption = { quantity: 9, redeemed_quantity: 7 }
    const body = [
      { code, redemption },
      { code: 'IMPORTED', discount, redemption },
    ]
    await imported(await t.call('POST', '/v1/vouchers/import', body))
    expect((await voucherOf(code)).redemption).toMatchObject({ quantity: 9, redeemed_quantity: 1 })
    expect((await voucherOf('IMPORTED')).redemption).toMatchObject({
      quantity: 9,
      redeemed_quantity: 0,
    })
  })

  it('of CSV changes codes that are there (R-VOU-12)', async () => {
    const code = await createVoucher(t, { metadata: { kept: 'yes' } })
    const csv = [
      'Code,Voucher Type,Value,Discount Type,Category,Active,Shop',
      `${code},DISCOUNT_VOUCHER,25,PERCENT,summer,false,Oslo`,
    ].join('\n')
    const result = await imported(await uploadCsv(t, '/v1/vouchers/importCSV', csv))
    expect(result).toMatchObject({ done_count: 1, failed_count: 0 })
    expect(await voucherOf(code)).toMatchObject({
      discount: { percent_off: 25 },
      category: 'summer',
      active: false,
      metadata: { kept: 'yes', Shop: 'Oslo' },
    })
  })
})

describe('the holder of a code', () => {
  it('is who it was published to, not who redeems it (R-CUST-05)', async () => {
    const code = await createVoucher(t)
    await ok(t, '/v1/redemptions', { ...redeeming(code), customer: { source_id: 'redeemer' } })
    expect((await voucherOf(code)).holder_id).toBeNull()
    const { customer_id } = await publish(code, 'holder')
    await ok(t, '/v1/redemptions', { ...redeeming(code), customer: { source_id: 'redeemer' } })
    expect((await voucherOf(code)).holder_id).toBe(customer_id)
  })

  it('alone may redeem it where a rule says so (R-CUST-05, C-39)', async () => {
    const code = await createVoucher(t)
    await publish(code, 'only')
    const name = 'publication.redeemable_by_linked_customer'
    const rules = { 1: { name, conditions: { $is: [true] } } }
    const { id } = await ok(t, '/v1/validation-rules', { name: 'linked', rules })
    await ok(t, `/v1/validation-rules/${id}/assignments`, { related_object_id: code })
    const of = async (source_id: string) => (await errorOf(code, { customer: { source_id } }))?.key
    await ok(t, '/v1/customers', { source_id: 'else' })
    expect([await of('only'), await of('else')]).toEqual([undefined, 'redemption_rules_violated'])
  })

  it('who refers others does not use the code (R-RED-09)', async () => {
    const voucher = { ...AMOUNT_100, redemption: { quantity: null }, is_referral_code: true }
    const { name } = await createCampaign({ campaign_type: 'REFERRAL_PROGRAM', voucher })
    const published = await ok(t, '/v1/publications', {
      campaign: { name },
      customer: { source_id: 'referrer' },
    })
    const { code } = published.voucher
    const { customer_id } = published
    expect(published.voucher).toMatchObject({ holder_id: customer_id, referrer_id: customer_id })
    expect(await voucherOf(code)).toMatchObject({
      is_referral_code: true,
      referrer_id: customer_id,
    })
    const refused = { key: 'referrer_not_permitted_to_redeem', details: code }
    expect(await errorOf(code, { customer: { source_id: 'referrer' } })).toMatchObject({
      message: 'voucher cannot be redeemed by referrer',
      ...refused,
    })
    await ok(t, '/v1/customers', { source_id: 'friend' })
    expect(await errorOf(code, { customer: { source_id: 'friend' } })).toBeUndefined()
  })
})

describe('a redemption', () => {
  it('of three months ago is not rolled back (R-RB-05)', async () => {
    const code = await createGiftCard(t, 500)
    const first = await ok(t, '/v1/redemptions', redeeming(code))
    t.clock.advance(91 * DAY_MS)
    const url = `/v1/redemptions/${first.redemptions[0].id}/rollback`
    expect(await t.call('POST', url, {})).toMatchObject({
      status: 400,
      body: { key: 'invalid_rollback_params' },
    })
    expect((await voucherOf(code)).gift.balance).toBe(0)
  })
})
