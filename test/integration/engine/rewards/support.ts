import { randomBytes } from 'node:crypto'
import type { TestApp } from '../../../support/test-app.ts'

/** A name that no other test uses. */
export const unique = (name: string): string => `${name}-${randomBytes(5).toString('hex')}`

const CODES = { code_config: { pattern: 'R-###########' } }

/** Makes something and answers its body; what is refused fails the test. */
export async function made(t: TestApp, url: string, body: unknown) {
  const answer = await t.call('POST', url, body)
  if (answer.status !== 200) throw new Error(`${url}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** A loyalty program whose cards begin with `points`. */
export const aProgram = (t: TestApp, points = 0) =>
  made(t, '/v1/campaigns', {
    name: unique('program'),
    campaign_type: 'LOYALTY_PROGRAM',
    type: 'AUTO_UPDATE',
    voucher: { type: 'LOYALTY_CARD', loyalty_card: { points }, ...CODES },
  })

export const aCouponCampaign = (t: TestApp, more: object = {}) =>
  made(t, '/v1/campaigns', {
    name: unique('coupons'),
    type: 'AUTO_UPDATE',
    voucher: {
      type: 'DISCOUNT_VOUCHER',
      discount: { type: 'AMOUNT', amount_off: 500 },
      ...CODES,
    },
    ...more,
  })

export const aGiftCampaign = (t: TestApp, amount = 0) =>
  made(t, '/v1/campaigns', {
    name: unique('gifts'),
    type: 'AUTO_UPDATE',
    voucher: { type: 'GIFT_VOUCHER', gift: { amount }, ...CODES },
  })

export const aProduct = (t: TestApp) =>
  made(t, '/v1/products', { name: 'Mug', source_id: unique('mug') })

/** A reward in a program at a price; COIN has none. */
export async function aReward(
  t: TestApp,
  program: { id: string },
  reward: { parameters: object; stock?: number },
  points?: number,
) {
  const { id } = await made(t, '/v1/rewards', { name: unique('reward'), ...reward })
  const terms = points === undefined ? {} : { parameters: { loyalty: { points } } }
  const assignment = await made(t, `/v1/rewards/${id}/assignments`, {
    campaign: program.id,
    ...terms,
  })
  return { id: id as string, assignment }
}

/** The loyalty card that a new member of a program gets. */
export async function aMember(t: TestApp, program: { id: string }, sourceId = unique('member')) {
  const { voucher, customer } = await made(t, '/v1/publications', {
    campaign: { id: program.id },
    customer: { source_id: sourceId },
  })
  return { card: voucher.code as string, sourceId, customerId: customer.id as string }
}

/** What was announced to a customer, oldest first. */
export async function announced(t: TestApp, customerId: string) {
  const { rows } = await t.db.pool.query(
    'select type, data, group_id from occurrence where customer_id = $1 order by id',
    [customerId],
  )
  return rows as { type: string; data: Record<string, unknown>; group_id: string }[]
}

export const typesOf = (occurrences: readonly { type: string }[]): string[] =>
  occurrences.map(({ type }) => type)

/** The balance of a card as it is now. */
export async function balanceOf(t: TestApp, card: string): Promise<number> {
  const { body } = await t.call('GET', `/v1/vouchers/${card}`)
  return (body.loyalty_card ?? body.gift).balance
}
