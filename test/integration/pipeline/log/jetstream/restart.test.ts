import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  advanceCursor,
  type EventLog,
  type NewLogEntry,
} from '../../../../../src/pipeline/log/index.ts'
import { inTransaction } from '../../../../../src/platform/db.ts'
import { useTestDatabase } from '../../../../support/test-database.ts'
import { waitFor } from '../../../../support/wait-for.ts'
import { anEntry, NOW } from '../support.ts'
import { openLog, useNatsServer } from './support.ts'

const database = useTestDatabase({ poolSize: 20 })
const server = useNatsServer()
let writing: EventLog
let reading: EventLog

beforeAll(async () => {
  const natsUrl = server().url
  // Two processes.
  writing = await openLog(database.db, { natsUrl })
  reading = await openLog(database.db, { natsUrl })
})
afterAll(() => Promise.all([writing.close(), reading.close()]))

const OWNER = 'restarted'
const READER = 'restarted'

/** Appends a batch until it is confirmed, as a client repeats what was not answered 200. */
async function appendUntilConfirmed(batch: readonly NewLogEntry[]): Promise<number> {
  for (let failures = 0; ; failures += 1) {
    try {
      await writing.append(batch)
      return failures
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** One round of a reader: claims, reads, and moves its cursors; what it read. */
async function readRound(): Promise<[partition: number, messageId: string, userId: string][]> {
  const { db } = database
  const claimed = await reading.claim({ reader: READER, owner: OWNER, workers: 1, now: NOW })
  const read = await reading.read(READER, claimed, 50)
  const seen: [number, string, string][] = []
  for (const { partition, position } of claimed) {
    const entries = read.get(partition) ?? []
    const last = entries.at(-1)
    if (!last) continue
    const move = { reader: READER, partition, from: position, to: last.position, owner: OWNER }
    await inTransaction(db, (tx) => advanceCursor(tx, move))
    for (const entry of entries) seen.push([partition, entry.messageId, entry.userId ?? ''])
  }
  return seen
}

describe('a NATS server that goes and comes back', () => {
  it('loses nothing that was confirmed, doubles nothing, and keeps the order of each user', async () => {
    const users = Array.from({ length: 12 }, (_, user) => `user-${user}`)
    let failures = 0
    let confirmed = 0
    let isOver = false
    // A user's calls come from one client each, three to a request, until the server has been away three times.
    const clients = users.map(async (userId) => {
      let call = 0
      while (!isOver) {
        const batch = Array.from({ length: 3 }, () => {
          call += 1
          return anEntry({ userId, messageId: `${userId}-${call}` })
        })
        failures += await appendUntilConfirmed(batch)
        confirmed += batch.length
      }
      return call
    })

    const seen: [number, string, string][] = []
    let readFailures = 0
    let isRead = false
    const reader = (async () => {
      while (!isRead) {
        const round = await readRound().catch(() => {
          readFailures += 1
          return []
        })
        seen.push(...round)
        if (round.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
      }
    })()

    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
      const before = confirmed
      await waitFor('calls to be confirmed', () => confirmed > before + 300, 30_000)
      await server().halt(signal)
      const readFailed = readFailures
      await waitFor('the reader to notice', () => readFailures > readFailed, 30_000)
      await server().resume()
    }
    const before = confirmed
    await waitFor('calls to be confirmed again', () => confirmed > before + 300, 30_000)
    isOver = true
    const sent = await Promise.all(clients)
    const total = sent.reduce((sum, calls) => sum + calls, 0)
    await waitFor('everything to be read', () => seen.length >= total, 30_000)
    isRead = true
    await reader

    expect(failures).toBeGreaterThan(0)
    expect(seen).toHaveLength(total)
    for (const [index, userId] of users.entries()) {
      const own = seen.filter(([, , user]) => user === userId).map(([, messageId]) => messageId)
      const expected = Array.from({ length: sent[index] ?? 0 }, (_, n) => `${userId}-${n + 1}`)
      expect(own).toEqual(expected)
    }
    expect(await reading.lag(READER)).toBe(0)
  }, 120_000)
})
