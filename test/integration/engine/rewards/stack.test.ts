import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { aCouponCampaign, aGiftCampaign, aMember, aProgram, aReward, made } from './support.ts'

const t = useTestApp()

/** A card of a program with 100 points, and a reward in it that costs `price` and takes nothing off an order. */
async function aPayingMember(price: number) {
  const program = await aProgram(t, 100)
  const coupons = await aCouponCampaign(t)
  const reward = await aReward(t, program, { parameters: { campaign: { id: coupons.id } } }, price)
  const { card, sourceId } = await aMember(t, program)
  return {
    card,
    customer: { source_id: sourceId },
    payment: { object: 'voucher', id: card, reward: { id: reward.id } },
  }
}

const aVoucher = async (body: object, more: object = {}) => {
  const { code } = await made(t, '/v1/vouchers', body)
  return { object: 'voucher', id: code as string, ...more }
}
const amount = (amount_off: number, more: object = {}) =>
  aVoucher({ type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off, ...more } })

const balanceOf = async (card: string) =>
  (await t.call('GET', `/v1/vouchers/${card}`)).body.loyalty_card.balance

describe('points that pay in a stack', () => {
  it('cost nothing off the order when they buy a reward (core scenario 40)', async () => {
    const { card, customer, payment } = await aPayingMember(4)
    const redeemables = [
      await amount(1_000, { effect: 'APPLY_TO_ITEMS' }),
      payment,
      await aVoucher({ type: 'GIFT_VOUCHER', gift: { amount: 500 } }, { gift: { credits: 100 } }),
      await aVoucher({ type: 'DISCOUNT_VOUCHER', discount: { type: 'PERCENT', percent_off: 40 } }),
      await amount(30),
    ]
    const items = [
      { product_id: 'a', quantity: 1, price: 2_000 },
      { product_id: 'b', quantity: 1, price: 700 },
    ]
    const body = { redeemables, customer, order: { items } }
    const totals = (entries: { order: { total_amount: number } }[]) =>
      entries.map(({ order }) => order.total_amount)
    const validated = await made(t, '/v1/validations', body)
    expect(totals(validated.redeemables)).toEqual([1_000, 1_000, 900, 540, 510])
    const redeemed = await made(t, '/v1/redemptions', body)
    expect(totals(redeemed.redemptions)).toEqual([1_000, 1_000, 900, 540, 510])
    expect(redeemed.order).toMatchObject({
      discount_amount: 490,
      items_discount_amount: 1_700,
      total_amount: 510,
    })
    expect(await balanceOf(card)).toBe(96)
  })

  it('come back with the stack (R-RB-06)', async () => {
    const { card, customer, payment } = await aPayingMember(20)
    const stack = await made(t, '/v1/redemptions', {
      redeemables: [payment, await amount(1_000)],
      customer,
      order: { amount: 10_000 },
    })
    expect(await balanceOf(card)).toBe(80)
    const { rollbacks, order } = await made(
      t,
      `/v1/redemptions/${stack.parent_redemption.id}/rollbacks`,
      {},
    )
    expect(rollbacks[0]).toMatchObject({ amount: -20 })
    expect(rollbacks[1]).not.toHaveProperty('amount')
    expect(order).toMatchObject({ status: 'CANCELED', amount: 10_000, total_amount: 10_000 })
    expect(await balanceOf(card)).toBe(100)
  })
})

describe('a stack that pays with a gift card and buys credits for it', () => {
  it('leaves a ledger that goes on from line to line (R-TXN-01, §9.3)', async () => {
    const program = await aProgram(t, 100)
    const gifts = await aGiftCampaign(t, 900)
    const parameters = { campaign: { id: gifts.id, balance: 500 } }
    const reward = await aReward(t, program, { parameters }, 40)
    const { card, sourceId } = await aMember(t, program)
    const customer = { source_id: sourceId }
    const { voucher } = await made(t, '/v1/publications', { campaign: gifts.id, customer })
    const credits = { object: 'voucher', id: voucher.code, gift: { credits: 300 } }
    const points = { object: 'voucher', id: card, reward: { id: reward.id } }
    for (const redeemables of [
      [credits, points],
      [points, credits],
    ]) {
      await made(t, '/v1/redemptions', { redeemables, customer, order: { amount: 10_000 } })
    }
    const { data } = (await t.call('GET', `/v1/vouchers/${voucher.code}/transactions?order=id`))
      .body
    const lines = data.map(({ type, details }: { type: string; details: Details }) => [
      type,
      details.balance.amount,
      details.balance.balance,
    ])
    expect(lines).toEqual([
      ['CREDITS_REDEMPTION', -300, 600],
      ['CREDITS_ADDITION', 500, 1_100],
      ['CREDITS_REDEMPTION', -300, 800],
      ['CREDITS_ADDITION', 500, 1_300],
    ])
  })
})

type Details = { balance: { amount: number; balance: number } }
