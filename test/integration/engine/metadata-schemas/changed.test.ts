import { describe, expect, it } from 'vitest'
import { defineMetadata, manageSchemas } from '../../../support/metadata-schemas.ts'
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
  WORDS,
} from './support.ts'

const { t, post, put, aVoucher, aCampaign, aProgram, aPromotion, redeem } = useStrictApp()

/** Every way to change an object with metadata: what makes one, and the path under which it is changed. */
const CHANGED: readonly [string, () => Promise<string>][] = [
  ['a customer', async () => `/v1/customers/${(await post('/v1/customers', customer())).body.id}`],
  ['a voucher', async () => `/v1/vouchers/${await aVoucher()}`],
  ['a campaign', async () => `/v1/campaigns/${await aCampaign()}`],
  ['a loyalty program', async () => `/v1/loyalties/${await aProgram()}`],
  ['an order', async () => `/v1/orders/${(await post('/v1/orders', order())).body.id}`],
  [
    'a product',
    async () => `/v1/products/${(await post('/v1/products', { metadata: FITS })).body.id}`,
  ],
  [
    'a SKU',
    async () => {
      const product = (await post('/v1/products', { metadata: FITS })).body.id
      const path = `/v1/products/${product}/skus`
      return `${path}/${(await post(path, { metadata: FITS })).body.id}`
    },
  ],
  [
    'a promotion tier',
    async () => {
      const body = { ...tier(), metadata: FITS }
      const made = await post(`/v1/promotions/${await aPromotion()}/tiers`, body)
      return `/v1/promotions/tiers/${made.body.id}`
    },
  ],
  [
    'a loyalty tier',
    async () => {
      const path = `/v1/loyalties/${await aProgram()}/tiers`
      const body = [{ name: 'One', points: { from: 0, to: 9 }, metadata: FITS }]
      return `${path}/${(await post(path, body)).body[0].id}`
    },
  ],
  [
    'an earning rule',
    async () => {
      const path = `/v1/loyalties/${await aProgram()}/earning-rules`
      return `${path}/${(await post(path, [{ ...rule(), metadata: FITS }])).body[0].id}`
    },
  ],
  [
    'a reward',
    async () => {
      const parameters = { campaign: { id: await aCampaign() } }
      const body = { name: unique('R'), parameters, metadata: FITS }
      return `/v1/rewards/${(await post('/v1/rewards', body)).body.id}`
    },
  ],
]

describe('metadata of what is changed', () => {
  it.each(CHANGED)('of %s is asked for nothing that it has already (M-4)', async (_what, make) => {
    const path = await make()
    expect(await put(path, { metadata: { level: 'x' } })).toMatchObject(
      refused(`${WORDS} (actual value is 'x')`),
    )
    for (const metadata of [undefined, {}, { level: 3 }]) {
      const { status, body } = await put(path, { metadata })
      expect(body).not.toHaveProperty('key')
      expect(status).toBe(200)
    }
  })

  it('keeps what is required from being unset', async () => {
    const paths = [`/v1/vouchers/${await aVoucher()}`, `/v1/campaigns/${await aCampaign()}`]
    for (const path of paths) {
      const { body } = await put(path, { unset_metadata_fields: ['level'] })
      expect(body).toMatchObject({ key: 'metadata_validation_failed' })
      expect((await put(path, { unset_metadata_fields: ['other'] })).status).toBe(200)
    }
  })

  it('of a rollback is that of a redemption, of which nothing is required', async () => {
    const { body } = await redeem({})
    const path = `/v1/redemptions/${body.redemptions[0].id}/rollback`
    expect(await post(path, { metadata: { level: 'x' } })).toMatchObject(
      refused(`${WORDS} (actual value is 'x')`),
    )
    expect((await post(path, {})).status).toBe(200)
  })

  it('of an order without items in the request asks nothing of the items that it has', async () => {
    const { body } = await post('/v1/orders', order({ items: [ITEM] }))
    expect((await put(`/v1/orders/${body.id}`, { status: 'PAID' })).status).toBe(200)
  })
})

