import { newRequestId } from '../kernel/ids.ts'
import type { Authentication } from '../platform/auth/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import type { InProcessDoors, Send } from '../platform/http/index.ts'
import type { Log } from '../platform/log.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Vault } from '../platform/secrets.ts'

/** What the engine's modules are built from, once, in the composition root. */
export type EngineDeps = {
  db: Database
  clock: Clock
  log: Log
  metrics: Metrics
  vault: Vault
  authentication: Authentication
  /** The way out of wire B; calls to our own address stay in the process. */
  send: Send
  /** Where calls of this process to the engine come in. */
  doors: InProcessDoors
  /** The address under which this server is reached, such as `http://127.0.0.1:3000`. */
  address: () => string
  /** How many calls of one project wire A takes a day; undefined: as many as come. */
  segmentCallsPerDayMax?: number | undefined
  /** Called after a transaction that announced something committed: a hint that there is work to send. */
  announced: () => void
}

/** One call to the engine: whose project, who called, when. Everything it causes shares `groupId` (EV-1). */
export type Call = {
  projectId: string
  /** Whose keys it came with; empty when with none of an application's. */
  appId: string
  /** The request id; the `group_id` of all occurrences of this call. */
  groupId: string
  channel: 'API' | 'INTERNAL'
  now: Date
  /** How often what caused the call has been through the loop of destination and source (D-18); absent: never. */
  hops?: number
  /** How many effects of programs led to it, one following from another; absent: none. */
  effectDepth?: number
}

/** A call by the project's administrator, with no application's keys. */
export const toAdminCall = (projectId: string, requestId: string, now: Date): Call => ({
  projectId,
  appId: '',
  groupId: requestId,
  channel: 'API',
  now,
})

/** A call that the engine makes by itself (EV-1). */
export const toOwnCall = (projectId: string, now: Date): Call => ({
  projectId,
  appId: '',
  groupId: newRequestId().replace('v-', 'w-'),
  channel: 'INTERNAL',
  now,
})
