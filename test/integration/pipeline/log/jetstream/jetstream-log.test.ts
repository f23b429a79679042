import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EventLog, partitionOf } from '../../../../../src/pipeline/log/index.ts'
import { askJetStream } from '../../../../../src/platform/nats-jetstream.ts'
import { useTestDatabase } from '../../../../support/test-database.ts'
import { anEntry, NOW } from '../support.ts'
import { connectNats, openLog, streamOf } from './support.ts'

const database = useTestDatabase()
let log: EventLog
let narrow: EventLog

beforeAll(async () => {
  log = await openLog(database.db)
  narrow = await openLog(database.db, { positionsSearchedMax: 100 })
})
afterAll(() => Promise.all([log.close(), narrow.close()]))

async function endOfLog(): Promise<number> {
  const mark = anEntry({ projectId: 'proj_mark', userId: 'mark' })
  await log.append([mark])
  const [marked] = await log.list({ projectId: 'proj_mark', limit: 1 })
  return marked?.position ?? 0
}

const minutes = (n: number): Date => new Date(NOW.getTime() + n * 60_000)

describe('searching', () => {
  it('looks only so far back at once, and says where to go on', async () => {
    const projectId = 'proj_far'
    const between = () =>
      log.append(Array.from({ length: 130 }, (_, n) => anEntry({ userId: `other-${n}` })))
    await log.append([anEntry({ projectId, messageId: 'old' })])
    await between()
    await log.append([anEntry({ projectId, messageId: 'middle', type: 'page' })])
    await between()
    await log.append([anEntry({ projectId, messageId: 'new' })])

    const pages: string[][] = []
    let before: number | undefined
    do {
      const page = await narrow.search({ projectId, type: 'track', limit: 10, before })
      pages.push(page.entries.map(({ messageId }) => messageId))
      before = page.before
    } while (before !== undefined)
    expect(pages).toEqual([['new'], [], ['old']])
    const all = await log.list({ projectId, limit: 10 })
    expect(all.map(({ messageId }) => messageId)).toEqual(['new', 'middle', 'old'])
  })

  it('finds the newest of thousands, also in the middle of a window', async () => {
    const projectId = 'proj_many'
    const entries = Array.from({ length: 3_000 }, (_, n) =>
      anEntry({ projectId, userId: `many-${n % 500}`, event: n % 100 === 0 ? 'Rare' : 'Common' }),
    )
    await log.append(entries)
    const all = await log.list({ projectId, limit: 5_000 })
    expect(all).toHaveLength(3_000)
    const rare = all.filter(({ event }) => event === 'Rare').map(({ position }) => position)
    const found = await log.list({ projectId, event: 'Rare', limit: 25 })
    expect(found.map(({ position }) => position)).toEqual(rare.slice(0, 25))
    const from = rare[10] ?? 0
    const before = rare[5] ?? 0
    const some = await log.list({ projectId, event: 'Rare', limit: 25, from, before })
    expect(some.map(({ position }) => position)).toEqual(rare.slice(6, 11))
  })
})

describe('readers', () => {
  it('go on where they are when the server has lost their consumers', async () => {
    const userId = 'consumed'
    const partition = partitionOf(userId)
    const send = (messageId: string) => log.append([anEntry({ userId, messageId })])
    let position = await endOfLog()
    const read = async () => {
      const entries =
        (await log.read('consumed', [{ partition, position }], 10)).get(partition) ?? []
      position = entries.at(-1)?.position ?? position
      return entries.map(({ messageId }) => messageId)
    }
    await send('c1')
    expect(await read()).toEqual(['c1'])

    const nats = await connectNats()
    const stream = await streamOf(database.db)
    type Names = { consumers: string[] }
    const { consumers } = await askJetStream<Names>(nats, `CONSUMER.NAMES.${stream}`)
    for (const name of consumers) await askJetStream(nats, `CONSUMER.DELETE.${stream}.${name}`)
    await nats.close()

    await send('c2')
    expect(await read()).toEqual(['c2'])
    await send('c3')
    expect(await read()).toEqual(['c3'])
  })

  it('read again what they were given and did not pass', async () => {
    const userId = 'again'
    const partition = partitionOf(userId)
    const position = await endOfLog()
    await log.append(['a1', 'a2'].map((messageId) => anEntry({ userId, messageId })))
    const read = async (from: number, limit: number) =>
      (await log.read('again', [{ partition, position: from }], limit)).get(partition) ?? []
    const first = await read(position, 1)
    expect(first.map(({ messageId }) => messageId)).toEqual(['a1'])
    expect((await read(position, 10)).map(({ messageId }) => messageId)).toEqual(['a1', 'a2'])
    const behind = await read(first[0]?.position ?? 0, 10)
    expect(behind.map(({ messageId }) => messageId)).toEqual(['a2'])
    expect(await read(behind[0]?.position ?? 0, 10)).toEqual([])
  })
})

describe('a reader that begins at a time', () => {
  it('passes over what was received before it, and over nothing else', async () => {
    const early = Array.from({ length: 40 }, (_, n) =>
      anEntry({ userId: `early-${n}`, receivedAt: minutes(60 + n) }),
    )
    for (const entry of early) await log.append([entry])
    const claimed = await log.claim({
      reader: 'late',
      owner: 'one',
      workers: 1,
      now: NOW,
      since: minutes(80),
    })
    const entries = [...(await log.read('late', claimed, 100)).values()].flat()
    const users = entries.map(({ userId }) => userId).sort()
    // A minute of slack: calls may be appended a little out of order.
    expect(users).toEqual(
      early
        .slice(19)
        .map(({ userId }) => userId)
        .sort(),
    )
  })
})
