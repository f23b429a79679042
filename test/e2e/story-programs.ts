import { callManagement, type ReceivedEvent, type Server } from '../support/server.ts'
import { waitFor } from '../support/wait-for.ts'
import type { Client } from './sdk/method-table.ts'

/** The event that converts a referral. */
export const SIGNED_UP = 'Signed Up'
/** What the shop answers to an order that is too small for the coupon. */
export const TOO_SMALL = 'Spend at least $100'

/** The programs of a shop, by what the story needs of them. */
export type Programs = {
  /** Ids of campaigns. */
  loyalty: string
  coupons: string
  /** Ids of rewards: a coupon for 500 points and a mug for 400. */
  coupon: string
  mug: string
}

/** Sets up a shop as its marketeer does: with the SDK, and with the management API where the SDK has no method. */
export async function openShop(server: Server, client: Client): Promise<Programs> {
  const coupons = await createCoupons(client)
  const gifts = await client.campaigns.create({
    name: 'Welcome cards',
    campaign_type: 'GIFT_VOUCHERS',
    type: 'AUTO_UPDATE',
    voucher: { type: 'GIFT_VOUCHER', gift: { amount: 0 } },
  })
  const loyalty = await createLoyalty(client)
  const [coupon, mug] = await offerRewards(client, loyalty.id, coupons.id)
  await createReferral(server, client, { gifts: gifts.id, loyalty: loyalty.id })
  // A single code, and never another one.
  const scarce = await client.campaigns.create({
    name: 'The last seat',
    type: 'STATIC',
    vouchers_count: 1,
    voucher: { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 100 } },
  })
  await waitFor('the only code', async () => {
    const found = await client.campaigns.get(scarce.id)
    return found.vouchers_generation_status === 'DONE' && found.vouchers_count === 1
  })
  return {
    loyalty: loyalty.id,
    coupons: coupons.id,
    coupon,
    mug,
  }
}

async function createCoupons(client: Client) {
  const coupons = await client.campaigns.create({
    name: 'Ten off',
    campaign_type: 'DISCOUNT_COUPONS',
    type: 'AUTO_UPDATE',
    voucher: {
      type: 'DISCOUNT_VOUCHER',
      discount: { type: 'AMOUNT', amount_off: 1_000 },
      redemption: { quantity: 1 },
    },
  })
  const rule = await client.validationRules.create({
    name: 'Not for small orders',
    rules: {
      1: {
        name: 'order.amount',
        conditions: { $more_than_or_equal: [10_000] },
        error: { message: TOO_SMALL },
      },
      logic: '1',
    },
  })
  await client.validationRules.createAssignment(rule.id, {
    related_object_type: 'campaign',
    related_object_id: coupons.id,
  })
  return coupons
}

async function createLoyalty(client: Client) {
  const loyalty = await client.loyalties.create({
    name: 'Friends of the shop',
    type: 'AUTO_UPDATE',
    voucher: { type: 'LOYALTY_CARD', loyalty_card: { points: 0 } },
  })
  await client.loyalties.createEarningRule(loyalty.id, [
    {
      event: 'order.paid',
      loyalty: {
        type: 'PROPORTIONAL',
        calculation_type: 'ORDER_TOTAL_AMOUNT',
        order: { total_amount: { every: 500, points: 10 } },
      },
      source: { banner: '10 points for every $5' },
    },
  ])
  return loyalty
}

async function offerRewards(
  client: Client,
  loyalty: string,
  coupons: string,
): Promise<[coupon: string, mug: string]> {
  const product = await client.products.create({ name: 'Mug', source_id: 'mug' })
  const coupon = await client.rewards.create({
    name: 'Ten off',
    type: 'CAMPAIGN',
    parameters: { campaign: { id: coupons } },
  })
  const mug = await client.rewards.create({
    name: 'A mug',
    type: 'MATERIAL',
    parameters: { product: { id: product.id } },
    stock: 1,
  })
  await client.loyalties.createRewardAssignments(loyalty, [
    { reward: coupon.id, parameters: { loyalty: { points: 500 } } },
    { reward: mug.id, parameters: { loyalty: { points: 400 } } },
  ])
  return [coupon.id, mug.id]
}

