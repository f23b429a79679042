/** Which events of a destination are meant; what is not given does not matter. */
export type ReplayFilter = {
  /** Events received at or after `from` and before `to`. */
  from: Date
  to: Date
  /** Of their failure; with `failed` only. */
  reason?: string | undefined
  mappingId?: string | undefined
  messageId?: string | undefined
  /** `userId`, else `anonymousId`, of the person. */
  userKey?: string | undefined
  /** The type of the call, and the name of a track call. */
  type?: string | undefined
  event?: string | undefined
}

export type ReplayWish = {
  filter: ReplayFilter
  /** Those that failed, or all, delivered and filtered ones too. */
  events: 'failed' | 'all'
  /** The payload that was made of them, or what the mappings of now make of them. */
  mapping: 'original' | 'current'
  isDryRun: boolean
  /** How many are due each second. */
  perSecond: number
}

/** What a replay of original payloads finds before it begins. */
export type Found = {
  /** Deliveries that can be sent again, by the reason of their failure; null is the reason of delivered ones. */
  reasons: { reason: string | null; count: number }[]
  /** Deliveries of mappings that are disabled or gone. */
  withoutMapping: number
  /** Deliveries of which no payload could be made, so that nothing is there to send. */
  withoutPayload: number
}

export type ReplayStatus = 'running' | 'done' | 'failed'

/** How far a replay has come. */
export type ReplayProgress = {
  status: ReplayStatus
  /** Why it failed. */
  error: string | null
  /** Up to where it has looked: ids of deliveries, or positions of the log. */
  place: number
  /** Deliveries or events that were looked at. */
  examined: number
  /** (event, mapping) pairs that can be sent; in a dry run, could. */
  replayable: number
  /** Those of them that were put into the retry queue. */
  queued: number
  /** Pairs whose event the destination or the trigger of now does not take. */
  filtered: number
  /** Pairs of which the mapping of now makes nothing that could be sent. */
  refused: number
  /** Events that the log no longer has. */
  missing: number
}

/** Deliveries of a destination that are sent anew, on somebody's wish. */
export type Replay = ReplayProgress & {
  id: string
  projectId: string
  destinationId: string
  wish: ReplayWish
  found: Found | null
  firstPlace: number
  lastPlace: number
  createdAt: Date
  finishedAt: Date | null
}
