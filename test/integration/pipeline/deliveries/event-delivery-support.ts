import { expect } from 'vitest'
import { newId } from '../../../../src/kernel/ids.ts'
import type { JsonObject } from '../../../../src/kernel/json.ts'
import type { ProjectKeys } from '../../../../src/platform/auth/index.ts'
import type { CallAnswer, TestApp } from '../../../support/test-app.ts'
import type { Source } from '../tracking/support.ts'
import { aDestination } from './support.ts'

export const iso = (ms: number): string => new Date(ms).toISOString()

export const event = (userId: string, name: string, members: JsonObject = {}): JsonObject => ({
  type: 'track',
  userId,
  event: name,
  ...members,
})

export type DestinationOfTwo = { id: string; every: string; bought: string }

/** A destination with two mappings: of every track call, and of those named Bought. */
export async function aDestinationOfTwo(
  t: TestApp,
  source: Source,
  address: string,
): Promise<DestinationOfTwo> {
  const { id } = await aDestination(t, source, { address })
  const { pool } = t.db
  await pool.query(
    `delete from mapping where destination_id = $1 and name not like '%Track Event%'`,
    [id],
  )
  const bought = newId('mapping')
  const { rows } = await pool.query<{ id: string }>(
    `insert into mapping (id, destination_id, name, action, trigger, mapping, is_enabled, sort_order, created_at)
     select $2, destination_id, 'Bought', action, 'type = "track" and event = "Bought"', mapping, true, 100,
            created_at from mapping where destination_id = $1
     returning (select id from mapping where destination_id = $1) as id`,
    [id, bought],
  )
  return { id, every: rows[0]?.id ?? '', bought }
}

/** Asks for what is below `/api/v1/destinations/` with a project's admin token. */
export async function ask(
  t: TestApp,
  path: string,
  keys: ProjectKeys = t.keys,
): Promise<Pick<CallAnswer, 'status' | 'body'>> {
  const response = await t.app.http.inject({
    method: 'GET',
    url: `/api/v1/destinations/${path}`,
    headers: { authorization: `Bearer ${keys.adminToken}` },
  })
  return { status: response.statusCode, body: response.json() }
}

/** As `ask`, where nothing else than an answer is expected. */
export async function get(t: TestApp, path: string): Promise<CallAnswer['body']> {
  const { status, body } = await ask(t, path)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body
}

/** Every event of a destination is in these numbers, once (invariant 4). */
export function expectSums(answer: CallAnswer['body']): void {
  const { received, filtered, matched, delivered, failed, pending } = answer
  expect(received).toBe(filtered.total + matched)
  expect(matched).toBe(delivered.total + failed.total + pending)
  expect(delivered.total).toBe(delivered.first_try + delivered.on_retry)
  for (const { total, reasons } of [filtered, failed])
    expect(reasons.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(
      total,
    )
}
