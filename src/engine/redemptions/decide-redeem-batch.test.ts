import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stateOf } from '../../../test/support/evaluation.ts'
import { aGiftCard, aVoucher, NOW } from '../../../test/support/vouchers.ts'
import { ApiError, notFound } from '../../kernel/api-error.ts'
import { money } from '../../kernel/money.ts'
import { totalsOf } from '../discounts/index.ts'
import { type EvaluationState, putOrder } from '../evaluation/index.ts'
import { giftBalance, type Voucher } from '../vouchers/index.ts'
import { decideRedeemBatch, type LoadedRequest } from './decide-redeem-batch.ts'
import type { NewId, RedemptionDecision } from './decide-redemption.ts'

const call = {
  projectId: 'proj_1',
  appId: 'app_1',
  groupId: 'v-1',
  channel: 'API',
  now: NOW,
} as const

const countingIds = (): NewId => {
  let count = 0
  return (kind) => {
    count += 1
    return `${kind}_${count}`
  }
}

/** The same vouchers in a project of their own, and in another one that has nothing. */
function holding(...vouchers: Voucher[]): EvaluationState {
  const state = stateOf({ vouchers })
  const project = state.projects.get('proj_1')
  const projects = new Map(state.projects)
  if (project) projects.set('proj_2', project)
  return { ...state, projects }
}

type Wish = { voucher: Voucher | string; credits?: number }
const asking = (
  wishes: Wish[],
  order?: LoadedRequest['input']['order'],
  fields: Partial<LoadedRequest> = {},
): LoadedRequest => ({
  call,
  input: {
    redeemables: wishes.map(({ voucher, credits }) => ({
      object: 'voucher' as const,
      reward: undefined,
      id: typeof voucher === 'string' ? voucher : voucher.code,
      credits: credits === undefined ? undefined : money(credits),
    })),
    customer: undefined,
    referrer: undefined,
    order,
    metadata: {},
    trackingId: undefined,
    session: undefined,
    expand: new Set(),
  },
  named: wishes.map(({ voucher }) => ({
    object: 'voucher' as const,
    voucherId: typeof voucher === 'string' ? undefined : voucher.id,
  })),
  customer: undefined,
  referrer: undefined,
  trackingId: null,
  isExplained: false,
  ...fields,
})

const told = (decision: RedemptionDecision | ApiError | undefined): string | null | undefined =>
  decision instanceof ApiError
    ? decision.key
    : decision?.kind === 'granted'
      ? 'granted'
      : decision?.redemption.failureCode

const granted = (decision: RedemptionDecision | ApiError | undefined) => {
  if (decision instanceof ApiError || decision?.kind !== 'granted') {
    throw new Error(`not granted: ${told(decision)}`)
  }
  return decision
}

