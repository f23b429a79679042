import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'

/** One project at the beginning of a day. */
export type Night = {
  /** On behalf of nobody; one `groupId` for each part. */
  call: Call
  projectId: string
  timeZone: string
  /** The day that has begun, `2026-01-01`, in the time zone of the project. */
  today: string
  /** Where the part before ended; null before the first. */
  state: unknown
}

/**
 * A part of what a day begins with (L-66). It does so much of its work as a second allows, in `tx`, and says whether it
 * is done or, as JSON, where it goes on. A part that commits is never repeated; one that fails is tried again a few
 * times and then left for the next day.
 */
export type NightlyStep = {
  name: string
  run(tx: Tx, night: Night): Promise<{ isDone: true } | { isDone: false; state: unknown }>
}
