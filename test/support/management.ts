import type { FastifyInstance, InjectOptions } from 'fastify'
import { afterAll, beforeAll } from 'vitest'
import {
  createAuthentication,
  insertProject,
  type ProjectKeys,
} from '../../src/platform/auth/index.ts'
import { inTransaction } from '../../src/platform/db.ts'
import { createHttpServer } from '../../src/platform/http/index.ts'
import { createLog } from '../../src/platform/log.ts'
import { type ManagementScope, openManagement } from '../../src/platform/management/index.ts'
import { createVault } from '../../src/platform/secrets.ts'
import { createTestClock, type TestClock } from './clock.ts'
import { type TestEventLog, useTestEventLog } from './event-log.ts'
import { type TestDatabase, useTestDatabase } from './test-database.ts'

const NO_PRESETS = {
  writeKey: undefined,
  appId: undefined,
  appToken: undefined,
  adminToken: undefined,
}

type Deps = TestDatabase & TestEventLog & { readonly clock: TestClock }
// biome-ignore lint/suspicious/noExplicitAny: answers are what tests look into, field by field.
export type ManagementAnswer = { status: number; body: any; headers: Record<string, unknown> }

export type TestManagement = Deps & {
  readonly http: FastifyInstance
  /** The project every call is made for, unless another's keys are given. */
  readonly keys: ProjectKeys
  addProject(): Promise<ProjectKeys>
  call(
    method: NonNullable<InjectOptions['method']>,
    url: string,
    body?: unknown,
    keys?: ProjectKeys,
  ): Promise<ManagementAnswer>
}

/** The management API with only the routes that `addRoutes` adds, on a database of this file's own. */
export function useTestManagement(
  addRoutes: (scope: ManagementScope, deps: Deps) => void,
): TestManagement {
  const database = useTestDatabase()
  const log = useTestEventLog(database)
  const clock = createTestClock()
  const vault = createVault('5e'.repeat(32))
  const http = createHttpServer({ log: createLog('error'), isProxyTrusted: false })
  let keys: ProjectKeys | undefined

  const addProject = (): Promise<ProjectKeys> =>
    inTransaction(database.db, (tx) =>
      insertProject(tx, { name: 'Test', presets: NO_PRESETS, vault, now: clock.now() }),
    )

  beforeAll(async () => {
    const { eventLog } = log
    const deps = { db: database.db, url: database.url, eventLog, clock }
    const authentication = createAuthentication(deps)
    await openManagement(http, { authentication, clock }, (scope) => addRoutes(scope, deps))
    await http.ready()
    keys = await addProject()
  })
  afterAll(() => http.close())

  const ownKeys = (): ProjectKeys => {
    if (!keys) throw new Error('the project is made in beforeAll')
    return keys
  }
  return {
    get db() {
      return database.db
    },
    get url() {
      return database.url
    },
    get eventLog() {
      return log.eventLog
    },
    get keys() {
      return ownKeys()
    },
    http,
    clock,
    addProject,
    async call(method, url, body, as = ownKeys()) {
      const response = await http.inject({
        method,
        url,
        headers: { authorization: `Bearer ${as.adminToken}` },
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