describe('decideRedeemBatch', () => {
  it('gives later requests only what earlier ones left (R-CONC-01)', () => {
    const voucher = aVoucher('THREE', undefined, { redemptionQuantity: 3, redeemedQuantity: 1 })
    const state = holding(voucher)
    const requests = Array.from({ length: 4 }, () => asking([{ voucher }], { amount: 100 }))
    expect(decideRedeemBatch(state, requests, countingIds()).map(told)).toEqual([
      'granted',
      'granted',
      'quantity_exceeded',
      'quantity_exceeded',
    ])
    expect(state.vouchers.get(voucher.id)?.redeemedQuantity).toBe(3)
  })

  it('redeems all of a stack or none of it (R-CONC-04)', () => {
    const [good, gone] = [
      aVoucher('GOOD'),
      aVoucher('GONE', undefined, { redemptionQuantity: 1, redeemedQuantity: 1 }),
    ]
    const state = holding(good, gone)
    const [decision] = decideRedeemBatch(
      state,
      [asking([{ voucher: good }, { voucher: gone }], { amount: 100 })],
      countingIds(),
    )
    expect(told(decision)).toBe('quantity_exceeded')
    expect(state.vouchers.get(good.id)?.redeemedQuantity).toBe(0)
    expect(state.orders.size).toBe(0)
  })

  it('records a refusal with its voucher and without an order (R-RED-04, R-RED-05)', () => {
    const expired = aVoucher('OLD', undefined, { expirationDate: NOW })
    const decisions = decideRedeemBatch(
      holding(expired),
      [
        asking([{ voucher: expired }], { amount: 100 }),
        asking([{ voucher: 'NOPE' }], { amount: 100 }),
      ],
      countingIds(),
    )
    expect(decisions).toMatchObject([
      {
        redemption: {
          id: 'failedRedemption_1',
          result: 'FAILURE',
          status: 'FAILED',
          failureCode: 'voucher_expired',
          voucherId: 'v_OLD',
          orderId: null,
          orderSnapshot: null,
        },
      },
      {
        redemption: {
          failureCode: 'not_found',
          failureMessage: 'Resource not found',
          voucherId: null,
          voucherCode: 'NOPE',
        },
      },
    ])
  })

  it('tells a lone redemption by its id and a stack by its head (R-RED-02)', () => {
    const [a, b] = [aVoucher('A'), aVoucher('B', { type: 'AMOUNT', amount_off: 1_500 })]
    const decisions = decideRedeemBatch(
      holding(a, b),
      [
        asking([{ voucher: a }], { amount: 100 }),
        asking([{ voucher: a }, { voucher: b }], { amount: 10_000 }),
      ],
      countingIds(),
    ).map(granted)
    expect(decisions[0]?.parent).toBeUndefined()
    expect(Object.keys(decisions[0]?.order?.redemptions ?? {})).toEqual([
      decisions[0]?.parts[0]?.redemption.id,
    ])

    const stack = decisions[1]
    const ids = stack?.parts.map(({ redemption }) => redemption.id)
    expect(stack?.parts.map(({ redemption }) => redemption.orderSnapshot)).toMatchObject([
      { discount_amount: 1_000, applied_discount_amount: 1_000, total_amount: 9_000 },
      { discount_amount: 2_500, applied_discount_amount: 1_500, total_amount: 7_500 },
    ])
    expect(stack?.parent?.orderSnapshot).toMatchObject({
      discount_amount: 2_500,
      applied_discount_amount: 2_500,
      total_amount: 7_500,
    })
    expect(stack?.order?.redemptions[stack.parent?.id ?? '']).toMatchObject({
      related_object_type: 'redemption',
      stacked: ids,
    })
  })

  it('continues an order that an earlier request of the batch created (R-RED-08)', () => {
    const voucher = aVoucher('A', { type: 'AMOUNT', amount_off: 9_200 })
    const state = holding(voucher)
    const [first, second] = decideRedeemBatch(
      state,
      [
        asking([{ voucher }], { source_id: 'o-1', amount: 10_000 }),
        asking([{ voucher }], { source_id: 'o-1' }),
      ],
      countingIds(),
    ).map(granted)
    expect(second?.order?.id).toBe(first?.order?.id)
    expect(second?.parts.map(({ redemption }) => redemption.discount)).toEqual([800])
    expect(second?.order?.cart.discountAmount).toBe(10_000)
    expect(Object.keys(second?.order?.redemptions ?? {})).toHaveLength(2)
  })

  it('excludes malformed requests and grants their neighbours', () => {
    const voucher = aVoucher('A')
    const state = holding(voucher)
    const huge = Number.MAX_SAFE_INTEGER
    const decisions = decideRedeemBatch(
      state,
      [
        asking([{ voucher }], { amount: 100 }, { customer: notFound('customer', 'cust_x') }),
        asking([{ voucher }], { id: 'ord_unknown' }),
        asking([{ voucher }], { items: [{ price: huge, quantity: 2 }] }),
        asking([{ voucher }, { voucher }], { amount: 100 }),
        asking([{ voucher }], { amount: 100 }),
      ],
      countingIds(),
    )
    expect(decisions.map(told)).toEqual([
      'not_found',
      'not_found',
      'invalid_amount',
      'duplicated_redeemables',
      'granted',
    ])
    expect(state.vouchers.get(voucher.id)?.redeemedQuantity).toBe(1)
  })

  it('keeps quantity, balance and price whatever is asked (R-CONC-01, R-CONC-02)', () => {
    const wish = fc.record({
      voucher: fc.constantFrom(0, 1, 2),
      credits: fc.option(fc.nat(300), { nil: undefined }),
    })
    const request = fc.record({
      wishes: fc.uniqueArray(wish, {
        minLength: 1,
        maxLength: 3,
        selector: ({ voucher }) => voucher,
      }),
      amount: fc.nat(500),
      order: fc.constantFrom('o-1', 'o-2', null),
    })
    fc.assert(
      fc.property(
        fc.array(request, { maxLength: 20 }),
        fc.nat(6),
        fc.nat(900),
        (requests, quantity, balance) => {
          const vouchers = [
            aVoucher('P', undefined, { redemptionQuantity: quantity }),
            aGiftCard('G', balance),
            aGiftCard('H', balance, { redemptionQuantity: quantity }),
          ]
          const state = holding(...vouchers)
          const decisions = decideRedeemBatch(
            state,
            requests.map(({ wishes, amount, order }) =>
              asking(
                wishes.map(({ voucher, credits }) => ({
                  voucher: vouchers[voucher] as Voucher,
                  ...(credits !== undefined && { credits }),
                })),
                { amount, source_id: order },
              ),
            ),
            countingIds(),
          )
          const parts = decisions.flatMap((decision) =>
            decision instanceof ApiError || decision.kind === 'denied' ? [] : decision.parts,
          )
          for (const before of vouchers) {
            const after = state.vouchers.get(before.id)
            const own = parts.filter(({ target }) => target.voucher?.id === before.id)
            expect(after?.redeemedQuantity).toBe(own.length)
            expect(own.length).toBeLessThanOrEqual(before.redemptionQuantity ?? own.length)
            if (!before.gift || !after?.gift) continue
            const spent = own.reduce((sum, part) => sum + part.credits, 0)
            expect(giftBalance(after.gift)).toBe(balance - spent)
            expect(giftBalance(after.gift)).toBeGreaterThanOrEqual(0)
          }
          for (const order of state.orders.values()) {
            expect(totalsOf(order.cart).totalDiscountAmount).toBeLessThanOrEqual(
              order.cart.amount ?? 0,
            )
          }
        },
      ),
    )
  })
})

describe('putOrder', () => {
  it('makes an order found by its id and by its source_id, in its project only', () => {
    const voucher = aVoucher('A')
    const [decision] = decideRedeemBatch(
      holding(voucher),
      [asking([{ voucher }], { source_id: 'o-1', amount: 10 })],
      countingIds(),
    ).map(granted)
    const state = holding(voucher)
    if (decision?.order) putOrder(state, decision.order)
    const other = { ...call, projectId: 'proj_2' }
    const decisions = decideRedeemBatch(
      state,
      [
        asking([{ voucher }], { id: decision?.order?.id ?? null }),
        asking([{ voucher }], { id: decision?.order?.id ?? null }, { call: other }),
      ],
      countingIds(),
    )
    expect(decisions.map(told)).toEqual(['granted', 'not_found'])
  })
})
