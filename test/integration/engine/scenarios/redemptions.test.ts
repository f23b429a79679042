import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import {
  createGiftCard,
  createVoucher,
  inParallel,
  redeeming,
  tally,
} from '../redemptions/support.ts'

/* Scenarios of vouchers, validations and redemptions through HTTP, with the figures of appendix B. */
const t = useTestApp()
const DAY_MS = 86_400_000

const ok = async (url: string, body: object) => {
  const answer = await t.call('POST', url, body)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return answer.body
}
const redeem = (body: object) => t.call('POST', '/v1/redemptions', body)
const validate = async (body: object) => (await t.call('POST', '/v1/validations', body)).body
const amountOff = (amount: number) => ({ discount: { type: 'AMOUNT', amount_off: amount } })

describe('the state of a voucher', () => {
  it('of one use is gone after one redemption, on record (R-RED-04, scenario 81)', async () => {
    const code = await createVoucher(t, { redemption: { quantity: 1 } })
    expect((await redeem(redeeming(code))).status).toBe(200)
    expect(await redeem(redeeming(code))).toMatchObject({
      status: 400,
      body: {
        key: 'quantity_exceeded',
        resource_id: expect.stringMatching(/^rf_/),
        resource_type: 'redemption',
      },
    })
  })

  it('of one use is given to one of 20 at once (R-RED-06, scenario 82)', async () => {
    const code = await createVoucher(t, { redemption: { quantity: 1 } })
    const answers = await inParallel(20, () => redeem(redeeming(code)))
    expect(tally(answers)).toEqual({ granted: 1, quantity_exceeded: 19 })
  })

  it('is told by what ended it: switched off, expired, not begun (R-VOU-07, scenario 83)', async () => {
    const now = t.clock.now().getTime()
    const at = (ms: number) => new Date(now + ms).toISOString()
    for (const [fields, key] of [
      [{ active: false }, 'voucher_disabled'],
      [{ expiration_date: at(-DAY_MS) }, 'voucher_expired'],
      [{ start_date: at(DAY_MS) }, 'voucher_not_active'],
    ] as const) {
      const code = await createVoucher(t, fields)
      expect(await redeem(redeeming(code))).toMatchObject({
        status: 400,
        body: { key, details: code },
      })
    }
  })

  it('that ends leaves its redemptions (R-VOU-07)', async () => {
    const code = await createVoucher(t)
    const { body } = await redeem(redeeming(code))
    await t.call('DELETE', `/v1/vouchers/${code}?force=true`)
    const { id } = body.redemptions[0]
    const kept = await t.call('GET', `/v1/redemptions/${id}`)
    expect(kept.body).toMatchObject({ status: 'SUCCEEDED', voucher: { code, object: 'voucher' } })
  })

  it('without a quantity has no limit, and texts beside it mean nothing (R-VOU-04, R-VALID-06)', async () => {
    const code = await createVoucher(t, {
      additional_info: 'expired',
      metadata: { active: false, expiration_date: '2020-01-01' },
    })
    for (let use = 0; use < 3; use += 1) expect((await redeem(redeeming(code))).status).toBe(200)
    expect((await t.call('GET', `/v1/vouchers/${code}`)).body.redemption).toMatchObject({
      quantity: null,
      redeemed_quantity: 3,
    })
  })

  it('holds what came onto it less what was spent, removed or expired (R-VOU-01, R-VOU-02)', async () => {
    const card = await createGiftCard(t, 20_500)
    await ok('/v1/redemptions', {
      redeemables: [{ object: 'voucher', id: card, gift: { credits: 200 } }],
      order: { amount: 10_000 },
    })
    expect((await t.call('GET', `/v1/vouchers/${card}`)).body.gift).toMatchObject({
      amount: 20_500,
      balance: 20_300,
    })
    const points = await createVoucher(t, { discount: undefined, loyalty_card: { points: 8_800 } })
    const update = 'update voucher set redeemed_points = 60 where code = $1'
    await t.db.pool.query(update, [points])
    expect((await t.call('GET', `/v1/vouchers/${points}`)).body.loyalty_card.balance).toBe(8_740)
  })
})

