import { afterAll, beforeAll, describe, inject, it } from 'vitest'
import { type EventLog, openEventLog } from '../../src/pipeline/log/index.ts'
import { readConfig } from '../../src/platform/config.ts'
import { createLog } from '../../src/platform/log.ts'
import type { TestDatabase } from './test-database.ts'

/** Where the tests of this run have the log: the address of NATS, or undefined for PostgreSQL. */
export const natsUrl = (): string | undefined => inject('natsUrl')

/** Tests of what only the log in PostgreSQL has. */
export const itInPostgres = natsUrl() === undefined ? it : () => undefined
export const describeInPostgres = natsUrl() === undefined ? describe : () => undefined

export const NATS_SETTINGS = readConfig({}).nats

export type TestEventLog = { readonly eventLog: EventLog }

/** The log of `database`, in PostgreSQL or in NATS JetStream as the run wants it. */
export function useTestEventLog(database: TestDatabase): TestEventLog {
  let opened: EventLog | undefined
  beforeAll(async () => {
    const { db } = database
    opened = await openEventLog({
      db,
      log: createLog('error'),
      natsUrl: natsUrl(),
      nats: NATS_SETTINGS,
    })
  })
  afterAll(() => opened?.close())
  return {
    get eventLog() {
      if (!opened) throw new Error('the log is opened in beforeAll')
      return opened
    },
  }
}
