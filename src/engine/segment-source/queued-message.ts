import type { Json } from '../../kernel/json.ts'

/** A fact of the outbox, as far as a track call tells it (engine-programs §13.2). */
export type Occurrence = {
  id: string
  type: string
  /** Null when it happened to nobody whom the engine knows. */
  customerId: string | null
  groupId: string
  category: string
  channel: string
  appId: string | null
  data: { [key: string]: Json }
  createdAt: Date
  /** How often its cause has been through the loop before (D-18). */
  hops: number
}

/** A track call that is still to be made. */
export type QueuedMessage = {
  id: number
  /** The row of the table of 14 source events (engine-programs §17.2) that it is to be told as. */
  eventRow: number
  /** Undefined when it was erased in the meantime. */
  occurrence: Occurrence | undefined
}
