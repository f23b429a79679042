import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, createApp } from '../../../../src/app.ts'
import { readConfig } from '../../../../src/platform/config.ts'
import { createLog } from '../../../../src/platform/log.ts'
import { createVault } from '../../../../src/platform/secrets.ts'
import { TEST_SECRET_KEY, useTestApp } from '../../../support/test-app.ts'
import { send } from './support.ts'

const t = useTestApp()
let app: App

beforeAll(async () => {
  const config = readConfig({ PROMOLOOP_SEGMENT_CALLS_PER_DAY: '3' })
  const vault = createVault(TEST_SECRET_KEY)
  app = await createApp({ config, db: t.db, clock: t.clock, log: createLog('silent'), vault })
})
afterAll(() => app.stop())

describe('wire A', () => {
  it('takes so many calls of a project a day, whatever came of them (SI-40, programs scenario 96)', async () => {
    const customer = { source_id: 'u-1' }
    const track = (keys = t.keys) =>
      send(t, 'event', { customer, event: 'E', type: 'track' }, { app, keys })
    const [first, refused, third] = [
      await track(),
      await send(t, 'customer', { type: 'identify' }, { app }),
      await send(t, 'group', { customer, group_id: 'g' }, { app }),
    ]
    expect([first.status, refused.status, third.status]).toEqual([200, 400, 200])
    expect(third.headers).toMatchObject({
      'x-rate-limit-limit': '3',
      'x-rate-limit-remaining': '0',
    })

    const beyond = await track()
    expect(beyond).toMatchObject({
      status: 429,
      body: { code: 429, message: 'Too many requests hit the API too quickly.' },
      headers: { 'x-rate-limit-type': 'webhook_calls', 'retry-after': String(12 * 3_600) },
    })
    expect((await track(await t.addProject())).status).toBe(200)
    const { appId, appToken } = t.keys
    const ofApi = await app.http.inject({
      url: '/v1/customers/u-1',
      headers: { 'x-app-id': appId, 'x-app-token': appToken },
    })
    expect(ofApi.statusCode).toBe(200)
    expect(Number(ofApi.headers['x-rate-limit-remaining'])).toBe(
      Number(ofApi.headers['x-rate-limit-limit']) - 1,
    )

    t.clock.set('2026-06-02T00:00:00Z')
    expect((await track()).status).toBe(200)
  })
})
