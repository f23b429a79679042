import type { JsonObject } from '../../kernel/json.ts'

/** An accepted call on its way into the log. */
export type NewLogEntry = {
  projectId: string
  sourceId: string
  /** At most one entry per source and message id is kept within `LIMITS.deduplicationWindowMs`. */
  messageId: string
  type: string
  /** The name of a track call, else null. */
  event: string | null
  userId: string | null
  anonymousId: string | null
  receivedAt: Date
  /** The normalised call as JSON on one line: free of NUL and unpaired surrogates. */
  body: string
}

/** A call as readers see it. */
export type LogEntry = Omit<NewLogEntry, 'body'> & {
  /** Grows in the order in which appends were committed. */
  position: number
  body: JsonObject
}
