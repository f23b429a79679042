import type { Clock } from '../../platform/clock.ts'
import { type Db, statement } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'

/** The source that a write key names. */
export type KeySource = { projectId: string; sourceId: string; isEnabled: boolean }

const FIND_WRITE_KEY = statement(
  'find_write_key',
  `select source.project_id, source.id as source_id, source.is_enabled
   from write_key join source on source.id = write_key.source_id where write_key.key = $1`,
)

const WRITE_KEY = /^[A-Za-z0-9]{8,64}$/

async function findWriteKey(db: Db, key: string): Promise<KeySource | undefined> {
  if (!WRITE_KEY.test(key)) return undefined
  const [row] = await db.run<{ project_id: string; source_id: string; is_enabled: boolean }>(
    FIND_WRITE_KEY,
    [key],
  )
  return row && { projectId: row.project_id, sourceId: row.source_id, isEnabled: row.is_enabled }
}

export type WriteKeys = {
  /** The source of a write key; undefined for a key that does not exist. */
  find(key: string): Promise<KeySource | undefined>
}

/**
 * Write keys with a short memory: a key that is removed, or a source that is disabled, takes effect within
 * `LIMITS.credentialCacheMs`; a key that is new, at once.
 */
export function createWriteKeys({ db, clock }: { db: Db; clock: Clock }): WriteKeys {
  const remembered = new Map<string, { source: KeySource; untilMs: number }>()
  return {
    async find(key) {
      const nowMs = clock.now().getTime()
      const known = remembered.get(key)
      if (known && known.untilMs > nowMs) return known.source
      const source = await findWriteKey(db, key)
      remembered.delete(key)
      if (!source) return undefined
      if (remembered.size >= LIMITS.credentialCacheEntriesMax) remembered.clear()
      remembered.set(key, { source, untilMs: nowMs + LIMITS.credentialCacheMs })
      return source
    },
  }
}
