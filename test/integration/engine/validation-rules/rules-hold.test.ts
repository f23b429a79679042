import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()

type Conditions = { [number: string]: object | string }
let vouchers = 0

/** A voucher of 10 % that may be redeemed as the rules allow; its code, and the id of the rule. */
async function voucherWith(
  rules: Conditions,
  { error, voucher = {} }: { error?: object; voucher?: object } = {},
): Promise<{ code: string; ruleId: string }> {
  vouchers += 1
  const code = `RULED${vouchers}`
  const rule = { name: code, rules, ...(error && { error }) }
  const ruleId = (await t.call('POST', '/v1/validation-rules', rule)).body.id
  const discount = { type: 'PERCENT', percent_off: 10 }
  await t.call('POST', `/v1/vouchers/${code}`, { type: 'DISCOUNT_VOUCHER', discount, ...voucher })
  const related_object_id = code
  await t.call('POST', `/v1/validation-rules/${ruleId}/assignments`, { related_object_id })
  return { code, ruleId }
}

const validate = (codes: string[], rest: object = {}) =>
  t.call('POST', '/v1/validations', {
    redeemables: codes.map((id) => ({ object: 'voucher', id })),
    ...rest,
  })
const redeem = (code: string, rest: object = {}) =>
  t.call('POST', '/v1/redemptions', { redeemables: [{ object: 'voucher', id: code }], ...rest })

const order = (amount: number) => ({ order: { amount } })
const AT_LEAST_100 = { name: 'order.amount', conditions: { $more_than_or_equal: [10_000] } }
const VIP = { name: 'customer.metadata', property: 'vip', conditions: { $is: [true] } }

