import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newSecret } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { WriteKey } from './source.ts'
import { deleteWriteKey, insertWriteKey, listWriteKeys, lockSource } from './write-key.repo.ts'

const WRITE_KEY_LENGTH = 32

type NewWriteKey = {
  sourceId: string
  /** Not given: a random one. */
  key?: string | undefined
  now: Date
}

/** Gives a source of ours a write key. Throws `duplicate_found` when a source has it already. */
export async function putWriteKey(tx: Tx, { sourceId, key, now }: NewWriteKey): Promise<WriteKey> {
  const writeKey = { key: key ?? newSecret(WRITE_KEY_LENGTH), createdAt: now }
  if (!(await insertWriteKey(tx, sourceId, writeKey)))
    throw new ApiError('duplicate_found', { details: `The write key ${writeKey.key} is in use` })
  return writeKey
}

/**
 * Gives a source one more write key (pipeline §11.2 rule 3). Throws `not_found` for a source of another
 * project, `duplicate_found` when a source has the key already.
 */
export async function addWriteKey(
  tx: Tx,
  { projectId, ...writeKey }: NewWriteKey & { projectId: string },
): Promise<WriteKey> {
  if (!(await lockSource(tx, projectId, writeKey.sourceId)))
    throw notFound('source', writeKey.sourceId)
  return putWriteKey(tx, writeKey)
}

/**
 * Takes a write key from a source. Throws `not_found` when the source does not have it or is another
 * project's, `last_write_key` when it has no other: of many callers at once the last one is told so.
 */
export async function removeWriteKey(
  tx: Tx,
  { projectId, sourceId, key }: { projectId: string; sourceId: string; key: string },
): Promise<void> {
  if (!(await lockSource(tx, projectId, sourceId))) throw notFound('source', sourceId)
  if (!(await deleteWriteKey(tx, sourceId, key))) throw notFound('write_key', key)
  const others = await listWriteKeys(tx, { sourceId, limit: 1 })
  // Thrown inside the transaction, it gives the key back.
  if (others.length === 0)
    throw new ApiError('last_write_key', {
      details: 'Add another write key first',
      resource: { type: 'write_key', id: key },
    })
}
