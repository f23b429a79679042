import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { WEBHOOK_EVENTS } from '../../src/engine/outbox/index.ts'
import { useDistributions } from '../integration/engine/distributions/support.ts'
import { runAsyncActions } from '../support/async-actions.ts'
import { runNight } from '../support/nightly.ts'

/*
 * Every event of engine-programs §13.3 and §13.4 is made to happen here, or stands with the reason why it never does in
 * docs/reference/compatibility.md.
 */
const ROOT = join(import.meta.dirname, '..', '..')
const EVENTS = readFileSync(join(import.meta.dirname, 'engine-events.txt'), 'utf8')
  .trim()
  .split('\n')
const compatibility = readFileSync(join(ROOT, 'docs', 'reference', 'compatibility.md'), 'utf8')
/** The rows of the table: `customer.sms.*` stands for all that begin so. */
const NEVER = [...compatibility.matchAll(/^\| `([a-z_.]+(?:\.\*)?)` \| .+ \|$/gm)].flatMap(
  ([, row = '']) =>
    row.endsWith('*')
      ? EVENTS.filter((event) => event.startsWith(row.slice(0, -1)))
      : EVENTS.filter((event) => event === row),
)

const t = useDistributions()
const DISCOUNT = { type: 'AMOUNT', amount_off: 100 }

const call = async (method: 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown) => {
  const answer = await t.call(method, url, body)
  if (answer.status >= 300) throw new Error(`${method} ${url}: ${JSON.stringify(answer.body)}`)
  return answer.body
}
const create = (url: string, body: unknown = {}) => call('POST', url, body)
let names = 0
const campaign = (campaign_type: string, voucher: object, more: object = {}) => {
  names += 1
  const body = { name: `Campaign ${names}`, campaign_type, type: 'AUTO_UPDATE', voucher, ...more }
  return create('/v1/campaigns', body)
}
const coupons = () => campaign('DISCOUNT_COUPONS', { type: 'DISCOUNT_VOUCHER', discount: DISCOUNT })
const codeOf = async (of: { id: string }, source_id: string): Promise<string> =>
  (await create('/v1/publications', { campaign: of.id, customer: { source_id } })).voucher.code
const settle = async () => {
  await runAsyncActions(t)
  await t.settle()
}

async function customersLive(): Promise<void> {
  const filter = { junction: 'and', name: { conditions: { $is: 'Inside' } } }
  await create('/v1/segments', { name: 'Inside', type: 'auto-update', filter })
  await settle()
  t.clock.advance(1_000)
  await create('/v1/customers', { source_id: 'cust', name: 'Inside' })
  await settle()
  await call('PUT', '/v1/customers/cust', { name: 'Outside' })
  await settle()
  await create('/v1/events', { event: 'seen', customer: { source_id: 'cust' } })
  const order = { customer: { source_id: 'cust' }, amount: 5_000, status: 'CREATED' }
  const { id } = await create('/v1/orders', order)
  for (const status of ['PAID', 'FULFILLED', 'CANCELED'])
    await call('PUT', `/v1/orders/${id}`, { status, amount: 5_000 })
  await create('/v1/customers', { source_id: 'goes' })
  await call('DELETE', '/v1/customers/goes')
}

async function vouchersLive(): Promise<void> {
  const customer = { source_id: 'cust' }
  await create('/v1/vouchers/TEN', { type: 'DISCOUNT_VOUCHER', discount: DISCOUNT })
  await call('PUT', '/v1/vouchers/TEN', { metadata: { a: 1 } })
  await create('/v1/vouchers/TEN/disable')
  await create('/v1/vouchers/TEN/enable')
  await create('/v1/vouchers/GIFT', { type: 'GIFT_VOUCHER', gift: { amount: 10_000 } })
  await create('/v1/publications', { voucher: 'GIFT', customer })
  await create('/v1/vouchers/GIFT/balance', { amount: 100 })
  const order = { amount: 2_000 }
  const redeemables = [{ object: 'voucher', id: 'GIFT' }]
  await create('/v1/validations', { redeemables, customer, order })
  await create('/v1/validations', {
    redeemables: [{ object: 'voucher', id: 'NONE' }],
    customer,
    order,
  })
  const { redemptions } = await create('/v1/redemptions', { redeemables, customer, order })
  const rollback = `/v1/redemptions/${redemptions[0].id}/rollback`
  await create(rollback)
  await t.call('POST', rollback)
  await t.call('POST', '/v1/redemptions', {
    redeemables: [{ object: 'voucher', id: 'NONE' }],
    customer,
  })
  const empty = await campaign(
    'DISCOUNT_COUPONS',
    { type: 'DISCOUNT_VOUCHER', discount: DISCOUNT },
    { type: 'STATIC' },
  )
  await t.call('POST', '/v1/publications', { campaign: empty.id, customer })
  await call('DELETE', '/v1/vouchers/GIFT')
}

