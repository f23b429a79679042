import type { JsonObject } from '../../kernel/json.ts'

/** The occurrence that a message tells of. */
export type Told = {
  id: string
  type: string
  customerId: string | null
  groupId: string
  channel: string
  appId: string | null
  data: JsonObject
  createdAt: Date
}

/** A message to an endpoint: one event of an occurrence. */
export type Message = {
  /** `whs_…`, the same in every attempt (WH-3). */
  id: string
  event: string
  part: number
  /** How many attempts there were. */
  attempts: number
  createdAt: Date
  /** What is sent, where it is not made of the occurrence alone. */
  body: string | null
  /** Undefined when it is no longer stored, as that of a customer who was erased. */
  told: Told | undefined
}
