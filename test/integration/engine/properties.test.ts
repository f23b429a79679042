import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../../support/test-app.ts'

/* What holds of every cart and every stack of redeemables, through HTTP and the database. */
const t = useTestApp()
const RUNS = 60

const PRODUCTS = ['a', 'b', 'c'] as const
const items = (effect: string) => ({ effect: `APPLY_TO_ITEMS${effect}` })
/** One of each kind of discount, and two that are refused. */
const VOUCHERS: Record<string, object> = {
  TEN: { discount: { type: 'PERCENT', percent_off: 10 } },
  ODD: { discount: { type: 'PERCENT', percent_off: 33.3, amount_limit: 2_500 } },
  OFF: { discount: { type: 'AMOUNT', amount_off: 1_234 } },
  PRICE: { discount: { type: 'FIXED', fixed_amount: 5_000 } },
  LINES: { discount: { type: 'AMOUNT', amount_off: 150, ...items('') } },
  EACH: { discount: { type: 'AMOUNT', amount_off: 70, ...items('_BY_QUANTITY') } },
  SHARED: { discount: { type: 'AMOUNT', amount_off: 1_000, ...items('_PROPORTIONALLY') } },
  FIFTH: { discount: { type: 'PERCENT', percent_off: 20, ...items('') } },
  CARD: { gift: { amount: 400_000 } },
  LIMITED: { discount: { type: 'AMOUNT', amount_off: 99 }, redemption: { quantity: 1_000 } },
  SWITCHED_OFF: { discount: { type: 'PERCENT', percent_off: 1 }, active: false },
}
const redeemables: { object: string; id: string }[] = []

const ok = async (url: string, body: object) => {
  const answer = await t.call('POST', url, body)
  if (answer.status !== 200) throw new Error(`${url}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

beforeAll(async () => {
  const per = { name: 'redemption.count.per_customer', conditions: { $less_than_or_equal: [500] } }
  const rules = { 1: { ...per, rules: {} }, logic: '1' }
  const rule = await ok('/v1/validation-rules', { name: 'limit', rules })
  for (const [code, fields] of Object.entries(VOUCHERS)) {
    const { id } = await ok(`/v1/vouchers/${code}`, fields)
    redeemables.push({ object: 'voucher', id: code })
    if (code !== 'LIMITED') continue
    const related = { related_object_type: 'voucher', related_object_id: id }
    await ok(`/v1/validation-rules/${rule.id}/assignments`, related)
  }
  const campaign = await ok('/v1/campaigns', { name: 'Tiers', campaign_type: 'PROMOTION' })
  const action = { discount: { type: 'PERCENT', percent_off: 7 } }
  const tier = await ok(`/v1/promotions/${campaign.id}/tiers`, { name: 'tier', action })
  redeemables.push({ object: 'promotion_tier', id: tier.id })
  redeemables.push({ object: 'voucher', id: 'UNKNOWN' })
  await ok('/v1/customers', { source_id: 'buyer' })
})

const lines = fc.array(
  fc.record({
    source_id: fc.constantFrom(...PRODUCTS),
    related_object: fc.constant('product'),
    quantity: fc.integer({ min: 1, max: 5 }),
    price: fc.integer({ min: 0, max: 9_999 }),
  }),
  { minLength: 1, maxLength: 4 },
)
/** Requests of a known customer: an order of lines, or of an amount alone, with up to five redeemables. */
const requests = fc.record({
  chosen: fc.uniqueArray(fc.nat(Object.keys(VOUCHERS).length + 1), { minLength: 1, maxLength: 5 }),
  order: fc.oneof(
    lines.map((all) => ({ items: all })),
    fc.integer({ min: 0, max: 50_000 }).map((amount) => ({ amount })),
  ),
})
const toBody = ({ chosen, order }: { chosen: number[]; order: object }) => ({
  redeemables: chosen.map((index) => redeemables[index] ?? { object: 'voucher', id: 'UNKNOWN' }),
  order,
  customer: { source_id: 'buyer' },
})

type Shown = { order: Record<string, number> | null; status?: string }
const takenBy = (parts: readonly Shown[]): number[] =>
  parts.map(({ order }) => order?.['total_applied_discount_amount'] ?? 0)
const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0)

/** Everything that redemptions count, of everything there is. */
async function bookkeeping() {
  const { rows } = await t.db.pool.query(
    `select 'voucher' as kind, code as name, redeemed_quantity as uses, redeemed_amount_minor as amount, 0 as discount from voucher
     union all select 'tier', id, redeemed_quantity, orders_amount_minor, orders_discount_minor from promotion_tier
     union all select 'counter', object_id || measure || subject || period, used, 0, 0 from usage_counter where used <> 0
     union all select 'ledger', voucher_id, 0, sum(amount_minor)::bigint, 0 from voucher_transaction group by voucher_id
       having sum(amount_minor) <> 0
     order by 1, 2`,
  )
  return rows
}

describe('for every cart and every stack', () => {
  it('a redemption does what the validation before it said (§24.3)', async () => {
    const agrees = fc.asyncProperty(requests, async (request) => {
      const body = toBody(request)
      const { valid, redeemables: told, order } = await ok('/v1/validations', body)
      const { status, body: done } = await t.call('POST', '/v1/redemptions', body)
      expect(status === 200).toBe(valid)
      if (!valid) {
        const first = told.find((each: Shown) => each.status === 'INAPPLICABLE')
        expect(done.key).toBe(first.result.error.key)
        return
      }
      const applicable = told.filter((each: Shown) => each.status === 'APPLICABLE')
      expect(takenBy(done.redemptions)).toEqual(takenBy(applicable))
      for (const total of ['amount', 'total_discount_amount', 'total_amount']) {
        expect(done.order[total]).toBe(order[total])
      }
    })
    await fc.assert(agrees, { numRuns: RUNS })
  })

  it('the receipts of the parts add up to the order that is stored (R-DISC-03)', async () => {
    const addUp = fc.asyncProperty(requests, async (request) => {
      const { status, body } = await t.call('POST', '/v1/redemptions', toBody(request))
      if (status !== 200) return
      const parts: Shown[] = body.redemptions
      const taken = takenBy(parts)
      for (const [index, { order }] of parts.entries()) {
        expect(order?.['total_discount_amount'] ?? 0).toBe(sum(taken.slice(0, index + 1)))
      }
      const { body: stored } = await t.call('GET', `/v1/orders/${body.order.id}`)
      expect(stored.total_discount_amount ?? 0).toBe(sum(taken))
      expect(stored.total_amount).toBe(stored.amount - sum(taken))
      expect(parts.at(-1)?.order).toMatchObject({
        amount: stored.amount,
        total_amount: stored.total_amount,
      })
    })
    await fc.assert(addUp, { numRuns: RUNS })
  })

  it('a rollback gives back all that its redemption took (R-RB-01, R-RB-02, R-RULE-07)', async () => {
    const restores = fc.asyncProperty(requests, async (request) => {
      const before = await bookkeeping()
      const { status, body } = await t.call('POST', '/v1/redemptions', toBody(request))
      if (status === 200) {
        const { id } = body.parent_redemption ?? body.redemptions[0]
        const { order } = await ok(`/v1/redemptions/${id}/rollbacks`, {})
        expect(order).toMatchObject({ status: 'CANCELED', total_amount: body.order.amount })
        expect(order).not.toHaveProperty('total_discount_amount')
      }
      expect(await bookkeeping()).toEqual(before)
    })
    await fc.assert(restores, { numRuns: RUNS })
  })
})
