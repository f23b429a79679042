import type { FilterRule } from '../filters/index.ts'

/** A filter of a destination: its actions are done with the events for which its condition holds (§2.3 rule 3). */
export type DestinationFilter = FilterRule & {
  id: string
  destinationId: string
  description: string | null
  isEnabled: boolean
  createdAt: Date
  updatedAt: Date | null
}
