import type { MappingJson } from './definition.ts'
import type { SealedSettings } from './sealed-settings.ts'

/**
 * What becomes of a person's later calls while an earlier one awaits its retry (§7.4.5): with `best_effort` they
 * go ahead, with `strict` they wait for it.
 */
export const ORDERINGS = ['best_effort', 'strict'] as const
export type Ordering = (typeof ORDERINGS)[number]

/** An instance of a definition, set up for one source. */
export type Destination = {
  id: string
  projectId: string
  sourceId: string
  /** The slug of its definition. */
  definition: string
  name: string
  /** Since when it takes calls; null while it is disabled. Calls from before then are not for it. */
  enabledAt: Date | null
  settings: SealedSettings
  ordering: Ordering
  /** How many requests a process may have under way to it (§7.4.4). */
  concurrency: number
  createdAt: Date
  updatedAt: Date | null
}

/** When `trigger` holds for a call, `action` is done with what `mapping` makes of the call. */
export type Mapping = {
  id: string
  destinationId: string
  name: string
  /** The key of an action of the destination's definition. */
  action: string
  trigger: string
  mapping: MappingJson
  isEnabled: boolean
  /** Its place among the mappings of its destination: 0, 1, 2 … without gaps. */
  sortOrder: number
  createdAt: Date
  updatedAt: Date | null
}

/** A destination as callers name it. The ids of other projects name nothing. */
export type DestinationReference = { projectId: string; id: string }
