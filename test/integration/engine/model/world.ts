import type { TestApp } from '../../../support/test-app.ts'

/** A limit that a validation rule sets, and what it counts for. */
export type Limit = {
  ruleId: string
  by: 'customer' | 'campaign_uses' | 'campaign_budget'
  /** The voucher or campaign that keeps the counter. */
  objectId: string
  max: number
}

/** Something to redeem, with what its model must know of it. */
export type Item = {
  object: 'voucher' | 'promotion_tier'
  /** The code of a voucher, the id of a tier. */
  id: string
  /** Uses in all; null without a limit. */
  quantity: number | null
  /** Credits at first, of a gift card. */
  credits?: number
  limits: readonly Limit[]
  isSwitchedOnAndOff?: boolean
}

export type Campaign = { id: string; quantity: number; limits: readonly Limit[] }

/** Everything the clients of the test work on. Items are added while they do. */
export type World = {
  items: Item[]
  campaigns: readonly Campaign[]
  /** Loyalty cards that somebody holds. */
  pointCards: readonly string[]
}

export const DISCOUNT = 100
export const ORDER_AMOUNT = 10_000
export const CARD_CREDITS = 40_000
export const CARD_POINTS = 500
export const CUSTOMERS = 25

export const customerName = (index: number): string => `customer-${index % CUSTOMERS}`
const amountOff = { type: 'AMOUNT', amount_off: DISCOUNT }

/** Makes the vouchers, cards, tiers, campaigns and limits of the first moment. */
export async function createWorld(t: TestApp): Promise<World> {
  const make = async (url: string, body: object) => {
    const answer = await t.call('POST', url, body)
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
    return answer.body
  }
  const limit = async (
    name: string,
    max: number,
    target: { type: string; id: string; by: Limit['by'] },
  ): Promise<Limit> => {
    const rules = { '1': { name, conditions: { $less_than_or_equal: [max] }, rules: {} } }
    const { id } = await make('/v1/validation-rules', { name, rules: { ...rules, logic: '1' } })
    const related = { related_object_type: target.type, related_object_id: target.id }
    await make(`/v1/validation-rules/${id}/assignments`, related)
    return { ruleId: id, by: target.by, objectId: target.id, max }
  }
  const campaign = async (name: string, quantity: number) =>
    make('/v1/campaigns', {
      name,
      voucher: { type: 'DISCOUNT_VOUCHER', discount: amountOff, redemption: { quantity } },
    })

  const items: Item[] = []
  for (const [index, quantity] of [1, 5, 40, 200, null, null].entries()) {
    await make(`/v1/vouchers/V${index}`, { discount: amountOff, redemption: { quantity } })
    items.push({ object: 'voucher', id: `V${index}`, quantity, limits: [] })
  }
  for (const id of ['S0', 'S1']) {
    await make(`/v1/vouchers/${id}`, { discount: amountOff })
    items.push({ object: 'voucher', id, quantity: null, limits: [], isSwitchedOnAndOff: true })
  }
  for (const id of ['G0', 'G1', 'G2', 'G3']) {
    await make(`/v1/vouchers/${id}`, { gift: { amount: CARD_CREDITS } })
    items.push({ object: 'voucher', id, quantity: null, credits: CARD_CREDITS, limits: [] })
  }
  for (const [id, max] of [
    ['L0', 2],
    ['L1', 8],
  ] as const) {
    const voucher = await make(`/v1/vouchers/${id}`, { discount: amountOff })
    const target = { type: 'voucher', id: voucher.id, by: 'customer' as const }
    const limits = [await limit('redemption.count.per_customer', max, target)]
    items.push({ object: 'voucher', id, quantity: null, limits })
  }
  const promotion = await make('/v1/campaigns', { name: 'Tiers', campaign_type: 'PROMOTION' })
  for (const name of ['first', 'second']) {
    const tier = { name, action: { discount: amountOff } }
    const { id } = await make(`/v1/promotions/${promotion.id}/tiers`, tier)
    items.push({ object: 'promotion_tier', id, quantity: null, limits: [] })
  }
  const pointCards = ['P0', 'P1']
  for (const code of pointCards) {
    await make(`/v1/vouchers/${code}`, { loyalty_card: { points: CARD_POINTS } })
    await make('/v1/publications', { voucher: code, customer: { source_id: customerName(0) } })
  }
  const counted = await campaign('Counted', 3)
  const budgeted = await campaign('Budgeted', 50)
  const countedBy = { type: 'campaign', id: counted.id, by: 'campaign_uses' as const }
  const budgetedBy = { type: 'campaign', id: budgeted.id, by: 'campaign_budget' as const }
  const campaigns = [
    {
      id: counted.id,
      quantity: 3,
      limits: [await limit('campaign.redemptions.count', 60, countedBy)],
    },
    {
      id: budgeted.id,
      quantity: 50,
      limits: [await limit('campaign.orders.amount_discounted', 4_050, budgetedBy)],
    },
  ]
  return { items, campaigns, pointCards }
}