async function campaignsLive(): Promise<void> {
  const one = await coupons()
  await call('PUT', `/v1/campaigns/${one.id}`, { description: 'New' })
  await create(`/v1/campaigns/${one.id}/disable`)
  await create(`/v1/campaigns/${one.id}/enable`)
  await create(`/v1/campaigns/${one.id}/vouchers?vouchers_count=2`)
  await create(`/v1/campaigns/${one.id}/import`, [{ code: 'IMPORTED' }])
  await settle()
  // One code of this form is taken by the time when both are made.
  const narrow = { code_config: { pattern: 'ONLY-#', charset: 'AB', length: 1 } }
  const two = await campaign('DISCOUNT_COUPONS', {
    type: 'DISCOUNT_VOUCHER',
    discount: DISCOUNT,
    ...narrow,
  })
  await create('/v1/vouchers/ONLY-A', { type: 'DISCOUNT_VOUCHER', discount: DISCOUNT })
  await create(`/v1/campaigns/${two.id}/vouchers?vouchers_count=2`)
  await settle()
  await call('DELETE', `/v1/campaigns/${one.id}`)

  const promotion = await create('/v1/campaigns', { name: 'Promotion', campaign_type: 'PROMOTION' })
  const tiers: string[] = []
  for (const name of ['A', 'B']) {
    const tier = { name, action: { discount: DISCOUNT } }
    tiers.push((await create(`/v1/promotions/${promotion.id}/tiers`, tier)).id)
  }
  await call('PUT', `/v1/promotions/tiers/${tiers[0]}`, { name: 'Other' })
  await create(`/v1/promotions/tiers/${tiers[0]}/disable`)
  await create(`/v1/promotions/tiers/${tiers[0]}/enable`)
  const stacks = `/v1/promotions/${promotion.id}/stacks`
  const stack = { name: 'Both', tiers: { ids: tiers } }
  const { id } = await create(stacks, stack)
  await call('PUT', `${stacks}/${id}`, { ...stack, name: 'Both again' })
  await call('DELETE', `${stacks}/${id}`)

  const rule = {
    name: 'Rule',
    rules: { 1: { name: 'order.amount', conditions: { $more_than: [1] } } },
  }
  const made = await create('/v1/validation-rules', rule)
  const path = `/v1/validation-rules/${made.id}`
  await call('PUT', path, { ...rule, name: 'Rule again' })
  const related = { related_object_type: 'voucher', related_object_id: 'TEN' }
  const assigned = await create(`${path}/assignments`, related)
  await call('DELETE', `${path}/assignments/${assigned.id}`)
  await call('DELETE', path)
  await call('DELETE', `/v1/promotions/tiers/${tiers[1]}`)
}

const LOYALTY = { type: 'LOYALTY_CARD', loyalty_card: { points: 0 } }

async function pointsLive(): Promise<void> {
  const program = await campaign('LOYALTY_PROGRAM', LOYALTY)
  const path = `/v1/loyalties/${program.id}`
  const rules = `${path}/earning-rules`
  const order = { type: 'PROPORTIONAL', order: { amount: { every: 100, points: 1 } } }
  const calculated = {
    event: 'order.paid',
    loyalty: { ...order, calculation_type: 'ORDER_AMOUNT' },
  }
  const [rule] = await create(rules, [calculated])
  await call('PUT', `${rules}/${rule.id}`, { metadata: { a: 1 } })
  await create(`${rules}/${rule.id}/disable`)
  await create(`${rules}/${rule.id}/enable`)
  const [later] = await create(rules, [
    { ...calculated, pending_points: { period_type: 'DAY', period_value: 7 } },
  ])
  const card = await codeOf(program, 'points')
  await settle()
  const customer = { source_id: 'points' }
  const paid = { customer, amount: 10_000, status: 'PAID' }
  for (let times = 0; times < 3; times += 1) await create('/v1/orders', paid)
  await settle()
  const members = `/v1/loyalties/members/${card}`
  const { body } = await t.call('GET', `${members}/pending-points`)
  const [first, second, third] = body.data
  await create(`${members}/pending-points/${first.id}/balance`, { points: 1 })
  await create(`${members}/pending-points/${second.id}/cancel`)
  await create(`${members}/pending-points/${third.id}/activate`)
  await create(`${members}/balance`, { points: 50 })
  const other = await codeOf(program, 'other')
  await create(`${path}/members/${other}/transfers`, [{ code: card, points: 5, source_id: 'tr-1' }])
  const expiration = { expiration_type: 'CUSTOM_DATE', expiration_date: '2026-06-03' }
  await create(`${members}/balance`, { points: 7, ...expiration })
  await call('DELETE', `${rules}/${later.id}`)
  await settle()
  t.clock.set('2026-06-04T00:00:01Z')
  await runNight(t)
  await settle()
}

