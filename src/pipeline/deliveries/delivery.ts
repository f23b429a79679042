export type Outcome = 'delivered' | 'filtered' | 'failed' | 'pending'

/** What became of one (event, mapping) so far. */
export type DeliveryResult = {
  outcome: Outcome
  /** A code of pipeline §2.3 or §7.2; null when delivered. */
  reason: string | null
  /** The reason as a sentence. */
  message: string | null
  /** Status of the destination's last answer. */
  status: number | null
  attempts: number
  /** Text of the destination's last answer, cut to what is stored. */
  response: string | null
  /** The `X-Request-Id` of the destination's last answer, by which the other side finds the call. */
  requestId: string | null
  firstAttemptAt: Date | null
  finishedAt: Date | null
  /** When it may be sent (again); set exactly while it is pending. */
  nextAttemptAt: Date | null
}

/** The event a delivery is about, as far as its record names it. */
export type DeliveredEvent = {
  projectId: string
  sourceId: string
  logPosition: number
  messageId: string
  type: string
  name: string | null
  /** `userId`, else `anonymousId`: whose calls stay in order (pipeline §7.4.5). */
  userKey: string
  receivedAt: Date
  /** How often its cause has been through the loop (D-18). */
  hops: number
}

/** A delivery to be recorded for the first time. */
export type NewDelivery = {
  destinationId: string
  /** Null in the one record that tells which mappings an event passed by. */
  mappingId: string | null
  /** The enabled mappings that the event was filtered at; null unless it was. */
  filteredMappingIds: readonly string[] | null
  event: DeliveredEvent
  /** The validated payload that a request is made of; null when there was none. */
  payload: unknown
  result: DeliveryResult
}

/** A row of the retry queue, leased by whoever holds it until `leasedUntil`. */
export type QueuedDelivery = {
  id: number
  projectId: string
  logPosition: number
  mappingId: string
  messageId: string
  userKey: string
  payload: unknown
  attempts: number
  firstAttemptAt: Date | null
  hops: number
  /** How often it was sent anew after it had failed with an answer. */
  replays: number
  /** What is recorded about the last attempt; kept when the row goes back unsent. */
  reason: string | null
  message: string | null
  status: number | null
  response: string | null
  leasedUntil: Date
}
