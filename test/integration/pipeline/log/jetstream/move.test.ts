import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  advanceCursor,
  type EventLog,
  openEventLog,
} from '../../../../../src/pipeline/log/index.ts'
import { inTransaction } from '../../../../../src/platform/db.ts'
import { createLog } from '../../../../../src/platform/log.ts'
import { NATS_SETTINGS } from '../../../../support/event-log.ts'
import { ROOT } from '../../../../support/server.ts'
import { useTestDatabase } from '../../../../support/test-database.ts'
import { anEntry, NOW } from '../support.ts'
import { openLog } from './support.ts'

const database = useTestDatabase()
const projectId = 'proj_moved'
const reader = 'moved'
let before: EventLog
let log: EventLog

const users = Array.from({ length: 20 }, (_, user) => `user-${user}`)
const callsOf = (prefix: string) =>
  users.map((userId) => anEntry({ projectId, userId, messageId: `${prefix}-${userId}` }))

/** Reads what is left for the reader, two entries of a partition at a time; message ids by partition. */
async function readAll(from: EventLog): Promise<Map<number, string[]>> {
  const seen = new Map<number, string[]>()
  for (let hasRead = true; hasRead; ) {
    const claimed = await from.claim({ reader, owner: 'one', workers: 1, now: NOW })
    const read = await from.read(reader, claimed, 2)
    hasRead = read.size > 0
    for (const { partition, position } of claimed) {
      const entries = read.get(partition) ?? []
      const to = entries.at(-1)?.position
      if (to === undefined) continue
      const move = { reader, partition, from: position, to, owner: 'one' }
      await inTransaction(database.db, (tx) => advanceCursor(tx, move))
      const ids = entries.map(({ messageId }) => messageId)
      seen.set(partition, [...(seen.get(partition) ?? []), ...ids])
    }
  }
  return seen
}

/** A log in PostgreSQL with calls of which some are read, then one in JetStream with more. */
beforeAll(async () => {
  const { db } = database
  before = await openEventLog({
    db,
    log: createLog('silent'),
    natsUrl: undefined,
    nats: NATS_SETTINGS,
  })
  await before.append(callsOf('read'))
  await readAll(before)
  await before.append(callsOf('unread'))
  log = await openLog(db)
  await log.append(callsOf('new'))
})
afterAll(() => log.close())

describe('a log that moved from PostgreSQL to JetStream', () => {
  it('is read on without a gap: what was left in PostgreSQL, then what came since', async () => {
    expect(await log.lag(reader)).toBe(40)
    const unread = await log.countUnread({
      projectId,
      sourceId: 'src_log',
      positions: new Map(),
      from: NOW,
      to: new Date(NOW.getTime() + 1),
    })
    expect(unread).toBe(60)

    const seen = await readAll(log)
    expect([...seen.values()].flat()).toHaveLength(40)
    for (const ids of seen.values()) {
      const whenMoved = ids.findIndex((id) => id.startsWith('new'))
      expect(ids.slice(0, whenMoved).every((id) => id.startsWith('unread'))).toBe(true)
      expect(ids.slice(whenMoved).every((id) => id.startsWith('new'))).toBe(true)
    }
    expect(await log.lag(reader)).toBe(0)
    await log.append([anEntry({ projectId, messageId: 'newest' })])
    expect([...(await readAll(log)).values()].flat()).toEqual(['newest'])
  })

  it('is listed as one, newest first and page by page', async () => {
    const all = await log.list({ projectId, limit: 1_000 })
    expect(all.map(({ messageId }) => messageId.split('-')[0])).toEqual([
      'newest',
      ...users.map(() => 'new'),
      ...users.map(() => 'unread'),
      ...users.map(() => 'read'),
    ])
    const positions = all.map(({ position }) => position)
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => b - a))

    for (const limit of [1, 7, 20, 21, 41, 61, 62]) {
      const found: number[] = []
      let before: number | undefined
      do {
        const page = await log.search({ projectId, limit, before })
        expect(page.entries.length).toBeLessThanOrEqual(limit)
        found.push(...page.entries.map(({ position }) => position))
        before = page.before
      } while (before !== undefined)
      expect(found).toEqual(positions)
    }
  })

  it('finds entries by their places in both parts', async () => {
    const all = await log.list({ projectId, limit: 1_000 })
    const wanted = [all[0], all[30], all[60]].flatMap((entry) => entry ?? [])
    const found = await log.readAt(
      [...wanted, { position: 1_000_000 }].map(({ position }) => ({ partition: 0, position })),
    )
    expect([...found.keys()].length).toBeLessThanOrEqual(3)
    expect(found.get(all[0]?.position ?? 0)).toEqual(all[0])
  })

  it('takes no more calls where it was: who still appends there gets an error, and repeats', async () => {
    await expect(before.append([anEntry({ projectId })])).rejects.toThrow(/log_moved/)
  })

  it('moves back as the guide says, once all of it has been read', async () => {
    const guide = readFileSync(join(ROOT, 'docs', 'guide', 'scale-out.md'), 'utf8')
    const [, statements = ''] = /^```sql\n([\s\S]*?)^```$/m.exec(guide) ?? []
    await database.db.pool.query(statements)
    const after = await openEventLog({
      db: database.db,
      log: createLog('silent'),
      natsUrl: undefined,
      nats: NATS_SETTINGS,
    })
    await after.append(callsOf('back'))
    const seen = [...(await readAll(after)).values()].flat()
    expect(seen.sort()).toEqual(users.map((userId) => `back-${userId}`).sort())
  })
})
