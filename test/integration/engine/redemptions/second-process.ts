import { afterAll, beforeAll } from 'vitest'
import { type App, createApp } from '../../../../src/app.ts'
import { readConfig } from '../../../../src/platform/config.ts'
import { type Database, openDatabase } from '../../../../src/platform/db.ts'
import { createLog } from '../../../../src/platform/log.ts'
import { createVault } from '../../../../src/platform/secrets.ts'
import { type CallAnswer, TEST_SECRET_KEY, type TestApp } from '../../../support/test-app.ts'

/** A second process on the database of `t`, with batches and connections of its own. */
export function useSecondProcess(t: TestApp) {
  let second: { app: App; db: Database } | undefined

  beforeAll(async () => {
    const db = openDatabase({ url: t.url, poolSize: 5, log: createLog('error') })
    const config = readConfig({ PROMOLOOP_ALLOW_PRIVATE_NETWORK: '1' })
    const vault = createVault(TEST_SECRET_KEY)
    const app = await createApp({ config, db, clock: t.clock, log: createLog('error'), vault })
    second = { db, app }
  })
  afterAll(async () => {
    await second?.app.stop()
    await second?.db.close()
  })

  async function callSecond(url: string, body: unknown, headers: object): Promise<CallAnswer> {
    if (!second) throw new Error('the second process is started in beforeAll')
    const response = await second.app.http.inject({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        'x-app-id': t.keys.appId,
        'x-app-token': t.keys.appToken,
        ...headers,
      },
      payload: JSON.stringify(body),
    })
    const { statusCode: status, payload, headers: answered } = response
    return { status, body: payload === '' ? undefined : JSON.parse(payload), headers: answered }
  }

  return {
    /** Calls the one process with even, the other with odd numbers. */
    post: (index: number, url: string, body: unknown, headers = {}): Promise<CallAnswer> =>
      index % 2 === 0 ? t.call('POST', url, body, { headers }) : callSecond(url, body, headers),
  }
}
