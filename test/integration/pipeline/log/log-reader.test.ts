import { describe, expect, it } from 'vitest'
import {
  advanceCursor,
  CursorLostError,
  leaveWorkers,
  partitionOf,
  reportWorker,
} from '../../../../src/pipeline/log/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { useTestEventLog } from '../../../support/event-log.ts'
import { useTestDatabase } from '../../../support/test-database.ts'
import { anEntry, append, NOW } from './support.ts'

const database = useTestDatabase({ poolSize: 20 })
const log = useTestEventLog(database)
const later = (ms: number): Date => new Date(NOW.getTime() + ms)

const claim = (reader: string, owner: string, now = NOW, workers = 1) =>
  log.eventLog.claim({ reader, owner, workers, now })
const advance = (move: Parameters<typeof advanceCursor>[1]) =>
  inTransaction(database.db, (tx) => advanceCursor(tx, move))

const ALL = Array.from({ length: LIMITS.logPartitions }, (_, partition) => ({
  partition,
  position: 0,
}))

describe('claim', () => {
  it('gives each partition to exactly one of many owners that claim at once', async () => {
    const claims = await Promise.all(
      Array.from({ length: 16 }, (_, owner) => claim('raced', `owner-${owner}`)),
    )
    expect(claims.flat().sort((a, b) => a.partition - b.partition)).toEqual(ALL)
  })

  it('keeps others out until the lease ends, and lets its owner renew it', async () => {
    expect(await claim('leased', 'first')).toEqual(ALL)
    expect(await claim('leased', 'second', later(LIMITS.logLeaseMs - 1))).toEqual([])
    expect(await claim('leased', 'first', later(LIMITS.logLeaseMs - 1))).toEqual(ALL)
    expect(await claim('leased', 'second', later(LIMITS.logLeaseMs))).toEqual([])
    expect(await claim('leased', 'second', later(2 * LIMITS.logLeaseMs - 1))).toEqual(ALL)
  })

  it('gives each of several workers its share, and takes back what is beyond it', async () => {
    expect(await claim('shared', 'first')).toEqual(ALL)
    expect(await claim('shared', 'second', NOW, 2)).toEqual([])
    const half = LIMITS.logPartitions / 2
    expect(await claim('shared', 'first', NOW, 2)).toEqual(ALL.slice(0, half))
    expect(await claim('shared', 'second', NOW, 2)).toEqual(ALL.slice(half))
    expect(await claim('shared', 'third', NOW, 3)).toEqual([])
    const held = await Promise.all(
      ['first', 'second', 'third', 'first', 'second', 'third'].map((owner) =>
        claim('shared', owner, NOW, 3),
      ),
    )
    const last = await claim('shared', 'third', NOW, 3)
    expect(Math.max(...held.slice(3).map(({ length }) => length))).toBeLessThanOrEqual(3)
    expect(last.length).toBeGreaterThan(0)
  })

  it('leaves no partition without a reader, however many workers there are', async () => {
    for (let workers = 1; workers <= 2 * LIMITS.logPartitions; workers += 1) {
      const owners = Array.from({ length: workers }, (_, index) => `many-${workers}-${index}`)
      const claimAll = () =>
        Promise.all(owners.map((owner) => claim(`many-${workers}`, owner, NOW, workers)))
      // Of many at once some may find all free places looked at by others; a second look finds them.
      await claimAll()
      const again = await claimAll()
      expect(again.flat().sort((a, b) => a.partition - b.partition)).toEqual(ALL)
    }
  })

  it('gives what is released to the next owner at once', async () => {
    await claim('released', 'gone')
    await claim('kept', 'stays')
    await leaveWorkers(database.db, 'gone')
    expect(await claim('released', 'next')).toEqual(ALL)
    expect(await claim('kept', 'next')).toEqual([])
  })

  it('starts a reader behind what was received before it existed, when told since when', async () => {
    const userId = 'early'
    const partition = partitionOf(userId)
    const minutes = (n: number): Date => later(n * 60_000)
    await append(log.eventLog, [anEntry({ userId, receivedAt: minutes(-5) })])
    await append(log.eventLog, [anEntry({ userId, messageId: 'since', receivedAt: NOW })])
    const claimed = await log.eventLog.claim({
      reader: 'since',
      owner: 'first',
      workers: 1,
      now: NOW,
      since: NOW,
    })
    const entries = (await log.eventLog.read('since', claimed, 10)).get(partition)
    expect(entries?.map((entry) => entry.messageId)).toEqual(['since'])
  })
})

