import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src/platform/limits.ts'
import type { CallAnswer } from '../../../support/test-app.ts'
import { unique } from '../loyalties/support.ts'
import {
  CAMPAIGN,
  customer,
  FITS,
  ITEM,
  type Metadata,
  order,
  refused,
  rule,
  tier,
  useStrictApp,
  VOUCHER,
  WORDS,
} from './support.ts'

const { t, post, fromPage, aVoucher, aCampaign, aProgram, aPromotion, redeem } = useStrictApp()
type Write = (metadata: Metadata | undefined) => Promise<CallAnswer>

/** Every way to make an object with metadata. */
const CREATED: readonly [string, Write][] = [
  ['a customer', (metadata) => post('/v1/customers', { source_id: unique('c'), metadata })],
  [
    'a customer, from a page',
    (metadata) => fromPage('/client/v1/customers', { source_id: unique('c'), metadata }),
  ],
  [
    'the customer of an order',
    (metadata) => post('/v1/orders', order({ customer: { ...customer(), metadata } })),
  ],
  [
    'the referrer of an order',
    (metadata) => post('/v1/orders', order({ referrer: { ...customer(), metadata } })),
  ],
  ['the customer of a redemption', (metadata) => redeem({ customer: { ...customer(), metadata } })],
  [
    'the customer of a publication',
    async (metadata) =>
      post('/v1/publications', {
        voucher: await aVoucher(),
        customer: { ...customer(), metadata },
        metadata: FITS,
      }),
  ],
  [
    'the customer of an event',
    (metadata) => post('/v1/events', { event: 'seen', customer: { ...customer(), metadata } }),
  ],
  ['an order', (metadata) => post('/v1/orders', { amount: 100, metadata })],
  ['the order of a redemption', (metadata) => redeem({ order: { amount: 100, metadata } })],
  [
    'an item of an order',
    (metadata) => post('/v1/orders', order({ items: [{ ...ITEM, metadata }] })),
  ],
  [
    'an item of the order of a redemption',
    (metadata) => redeem({ order: order({ items: [ITEM, { ...ITEM, metadata }] }) }),
  ],
  [
    'a product that an order overrides',
    (metadata) => {
      const product = { override: true, metadata: metadata ?? { level: 'none' } }
      return post('/v1/orders', order({ items: [{ ...ITEM, source_id: unique('p'), product }] }))
    },
  ],
  ['a product', (metadata) => post('/v1/products', { name: 'P', metadata })],
  [
    'a SKU (schema of products)',
    async (metadata) => {
      const { body } = await post('/v1/products', { name: 'P', metadata: FITS })
      return post(`/v1/products/${body.id}/skus`, { sku: 'S', metadata })
    },
  ],
  ['a voucher', (metadata) => post('/v1/vouchers', { ...VOUCHER, metadata })],
  [
    'a voucher under its code',
    (metadata) => post(`/v1/vouchers/${unique('V')}`, { ...VOUCHER, metadata }),
  ],
  [
    'a voucher in a campaign it names',
    async (metadata) => post('/v1/vouchers', { campaign_id: await aCampaign(), metadata }),
  ],
  [
    'a voucher of a campaign',
    async (metadata) => post(`/v1/campaigns/${await aCampaign()}/vouchers`, { metadata }),
  ],
  [
    'vouchers of a campaign',
    async (metadata) =>
      post(`/v1/campaigns/${await aCampaign()}/vouchers?vouchers_count=5`, { metadata }),
  ],
  [
    'a voucher of a campaign under its code',
    async (metadata) =>
      post(`/v1/campaigns/${await aCampaign()}/vouchers/${unique('V')}`, { metadata }),
  ],
  ['a campaign', (metadata) => post('/v1/campaigns', { name: unique('C'), ...CAMPAIGN, metadata })],
  [
    'a loyalty program',
    (metadata) =>
      post('/v1/loyalties', {
        name: unique('L'),
        type: 'AUTO_UPDATE',
        voucher: { loyalty_card: { points: 0 } },
        metadata,
      }),
  ],
  [
    'a promotion tier',
    async (metadata) => post(`/v1/promotions/${await aPromotion()}/tiers`, { ...tier(), metadata }),
  ],
  [
    'the tier of a new promotion',
    (metadata) =>
      post('/v1/campaigns', {
        name: unique('Promotion'),
        campaign_type: 'PROMOTION',
        metadata: FITS,
        promotion: { tiers: [{ ...tier(), metadata }] },
      }),
  ],
  [
    'an earning rule',
    async (metadata) =>
      post(`/v1/loyalties/${await aProgram()}/earning-rules`, [
        { ...rule(), metadata: FITS },
        { ...rule(), metadata },
      ]),
  ],
  [
    'a loyalty tier',
    async (metadata) =>
      post(`/v1/loyalties/${await aProgram()}/tiers`, [
        { name: 'One', points: { from: 0, to: 9 }, metadata },
      ]),
  ],
  [
    'a reward',
    async (metadata) =>
      post('/v1/rewards', {
        name: unique('R'),
        parameters: { campaign: { id: await aCampaign() } },
        metadata,
      }),
  ],
  ['a redemption', (metadata) => redeem({ metadata })],
  [
    'a redemption of one voucher',
    async (metadata) => post(`/v1/vouchers/${await aVoucher()}/redemption`, { metadata }),
  ],
  [
    'a redemption, from a page',
    async (metadata) =>
      fromPage('/client/v1/redemptions', {
        redeemables: [{ object: 'voucher', id: await aVoucher() }],
        metadata,
        tracking_id: 'somebody',
      }),
  ],
  [
    'a publication (P-10)',
    async (metadata) =>
      post('/v1/publications', { voucher: await aVoucher(), customer: customer(), metadata }),
  ],
  [
    'a publication, from a page (P-10)',
    async (metadata) =>
      fromPage('/client/v1/publish', {
        voucher: await aVoucher(),
        customer: customer(),
        metadata,
      }),
  ],
]

