import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { checkPoints } from '../../../../src/engine/points/index.ts'
import type { CallAnswer, TestApp } from '../../../support/test-app.ts'

/** A name that no other test uses. */
export const unique = (name: string): string => `${name}-${randomBytes(5).toString('hex')}`

/** Creates a loyalty program whose cards begin with so many points. */
export async function createProgram(
  t: TestApp,
  {
    points = 0,
    expiration_rules,
    ...fields
  }: { points?: number; expiration_rules?: object; [key: string]: unknown } = {},
): Promise<string> {
  const { status, body } = await t.call('POST', '/v1/loyalties', {
    name: unique('Program'),
    type: 'AUTO_UPDATE',
    voucher: { loyalty_card: { points, ...(expiration_rules && { expiration_rules }) } },
    ...fields,
  })
  expect(body).toMatchObject({ campaign_type: 'LOYALTY_PROGRAM' })
  expect(status).toBe(200)
  return body.id
}

/** A new member of a program: answers the code of their card. */
export async function join(
  t: TestApp,
  program: string,
  sourceId = unique('member'),
): Promise<string> {
  const { status, body } = await t.call('POST', `/v1/loyalties/${program}/members`, {
    customer: { source_id: sourceId },
  })
  expect(body).toMatchObject({ type: 'LOYALTY_CARD' })
  expect(status).toBe(200)
  return body.code
}

export const addPoints = (
  t: TestApp,
  code: string,
  points: unknown,
  more: object = {},
): Promise<CallAnswer> =>
  t.call('POST', `/v1/loyalties/members/${code}/balance`, { points, ...more })

export const cardOf = async (t: TestApp, code: string) =>
  (await t.call('GET', `/v1/loyalties/members/${code}`)).body

export const balanceOf = async (t: TestApp, code: string): Promise<number> =>
  (await cardOf(t, code)).loyalty_card.balance

export const transactionsOf = async (t: TestApp, code: string) =>
  (await t.call('GET', `/v1/loyalties/members/${code}/transactions?limit=100`)).body.data

/** The lots of a card that have not expired, as `[points, expires_at]`. */
export const lotsOf = async (t: TestApp, program: string, code: string) => {
  const { body } = await t.call(
    'GET',
    `/v1/loyalties/${program}/members/${code}/points-expiration?limit=100`,
  )
  return body.data.map((one: { bucket: { total_points: number }; expires_at?: string }) => [
    one.bucket.total_points,
    one.expires_at ?? null,
  ])
}

/** The types of what was announced to the holder of a card about it since `from`, oldest first. */
export async function announcedOf(t: TestApp, code: string): Promise<string[]> {
  const { rows } = await t.db.pool.query(
    `select type from occurrence where data -> 'voucher' ->> 'code' = $1 order by id`,
    [code],
  )
  return rows.map(({ type }) => type)
}

/** Every card's balance is what its ledger and its lots come to. */
export async function expectRight(t: TestApp): Promise<void> {
  expect(await checkPoints(t.db, t.keys.projectId)).toEqual([])
}
