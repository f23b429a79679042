import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll } from 'vitest'
import { type App, createApp } from '../../src/app.ts'
import { insertProject, type ProjectKeys } from '../../src/platform/auth/index.ts'
import { readConfig } from '../../src/platform/config.ts'
import { inTransaction } from '../../src/platform/db.ts'
import { createLog } from '../../src/platform/log.ts'
import { createVault } from '../../src/platform/secrets.ts'
import { createAnswerWatch } from './answer-contract.ts'
import { createTestClock, type TestClock } from './clock.ts'
import { natsUrl } from './event-log.ts'
import { type TestDatabase, useTestDatabase } from './test-database.ts'

export const TEST_SECRET_KEY = '5e'.repeat(32)
const NO_PRESETS = {
  writeKey: undefined,
  appId: undefined,
  appToken: undefined,
  adminToken: undefined,
}

export type TestApp = TestDatabase & {
  readonly app: App
  readonly clock: TestClock
  /** The keys of the project every helper below uses. */
  readonly keys: ProjectKeys
  /** Makes another project, for tests of isolation. */
  addProject(): Promise<ProjectKeys>
  /** Calls the engine's server API with the project's (or the given) application keys. */
  call(
    method: InjectOptions['method'],
    url: string,
    body?: unknown,
    options?: CallOptions,
  ): Promise<CallAnswer>
}

type CallOptions = { keys?: ProjectKeys; headers?: Record<string, string> }
// biome-ignore lint/suspicious/noExplicitAny: answers are what tests look into, field by field.
export type CallAnswer = { status: number; body: any; headers: Record<string, unknown> }

/**
 * The whole app on a database of this file's own, without a port and without background work. What it answers is held
 * to the reference's contract, unless `isWatched` says otherwise.
 */
export function useTestApp({
  natsUrlOf = natsUrl,
  log = createLog('error'),
  isWatched = true,
} = {}): TestApp {
  const database = useTestDatabase()
  const clock = createTestClock()
  const vault = createVault(TEST_SECRET_KEY)
  const answers = createAnswerWatch()
  let app: App | undefined
  let keys: ProjectKeys | undefined

  const addProject = (): Promise<ProjectKeys> =>
    inTransaction(database.db, (tx) =>
      insertProject(tx, { name: 'Test', presets: NO_PRESETS, vault, now: clock.now() }),
    )

  beforeAll(async () => {
    const config = readConfig({ PROMOLOOP_ALLOW_PRIVATE_NETWORK: '1', NATS_URL: natsUrlOf() })
    app = await createApp({ config, db: database.db, clock, log, vault })
    if (isWatched) answers.watch(app.http)
    keys = await addProject()
  })
  afterAll(async () => {
    await app?.stop()
    answers.expectNothingNew()
  })

  const opened = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the test app is made in beforeAll')
    return value
  }
  return {
    get db() {
      return database.db
    },
    get url() {
      return database.url
    },
    get app() {
      return opened(app)
    },
    get keys() {
      return opened(keys)
    },
    clock,
    addProject,
    async call(method, url, body, options = {}) {
      const { appId, appToken } = options.keys ?? opened(keys)
      const response = await opened(app).http.inject({
        method: method ?? 'GET',
        url,
        headers: {
          'content-type': 'application/json',
          'x-app-id': appId,
          'x-app-token': appToken,
          ...options.headers,
        },
        ...(body !== undefined && { payload: JSON.stringify(body) }),
      })
      const text = response.payload
      return {
        status: response.statusCode,
        body: text === '' ? undefined : JSON.parse(text),
        headers: response.headers,
      }
    },
  }
}