describe('metadata of what is made', () => {
  it.each(CREATED)(
    'of %s is held against its schema (M-2, M-3, M-4, R-META-03)',
    async (_what, write) => {
      expect(await write({ level: 'x', other: true })).toMatchObject(
        refused(
          `${WORDS} (actual value is 'x')`,
          "other: property is not defined (actual value is 'true')",
        ),
      )
      const { status, body } = await write(undefined)
      expect(body).toMatchObject({ key: 'metadata_validation_failed' })
      expect(status).toBe(400)
      const fitting = await write({ level: 2 })
      expect(fitting.body).not.toHaveProperty('key')
      expect(fitting.status).toBeLessThan(300)
    },
  )

  it.each([
    ['an order', (item: object) => post('/v1/orders', order({ items: [item] }))],
    ['a redemption', (item: object) => redeem({ order: order({ items: [ITEM, item] }) })],
  ])('is asked of products and SKUs that %s brings into being (PR-1)', async (_what, write) => {
    const line = { ...ITEM, source_id: unique('p') }
    const lacking = refused(`${WORDS} (actual value is 'undefined')`)
    const product = (more: object) => ({ ...line, product: { override: true, ...more } })
    expect(await write(product({ name: 'New' }))).toMatchObject(lacking)
    expect((await t.call('GET', `/v1/products/${line.source_id}`)).status).toBe(404)
    expect((await write(product({ metadata: FITS }))).status).toBe(200)
    // It has what is required by now.
    expect((await write(product({ name: 'Known' }))).status).toBe(200)
    const sku = (more: object) => ({ ...product({}), sku_id: unique('s'), sku: more })
    const named = { source_id: unique('s'), override: true }
    expect(await write(sku(named))).toMatchObject(lacking)
    expect((await write(sku({ ...named, metadata: FITS }))).status).toBe(200)
  })

  it('is told of everything at once that is wrong in an order (M-3)', async () => {
    const items = [{ ...ITEM, metadata: { level: 'x' } }, ITEM, { ...ITEM, metadata: {} }]
    expect(await post('/v1/orders', order({ metadata: { level: 0 }, items }))).toMatchObject(
      refused(...['0', 'x', 'undefined'].map((actual) => `${WORDS} (actual value is '${actual}')`)),
    )
  })

  it('has so many wrong keys told, and how many there are', async () => {
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`k${n}`, n]))
    const { body } = await post('/v1/customers', { metadata: { level: 1, ...many } })
    expect(body.details.split('; ')).toHaveLength(LIMITS.metadataViolationsTold + 1)
    expect(body.details).toMatch(/; and 50 more$/)
  })

  it('may hold anything where nobody defined it (M-1)', async () => {
    const keys = await t.addProject()
    const body = { source_id: 'free', metadata: { a: { b: [1, null] }, level: 'x' } }
    const answer = await t.call('POST', '/v1/customers', body, { keys })
    expect(answer.body.metadata).toEqual(body.metadata)
  })

  it('leaves nothing behind where it is refused', async () => {
    const sourceId = unique('nobody')
    const bad = { source_id: sourceId, metadata: { level: 0 } }
    const { status } = await redeem({ order: order({ source_id: sourceId }), customer: bad })
    expect(status).toBe(400)
    expect((await t.call('GET', `/v1/customers/${sourceId}`)).status).toBe(404)
    expect((await t.call('GET', `/v1/orders/${sourceId}`)).status).toBe(404)
    const code = await aVoucher()
    const body = { voucher: code, customer: customer(), metadata: {} }
    expect((await post('/v1/publications', body)).status).toBe(400)
    expect((await t.call('GET', `/v1/vouchers/${code}`)).body.publish.count).toBe(0)
    const { body: publications } = await t.call('GET', `/v1/publications?voucher=${code}`)
    expect(publications.total).toBe(0)
  })
})
