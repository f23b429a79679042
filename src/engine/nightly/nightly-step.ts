import type { Tx } from '../../platform/db.ts'
import type { Warn } from '../../platform/log.ts'
import type { Call } from '../context.ts'

/** One project at the beginning of a day. */
export type Night = {
  /** On behalf of nobody; one `groupId` for each part. */
  call: Call
  projectId: string
  timeZone: string
  /** The day that has begun, `2026-01-01`, in the time zone of the project. */
  today: string
  /** The last day whose night left no step undone; null before the first. */
  completeTo: string | null
  /** Where the part before ended; null before the first. */
  state: unknown
  /** How many cards at most: one alone, to find which of them fails, or as many as the part takes. */
  cardsMax: number
  /** Cards that this step failed at tonight: they are left out. */
  failed: readonly string[]
  /** Cards that it failed at the night before: it is to look at them again, whether or not it is their day. */
  failedBefore: readonly string[]
  /** Is told which cards the part works on, before it does. */
  takes(voucherIds: readonly string[]): void
  /** Tells something once the part is done. */
  warn: Warn
}

/**
 * A part of what a day begins with (L-66). It does so much of its work as a second allows, in `tx`, and says whether it
 * is done or, as JSON, where it goes on. A part that commits is never repeated. Of one that fails each card is tried alone;
 * a card that fails then is left out until the next night. A part that fails before it takes cards is tried again a few
 * times and then left for the next day.
 */
export type NightlyStep = {
  name: string
  run(tx: Tx, night: Night): Promise<{ isDone: true } | { isDone: false; state: unknown }>
}