describe('a validation', () => {
  it('shows the line, the order and the discount as clients read them (R-VAL-06, R-VAL-07, scenario 1)', async () => {
    const code = await createVoucher(t, amountOff(1_000))
    const items = [{ source_id: 'sku', quantity: 1, price: 20_000, amount: 20_000 }]
    const body = await validate({ ...redeeming(code), order: { items } })
    expect(body).toMatchObject({
      valid: true,
      order: { amount: 20_000, total_discount_amount: 1_000, total_amount: 19_000 },
      redeemables: [
        {
          applicable_to: { object: 'list', data: [], total: 0 },
          inapplicable_to: { object: 'list', data: [], total: 0 },
          result: { discount: { type: 'AMOUNT', amount_off: 1_000, is_dynamic: false } },
        },
      ],
    })
  })

  it('tells more of a redeemable on request (R-VAL-08)', async () => {
    const campaign = await ok('/v1/campaigns', {
      name: 'Expanded',
      voucher: { type: 'DISCOUNT_VOUCHER', ...amountOff(100) },
    })
    const { code } = await ok(`/v1/campaigns/${campaign.id}/vouchers`, {})
    await t.call('PUT', `/v1/vouchers/${code}`, { metadata: { a: 1 } })
    const expand = ['redeemable', 'redemption', 'category', 'order']
    const expanded = await validate({ ...redeeming(code), options: { expand } })
    expect(expanded.redeemables[0]).toMatchObject({
      metadata: { a: 1 },
      campaign_name: 'Expanded',
      campaign_id: campaign.id,
      redemption: { redeemed_quantity: 0 },
      categories: [],
    })
    const plain = await validate(redeeming(code))
    expect(plain.redeemables[0]).not.toHaveProperty('campaign_name')
    expect(plain.redeemables[0]).not.toHaveProperty('redemption')
  })

  it('shows the categories, and the order as it does without being asked (R-VAL-08)', async () => {
    const category = await ok('/v1/categories', { name: 'Shown', hierarchy: 3 })
    const code = await createVoucher(t, { category_id: category.id })
    const product = { name: 'Lamp', price: 2_000 }
    const items = [{ source_id: 'lamp', related_object: 'product', quantity: 2, product }]
    const asked = { ...redeeming(code), order: { items } }
    const expand = ['category', 'order']
    const { redeemables, order } = await validate({ ...asked, options: { expand } })
    expect(redeemables[0].categories).toMatchObject([
      { id: category.id, name: 'Shown', hierarchy: 3, object: 'category' },
    ])
    expect(redeemables[0].order.items).toMatchObject([{ source_id: 'lamp', product }])
    expect((await validate(asked)).order).toEqual(order)
  })

  it('shows of a gift card in a qualification what a session would lock (R-SES-05)', async () => {
    const code = await createGiftCard(t, 700)
    const asked = { scenario: 'ALL', order: { amount: 10_000 }, session: { type: 'LOCK' } }
    const filters = { junction: 'AND', code: { conditions: { $is: [code] } } }
    const { redeemables } = await ok('/v1/qualifications', { ...asked, options: { filters } })
    expect(redeemables.data).toMatchObject([
      { id: code, result: { gift: { locked_credits: 700 } } },
    ])
  })
})

describe('a bundle', () => {
  it('must be in the cart for some scenarios of qualification, and not for others (R-BUN-05, R-QUAL-06)', async () => {
    const lens = await ok('/v1/products', { source_id: 'lens', name: 'Lens', price: 1_000 })
    const code = await createVoucher(t)
    const { id } = (await t.call('GET', `/v1/vouchers/${code}`)).body
    const two = { name: 'order.items.aggregated_quantity', conditions: { $is: [2] }, rules: {} }
    const line = {
      name: 'order.items.any',
      conditions: { $is: [{ id: lens.id, type: 'product_or_sku', object: 'product' }] },
      rules: { 1: two, logic: '1' },
    }
    const rule = await ok('/v1/validation-rules', {
      name: 'b',
      bundle_rules: { 1: line, logic: '1' },
    })
    const related = { related_object_type: 'voucher', related_object_id: id }
    await ok(`/v1/validation-rules/${rule.id}/assignments`, related)
    const finds = async (scenario: string, quantity: number) => {
      const items = [{ source_id: 'lens', related_object: 'product', quantity, price: 1_000 }]
      const filters = { junction: 'AND', code: { conditions: { $is: [code] } } }
      const body = { scenario, order: { items }, options: { filters } }
      return (await ok('/v1/qualifications', body)).redeemables.data.length
    }
    expect([await finds('ALL', 2), await finds('ALL', 1)]).toEqual([1, 0])
    for (const scenario of ['AUDIENCE_ONLY', 'PRODUCTS', 'PRODUCTS_BY_CUSTOMER']) {
      expect([await finds(scenario, 2), await finds(scenario, 1)]).toEqual([1, 1])
    }
  })
})

