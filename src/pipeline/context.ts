import type { Authentication } from '../platform/auth/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import type { InProcessDoors, Send } from '../platform/http/index.ts'
import type { Log } from '../platform/log.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Vault } from '../platform/secrets.ts'
import type { EventLog } from './log/index.ts'

/** What the pipeline's stages are built from, once, in the composition root. */
export type PipelineDeps = {
  db: Database
  /** The accepted calls: in PostgreSQL or in NATS JetStream. */
  eventLog: EventLog
  clock: Clock
  log: Log
  metrics: Metrics
  vault: Vault
  authentication: Authentication
  /** The way to destinations; calls to our own address stay in the process. */
  send: Send
  /** Those that take many requests of this process at once. */
  doors: InProcessDoors
  /** The address under which this server is reached, such as `http://127.0.0.1:3000`. */
  address: () => string
  /** Called after calls were appended to the log: a hint that readers have work. */
  appended: () => void
}
