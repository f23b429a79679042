import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { useDistributions } from '../integration/engine/distributions/support.ts'
import { createSchemaCheck, type Schema } from '../support/answer-schema.ts'
import { drainEffects } from '../support/effects.ts'

const PATH = join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  'shared',
  'data',
  'voucherify-webhooks-openapi.json',
)
const isThere = existsSync(PATH)
if (!isThere && process.env['CI'] === 'true')
  throw new Error(`In CI the contract must be there: ${PATH}`)

type Document = {
  webhooks: Record<
    string,
    { post: { requestBody: { content: { 'application/json': { schema: Schema } } } } }
  >
  components: { schemas: Record<string, Schema> }
}

/** Where `data` may differ from the reference's document, and why it does. */
const ACCEPTED: readonly { at: RegExp; reason: string }[] = [
  {
    at: /(gift\.subtracted_amount|redemption\.redeemed_amount)$/,
    reason:
      'A voucher is told as the API answers it; the document leaves out what gift cards have.',
  },
  {
    at: /order\.(created_at|updated_at|items\[\]\.id)$/,
    reason:
      'An order is told as the API answers it; the examples of the document have its times, too.',
  },
  {
    at: /(redemption(_rollback)?|rollback)\.(gift|related_object_id|related_object_type|channel|date)$/,
    reason: 'A redemption is told as the API answers it, so that both are read alike.',
  },
  {
    at: /^\.balance\.operation_type$/,
    reason: 'AUTOMATIC, for what no person did, as the document says of the other transactions.',
  },
  {
    at: /publication\.voucher$/,
    reason: 'A publication is told as the API answers it, so that both are read alike.',
  },
  {
    at: /^\.redemption\.status$/,
    reason: 'ROLLED_BACK: data tells the state after the operation (EV-4, EV-7).',
  },
  {
    at: /^\.event\.customer\.object$/,
    reason: 'The document requires it, and its own example has the id alone.',
  },
  {
    at: /^\.campaign\.voucher\./,
    reason: 'The template of a campaign is told as the API answers it, which says less and more.',
  },
  {
    at: /(redemption\.redeemed_points|\.related_object_parent_id)$/,
    reason: 'A card and a redemption are told as the API answers them, so that all are read alike.',
  },
  {
    at: /(redemption|redemption_rollback|rollback)\.(loyalty_card|reward\.(\w+|(product|sku)\.\w+))$/,
    reason: 'A reward has what was given alone; its product is told as the API answers it.',
  },
  {
    at: /^\.referral_tier\.parameters\.(conversions|recurring|reward)$/,
    reason: 'Our own: the reference says nothing of what is asked of referrers.',
  },
  {
    at: /^\.(custom_event|(source|destination)_voucher|earning_rule|event|(holder_)?loyalty_tier|segment|reward|redemption|rollback)$/,
    reason:
      'Of a movement of points what had to do with it is told; the document lists all there is.',
  },
  {
    at: /^\.distribution\.distribution_channels$/,
    reason: 'The document says of the list what it means of its members.',
  },
  {
    at: /publication\.metadata\.(distribution_id|source_id|source_type)$/,
    reason: 'Only publications of distributions have them.',
  },
]

const t = useDistributions()
let document: Document

beforeAll(() => {
  if (isThere) document = JSON.parse(readFileSync(PATH, 'utf8')) as Document
})

/** What the document calls an event. */
const toName = (type: string): string =>
  `EVENTS.${type.toUpperCase().replace('BUSINESS_VALIDATION_RULE', 'BUS_VAL_RULE')}`

/** Lets everything happen of which a webhook could be told. */
async function live(): Promise<void> {
  const customer = { source_id: 'anna', name: 'Anna', metadata: { vip: true } }
  const discount = { type: 'PERCENT', percent_off: 10 }
  await t.call('POST', '/v1/vouchers/TEN', { type: 'DISCOUNT_VOUCHER', discount })
  await t.call('PUT', '/v1/vouchers/TEN', { metadata: { a: 1 } })
  await t.call('POST', '/v1/vouchers/TEN/disable')
  await t.call('POST', '/v1/vouchers/TEN/enable')
  await t.call('POST', '/v1/vouchers/GIFT', { type: 'GIFT_VOUCHER', gift: { amount: 10_000 } })
  await t.call('POST', '/v1/publications', { voucher: 'GIFT', customer })
  for (const id of ['TEN', 'GIFT', 'NO-SUCH-CODE']) {
    const redeemables = [{ object: 'voucher', id }]
    const order = { amount: 2_000, items: [{ product_id: 'p1', quantity: 1, price: 2_000 }] }
    const { body } = await t.call('POST', '/v1/redemptions', { redeemables, customer, order })
    const made = body.redemptions?.[0]?.id
    if (made) await t.call('POST', `/v1/redemptions/${made}/rollback`)
    if (made) await t.call('POST', `/v1/redemptions/${made}/rollback`)
  }
  await t.call('POST', '/v1/events', { event: 'visited', customer })
  await t.call('PUT', '/v1/customers/anna', { name: 'Ann' })
  await t.call('DELETE', '/v1/customers/anna')
  await t.call('DELETE', '/v1/vouchers/TEN?force=true')
}

