import type { InjectOptions } from 'fastify'
import { newId, newSecret } from '../../../../src/kernel/ids.ts'
import type { TestApp } from '../../../support/test-app.ts'

export type Source = { id: string; writeKey: string }

/** A source of the test's own, so that what it receives is only what the test sent. */
export async function aSource(t: TestApp, { isEnabled = true } = {}): Promise<Source> {
  const source = { id: newId('source'), writeKey: newSecret(32) }
  await t.db.kysely
    .insertInto('source')
    .values({
      id: source.id,
      project_id: t.keys.projectId,
      nickname: source.id,
      schema_name: source.id.toLowerCase(),
      catalog: 'website',
      is_enabled: isEnabled,
      created_at: t.clock.now(),
    })
    .execute()
  await t.db.kysely
    .insertInto('write_key')
    .values({ key: source.writeKey, source_id: source.id, created_at: t.clock.now() })
    .execute()
  return source
}

export const basic = (writeKey: string): string =>
  `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`

type Options = { key?: string; headers?: Record<string, string>; method?: InjectOptions['method'] }

/** Sends a body (an object as JSON, anything else as it is) to the Tracking API. */
export async function send(t: TestApp, path: string, body: unknown, options: Options = {}) {
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body)
  const response = await t.app.http.inject({
    method: options.method ?? 'POST',
    url: path,
    headers: {
      ...(options.key !== undefined && { authorization: basic(options.key) }),
      ...options.headers,
    },
    ...(body !== undefined && { payload: isRaw ? body : JSON.stringify(body) }),
  })
  const { payload } = response
  return {
    status: response.statusCode,
    headers: response.headers,
    body: String(response.headers['content-type']).includes('json') ? JSON.parse(payload) : payload,
  }
}

/** What the source has in the log, oldest first. */
export async function received(t: TestApp, source: Source) {
  const { projectId } = t.keys
  const events = await t.app.pipeline.eventLog.list({
    projectId,
    sourceId: source.id,
    limit: 10_000,
  })
  return events.reverse()
}

/** The reasons of what was refused, oldest first. */
export async function refused(t: TestApp, source: Source): Promise<string[]> {
  const rows = await t.db.kysely
    .selectFrom('rejected_call')
    .select('reason')
    .where('source_id', '=', source.id)
    .orderBy('id')
    .execute()
  return rows.map((row) => row.reason)
}