describe('a rule assigned to a voucher', () => {
  it('refuses what it forbids in the words of its owner, and allows the rest (scenario 108)', async () => {
    const { code, ruleId } = await voucherWith({
      1: { ...AT_LEAST_100, error: { message: 'Spend $100' } },
    })
    const refused = await validate([code], order(9_999))
    expect(refused.body).toMatchObject({
      valid: false,
      inapplicable_redeemables: [
        {
          id: code,
          result: {
            error: {
              code: 400,
              key: 'order_rules_violated',
              message: 'order does not match validation rules',
              details: `Discount Coupon cannot be redeemed because of violated validation rules: ${ruleId}`,
              error: { message: 'Spend $100' },
            },
            details: { message: 'Spend $100', key: 'order_rules_violated' },
          },
        },
      ],
    })
    expect((await validate([code], order(10_000))).body.valid).toBe(true)
  })

  it('tells the message of the failing condition, else that of the rule (R-ERR-04, scenario 109)', async () => {
    const { code } = await voucherWith(
      { 1: { ...AT_LEAST_100, error: { message: 'Spend $100' } }, 2: VIP, logic: '1 AND 2' },
      { error: { message: 'Not for you' } },
    )
    const messageFor = async (amount: number, vip: boolean) => {
      const customer = { source_id: 'alice', metadata: { vip } }
      const { body } = await validate([code], { ...order(amount), customer })
      return body.inapplicable_redeemables?.[0].result.error.error.message
    }
    expect(await messageFor(9_999, true)).toBe('Spend $100')
    expect(await messageFor(10_000, false)).toBe('Not for you')
    expect(await messageFor(10_000, true)).toBeUndefined()
  })

  it('needs to know the customer it is about (R-CUST-04, scenario 111)', async () => {
    const { code } = await voucherWith({
      1: { name: 'customer.segment', conditions: { $is: ['seg_1'] } },
    })
    const error = { key: 'missing_customer', details: 'Customer is required to validate rules' }
    expect((await validate([code], order(1_000))).body.inapplicable_redeemables).toMatchObject([
      { result: { error } },
    ])
  })

  it('is recorded with the redemption it refused (scenario 103)', async () => {
    const { code } = await voucherWith({ 1: VIP })
    const refused = await redeem(code, { ...order(1_000), customer: { source_id: 'bob' } })
    expect(refused).toMatchObject({
      status: 400,
      body: {
        key: 'customer_rules_violated',
        message: 'customer does not match validation rules',
        resource_type: 'redemption',
      },
    })
    const recorded = await t.call('GET', `/v1/redemptions/${refused.body.resource_id}`)
    expect(recorded.body).toMatchObject({
      result: 'FAILURE',
      failure_code: 'customer_rules_violated',
      failure_message: 'customer does not match validation rules',
    })
    const customer = { source_id: 'bob', metadata: { vip: true } }
    expect((await redeem(code, { ...order(1_000), customer })).status).toBe(200)
  })

  it('sees what those before it left of the order (R-RULE-08, scenarios 43 and 46)', async () => {
    const { code: ten } = await voucherWith({})
    const twenty = await voucherWith(
      { 1: { name: 'order.amount', conditions: { $more_than: [10_000] } } },
      { voucher: { discount: { type: 'PERCENT', percent_off: 20 } } },
    )
    expect((await validate([ten, twenty.code], order(10_500))).body).toMatchObject({
      valid: false,
      inapplicable_redeemables: [
        { id: twenty.code, result: { error: { key: 'order_rules_violated' } } },
      ],
    })
    const reversed = await validate([twenty.code, ten], order(10_500))
    expect(reversed.body).toMatchObject({ valid: true, order: { total_amount: 7_560 } })

    await t.call('POST', '/v1/vouchers/GIFT100', { type: 'GIFT_VOUCHER', gift: { amount: 100 } })
    const { code: coupon } = await voucherWith({
      1: { name: 'order.amount', conditions: { $more_than: [1_000] } },
      2: { name: 'order.initial_amount', conditions: { $less_than: [1_100] } },
    })
    expect((await validate([coupon, 'GIFT100'], order(1_050))).body.valid).toBe(true)
    expect((await validate(['GIFT100', coupon], order(1_050))).body).toMatchObject({
      valid: false,
      inapplicable_redeemables: [{ id: coupon }],
    })
  })

  it('sees what its own effect leaves (R-ALG-02, C-10)', async () => {
    const { code } = await voucherWith({
      1: { name: 'order.total_amount', conditions: { $more_than_or_equal: [900] } },
    })
    expect((await validate([code], order(1_000))).body.valid).toBe(true)
    expect((await validate([code], order(999))).body.valid).toBe(false)
  })

  it('holds from the moment it is changed, and no longer than it is assigned (R-RULE-06)', async () => {
    const { code, ruleId } = await voucherWith({ 1: AT_LEAST_100 })
    const isValid = async () => (await validate([code], order(5_000))).body.valid
    expect(await isValid()).toBe(false)
    const rules = { 1: { name: 'order.amount', conditions: { $more_than_or_equal: [5_000] } } }
    await t.call('PUT', `/v1/validation-rules/${ruleId}`, { rules })
    expect(await isValid()).toBe(true)
    await t.call('PUT', `/v1/validation-rules/${ruleId}`, { rules: { 1: AT_LEAST_100 } })
    expect(await isValid()).toBe(false)
    await t.call('DELETE', `/v1/validation-rules/${ruleId}`)
    expect(await isValid()).toBe(true)
  })

  it('says on request what would make it hold', async () => {
    const { code } = await voucherWith({ 1: AT_LEAST_100 })
    const body = {
      redeemables: [{ object: 'voucher', id: code }],
      order: { amount: 9_800 },
    }
    const { body: answer } = await t.call('POST', '/v1/validations?explain=true', body)
    expect(JSON.stringify(answer.explain)).toContain('order amount >= 10000: 9800, add 200')
  })

  it('of a day of the week and an hour holds by the clocks of the project (R-TIME-02)', async () => {
    const { code } = await voucherWith({
      1: { name: 'order.amount', conditions: { $timeframe_daily_hours: ['12:00;13:00;1'] } },
    })
    // A Monday at noon in UTC.
    expect((await validate([code], order(1_000))).body.valid).toBe(true)
    t.clock.advance(3_600_000)
    expect((await validate([code], order(1_000))).body.valid).toBe(false)
  })
})
