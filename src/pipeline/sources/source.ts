import type { SourceKind } from './source-catalog.ts'

/** Where calls come from. */
export type Source = {
  id: string
  projectId: string
  nickname: string
  /** Where warehouses put its tables: made from the first nickname and never moved (pipeline §8.2). */
  schemaName: string
  catalog: SourceKind
  /** Calls to a disabled source are refused (§11.2 rule 7). */
  isEnabled: boolean
  /** Any of them identifies the source; at least one, oldest first. */
  writeKeys: string[]
  createdAt: Date
  updatedAt: Date | null
}

/** One of the keys by which calls name their source. */
export type WriteKey = { key: string; createdAt: Date }
