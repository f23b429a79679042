import { afterAll } from 'vitest'
import { newId } from '../../../../src/kernel/ids.ts'
import { destinationRoutes } from '../../../../src/pipeline/destinations/index.ts'
import { previewRoutes } from '../../../../src/pipeline/preview/index.ts'
import type { ProjectKeys } from '../../../../src/platform/auth/index.ts'
import { createHttpClient } from '../../../../src/platform/http/index.ts'
import { createVault, type Vault } from '../../../../src/platform/secrets.ts'
import { type TestManagement, useTestManagement } from '../../../support/management.ts'
import { TEST_SECRET_KEY } from '../../../support/test-app.ts'

/** Its `call` takes paths behind `/api/v1`. */
export type DestinationsApi = TestManagement & {
  readonly vault: Vault
  /** Makes a source and returns its id. */
  addSource(options?: { keys?: ProjectKeys; isEnabled?: boolean }): Promise<string>
  /** Makes a destination as `POST /api/v1/destinations` answers it, of a source of its own unless told. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are what tests look into, field by field.
  addDestination(fields?: Record<string, unknown>): Promise<any>
  /** Makes `count` calls at once, on connections that are open already: without, the first would win by far. */
  race<Answer>(count: number, call: (index: number) => Promise<Answer>): Promise<Answer[]>
}

export const SETTINGS = {
  apiKey: 'application-one',
  secretKey: 'secret-of-application-one',
  customURL: 'https://us1.segmentio.voucherify.io',
}

/** The routes of destinations on a database of this file's own; tests of connections really connect. */
export function useDestinationsApi(): DestinationsApi {
  const vault = createVault(TEST_SECRET_KEY)
  const { send, close } = createHttpClient({ isPrivateNetworkAllowed: true })
  const t = useTestManagement((scope, deps) => {
    destinationRoutes(scope, { ...deps, vault, send })
    previewRoutes(scope, { ...deps, vault, send })
  })
  afterAll(close)
  let sources = 0

  const api: DestinationsApi = {
    get db() {
      return t.db
    },
    get url() {
      return t.url
    },
    get eventLog() {
      return t.eventLog
    },
    get keys() {
      return t.keys
    },
    http: t.http,
    clock: t.clock,
    vault,
    addProject: t.addProject,
    call: (method, path, body, keys) => t.call(method, `/api/v1${path}`, body, keys),

    async addSource({ keys = t.keys, isEnabled = true } = {}) {
      const id = newId('source')
      sources += 1
      await t.db.kysely
        .insertInto('source')
        .values({
          id,
          project_id: keys.projectId,
          nickname: `Source ${sources}`,
          schema_name: `source_${sources}`,
          catalog: 'website',
          is_enabled: isEnabled,
          created_at: t.clock.now(),
        })
        .execute()
      return id
    },

    async addDestination(fields = {}) {
      const { status, body } = await api.call('POST', '/destinations', {
        source_id: fields['source_id'] ?? (await api.addSource()),
        definition: 'voucherify-actions',
        settings: SETTINGS,
        setup: 'quick',
        ...fields,
      })
      if (status !== 200) throw new Error(`no destination: ${JSON.stringify(body)}`)
      return body
    },

    async race(count, call) {
      const places = Array.from({ length: count }, (_, index) => index)
      await Promise.all(places.map(() => api.call('GET', '/destinations')))
      return Promise.all(places.map(call))
    },
  }
  return api
}
