import type { JsonObject } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import type { Warn } from '../../platform/log.ts'
import type { Call } from '../context.ts'
import type { OccurrenceType, ProgramKind } from '../outbox/index.ts'

/** Something that happened, as a program sees it that reacts to it. */
export type Happening = {
  occurrenceId: string
  projectId: string
  type: OccurrenceType
  /** The customer to whom it happened; null when there is none. */
  customerId: string | null
  /** The payload of the occurrence (engine-programs §13.6). */
  data: JsonObject
  /**
   * On whose behalf follows what follows: the `groupId` of the call that made it happen (EV-1), `now` of the worker.
   * Its `effectDepth` is 1 for what follows from a request, 2 for what follows from that.
   */
  call: Call
  createdAt: Date
  hops: number
}

/**
 * Does what follows from things that happened, in their order, in `tx`. The happenings are of one project and of types
 * to which the effect's kind reacts (`TURNS`), no two of one customer unless one call made both. Whatever it throws
 * undoes all of them; those that fail alone are kept and not tried again. What it warns of is told once it is done.
 */
export type Effect = (tx: Tx, happenings: readonly Happening[], warn: Warn) => Promise<void>

/** The effect of a kind of program. */
export type ProgramEffect = { kind: ProgramKind; run: Effect }

/** An occurrence that waits for its effects. */
export type EffectMessage = {
  position: number
  depth: number
  /** Undefined when the occurrence is no longer there. */
  happening: Happening | undefined
}
