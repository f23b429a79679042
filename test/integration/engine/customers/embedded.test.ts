import { beforeAll, describe, expect, it } from 'vitest'
import { aProgram } from '../../../support/loyalty.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { aReferralCampaign, aReferrer } from '../referrals/support.ts'
import { announcedOf, typesOf } from './support.ts'

const t = useTestApp()
const order = { amount: 1_000 }
let program = ''
let referralCode = ''

/** Another program and another referral code, of which nobody is a member or a referee yet. */
async function renewPrograms(): Promise<void> {
  program = await aProgram(t)
  referralCode = (await aReferrer(t, await aReferralCampaign(t))).code
}

beforeAll(async () => {
  await renewPrograms()
  await t.call('POST', '/v1/vouchers/EMBED', { discount: { type: 'AMOUNT', amount_off: 10 } })
})

/** Each request that holds a customer whom it stores. */
const STORING: readonly [string, (customer: unknown) => [url: string, body: unknown]][] = [
  ['an order', (customer) => ['/v1/orders', { ...order, customer }]],
  ['an event', (customer) => ['/v1/events', { event: 'visit', customer }]],
  ['a publication', (customer) => ['/v1/publications', { voucher: 'EMBED', customer }]],
  [
    'a redemption',
    (customer) => [
      '/v1/redemptions',
      { redeemables: [{ object: 'voucher', id: 'EMBED' }], order, customer },
    ],
  ],
  [
    'a redemption of a voucher',
    (customer) => ['/v1/vouchers/EMBED/redemption', { order, customer }],
  ],
  ['a member', (customer) => [`/v1/loyalties/${program}/members`, { customer }]],
  [
    'a holder',
    (customer) => [`/v1/referrals/members/${referralCode}/holders`, { holders: [customer] }],
  ],
]

const send = ([url, body]: [string, unknown]) => t.call('POST', url, body)
const get = async (reference: string) => t.call('GET', `/v1/customers/${reference}`)

describe('a customer inside of a request', () => {
  it.each(STORING)(
    'is made, or changed by what is given, by %s (C-11, C-13, C-17)',
    async (name, to) => {
      const sourceId = `in ${name}`
      const made = await send(
        to({ source_id: sourceId, name: 'N', metadata: { a: 1, b: 1 }, address: { city: 'Oslo' } }),
      )
      expect(made.status).toBe(200)
      const [created] = await announcedOf(t, sourceId)
      expect(created).toMatchObject({
        type: 'customer.created',
        group_id: made.headers['x-request-id'],
        data: { customer: { name: 'N', metadata: { a: 1, b: 1 } } },
      })
      t.clock.advance(1_000)
      await renewPrograms()
      const change = { phone: '+1', metadata: { b: 2 }, address: { country: 'NO' } }
      const changed = await send(to({ source_id: sourceId, ...change }))
      expect(changed.status).toBe(200)
      expect((await get(sourceId)).body).toMatchObject({
        name: 'N',
        phone: '+1',
        address: { city: 'Oslo', country: 'NO' },
        metadata: { a: 1, b: 2 },
      })
      const updates = (await announcedOf(t, sourceId)).filter(
        ({ type }) => type === 'customer.updated',
      )
      expect(updates).toMatchObject([{ group_id: changed.headers['x-request-id'] }])
    },
  )

  it.each(STORING)('is looked for by its id in %s (C-15)', async (_name, to) => {
    expect(await send(to({ id: 'cust_unknown', source_id: 'not-made' }))).toMatchObject({
      status: 404,
      body: {
        key: 'not_found',
        details: 'Cannot find customer with id cust_unknown',
        resource_type: 'customer',
        resource_id: 'cust_unknown',
      },
    })
    expect((await get('not-made')).status).toBe(404)
  })

  it.each(STORING.filter(([name]) => name !== 'a holder'))(
    'may be just a name, of id or source_id, in %s (C-14)',
    async (name, to) => {
      const { id } = (await t.call('POST', '/v1/customers', { source_id: `text ${name}` })).body
      for (const reference of [`text ${name}`, id]) {
        await renewPrograms()
        const answer = await send(to(reference))
        expect(answer.status).toBe(200)
        const { rows } = await t.db.pool.query(
          'select distinct customer_id as id from occurrence where group_id = $1 and customer_id is not null',
          [answer.headers['x-request-id']],
        )
        expect(rows).toEqual([{ id }])
      }
    },
  )

  it('is not stored by a question what may be redeemed (C-13)', async () => {
    await t.call('POST', '/v1/customers', { source_id: 'known', name: 'Known' })
    const redeemables = [{ object: 'voucher', id: 'EMBED' }]
    for (const source_id of ['known', 'asker']) {
      const customer = { source_id, name: 'Asked', metadata: { asked: true } }
      for (const [url, body] of [
        ['/v1/validations', { redeemables, order, customer }],
        ['/v1/vouchers/EMBED/validate', { order, customer }],
        ['/v1/qualifications', { order, customer, scenario: 'ALL' }],
      ] as const) {
        expect((await t.call('POST', url, body)).status).toBe(200)
      }
    }
    expect((await get('asker')).status).toBe(404)
    expect((await get('known')).body).toMatchObject({ name: 'Known', metadata: {} })
    expect(await typesOf(t, 'known')).not.toContain('customer.updated')
  })
})
