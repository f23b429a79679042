import { beforeAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../../support/test-app.ts'
import { manage } from '../pipeline/deliveries/support.ts'

const t = useTestApp()
const simulate = (body: object) => manage(t, 'POST', '/simulations', { body })

const aboveForty = {
  rules: {
    '1': { name: 'order.amount', conditions: { $more_than_or_equal: [4_000] }, rules: {} },
    logic: '1',
  },
}
const draft = (voucher: object, rules: object[] = []) => ({ draft: { voucher, rules } })
const tenOff = { discount: { type: 'PERCENT', percent_off: 10 } }

beforeAll(async () => {
  await t.call('POST', '/v1/vouchers/SUMMER', {
    ...tenOff,
    start_date: '2030-06-01T00:00:00.000Z',
    redemption: { quantity: 1 },
  })
})

describe('POST /api/v1/simulations', () => {
  it('says what would have to change for a draft to apply', async () => {
    const answer = await simulate({
      redeemables: [draft(tenOff, [aboveForty])],
      order: { amount: 3_800 },
    })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      valid: false,
      redeemables: [{ result: { error: { key: 'order_rules_violated' } } }],
      explain: { parts: [{ passed: false, message: expect.stringContaining('add 200') }] },
    })
  })

  it('stacks drafts with what exists, at any moment', async () => {
    const redeemables = [{ object: 'voucher', id: 'SUMMER' }, draft(tenOff)]
    const order = { amount: 10_000 }
    const today = await simulate({ redeemables, order })
    expect(today.body.redeemables[0].result.error.key).toBe('voucher_not_active')
    const later = await simulate({ redeemables, order, now: '2030-06-02T00:00:00.000Z' })
    expect(later.body).toMatchObject({
      valid: true,
      order: { total_amount: 8_100 },
      explain: { passed: true },
    })
  })

  it('imagines a customer and other stacking rules', async () => {
    const rule = {
      rules: {
        '1': { name: 'customer.segment', conditions: { $is: ['seg_1'] }, rules: {} },
        logic: '1',
      },
    }
    const redeemables = [draft(tenOff, [rule]), draft(tenOff)]
    const order = { amount: 1_000 }
    const nobody = await simulate({ redeemables, order, customer: { segments: [] } })
    expect(nobody.body.valid).toBe(false)
    const partial = { redeemables_application_mode: 'PARTIAL' }
    const some = await simulate({ redeemables, order, customer: {}, stacking_rules: partial })
    expect(some.body).toMatchObject({ valid: true, order: { total_amount: 900 } })
    const both = await simulate({ redeemables, order, customer: { segments: ['seg_1'] } })
    expect(both.body).toMatchObject({ valid: true, order: { total_amount: 810 } })
  })

  it('writes nothing', async () => {
    const count = async () => {
      const { rows } = await t.db.pool.query(
        `select (select count(*) from voucher) as vouchers, (select count(*) from customer) as customers,
                (select count(*) from occurrence) as occurrences, (select count(*) from orders) as orders`,
      )
      return rows
    }
    const before = await count()
    await simulate({
      redeemables: [draft(tenOff)],
      order: { source_id: 'o-1', amount: 10 },
      customer: { source_id: 'nobody' },
    })
    expect(await count()).toEqual(before)
  })

  it.each<[string, object]>([
    ['.redeemables', { redeemables: [] }],
    ['percent_off', { redeemables: [draft({ discount: { type: 'PERCENT', percent_off: 101 } })] }],
    ['LOYALTY_CARD', { redeemables: [draft({ type: 'LOYALTY_CARD' })] }],
    ['Rule', { redeemables: [draft(tenOff, [{ rules: { '1': { name: 'no.such' } } }])] }],
    ['.now', { now: 'yesterday', redeemables: [draft(tenOff)] }],
  ])('refuses what is malformed and names it: %s', async (place, body) => {
    const answer = await simulate(body)
    expect(answer.status).toBe(400)
    expect(answer.body.details).toContain(place)
  })
})
