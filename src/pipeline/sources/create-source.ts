import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { putWriteKey } from './change-write-keys.ts'
import { insertSource, lockSchemaNames } from './source.repo.ts'
import type { Source } from './source.ts'
import type { SourceKind } from './source-catalog.ts'
import { toSchemaName } from './to-schema-name.ts'

export type NewSource = {
  projectId: string
  nickname: string
  catalog: SourceKind
  /** Not given: a random one. */
  writeKey?: string | undefined
  now: Date
}

/**
 * Creates an enabled source with one write key and a schema name that no other source of the project has
 * (pipeline §8.2), also when many are created at once. Throws `duplicate_found` when another source has the
 * write key.
 */
export async function createSource(
  tx: Tx,
  { projectId, nickname, catalog, writeKey, now }: NewSource,
): Promise<Source> {
  const source: Source = {
    id: newId('source'),
    projectId,
    nickname,
    schemaName: freeSchemaName(nickname, await lockSchemaNames(tx, projectId)),
    catalog,
    isEnabled: true,
    writeKeys: [],
    createdAt: now,
    updatedAt: null,
  }
  await insertSource(tx, source)
  const { key } = await putWriteKey(tx, { sourceId: source.id, key: writeKey, now })
  return { ...source, writeKeys: [key] }
}

function freeSchemaName(nickname: string, taken: ReadonlySet<string>): string {
  for (let clash = 0; ; clash += 1) {
    const name = toSchemaName(nickname, clash)
    if (!taken.has(name)) return name
  }
}
