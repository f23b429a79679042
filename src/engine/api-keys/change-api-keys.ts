import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newSecret } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { hashSecret, type Vault } from '../../platform/secrets.ts'
import { deleteApiKey, insertApiKey, lockApiKeys } from './api-key.repo.ts'
import type { ApiKey } from './api-key.ts'

type NewKey = Pick<ApiKey, 'projectId' | 'name' | 'kind' | 'role'>

const ID_LENGTH = 32
const TOKEN_LENGTH = 40

/** Makes a key with a random token, which is not told again. Throws `key_limit_reached`. */
export async function createApiKey(
  tx: Tx,
  wish: NewKey,
  { vault, now }: { vault: Vault; now: Date },
): Promise<{ key: ApiKey; token: string }> {
  const keys = await lockApiKeys(tx, wish.projectId)
  const isClient = (kind: ApiKey['kind']): boolean => kind === 'client'
  const alike = keys.filter(({ kind }) => isClient(kind) === isClient(wish.kind))
  if (alike.length >= LIMITS.keysPerProjectMax) {
    throw new ApiError('key_limit_reached', {
      details: `A project has at most ${LIMITS.keysPerProjectMax} ${isClient(wish.kind) ? 'client keys' : 'application and integration keys'}`,
    })
  }
  const token = newSecret(TOKEN_LENGTH)
  const key: ApiKey = { ...wish, appId: newSecret(ID_LENGTH), createdAt: now }
  await insertApiKey(tx, key, { tokenHash: hashSecret(token), tokenSealed: vault.seal(token) })
  return { key, token }
}

const isMaster = ({ kind, role }: ApiKey): boolean => kind === 'application' && role === 'ADMIN'

/**
 * Ends a key. Throws `not_found`, and `last_application_key` for the only application key that may do everything: of
 * many callers at once the last one is told so.
 */
export async function revokeApiKey(
  tx: Tx,
  { projectId, appId }: { projectId: string; appId: string },
): Promise<void> {
  const keys = await lockApiKeys(tx, projectId)
  const key = keys.find((one) => one.appId === appId)
  if (!key) throw notFound('key', appId)
  if (isMaster(key) && keys.filter(isMaster).length === 1) {
    throw new ApiError('last_application_key', {
      details: 'Create another application key with role ADMIN first',
      resource: { type: 'key', id: appId },
    })
  }
  await deleteApiKey(tx, key)
}
