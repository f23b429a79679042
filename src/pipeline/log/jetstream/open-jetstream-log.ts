import type { NatsSettings } from '../../../platform/config.ts'
import type { Database } from '../../../platform/db.ts'
import { LIMITS } from '../../../platform/limits.ts'
import type { Log } from '../../../platform/log.ts'
import { openNats } from '../../../platform/nats.ts'
import type { EventLog } from '../event-log.ts'
import { createJetStreamLog } from './jetstream-log.ts'
import { openLogStream } from './log-stream.ts'

export type JetStreamOptions = {
  db: Database
  log: Log
  natsUrl: string
  nats: NatsSettings
  /** How far back one page of a list looks; `LIMITS.logPositionsSearchedMax` when not given. */
  positionsSearchedMax?: number
}

/** Connects to NATS and opens the log there. Throws `NatsSetupError` when it cannot be used. */
export async function openJetStreamLog({
  db,
  log,
  natsUrl,
  nats: settings,
  positionsSearchedMax = LIMITS.logPositionsSearchedMax,
}: JetStreamOptions): Promise<EventLog> {
  const nats = await openNats(natsUrl, log)
  try {
    const stream = await openLogStream(db, nats, settings)
    return createJetStreamLog({ db, nats, stream, positionsSearchedMax })
  } catch (error) {
    await nats.close()
    throw error
  }
}