describe('a campaign (M-11)', () => {
  it('has its metadata held against the schema of vouchers, unless it says not to', async () => {
    const keys = await t.addProject()
    await defineMetadata(t, 'campaign', { c: { type: 'number' } }, { keys })
    await defineMetadata(t, 'voucher', { v: { type: 'number' } }, { keys })
    const make = (metadata: Metadata, more: object = {}) =>
      t.call(
        'POST',
        '/v1/campaigns',
        { name: unique('C'), ...CAMPAIGN, metadata, ...more },
        { keys },
      )
    expect((await make({ v: 'x' })).status).toBe(400)
    expect((await make({ c: 'x' })).status).toBe(200)
    const own = { use_voucher_metadata_schema: false }
    expect((await make({ c: 'x' }, own)).status).toBe(400)
    const { body } = await make({ v: 'x' }, own)
    const change = (metadata: Metadata, more: object = {}) =>
      t.call('PUT', `/v1/campaigns/${body.id}`, { metadata, ...more }, { keys })
    expect((await change({ c: 'x' })).status).toBe(400)
    expect((await change({ c: 'x' }, { use_voucher_metadata_schema: true })).status).toBe(200)
  })
})

describe('what the engine makes by itself', () => {
  it('lacks what a schema requires, and is made all the same', async () => {
    const body = { name: unique('Few'), ...CAMPAIGN, vouchers_count: 1, metadata: FITS }
    const { body: campaign } = await post('/v1/campaigns', body)
    const wish = { campaign: { name: campaign.name }, customer: customer(), metadata: FITS }
    // The first takes the code that there is, the second has one made.
    for (let n = 0; n < 2; n += 1) expect((await post('/v1/publications', wish)).status).toBe(200)
  })
})

describe('what is only asked about', () => {
  it('is not held against any schema, as nothing of it is stored', async () => {
    const { status, body } = await post('/v1/validations', {
      redeemables: [{ object: 'voucher', id: await aVoucher() }],
      order: { amount: 100, metadata: { level: 'x' } },
      customer: { source_id: unique('c'), metadata: { level: 'x' } },
      metadata: { level: 'x' },
    })
    expect(status).toBe(200)
    expect(body.valid).toBe(true)
  })
})

describe('a query, which has but texts', () => {
  it('is read as what the schemas say (GET /v1/publications/create)', async () => {
    const made = await t.app.http.inject({
      method: 'POST',
      url: '/api/v1/keys',
      headers: { authorization: `Bearer ${t.keys.adminToken}` },
      payload: JSON.stringify({ name: 'Mailing', kind: 'integration' }),
    })
    const { app_id, app_token } = made.json()
    const headers = { 'x-app-id': app_id, 'x-app-token': app_token }
    const ask = async (level: string) => {
      const query = `voucher=${await aVoucher()}&customer[source_id]=${unique('q')}&customer[metadata][level]=1&metadata[level]=${level}`
      return t.call('GET', `/v1/publications/create?${query}`, undefined, { headers })
    }
    expect((await ask('x')).body).toMatchObject({ key: 'metadata_validation_failed' })
    expect((await ask('7')).body.metadata).toEqual({ level: 7 })
  })
})

describe('an example of the reference (programs scenarios 24 and 25)', () => {
  it('is refused in its words, and with unknown keys only where all are to be defined', async () => {
    const keys = await t.addProject()
    const channel = {
      type: 'string',
      optional: false,
      eq: ['Facebook', 'Twitter', 'Website'],
    }
    const id = await defineMetadata(t, 'customer', { acquisition_channel: channel }, { keys })
    const save = (metadata: Metadata) =>
      t.call('POST', '/v1/customers', { source_id: 's', metadata }, { keys })
    expect(await save({ acquisition_channel: 'snap' })).toMatchObject(
      refused(
        "acquisition_channel: must be a string, property is required, must be equal to one of Facebook,Twitter,Website (actual value is 'snap')",
      ),
    )
    const metadata = { acquisition_channel: 'Website', other: 1 }
    expect((await save(metadata)).body.metadata).toEqual(metadata)
    const body = { allow_defined_only: true }
    await manageSchemas(t, 'PUT', `metadata-schemas/${id}`, { keys, body })
    expect(await save(metadata)).toMatchObject(
      refused("other: property is not defined (actual value is '1')"),
    )
  })
})
