/** An endpoint of a project that is told events. */
export type Webhook = {
  id: string
  projectId: string
  targetUrl: string
  /** Headers that are sent along, of a distribution; null for none. */
  headersSealed: string | null
  /** As the caller spelt them (WH-8). */
  events: readonly string[]
  isEnabled: boolean
  /** Why it was disabled by itself: nothing got through for days, or it answered 410; else null. */
  disabledReason: DisabledReason | null
  health: Health
  createdAt: Date
  updatedAt: Date | null
}

export type DisabledReason = 'failing' | 'gone'

/** How an endpoint fares: how many rounds failed in a row, what the last one met, when something got through. */
export type Health = {
  failures: number
  /** Such as `500` or `ECONNREFUSED`. */
  lastFailure: string | null
  lastSuccessAt: Date | null
  /** Nothing is sent before then. */
  nextAttemptAt: Date | null
}

/** What came of one attempt to send a message. */
export type AttemptResult =
  | { kind: 'answer'; status: number; retryAfter: string | undefined; body: string }
  /** No answer; `code` is `ETIMEDOUT`, `ECONNREFUSED`, … Whether the message arrived is unknown. */
  | { kind: 'no-answer'; code: string }
