import { describe, expect, it, onTestFinished } from 'vitest'
import { openEventLog } from '../../../../../src/pipeline/log/index.ts'
import { createLog } from '../../../../../src/platform/log.ts'
import { askJetStream } from '../../../../../src/platform/nats-jetstream.ts'
import { NATS_SETTINGS } from '../../../../support/event-log.ts'
import { startNatsServer } from '../../../../support/nats-server.ts'
import { useTestDatabase } from '../../../../support/test-database.ts'
import { anEntry } from '../support.ts'
import { connectNats, openLog, streamOf } from './support.ts'

const database = useTestDatabase()
const other = useTestDatabase()

type Info = { config: { max_age: number; duplicate_window: number; storage: string } }
const DAY_NS = 24 * 3_600 * 1_000_000_000

describe('opening the log in JetStream', () => {
  it('makes one stream for all that start at once, durable, for 30 days and ids of 24 hours (§1.15)', async () => {
    const logs = await Promise.all([1, 2, 3, 4].map(() => openLog(database.db)))
    const nats = await connectNats()
    try {
      const info = await askJetStream<Info>(nats, `STREAM.INFO.${await streamOf(database.db)}`)
      expect(info.config).toMatchObject({
        storage: 'file',
        max_age: 30 * DAY_NS,
        duplicate_window: DAY_NS,
      })
      const answers = await Promise.all(
        logs.map((log) => log.append([anEntry({ messageId: 'from everywhere' })])),
      )
      expect(answers.filter(({ duplicates }) => duplicates === 0)).toHaveLength(1)
    } finally {
      await nats.close()
      await Promise.all(logs.map((log) => log.close()))
    }
  })

  it('brings a stream that was made with other settings to those of now', async () => {
    await (await openLog(database.db)).close()
    const nats = await connectNats()
    try {
      const stream = await streamOf(database.db)
      const { config } = await askJetStream<Info>(nats, `STREAM.INFO.${stream}`)
      await askJetStream(nats, `STREAM.UPDATE.${stream}`, { ...config, max_age: 2 * DAY_NS })
      await (await openLog(database.db)).close()
      const after = await askJetStream<Info>(nats, `STREAM.INFO.${stream}`)
      expect(after.config.max_age).toBe(30 * DAY_NS)
    } finally {
      await nats.close()
    }
  })

  it('keeps the logs of two databases apart', async () => {
    const [one, two] = await Promise.all([openLog(database.db), openLog(other.db)])
    await one.append([anEntry({ projectId: 'proj_apart' })])
    expect(await one.list({ projectId: 'proj_apart', limit: 10 })).toHaveLength(1)
    expect(await two.list({ projectId: 'proj_apart', limit: 10 })).toEqual([])
    await Promise.all([one.close(), two.close()])
  })
})

describe('a start that cannot go well', () => {
  it('says that NATS cannot be reached, without the password', async () => {
    const opening = openLog(database.db, { natsUrl: 'nats://ada:secret@127.0.0.1:1' })
    await expect(opening).rejects.toThrow(/^NATS at 127\.0\.0\.1:1 cannot be used: .*NATS_URL/)
    await expect(opening).rejects.not.toThrow(/secret/)
  })

  it('says when more replicas are wanted than there are servers', async () => {
    await (await openLog(other.db)).close()
    await expect(openLog(other.db, { replicas: 3 })).rejects.toThrow(/NATS_REPLICAS/)
    await other.db.kysely.deleteFrom('log_stream').execute()
    await expect(openLog(other.db, { replicas: 3 })).rejects.toThrow(/NATS_REPLICAS/)
    await (await openLog(other.db)).close()
  })

  it('says when the stream is gone, rather than begin an empty one', async () => {
    await (await openLog(other.db)).close()
    const nats = await connectNats()
    await askJetStream(nats, `STREAM.DELETE.${await streamOf(other.db)}`)
    await nats.close()
    await expect(openLog(other.db)).rejects.toThrow(/does not have the stream promoloop_\w+/)
    await other.db.kysely.deleteFrom('log_stream').execute()
    await (await openLog(other.db)).close()
  })

  it('refuses to go on in PostgreSQL, where nobody would read', async () => {
    await (await openLog(other.db)).close()
    const opening = openEventLog({
      db: other.db,
      log: createLog('silent'),
      natsUrl: undefined,
      nats: NATS_SETTINGS,
    })
    await expect(opening).rejects.toThrow(/is in NATS JetStream.*set NATS_URL/)
  })

  it.each([
    ['has no JetStream', { hasJetStream: false }, /JetStream must be on/],
    ['takes only small messages', { payloadBytesMax: 65_536 }, /raise max_payload/],
    ['asks for a password', { user: { name: 'ada', password: 's' } }, /authorization violation/i],
  ])('says when the server %s', async (_what, options, message) => {
    await other.db.kysely.deleteFrom('log_stream').execute()
    const server = await startNatsServer(options)
    onTestFinished(() => server.stop())
    await expect(openLog(other.db, { natsUrl: server.url })).rejects.toThrow(message)
  })

  it('takes the name and the password from the address', async () => {
    const user = { name: 'a@b', password: 's:/?' }
    const server = await startNatsServer({ user })
    onTestFinished(() => server.stop())
    const login = [user.name, user.password].map(encodeURIComponent).join(':')
    const nats = await connectNats(server.url.replace('//', `//${login}@`))
    expect(nats.isConnected()).toBe(true)
    await nats.close()
  })
})