async function tiersLive(): Promise<void> {
  const program = await campaign('LOYALTY_PROGRAM', LOYALTY, {
    loyalty_tiers_expiration: {
      qualification_type: 'BALANCE',
      qualification_period: 'QUARTER',
      start_date: { type: 'IMMEDIATE' },
      expiration_date: { type: 'END_OF_NEXT_PERIOD' },
    },
  })
  const path = `/v1/loyalties/${program.id}/tiers`
  const [, gold] = await create(path, [
    { name: 'Silver', points: { from: 100, to: 200 } },
    { name: 'Gold', points: { from: 201, to: 500 } },
  ])
  const card = await codeOf(program, 'tiered')
  const add = async (amount: number) => {
    await create(`/v1/vouchers/${card}/balance`, { amount })
    await settle()
  }
  for (const amount of [150, 150, -150]) await add(amount)
  const nights = ['2026-10-01', '2027-01-01', '2027-04-01', '2027-07-01', '2027-10-01']
  for (const [index, night] of nights.entries()) {
    t.clock.set(`${night}T00:00:01Z`)
    await runNight(t)
    await settle()
    if (index === 2) await add(-140)
  }
  await call('PUT', `${path}/${gold.id}`, { metadata: { a: 1 } })
  await settle()
  await call('DELETE', `${path}/${gold.id}`)
}

async function rewardsLive(): Promise<void> {
  const program = await campaign('LOYALTY_PROGRAM', {
    type: 'LOYALTY_CARD',
    loyalty_card: { points: 1_000 },
  })
  const card = await codeOf(program, 'rewarded')
  const gifts = await campaign('GIFT_VOUCHERS', { type: 'GIFT_VOUCHER', gift: { amount: 0 } })
  const product = await create('/v1/products', { name: 'Mug' })
  let gift = ''
  for (const parameters of [
    { product: { id: product.id } },
    { campaign: { id: gifts.id, balance: 5 } },
  ]) {
    const { id } = await create('/v1/rewards', { name: 'Reward', parameters })
    gift = id
    const assignments = `/v1/rewards/${id}/assignments`
    const terms = { parameters: { loyalty: { points: 10 } } }
    const assignment = await create(assignments, { campaign: program.id, ...terms })
    await call('PUT', `${assignments}/${assignment.id}`, terms)
    const redemption = await create(`/v1/loyalties/members/${card}/redemption`, { reward: { id } })
    await create(`/v1/redemptions/${redemption.id}/rollback`)
    await call('DELETE', `${assignments}/${assignment.id}`)
  }

  const referral = await campaign('REFERRAL_PROGRAM', {
    type: 'DISCOUNT_VOUCHER',
    discount: DISCOUNT,
  })
  const tiers = `/api/v1/campaigns/${referral.id}/referral-tiers`
  const tier = { banner: 'Friends', parameters: { reward: { id: gift } } }
  const made = (await t.manage('POST', tiers, tier)).body
  const code = await codeOf(referral, 'refers')
  const redeemables = [{ object: 'voucher', id: code }]
  await create('/v1/redemptions', { redeemables, customer: { source_id: 'friend' } })
  await settle()
  const members = `/v1/referrals/members/${code}/holders`
  const added = await create('/v1/customers', { source_id: 'added' })
  await create(members, { holders: [{ source_id: 'added' }] })
  const { data } = (await t.call('GET', members)).body
  const holder = data.find(({ customer_id }: { customer_id: string }) => customer_id === added.id)
  await call('DELETE', `${members}/${holder.id}`)
  const one = `/api/v1/referral-tiers/${made.id}`
  await t.manage('PUT', one, tier)
  await t.manage('DELETE', one)
}

async function distributionsLive(): Promise<void> {
  const { id } = await create('/v1/segments', {
    name: 'By hand',
    type: 'static',
    customers: ['cust'],
  })
  await t.distribute({ event: 'manual_distribution_schedule', segment: id })
  t.clock.advance(600_000)
  await settle()
}

describe('the events of the reference', () => {
  let announced: ReadonlySet<string>

  beforeAll(async () => {
    t.clock.set('2026-06-01T12:00:00Z')
    await t.hook('/all', [...WEBHOOK_EVENTS])
    for (const live of [
      customersLive,
      vouchersLive,
      campaignsLive,
      pointsLive,
      tiersLive,
      rewardsLive,
      distributionsLive,
    ])
      await live()
    await settle()
    const { rows } = await t.db.pool.query(
      'select type as event from occurrence union select event from webhook_message',
    )
    announced = new Set(rows.map(({ event }: { event: string }) => event))
  }, 120_000)

  it('all happen here, or have a reason why not (§13.3, §13.4)', () => {
    const silent = EVENTS.filter((event) => !announced.has(event) && !NEVER.includes(event))
    expect(silent).toEqual([])
  })

  it('have no reason not to happen where they do', () => {
    expect(NEVER.filter((event) => announced.has(event))).toEqual([])
    expect(NEVER.length).toBeGreaterThan(9)
  })

  it('can all be told to webhooks, but for those that never happen', () => {
    const untold = EVENTS.filter((event) => !WEBHOOK_EVENTS.has(event) && !NEVER.includes(event))
    expect(untold).toEqual([])
  })
})
