import { drainEffects } from './effects.ts'
import type { TestApp } from './test-app.ts'

let programs = 0

/** A loyalty program whose cards have `points` when they are made; its id. */
export async function aProgram(
  t: TestApp,
  more: object = {},
  points = 0,
  options: Parameters<TestApp['call']>[3] = {},
): Promise<string> {
  programs += 1
  const body = {
    name: `Program ${programs}`,
    campaign_type: 'LOYALTY_PROGRAM',
    type: 'AUTO_UPDATE',
    voucher: { type: 'LOYALTY_CARD', loyalty_card: { points } },
    ...more,
  }
  return (await t.call('POST', '/v1/campaigns', body, options)).body.id
}

/** Gives a customer a card of a program; the card's code. */
export async function join(t: TestApp, program: string, customer: string): Promise<string> {
  const body = { campaign: program, customer: { source_id: customer } }
  const { body: publication } = await t.call('POST', '/v1/publications', body)
  await drainEffects(t)
  return publication.voucher.code
}

/** What is on a card. */
export const balanceOf = async (t: TestApp, code: string): Promise<number> =>
  (await t.call('GET', `/v1/vouchers/${code}`)).body.loyalty_card.balance

/** Changes what is on a card by hand, and waits for what follows. */
export async function addPoints(t: TestApp, code: string, amount: number): Promise<void> {
  await t.call('POST', `/v1/vouchers/${code}/balance`, { amount })
  await drainEffects(t)
}

/** The types of what happened to a customer, the earliest first, of those that begin with `prefix`. */
export async function typesOf(t: TestApp, customer: string, prefix: string): Promise<string[]> {
  const { body } = await t.call(
    'GET',
    `/v1/customers/${customer}/activity?limit=100&order=created_at`,
  )
  return body.data
    .map(({ type }: { type: string }) => type)
    .filter((type: string) => type.startsWith(prefix))
}