/** Who comes through a friend gets a gift card of $5, and the friend 100 points. */
async function createReferral(
  server: Server,
  client: Client,
  { gifts, loyalty }: { gifts: string; loyalty: string },
): Promise<void> {
  const referral = await client.campaigns.create({
    name: 'Bring a friend',
    campaign_type: 'REFERRAL_PROGRAM',
    type: 'AUTO_UPDATE',
    voucher: {
      type: 'DISCOUNT_VOUCHER',
      discount: { type: 'AMOUNT', amount_off: 500 },
      is_referral_code: true,
    },
    referral_program: {
      conversion_event_type: 'custom_event',
      custom_event: { name: SIGNED_UP },
      referee_reward: {
        related_object_parent: { id: gifts },
        type: 'GIFT_VOUCHER',
        amount: 500,
      },
    },
  })
  const reward = await client.rewards.create({
    name: '100 points',
    type: 'CAMPAIGN',
    parameters: { campaign: { id: loyalty, balance: 100 } },
  })
  await callManagement(server, `/api/v1/campaigns/${referral.id}/referral-tiers`, {
    method: 'POST',
    body: JSON.stringify({
      banner: '100 points for every friend',
      parameters: { conversions: 1, reward: { id: reward.id } },
    }),
  })
}

// What buying a reward tells, after the redemption and what was given (engine-programs §17.6, examples 4 and 5).
const ASKED = ['Reward redemption created', 'Customer creates a reward redemption request']
const GOT = ['Reward redemption completed', 'Customer reward redemption completed']

/** What the source Voucherify tells of the customer who brought a friend, call by call. */
export const TOLD_OF_ANN: readonly (readonly string[])[] = [
  // Her loyalty card, and her referral code.
  ['Publication succeeded'],
  ['Publication succeeded'],
  // Bob came through her.
  ['Customer rewarded'],
  // Her order was paid.
  ['Customer rewarded with loyalty points'],
  // The coupon; the mug, and that it was sent.
  ['Redemption succeeded', 'Publication succeeded', 'Customer rewarded', ...ASKED, ...GOT],
  ['Redemption succeeded', 'Customer rewarded', ...ASKED],
  GOT,
  // What became of the coupon; the order that it was redeemed for is paid, too.
  ['Validation succeeded'],
  ['Validation failed'],
  ['Redemption failed'],
  ['Redemption succeeded', 'Customer rewarded with loyalty points'],
  ['Redemption rollback succeeded'],
  ['Redemption rollback failed'],
  // The only code of a campaign.
  ['Publication succeeded'],
]

/** The same of the friend. */
export const TOLD_OF_BOB: readonly (readonly string[])[] = [
  // The gift card for coming through Ann, and what he paid with it.
  ['Publication succeeded'],
  ['Redemption succeeded'],
  // Ann was quicker.
  ['Publication failed'],
]

/** The names of the events about a customer, those of one call to the engine together. */
export function byCall(events: readonly ReceivedEvent[], user: string): (string | null)[][] {
  const calls: (string | null)[][] = []
  let group: unknown
  for (const { user_id, event, body } of events) {
    if (user_id !== user) continue
    const { group_id } = body.properties.voucherifyEvent
    if (group_id !== group) calls.push([])
    calls.at(-1)?.push(event)
    group = group_id
  }
  return calls
}

/** Lets what the engine tells go on to another pipeline, as Segment's calls. */
export async function forwardSourceEvents(server: Server, settings: object): Promise<void> {
  const { data } = await callManagement(server, '/api/v1/sources?limit=100')
  const source = data.find(({ catalog }: { catalog: string }) => catalog === 'voucherify')
  await callManagement(server, '/api/v1/destinations', {
    method: 'POST',
    body: JSON.stringify({
      source_id: source.id,
      definition: 'segment-endpoint',
      settings,
      setup: 'quick',
      ordering: 'strict',
      enabled: true,
    }),
  })
}
