import type { App } from '../../../../src/app.ts'
import type { ProjectKeys } from '../../../../src/platform/auth/index.ts'
import type { CallAnswer, TestApp } from '../../../support/test-app.ts'

export const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** The headers that Segment's destination sends (engine-programs §16.1). */
export const segmentHeaders = ({ appId, appToken }: Pick<ProjectKeys, 'appId' | 'appToken'>) => ({
  authorization: `Basic ${base64(appId)}`,
  'secret-key': base64(appToken),
  'user-agent': 'Segment (Actions)',
  'content-type': 'application/json',
})

export type Processing = 'customer' | 'event' | 'group'
type Options = { app?: App; keys?: ProjectKeys; headers?: Record<string, string> }

/** Sends a body to one of the three endpoints, as Segment does. */
export async function send(
  t: TestApp,
  processing: Processing,
  body: unknown,
  { app = t.app, keys = t.keys, headers = {} }: Options = {},
): Promise<CallAnswer> {
  const response = await app.http.inject({
    method: 'POST',
    url: `/segmentio/${processing}-processing`,
    headers: { ...segmentHeaders(keys), ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.statusCode, body: response.json(), headers: response.headers }
}

type Occurrence = { type: string; group_id: string; data: Record<string, unknown> }

/** What was announced about a customer, oldest first. */
export async function occurrencesOf(t: TestApp, sourceId: string): Promise<Occurrence[]> {
  const { rows } = await t.db.pool.query<Occurrence>(
    `select type, group_id, data from occurrence
      where customer_id in (select id from customer where source_id = $1) order by id`,
    [sourceId],
  )
  return rows
}

export const typesOf = (occurrences: readonly Occurrence[]): string[] =>
  occurrences.map(({ type }) => type)

/** The custom events of a customer as they are stored, oldest first. */
export async function eventsOf(t: TestApp, sourceId: string): Promise<Record<string, unknown>[]> {
  const { rows } = await t.db.pool.query(
    `select type, metadata, referral, loyalty from custom_event
      where customer_id in (select id from customer where source_id = $1) order by created_at, id`,
    [sourceId],
  )
  return rows
}

/** How many custom events there are of this name. */
export async function countEvents(t: TestApp, type: string): Promise<number> {
  const { rows } = await t.db.pool.query<{ count: number }>(
    'select count(*)::int as count from custom_event where type = $1',
    [type],
  )
  return rows[0]?.count ?? 0
}
