import { afterAll, beforeAll, inject } from 'vitest'
import type { EventLog } from '../../../../../src/pipeline/log/index.ts'
import { openJetStreamLog } from '../../../../../src/pipeline/log/jetstream/open-jetstream-log.ts'
import type { Database } from '../../../../../src/platform/db.ts'
import { createLog } from '../../../../../src/platform/log.ts'
import { type Nats, openNats } from '../../../../../src/platform/nats.ts'
import { NATS_SETTINGS } from '../../../../support/event-log.ts'
import { type NatsServer, startNatsServer } from '../../../../support/nats-server.ts'

/** A NATS server of this file's own, to be halted. */
export function useNatsServer(): () => NatsServer {
  let server: NatsServer | undefined
  beforeAll(async () => {
    server = await startNatsServer()
  })
  afterAll(() => server?.stop())
  return () => {
    if (!server) throw new Error('the NATS server is started in beforeAll')
    return server
  }
}

type OpenOptions = { natsUrl?: string; replicas?: number; positionsSearchedMax?: number }

/** The log of `db` at `natsUrl`, or else at the server of the run. */
export const openLog = (
  db: Database,
  { replicas = 1, ...options }: OpenOptions = {},
): Promise<EventLog> =>
  openJetStreamLog({
    db,
    log: createLog('silent'),
    natsUrl: inject('natsUrl') ?? '',
    nats: { ...NATS_SETTINGS, replicas },
    ...options,
  })

/** A connection of the test's own to the server of the run. */
export const connectNats = (natsUrl = inject('natsUrl') ?? ''): Promise<Nats> =>
  openNats(natsUrl, createLog('silent'))

/** The name of the stream that has the log of `db`. */
export async function streamOf(db: Database): Promise<string> {
  const { name } = await db.kysely.selectFrom('log_stream').select('name').executeTakeFirstOrThrow()
  return name
}
