import { randomBytes } from 'node:crypto'
import type { CallAnswer, TestApp } from '../../../support/test-app.ts'

export const PARALLEL = 64

/** Creates a voucher with a code of its own and returns the code. */
export async function createVoucher(t: TestApp, fields: object = {}): Promise<string> {
  const code = `T-${randomBytes(5).toString('hex')}`
  const body = { discount: { type: 'PERCENT', percent_off: 10 }, ...fields }
  const created = await t.call('POST', `/v1/vouchers/${code}`, body)
  if (created.status !== 200) throw new Error(JSON.stringify(created.body))
  return code
}

/** Creates a gift card that holds `amount` credits. */
export const createGiftCard = (t: TestApp, amount: number, fields: object = {}): Promise<string> =>
  createVoucher(t, { type: 'GIFT_VOUCHER', discount: undefined, gift: { amount }, ...fields })

export const redeeming = (...codes: string[]) => ({
  redeemables: codes.map((id) => ({ object: 'voucher', id })),
  order: { amount: 10_000 },
})

/** How often each answer came: `200`, or the key of the refusal. */
export function tally(answers: readonly CallAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const name = status === 200 ? 'granted' : String(body?.key ?? status)
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

export const inParallel = <T>(count: number, start: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => start(index)))

/** What is announced about redemptions, oldest first. */
export async function announced(t: TestApp, code: string): Promise<string[]> {
  const rows = await t.db.pool.query<{ type: string }>(
    `select type from occurrence where data -> 'voucher' ->> 'code' = $1 and type like '%redemption%' order by id`,
    [code],
  )
  return rows.rows.map(({ type }) => type)
}
