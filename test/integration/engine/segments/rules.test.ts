import { beforeAll, describe, expect, it } from 'vitest'
import { drainEffects } from '../../../support/effects.ts'
import { drainWalks } from '../../../support/segments.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { inParallel } from '../customers/support.ts'

const t = useTestApp()

const VIP = { 'metadata.vip': { conditions: { $is: [true] } } }

/** A code for those alone who are in the segment. */
async function restrict(code: string, segmentId: string): Promise<void> {
  const discount = { type: 'AMOUNT', amount_off: 10 }
  const { body: voucher } = await t.call('POST', `/v1/vouchers/${code}`, { discount })
  const { body: rule } = await t.call('POST', '/v1/validation-rules', {
    name: code,
    rules: { 1: { name: 'customer.segment', conditions: { $is: [segmentId] } }, logic: '1' },
  })
  const assignment = { voucher: voucher.code }
  const { status } = await t.call('POST', `/v1/validation-rules/${rule.id}/assignments`, assignment)
  expect(status).toBe(200)
}

const segment = async (body: object): Promise<string> =>
  (await t.call('POST', '/v1/segments', body)).body.id

const validate = async (code: string, customer: object): Promise<boolean> =>
  (
    await t.call('POST', '/v1/validations', {
      redeemables: [{ object: 'voucher', id: code }],
      customer,
      order: { amount: 1_000 },
    })
  ).body.valid

const redeem = (code: string, customer: object) =>
  t.call('POST', '/v1/redemptions', {
    redeemables: [{ object: 'voucher', id: code }],
    customer,
    order: { amount: 1_000 },
  })

describe('a rule that asks for a segment (engine-core §9)', () => {
  beforeAll(async () => {
    await t.call('POST', '/v1/customers', { source_id: 'in', metadata: { vip: true } })
    await t.call('POST', '/v1/customers', { source_id: 'out' })
    await restrict('STATIC', await segment({ name: 'S', type: 'static', customers: ['in'] }))
    await restrict('PASSIVE', await segment({ name: 'P', type: 'passive', filter: VIP }))
    await restrict('ACTIVE', await segment({ name: 'A', type: 'auto-update', filter: VIP }))
    await drainWalks(t)
  })

  it.each(['STATIC', 'PASSIVE', 'ACTIVE'])('is met by who is in it, alone: %s', async (code) => {
    expect(await validate(code, { source_id: 'in' })).toBe(true)
    expect(await validate(code, { source_id: 'out' })).toBe(false)
    expect((await redeem(code, { source_id: 'in' })).status).toBe(200)
    expect(await redeem(code, { source_id: 'out' })).toMatchObject({
      status: 400,
      body: { key: 'customer_rules_violated' },
    })
  })

  it('is met by what a request says of the customer, where the segment is passive (R-CUST-03)', async () => {
    const nobody = { source_id: 'nobody-yet', metadata: { vip: true } }
    expect(await validate('PASSIVE', nobody)).toBe(true)
    expect(await validate('PASSIVE', { source_id: 'out', metadata: { vip: true } })).toBe(true)
    expect(await validate('ACTIVE', nobody)).toBe(false)
    expect((await redeem('PASSIVE', nobody)).status).toBe(200)
  })

  it('is met by who entered meanwhile', async () => {
    t.clock.advance(1_000)
    await t.call('POST', '/v1/customers', { source_id: 'later', metadata: { vip: true } })
    await drainEffects(t)
    expect(await validate('ACTIVE', { source_id: 'later' })).toBe(true)
  })

  it('is asked in qualifications', async () => {
    const qualified = async (customer: object): Promise<string[]> => {
      const { body } = await t.call('POST', '/v1/qualifications', {
        customer,
        order: { amount: 1_000 },
        scenario: 'ALL',
        options: { limit: 50 },
      })
      return body.redeemables.data.map(({ id }: { id: string }) => id).sort()
    }
    expect(await qualified({ source_id: 'in' })).toEqual(['ACTIVE', 'PASSIVE', 'STATIC'])
    expect(await qualified({ source_id: 'out' })).toEqual([])
    expect(await qualified({ source_id: 'who', metadata: { vip: true } })).toEqual(['PASSIVE'])
  })

  it('holds for each of many who redeem at once', async () => {
    const answers = await inParallel(24, (index) =>
      redeem(index % 2 ? 'PASSIVE' : 'STATIC', { source_id: index % 3 ? 'in' : 'out' }),
    )
    expect(answers.map(({ status }) => status)).toEqual(
      answers.map((_answer, index) => (index % 3 ? 200 : 400)),
    )
  })
})
