import type { NatsSettings } from '../../platform/config.ts'
import type { Database } from '../../platform/db.ts'
import type { Log } from '../../platform/log.ts'
import type { EventLog } from './event-log.ts'
import { createPostgresLog } from './postgres-log.ts'

export type EventLogOptions = {
  db: Database
  log: Log
  /** The servers of NATS; undefined keeps the log in PostgreSQL. */
  natsUrl: string | undefined
  nats: NatsSettings
}

/** The log of this database is elsewhere; `message` says what to do. */
export class LogMovedError extends Error {
  override readonly name = 'LogMovedError'
}

/**
 * Opens the log where it is configured to be. Throws `NatsSetupError` when NATS cannot be used, `LogMovedError`
 * when NATS is not configured although the log is there: calls appended here would never be read.
 */
export async function openEventLog(options: EventLogOptions): Promise<EventLog> {
  const { db, natsUrl } = options
  if (natsUrl !== undefined) {
    const { openJetStreamLog } = await import('./jetstream/open-jetstream-log.ts')
    return openJetStreamLog({ ...options, natsUrl })
  }
  const moved = await db.kysely.selectFrom('log_stream').select('name').executeTakeFirst()
  if (moved)
    throw new LogMovedError(
      `The log of this database is in NATS JetStream, stream ${moved.name}: set NATS_URL as for its other processes.`,
    )
  return createPostgresLog(db)
}