describe('reportWorker', () => {
  it('counts who reported lately, and lets their leases go on', async () => {
    const { db } = database
    const half = LIMITS.logLeaseMs / 2
    expect(await reportWorker(db, 'a', NOW)).toBe(1)
    expect(await reportWorker(db, 'b', NOW)).toBe(2)
    await claim('reported', 'a')
    expect(await reportWorker(db, 'a', later(half))).toBe(2)
    // Without the report the lease would have ended.
    expect(await claim('reported', 'b', later(LIMITS.logLeaseMs))).toEqual([])
    expect(await reportWorker(db, 'a', later(LIMITS.logLeaseMs))).toBe(1)
    await leaveWorkers(db, 'a')
    expect(await claim('reported', 'b', later(LIMITS.logLeaseMs))).toEqual(ALL)
    expect(await reportWorker(db, 'c', later(LIMITS.logLeaseMs))).toBe(1)
  })

  it('does not bring back a lease that has ended', async () => {
    const { db } = database
    await reportWorker(db, 'late', NOW)
    await claim('ended', 'late')
    await reportWorker(db, 'late', later(LIMITS.logLeaseMs))
    expect(await claim('ended', 'other', later(LIMITS.logLeaseMs))).toEqual(ALL)
  })
})

describe('read', () => {
  it('reads the oldest of each claimed partition behind its position, and of no other', async () => {
    const userIds = ['read-a', 'read-b', 'read-c', 'read-d'] as const
    const partitions = [...new Set(userIds.map(partitionOf))]
    const [first = 0, ...others] = partitions
    await append(
      log.eventLog,
      userIds.flatMap((userId) => [anEntry({ userId }), anEntry({ userId })]),
    )
    const whole = await log.eventLog.read(
      'reader',
      partitions.map((partition) => ({ partition, position: 0 })),
      1_000,
    )
    for (const partition of partitions) {
      const positions = whole.get(partition)?.map(({ position }) => position) ?? []
      expect(positions.length).toBeGreaterThanOrEqual(2)
      expect(positions).toEqual([...positions].sort((a, b) => a - b))
    }
    const position = whole.get(first)?.at(-2)?.position ?? 0
    const rest = await log.eventLog.read('reader', [{ partition: first, position }], 1)
    expect(rest.get(first)).toEqual(whole.get(first)?.slice(-1))
    for (const partition of others) expect(rest.has(partition)).toBe(false)
    expect((await log.eventLog.read('reader', [], 10)).size).toBe(0)
  })
})

describe('advanceCursor', () => {
  it('lets one of many moves from the same position win and the others throw', async () => {
    await claim('moved', 'owner')
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, to) =>
        advance({ reader: 'moved', partition: 1, from: 0, to: to + 1, owner: 'owner' }),
      ),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(lost.every(({ reason }) => reason instanceof CursorLostError)).toBe(true)
  })

  it('throws when another owner has taken the partition, and records nothing', async () => {
    await claim('taken', 'slow')
    const until = later(LIMITS.logLeaseMs)
    await claim('taken', 'quick', until)
    const move = { reader: 'taken', partition: 0, from: 0, to: 7 }
    await expect(advance({ ...move, owner: 'slow' })).rejects.toThrow(CursorLostError)
    expect((await claim('taken', 'quick', until))[0]?.position).toBe(0)
    await advance({ ...move, owner: 'quick' })
    expect((await claim('taken', 'quick', until))[0]?.position).toBe(7)
  })
})

describe('lag', () => {
  it('counts what a reader has not passed yet, for each reader on its own', async () => {
    await claim('ahead', 'owner')
    await claim('behind', 'owner')
    const partition = partitionOf('lagging')
    const before = await log.eventLog.lag('ahead')
    await append(log.eventLog, [anEntry({ userId: 'lagging' }), anEntry({ userId: 'lagging' })])
    expect(await log.eventLog.lag('ahead')).toBe(before + 2)
    const read = await log.eventLog.read('reader', [{ partition, position: 0 }], 1_000)
    const to = read.get(partition)?.at(-1)?.position ?? 0
    await advance({ reader: 'ahead', partition, from: 0, to, owner: 'owner' })
    expect(await log.eventLog.lag('behind')).toBe(before + 2)
    expect(await log.eventLog.lag('ahead')).toBeLessThan(before + 2)
    expect(await log.eventLog.lag('unknown')).toBe(0)
  })
})
