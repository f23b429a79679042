import type { ProjectKeys } from '../../../../src/platform/auth/index.ts'
import type { CallAnswer, TestApp } from '../../../support/test-app.ts'
import {
  CREDITS,
  GOLD,
  type Member,
  MUGS,
  PRICES,
  type RewardName,
  SILVER_FACTOR,
  START,
  TIERS,
} from './model.ts'

/** A project of its own with two loyalty programs, gift cards and rewards, as model.ts describes them. */
export type World = {
  t: TestApp
  keys: ProjectKeys
  programs: { main: string; side: string; gifts: string }
  rewards: Record<RewardName | 'coin', string>
  post(url: string, body?: object): Promise<CallAnswer>
  /** The same on behalf of somebody who manages the project. */
  manage(url: string): Promise<CallAnswer>
}

/** What follows lasts for a month at most, and begins on a day whose next month is shorter. */
export const FIRST_MOMENT = '2026-08-29T12:00:00.000Z'
let made = 0

type Send = (
  url: string,
  body: object,
  options: { headers: Record<string, string> },
) => Promise<CallAnswer>

/** Makes it, in the first moment. `send` posts for a caller, by default to the one process there is. */
export async function createWorld(
  t: TestApp,
  send: Send = (...call) => t.call('POST', ...call),
): Promise<World> {
  t.clock.set(FIRST_MOMENT)
  const keys = await t.addProject()
  const headers = { 'x-app-id': keys.appId, 'x-app-token': keys.appToken }
  const post = (url: string, body: object = {}) => send(url, body, { headers })
  const make = async (url: string, body: object) => {
    const answer = await post(url, body)
    if (answer.status !== 200) throw new Error(`${url}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const programs = await makePrograms(make)
  const rewards = await makeRewards(make, programs)
  await makeTiers(make, programs, rewards.coupon)
  const manage = async (url: string): Promise<CallAnswer> => {
    const headers = { authorization: `Bearer ${keys.adminToken}` }
    const { statusCode, payload } = await t.app.http.inject({ method: 'POST', url, headers })
    return { status: statusCode, body: JSON.parse(payload), headers: {} }
  }
  const ids = { coupon: rewards.coupon.id, mug: rewards.mug.id, credits: rewards.credits.id }
  return { t, keys, programs, rewards: { ...ids, coin: rewards.coin.id }, post, manage }
}

// biome-ignore lint/suspicious/noExplicitAny: answers are what tests look into, field by field.
type Make = (url: string, body: object) => Promise<any>

async function makePrograms(make: Make): Promise<World['programs']> {
  const campaign = async (name: string, voucher: object, more: object = {}): Promise<string> =>
    (await make('/v1/campaigns', { name, type: 'AUTO_UPDATE', voucher, ...more })).id
  const program = (name: string, points: number, rules: object, more: object = {}) => {
    const expiration_rules = { period_type: 'MONTH', period_value: 1, ...rules }
    const voucher = { type: 'LOYALTY_CARD', loyalty_card: { points, expiration_rules } }
    return campaign(name, voucher, { campaign_type: 'LOYALTY_PROGRAM', ...more })
  }
  const lasting = {
    qualification_type: 'BALANCE',
    qualification_period: 'MONTH',
    start_date: { type: 'IMMEDIATE' },
    expiration_date: { type: 'END_OF_PERIOD' },
  }
  const rounded = { rounding_type: 'END_OF_MONTH' }
  return {
    main: await program('main', START, {}),
    side: await program('side', 0, rounded, { loyalty_tiers_expiration: lasting }),
    gifts: await campaign('gifts', { type: 'GIFT_VOUCHER', gift: { amount: 0 } }),
  }
}

async function makeRewards(make: Make, { main, gifts }: World['programs']) {
  const discount = { type: 'AMOUNT', amount_off: 1 }
  const voucher = { type: 'DISCOUNT_VOUCHER', discount }
  const coupons = await make('/v1/campaigns', { name: 'coupons', type: 'AUTO_UPDATE', voucher })
  const product = await make('/v1/products', { name: 'Mug' })
  const reward = async (name: string, parameters: object, points?: number, more: object = {}) => {
    const { id } = await make('/v1/rewards', { name, parameters, ...more })
    const terms = points === undefined ? {} : { parameters: { loyalty: { points } } }
    const assignment = await make(`/v1/rewards/${id}/assignments`, { campaign: main, ...terms })
    return { id: id as string, assignment: assignment.id as string }
  }
  const credits = { campaign: { id: gifts, balance: CREDITS } }
  const coin = { coin: { exchange_ratio: 1, points_ratio: 10 } }
  return {
    coupon: await reward('coupon', { campaign: { id: coupons.id } }, PRICES.coupon),
    mug: await reward('mug', { product: { id: product.id } }, PRICES.mug, { stock: MUGS }),
    credits: await reward('credits', credits, PRICES.credits),
    coin: await reward('coin', coin),
  }
}

async function makeTiers(
  make: Make,
  { main, side }: World['programs'],
  coupon: { assignment: string },
): Promise<void> {
  const per = (every: number, points: number) => ({
    type: 'PROPORTIONAL',
    calculation_type: 'ORDER_AMOUNT',
    order: { amount: { every, points } },
  })
  const [spending, , visiting] = await make(`/v1/loyalties/${main}/earning-rules`, [
    { event: 'order.paid', loyalty: per(1_000, 3) },
    {
      event: 'order.paid',
      loyalty: per(2_000, 5),
      pending_points: { period_type: 'DAY', period_value: 3 },
    },
    { event: 'visit', loyalty: { type: 'FIXED', points: 10 } },
  ])
  const mappings = {
    Silver: {
      earning_rules: {
        [spending.id]: { type: 'MULTIPLY', multiplier: SILVER_FACTOR },
        [visiting.id]: { type: 'CUSTOM', points: 25 },
      },
    },
    Gold: {
      earning_rules: { [spending.id]: { type: 'CUSTOM', points: GOLD.perBlock } },
      rewards: { [coupon.assignment]: { type: 'CUSTOM', points: GOLD.coupon } },
    },
  }
  for (const [program, tiers] of [
    [main, TIERS.main],
    [side, TIERS.side],
  ] as const) {
    const body = tiers.map(({ name, from, to }) => ({
      ...{ name, points: { from, ...(Number.isFinite(to) && { to }) } },
      ...mappings[name as keyof typeof mappings],
    }))
    await make(`/v1/loyalties/${program}/tiers`, body)
  }
}

/** A new customer with a card of each program and a gift card. */
export async function join({ post, programs }: World): Promise<Member & { customer: string }> {
  made += 1
  const customer = `member-${made}`
  const publish = async (campaign: string): Promise<string> => {
    const answer = await post('/v1/publications', { campaign, customer: { source_id: customer } })
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
    return answer.body.voucher.code
  }
  const { main, side, gifts } = programs
  const cards = { main: await publish(main), side: await publish(side), gift: await publish(gifts) }
  return { ...cards, customer }
}
