import { beforeAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { offLines, ofLines, ok, redeemableOf, type Step, scopedTo } from './support.ts'

/* Rules of units and caps beside the scenarios (engine-core §4.3, §11 to §13). */
const t = useTestApp()
const ids: Record<string, string> = {}

beforeAll(async () => {
  for (const [source_id, price] of [
    ['x', 29_900],
    ['y', 29_900],
    ['p', 2_000],
  ] as const) {
    ids[source_id] = (await ok(t, '/v1/products', { source_id, name: source_id, price })).id
  }
})

const validateOn = async (order: object, ...steps: Step[]) => {
  const redeemables = []
  for (const step of steps) redeemables.push(await redeemableOf(t, step))
  return ok(t, '/v1/validations', { redeemables, order })
}

describe('units that are given away', () => {
  it('come on top of a discount that the order had (R-UNIT-07)', async () => {
    const first = await ok(t, '/v1/redemptions', {
      redeemables: [await redeemableOf(t, { discount: { type: 'AMOUNT', amount_off: 8_400 } })],
      order: ofLines(['a', 28_000, 1]),
    })
    const unit = (name: string, unit_off: number) => ({
      unit_off,
      unit_type: ids[name],
      effect: 'ADD_NEW_ITEMS',
    })
    const units = [unit('x', 3), unit('y', 4)]
    const body = await validateOn(
      { id: first.order.id },
      { discount: { type: 'UNIT', effect: 'ADD_MANY_ITEMS', units } },
    )
    expect(body.order).toMatchObject({
      amount: 237_300,
      initial_amount: 28_000,
      discount_amount: 8_400,
      items_discount_amount: 209_300,
      total_discount_amount: 217_700,
      total_amount: 19_600,
    })
    expect(body.order.items[1]).toMatchObject({
      product_id: ids['x'],
      quantity: 3,
      initial_quantity: 0,
      initial_amount: 0,
      discount_quantity: 3,
      amount: 89_700,
      discount_amount: 89_700,
      subtotal_amount: 0,
    })
  })

  it('are missing ones where nothing else is said (R-DISC-00)', async () => {
    const discount = { type: 'UNIT', unit_off: 2, unit_type: ids['p'] }
    const body = await validateOn(ofLines(['p', 2_000, 1]), { discount })
    expect(body.redeemables[0].result.discount).toMatchObject({
      effect: 'ADD_MISSING_ITEMS',
      is_dynamic: false,
    })
    expect(body.order).toMatchObject({ amount: 4_000, total_amount: 0 })
  })

  it('stay in the order that is stored (R-UNIT-01, R-UNIT-11)', async () => {
    const discount = { type: 'UNIT', effect: 'ADD_NEW_ITEMS', unit_off: 1, unit_type: ids['p'] }
    const redeemables = [await redeemableOf(t, { discount })]
    const order = ofLines(['p', 2_000, 1])
    const done = await ok(t, '/v1/redemptions', { redeemables, order })
    const stored = async () => (await t.call('GET', `/v1/orders/${done.order.id}`)).body
    expect(await stored()).toMatchObject({
      amount: 4_000,
      initial_amount: 2_000,
      total_amount: 2_000,
    })
  })

  it('are one of free shipping (R-DISC-19)', async () => {
    const discount = { type: 'UNIT', unit_type: 'prod_5h1pp1ng', effect: 'ADD_MISSING_ITEMS' }
    const body = await validateOn(ofLines(['p', 2_000, 1]), { discount })
    expect(body.order.items).toMatchObject([
      { source_id: 'p' },
      { product_id: 'prod_5h1pp1ng', source_id: '5h1pp1ng', quantity: 1, discount_quantity: 1 },
    ])
    expect(body.order.total_amount).toBe(2_000)
  })
})

describe('an effect that is not given (R-DISC-00)', () => {
  it.each([
    ['PERCENT', { percent_off: 10 }],
    ['AMOUNT', { amount_off: 100 }],
    ['FIXED', { fixed_amount: 100 }],
  ])('of %s is on the order, or on lines where a rule names products', async (type, value) => {
    const discount = { type, ...value }
    const order = ofLines(['a', 1_000, 1], ['b', 1_000, 1])
    const effectOf = async (step: Step) => {
      const { redeemables } = await validateOn(order, step)
      return redeemables[0].result.discount.effect
    }
    expect(await effectOf({ discount })).toBe('APPLY_TO_ORDER')
    expect(await effectOf({ discount, rule: scopedTo(['a']) })).toBe('APPLY_TO_ITEMS')
  })
})

describe('caps (R-APR-05)', () => {
  const half = { type: 'PERCENT', percent_off: 50, effect: 'APPLY_TO_ITEMS' }
  const order = ofLines(['a', 5_000, 2], ['b', 9_000, 1])
  it.each<[object, number[]]>([
    [{}, [5_000, 4_500]],
    [{ amount_limit: 2_500 }, [2_500, 2_500]],
    [{ aggregated_amount_limit: 6_000 }, [5_000, 1_000]],
    [{ quantity_limit: 1 }, [2_500, 4_500]],
    [{ aggregated_quantity_limit: 2 }, [5_000, 0]],
    [{ amount_limit: 2_000, aggregated_amount_limit: 3_000 }, [2_000, 1_000]],
    [{ quantity_limit: 1, amount_limit: 3_000 }, [2_500, 3_000]],
  ])('of %j leave %j', async (caps, off) => {
    const body = await validateOn(order, { discount: half, rule: scopedTo(['a', 'b'], caps) })
    expect(offLines(body.order)).toEqual(off)
  })
})

describe('an amount that cannot be', () => {
  it.each([
    ['more than 100 percent (C-36)', { type: 'PERCENT', percent_off: 101 }],
    ['less than nothing', { type: 'AMOUNT', amount_off: -1 }],
  ])('is refused: %s', async (_case, discount) => {
    expect(await t.call('POST', '/v1/vouchers', { discount })).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload' },
    })
  })
})