describe('what a customer brings along', () => {
  it('counts for the rules of the call before what is stored, and is stored (R-CUST-03)', async () => {
    const code = await createVoucher(t)
    const { id } = (await t.call('GET', `/v1/vouchers/${code}`)).body
    const vip = {
      name: 'customer.metadata',
      property: 'vip',
      conditions: { $is: [true] },
      rules: {},
    }
    const rule = await ok('/v1/validation-rules', { name: 'vip', rules: { 1: vip, logic: '1' } })
    const related = { related_object_type: 'voucher', related_object_id: id }
    await ok(`/v1/validation-rules/${rule.id}/assignments`, related)
    await ok('/v1/customers', { source_id: 'vip', metadata: { vip: false, since: 2020 } })
    const plain = { ...redeeming(code), customer: { source_id: 'vip' } }
    expect((await redeem(plain)).body.key).toBe('customer_rules_violated')
    const raised = { ...redeeming(code), customer: { source_id: 'vip', metadata: { vip: true } } }
    expect((await validate(raised)).valid).toBe(true)
    expect((await redeem(plain)).status).toBe(400)
    expect((await redeem(raised)).status).toBe(200)
    expect((await t.call('GET', '/v1/customers/vip')).body.metadata).toEqual({
      vip: true,
      since: 2020,
    })
  })
})

describe('an order', () => {
  it('stores its people, and does not undo redemptions when it is cancelled (R-ORD-08, scenario 115)', async () => {
    const first = await ok('/v1/orders', {
      source_id: 'life',
      amount: 20_000,
      customer: { source_id: 'buyer' },
      referrer: { source_id: 'friend' },
    })
    expect(first).toMatchObject({ status: 'CREATED', customer: { object: 'customer' } })
    for (const person of ['buyer', 'friend']) {
      expect((await t.call('GET', `/v1/customers/${person}`)).status).toBe(200)
    }
    const paid = await ok('/v1/orders', { source_id: 'life', status: 'PAID' })
    expect(paid).toMatchObject({ id: first.id, status: 'PAID', amount: 20_000 })
    const code = await createVoucher(t, amountOff(1_000))
    const { body } = await redeem({ ...redeeming(code), order: { source_id: 'life' } })
    await t.call('PUT', `/v1/orders/${first.id}`, { status: 'CANCELED' })
    const { id } = body.redemptions[0]
    expect((await t.call('GET', `/v1/redemptions/${id}`)).body.status).toBe('SUCCEEDED')
    expect((await t.call('GET', `/v1/vouchers/${code}`)).body.redemption.redeemed_quantity).toBe(1)
  })
})

describe('a stack', () => {
  it('of five is summed up under its head (R-RED-02, R-RED-11, scenario 102)', async () => {
    const codes = [
      await createVoucher(t),
      await createVoucher(t, amountOff(1_000)),
      await createGiftCard(t, 100),
      await createVoucher(t, amountOff(2_500)),
      await createVoucher(t, amountOff(500)),
    ]
    const { body } = await redeem({ ...redeeming(...codes), order: { amount: 20_000 } })
    const sums = { amount: 20_000, total_discount_amount: 6_100, total_amount: 13_900 }
    expect(body.redemptions).toHaveLength(5)
    expect(body.parent_redemption).toMatchObject({ result: 'SUCCESS', order: sums })
    expect(body.order).toMatchObject(sums)
    const parts = body.redemptions.map(({ id }: { id: string }) => id)
    expect(body.order.redemptions).toEqual({
      [body.parent_redemption.id]: {
        date: t.clock.now().toISOString(),
        related_object_type: 'redemption',
        related_object_id: body.parent_redemption.id,
        stacked: parts,
      },
    })
  })

  it('of thirty applies five and says of the others that they are too many (R-STACK-10, scenario 51, recorded facts)', async () => {
    const codes = await inParallel(30, () => createVoucher(t, amountOff(1)))
    const { body } = await redeem(redeeming(...codes))
    expect(body.redemptions).toHaveLength(5)
    expect(body.order).toMatchObject({ total_discount_amount: 5, total_amount: 9_995 })
    const details = {
      key: 'applicable_redeemables_limit_exceeded',
      message: 'Applicable redeemables limit exceeded',
    }
    expect(body.skipped_redeemables).toEqual(
      codes
        .slice(5)
        .map((id) => ({ status: 'SKIPPED', id, object: 'voucher', result: { details } })),
    )
  })

  it('announces each part, and what it took from a card (R-RED-10)', async () => {
    const [voucher, card] = [await createVoucher(t), await createGiftCard(t, 300)]
    const { body } = await redeem(redeeming(voucher, card))
    const ids = [...body.redemptions, body.parent_redemption].map(({ id }: { id: string }) => id)
    const { rows } = await t.db.pool.query(
      `select type, count(*)::int as count from occurrence where data -> 'redemption' ->> 'id' = any($1) group by 1 order by 1`,
      [ids],
    )
    expect(rows).toEqual([
      { type: 'redemption.succeeded', count: 3 },
      { type: 'voucher.gift.transaction.created', count: 1 },
    ])
    const ledger = await t.db.pool.query(
      'select type, amount_minor from voucher_transaction where redemption_id = any($1)',
      [ids],
    )
    expect(ledger.rows).toEqual([{ type: 'CREDITS_REDEMPTION', amount_minor: -300 }])
  })
})
