import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, createApp } from '../../../../src/app.ts'
import { readConfig } from '../../../../src/platform/config.ts'
import { type Database, openDatabase } from '../../../../src/platform/db.ts'
import { createLog } from '../../../../src/platform/log.ts'
import { createVault } from '../../../../src/platform/secrets.ts'
import { defineMetadata } from '../../../support/metadata-schemas.ts'
import { type CallAnswer, TEST_SECRET_KEY, useTestApp } from '../../../support/test-app.ts'
import { countEvents, eventsOf, occurrencesOf, type Processing, send, typesOf } from './support.ts'

const PARALLEL = 50

const t = useTestApp()
let second: { app: App; db: Database }

beforeAll(async () => {
  const db = openDatabase({ url: t.url, poolSize: 5, log: createLog('error') })
  const vault = createVault(TEST_SECRET_KEY)
  const log = createLog('error')
  second = { db, app: await createApp({ config: readConfig({}), db, clock: t.clock, log, vault }) }
})
afterAll(async () => {
  await second.app.stop()
  await second.db.close()
})

/** Sends the calls at once, every other one to a second process on the same database. */
const sendAll = (
  calls: readonly { processing: Processing; body: object; key?: string }[],
): Promise<CallAnswer[]> =>
  Promise.all(
    calls.map(({ processing, body, key }, index) =>
      send(t, processing, body, {
        app: index % 2 === 0 ? t.app : second.app,
        ...(key && { headers: { 'idempotency-key': key } }),
      }),
    ),
  )

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

const statusesOf = (answers: readonly CallAnswer[]): number[] => [
  ...new Set(answers.map(({ status }) => status)),
]

describe('an Idempotency-Key on wire A (D-09)', () => {
  const event = (sourceId: string, name: string) => ({
    processing: 'event' as const,
    body: { customer: { source_id: sourceId }, event: name, type: 'track' },
  })

  it('makes 50 parallel calls one event with one answer', async () => {
    const key = 'm-1:map_1'
    const answers = await sendAll(times(PARALLEL, () => ({ ...event('once', 'Once'), key })))
    expect(statusesOf(answers)).toEqual([200])
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(await eventsOf(t, 'once')).toHaveLength(1)
    expect(typesOf(await occurrencesOf(t, 'once'))).toEqual([
      'customer.created',
      'customer.custom_event',
    ])
  })

  it('repeats the first answer, warnings too, although the customer has changed since', async () => {
    const headers = { 'idempotency-key': 'm-2:map_1' }
    const body = { source_id: 'repeated', name: 'First', birthdate: 'never', type: 'identify' }
    const first = await send(t, 'customer', body, { headers })
    await send(t, 'customer', { source_id: 'repeated', name: 'Second' })
    t.clock.advance(23 * 3_600_000)
    const repeated = await send(t, 'customer', body, { headers })
    expect(repeated.body).toEqual(first.body)
    expect(repeated.body.warnings).toHaveLength(1)
    expect((await t.call('GET', '/v1/customers/repeated')).body.name).toBe('Second')
  })

  it('is forgotten after 24 hours', async () => {
    const headers = { 'idempotency-key': 'm-3:map_1' }
    const { body } = event('forgotten', 'Forgotten')
    await send(t, 'event', body, { headers })
    t.clock.advance(24 * 3_600_000 + 1)
    await send(t, 'event', body, { headers })
    expect(await countEvents(t, 'Forgotten')).toBe(2)
  })

  it('lets one message through two mappings, and refuses it for another call', async () => {
    const body = { customer: { source_id: 'mapped' }, event: 'Mapped', type: 'track' }
    for (const mapping of ['map_1', 'map_2'])
      await send(t, 'event', body, { headers: { 'idempotency-key': `m-4:${mapping}` } })
    expect(await countEvents(t, 'Mapped')).toBe(2)
    const other = await send(
      t,
      'event',
      { ...body, event: 'Other' },
      { headers: { 'idempotency-key': 'm-4:map_1' } },
    )
    expect(other).toMatchObject({ status: 422, body: { key: 'idempotency_key_reused' } })
  })

  it('counts dropped keys once', async () => {
    const keys = await t.addProject()
    await defineMetadata(t, 'customer', {}, { keys })
    const dropped = async () =>
      (await t.app.engine.metrics.metadataKeysDropped.get()).values[0]?.value ?? 0
    const before = await dropped()
    const headers = { 'idempotency-key': 'm-5:map_1' }
    const body = { source_id: 'dropping', metadata: { k: 1 } }
    await Promise.all(times(8, () => send(t, 'customer', body, { keys, headers })))
    await send(t, 'customer', body, { keys, headers })
    expect((await dropped()) - before).toBe(1)
  })
})

describe('parallel calls on wire A', () => {
  it('store the same event each time when they carry no key', async () => {
    const body = { customer: { source_id: 'many' }, event: 'Many', type: 'track' }
    const answers = await sendAll(times(PARALLEL, () => ({ processing: 'event', body })))
    expect(statusesOf(answers)).toEqual([200])
    expect(await countEvents(t, 'Many')).toBe(PARALLEL)
    expect(typesOf(await occurrencesOf(t, 'many'))).toEqual([
      'customer.created',
      ...times(PARALLEL, () => 'customer.custom_event'),
    ])
  })

  it('about one new customer create one, and lose nothing that any of them said', async () => {
    const answers = await sendAll(
      times(PARALLEL, (index) =>
        index % 3 === 0
          ? {
              processing: 'group',
              body: {
                customer: { source_id: 'one' },
                group_id: 'g',
                traits: { [`t${index}`]: index },
              },
            }
          : {
              processing: 'customer',
              body: { source_id: 'one', metadata: { [`t${index}`]: index } },
            },
      ),
    )
    expect(statusesOf(answers)).toEqual([200])
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    const { body } = await t.call('GET', '/v1/customers/one')
    expect(body.metadata).toEqual({
      group_id: 'g',
      ...Object.fromEntries(times(PARALLEL, (index) => [`t${index}`, index])),
    })
    expect(typesOf(await occurrencesOf(t, 'one'))[0]).toBe('customer.created')
  })

  it('about many customers in differing orders do not deadlock', async () => {
    const answers = await sendAll(
      times(200, (index) => ({
        processing: 'customer',
        body: { source_id: `c${(index * 7) % 20}`, name: `N${index}` },
      })),
    )
    expect(statusesOf(answers)).toEqual([200])
  })

  it('succeed beside one that is refused', async () => {
    const answers = await sendAll([
      { processing: 'customer', body: { source_id: 'beside', name: 'N' } },
      { processing: 'customer', body: { source_id: 'x'.repeat(3_000) } },
      { processing: 'event', body: { customer: { source_id: 'beside' }, event: 'Beside' } },
      { processing: 'customer', body: { source_id: 'beside', phone: '+1' } },
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 200, 200])
  })
})
