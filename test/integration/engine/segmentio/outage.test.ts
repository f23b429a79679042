import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type App, createApp } from '../../../../src/app.ts'
import { readConfig } from '../../../../src/platform/config.ts'
import { type Database, openDatabase } from '../../../../src/platform/db.ts'
import { createLog } from '../../../../src/platform/log.ts'
import { createVault } from '../../../../src/platform/secrets.ts'
import { TEST_SECRET_KEY, useTestApp } from '../../../support/test-app.ts'
import { type DatabaseProxy, startDatabaseProxy } from './database-proxy.ts'
import { countEvents, send } from './support.ts'

const t = useTestApp()
let proxy: DatabaseProxy
let db: Database
let app: App

beforeEach(async () => {
  proxy = await startDatabaseProxy(t.url)
  const log = createLog('silent')
  const vault = createVault(TEST_SECRET_KEY)
  db = openDatabase({ url: proxy.url, poolSize: 5, log })
  app = await createApp({ config: readConfig({}), db, clock: t.clock, log, vault })
})
afterEach(async () => {
  await app.stop()
  await db.close()
  await proxy.stop()
})

const track = (name: string, headers: Record<string, string> = {}) =>
  send(t, 'event', { customer: { source_id: 'u-1' }, event: name, type: 'track' }, { app, headers })

const UNAVAILABLE = { status: 503, body: { key: 'unavailable' } }

describe('without its database wire A', () => {
  it('answers 503, to callers it knows and to others (programs scenario 97)', async () => {
    expect((await track('Outage')).status).toBe(200)
    await proxy.stop()
    expect(await track('Outage')).toMatchObject(UNAVAILABLE)
    const keys = await t.addProject()
    expect(await send(t, 'customer', { source_id: 'u' }, { app, keys })).toMatchObject(UNAVAILABLE)
    expect(await countEvents(t, 'Outage')).toBe(1)
  })

  it('answers 503 when nobody knows whether a batch was committed, and does not run it again', async () => {
    await track('Warm')
    proxy.cutNextCommit()
    const answers = await Promise.all([track('Unknown'), track('Unknown'), track('Unknown')])
    for (const answer of answers) expect(answer).toMatchObject(UNAVAILABLE)
    expect(await countEvents(t, 'Unknown')).toBe(3)
  })

  it('finds the answer of such a batch when the call comes again with its key (D-09)', async () => {
    await track('Warm')
    proxy.cutNextCommit()
    const headers = { 'idempotency-key': 'm-1:map_1' }
    expect(await track('Keyed', headers)).toMatchObject(UNAVAILABLE)
    expect(await track('Keyed', headers)).toMatchObject({ status: 200, body: { type: 'Keyed' } })
    expect(await countEvents(t, 'Keyed')).toBe(1)
  })
})
