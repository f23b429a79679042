import { beforeAll, expect } from 'vitest'
import {
  ensureManagementKey,
  type ManagementKeys,
  type ProjectKeys,
} from '../../src/platform/auth/index.ts'
import { inTransaction } from '../../src/platform/db.ts'
import { createVault } from '../../src/platform/secrets.ts'
import { TEST_SECRET_KEY, type TestApp } from './test-app.ts'

const NO_PRESETS = {
  writeKey: undefined,
  appId: undefined,
  appToken: undefined,
  adminToken: undefined,
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
type Credentials = { id: string; token: string }
// biome-ignore lint/suspicious/noExplicitAny: answers are what tests look into, field by field.
export type Answer = { status: number; body: any }

export const PROJECTS = '/management/v1/projects'

export type Management = {
  readonly keys: ManagementKeys
  /** Calls the reference's management API with the management key, or as somebody else. */
  call(method: Method, url: string, body?: unknown, as?: Credentials): Promise<Answer>
  /** Makes a project; tells what was answered, and its keys in the form that other helpers take. */
  makeProject(body?: object): Promise<{ body: Answer['body']; keys: ProjectKeys }>
  /** Calls our own management API with an admin token. */
  admin(method: Method, url: string, body?: unknown, token?: string): Promise<Answer>
}

/** Sends JSON with the credentials that `headers` hold. */
export async function sendAs(
  t: TestApp,
  headers: Record<string, string>,
  { method, url, body }: { method: Method; url: string; body?: unknown },
): Promise<Answer> {
  const response = await t.app.http.inject({
    method,
    url,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  })
  const text = response.payload
  return { status: response.statusCode, body: text === '' ? undefined : JSON.parse(text) }
}

/** The management API of `t`, with a management key of the installation. */
export function useManagement(t: TestApp): Management {
  let keys: ManagementKeys | undefined
  beforeAll(async () => {
    const vault = createVault(TEST_SECRET_KEY)
    // Other projects come after the first.
    t.clock.advance(1)
    const given = { presets: NO_PRESETS, vault, now: t.clock.now() }
    keys = await inTransaction(t.db, (tx) => ensureManagementKey(tx, given))
  })
  const opened = (): ManagementKeys => {
    if (!keys) throw new Error('the management key is made in beforeAll')
    return keys
  }

  const call: Management['call'] = (method, url, body, as) => {
    const { managementId, managementToken } = opened()
    const { id, token } = as ?? { id: managementId, token: managementToken }
    const headers = { 'x-management-id': id, 'x-management-token': token }
    return sendAs(t, headers, { method, url, body })
  }
  return {
    get keys() {
      return opened()
    },
    call,
    async makeProject(wish = {}) {
      const { status, body } = await call('POST', PROJECTS, { name: 'Shop', ...wish })
      expect(status).toBe(200)
      return { body, keys: toKeys(body) }
    },
    admin: (method, url, body, token = t.keys.adminToken) =>
      sendAs(t, { authorization: `Bearer ${token}` }, { method, url, body }),
  }
}

const toKeys = ({ id, server_side_key, client_side_key, admin_token }: Answer['body']) => ({
  projectId: id,
  appId: server_side_key.app_id,
  appToken: server_side_key.app_token,
  clientAppId: client_side_key.app_id,
  clientToken: client_side_key.app_token,
  adminToken: admin_token,
})

/** The credentials of a project at the management API: its id and its admin token. */
export const ofProject = ({ projectId, adminToken }: ProjectKeys): Credentials => ({
  id: projectId,
  token: adminToken,
})
