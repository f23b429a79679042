import { beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../../../../src/platform/log.ts'
import { useTestApp } from '../../../../support/test-app.ts'
import { waitFor } from '../../../../support/wait-for.ts'
import { aSource, received, refused, type Source, send } from '../../tracking/support.ts'
import { useNatsServer } from './support.ts'

const server = useNatsServer()
const t = useTestApp({ natsUrlOf: () => server().url, log: createLog('silent') })
let source: Source

beforeAll(async () => {
  source = await aSource(t)
})

const track = (messageId: string) =>
  send(t, '/v1/track', { messageId, userId: 'ada', event: 'Bought' }, { key: source.writeKey })
const statusOf = async (url: string): Promise<number> =>
  (await t.app.http.inject({ method: 'GET', url })).statusCode
const idsIn = async (): Promise<string[]> =>
  (await received(t, source)).map(({ messageId }) => messageId)

describe('while NATS is away', () => {
  it('is not ready and answers 503, so that SDKs send again (§1.6), and goes on when it is back', async () => {
    expect((await track('before')).status).toBe(200)
    expect(await statusOf('/health/ready')).toBe(200)

    await server().halt('SIGKILL')
    await waitFor('not being ready', async () => (await statusOf('/health/ready')) === 503)
    expect(await statusOf('/health/live')).toBe(200)
    expect(await track('during')).toMatchObject({ status: 503, body: { success: false } })
    // What does not need the log goes on.
    expect((await t.call('GET', '/v1/vouchers')).status).toBe(200)
    const events = { method: 'GET', url: '/api/v1/events' } as const
    const headers = { authorization: `Bearer ${t.keys.adminToken}` }
    expect((await t.app.http.inject({ ...events, headers })).statusCode).toBe(503)

    await server().resume()
    await waitFor('being ready again', async () => (await statusOf('/health/ready')) === 200)
    expect((await track('during')).status).toBe(200)
    expect((await track('during')).status).toBe(200)
    expect(await idsIn()).toEqual(['before', 'during'])
  })

  it('records what is refused in PostgreSQL, also without any call to keep', async () => {
    const body = { batch: [{ type: 'track', userId: 'ada' }] }
    const answer = await send(t, '/v1/batch', body, { key: source.writeKey })
    expect(answer.status).toBe(200)
    expect(await refused(t, source)).toEqual(['event_not_defined', 'empty_batch_result'])
  })
})