/** Lets points be spent, and somebody be referred. */
async function liveOnPrograms(): Promise<void> {
  const create = async (url: string, body: object) => (await t.call('POST', url, body)).body
  const campaign = (campaign_type: string, voucher: object, more: object = {}) =>
    create('/v1/campaigns', {
      name: campaign_type,
      campaign_type,
      type: 'AUTO_UPDATE',
      voucher,
      ...more,
    })
  const discount = { type: 'AMOUNT', amount_off: 100 }
  const program = await campaign('LOYALTY_PROGRAM', {
    type: 'LOYALTY_CARD',
    loyalty_card: { points: 1000 },
  })
  const coupons = await campaign('DISCOUNT_COUPONS', { type: 'DISCOUNT_VOUCHER', discount })
  const gifts = await campaign('GIFT_VOUCHERS', { type: 'GIFT_VOUCHER', gift: { amount: 0 } })
  const product = await create('/v1/products', { name: 'Mug' })
  const rewards = [
    { campaign: { id: coupons.id } },
    { campaign: { id: gifts.id, balance: 5 } },
    { product: { id: product.id } },
  ]
  const customer = {
    source_id: 'bert',
    name: 'Bert',
    email: 'bert@example.com',
    metadata: { a: 1 },
  }
  const { voucher } = await create('/v1/publications', { campaign: program.id, customer })
  let gift = ''
  for (const parameters of rewards) {
    const { id } = await create('/v1/rewards', { name: 'Reward', parameters })
    if (parameters.campaign?.balance) gift = id
    const of = `/v1/rewards/${id}/assignments`
    const terms = { parameters: { loyalty: { points: 10 } } }
    const assignment = await create(of, { campaign: program.id, ...terms })
    await t.call('PUT', `${of}/${assignment.id}`, terms)
    const url = `/v1/loyalties/members/${voucher.code}/redemption`
    const redemption = await create(url, { reward: { id } })
    await t.call('POST', `/v1/redemptions/${redemption.id}/rollback`)
    await t.call('DELETE', `${of}/${assignment.id}`)
  }
  const referral = await campaign('REFERRAL_PROGRAM', { type: 'DISCOUNT_VOUCHER', discount })
  const tier = { banner: 'Friends', parameters: { reward: { id: gift } } }
  await t.manage('POST', `/api/v1/campaigns/${referral.id}/referral-tiers`, tier)
  const code = (await create('/v1/publications', { campaign: referral.id, customer })).voucher.code
  const redeemables = [{ object: 'voucher', id: code }]
  await create('/v1/redemptions', { redeemables, customer: { source_id: 'carl' } })
  await drainEffects(t)
}

it.skipIf(!isThere)('tells webhooks what the reference tells them', async () => {
  const { body } = await t.manage('GET', '/api/v1/webhook-events')
  const documented = body.data.filter((type: string) => document.webhooks[toName(type)])
  await t.hook('/all', documented)
  await live()
  await liveOnPrograms()
  await t.sendAll()

  const check = createSchemaCheck(document.components.schemas)
  const told = t.received().map(({ body: message }) => message)
  expect(new Set(told.map(({ type }) => type)).size).toBeGreaterThan(8)
  const news = told.flatMap(({ type, data }) => {
    const schema =
      document.webhooks[toName(type)]?.post.requestBody.content['application/json'].schema
    return check(schema ?? {}, data)
      .filter(({ at }) => !ACCEPTED.some((accepted) => accepted.at.test(at)))
      .map(({ at, kind }) => `${type} ${at}: ${kind}`)
  })
  expect([...new Set(news)].sort(), 'what the reference would not tell').toEqual([])
})

it.skipIf(!isThere)('tells customers by hand what the reference tells them (§12.2)', async () => {
  const customers = ['dora']
  const { body: segment } = await t
    .call('POST', '/v1/customers', { source_id: 'dora' })
    .then(() => t.call('POST', '/v1/segments', { name: 'By hand', type: 'static', customers }))
  const discount = { type: 'PERCENT', percent_off: 10 }
  const { body: campaign } = await t.call('POST', '/v1/campaigns', {
    name: 'By hand',
    campaign_type: 'DISCOUNT_COUPONS',
    type: 'AUTO_UPDATE',
    voucher: { type: 'DISCOUNT_VOUCHER', discount },
  })
  const trigger = { event: 'manual_distribution_schedule', segment: segment.id }
  await t.distribute(trigger, { campaign: campaign.id })
  t.clock.advance(600_000)
  await t.settle()

  const [message] = t.received().map(({ body }) => body)
  const name = 'EVENTS.DISTRIBUTION.MANUAL_DISTRIBUTION_SCHEDULE'
  const schema = document.webhooks[name]?.post.requestBody.content['application/json'].schema
  const check = createSchemaCheck(document.components.schemas)
  const news = check(schema ?? {}, message.data)
    .filter(({ at }) => !ACCEPTED.some((accepted) => accepted.at.test(at)))
    .map(({ at, kind }) => `${at}: ${kind}`)
  expect(message.data).toMatchObject({
    campaign: { id: campaign.id },
    voucher: {},
    publication: {},
  })
  expect([...new Set(news)].sort(), 'what the reference would not tell').toEqual([])
})
