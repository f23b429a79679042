import { beforeEach, describe, expect, it } from 'vitest'
import { useReceiver } from '../../../support/receiver.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { aDestination, aSender, manage, recorded, track } from '../deliveries/support.ts'
import { aSource, type Source } from '../tracking/support.ts'

const t = useTestApp()
const receiver = useReceiver()

let source: Source
let destination: { id: string }

beforeEach(async () => {
  receiver.reset()
  source = await aSource(t)
  destination = await aDestination(t, source, { address: receiver.address })
})

const call = (messageId: string, userId = 'ada') => ({
  type: 'identify',
  messageId,
  userId,
  traits: { email: `${userId}@example.com` },
})

const replay = (fields: Record<string, unknown> = {}, keys = t.keys) =>
  manage(t, 'POST', `/destinations/${destination.id}/replays`, { body: fields, keys })

const outcomes = async () =>
  (await recorded(t, destination.id))
    .filter(({ outcome }) => outcome !== 'filtered')
    .map(({ message_id, outcome }) => `${message_id} ${outcome}`)

/** Events that the destination refuses with `status`. */
async function refused(status: number, ...calls: object[]): Promise<void> {
  receiver.reply(() => ({ status, body: { error: 'no' } }))
  await track(t, source, calls as never)
  await aSender(t).work()
  receiver.reset()
}

describe('POST /api/v1/destinations/{id}/replays', () => {
  it('counts in a dry run, by reason, and sends nothing', async () => {
    await refused(400, call('m1'), call('m2'))
    await refused(404, call('m3'))
    const { status, body } = await replay({ dry_run: true })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'done',
      progress: 1,
      dry_run: true,
      replayable: 3,
      reasons: [
        { reason: 'errors.discarded.400', count: 2 },
        { reason: 'errors.discarded.404', count: 1 },
      ],
      without_mapping: 0,
      without_payload: 0,
      queued: 0,
      last_due_at: null,
    })
    await aSender(t).work()
    expect(receiver.requests).toEqual([])
  })

  it('sends what failed again, with its payload, and counts it delivered', async () => {
    await refused(400, call('m1'), call('m2'))
    expect((await replay({ per_second: 1_000 })).body).toMatchObject({ replayable: 2, queued: 2 })
    expect(await outcomes()).toEqual(['m1 pending', 'm2 pending'])
    t.clock.advance(1_000)
    await aSender(t).work()
    expect(await outcomes()).toEqual(['m1 delivered', 'm2 delivered'])
    expect(receiver.requests.map(({ body }) => body.source_id)).toEqual(['ada', 'ada'])
  })

  it('gives what was refused a new Idempotency-Key, and what got no answer its old one (D-09)', async () => {
    await refused(400, call('m1'))
    await replay()
    await aSender(t).work()
    const [request] = receiver.requests
    expect(request?.headers['idempotency-key']).toMatch(/^m1:map_\w+:1$/)

    await t.db.pool.query(
      `update delivery set outcome = 'failed', status = null, finished_at = now() where destination_id = $1
         and outcome = 'delivered'`,
      [destination.id],
    )
    await replay()
    await aSender(t).work()
    expect(receiver.requests[1]?.headers['idempotency-key']).toBe(
      request?.headers['idempotency-key'],
    )
  })

  it('finds nothing when it is asked again, also by many at once', async () => {
    await refused(400, ...Array.from({ length: 20 }, (_, index) => call(`r${index}`)))
    const answers = await Promise.all(Array.from({ length: 8 }, () => replay()))
    expect(answers.reduce((sum, { body }) => sum + body.queued, 0)).toBe(20)
    expect((await replay()).body).toMatchObject({ replayable: 0, queued: 0 })
    t.clock.advance(1_000)
    await aSender(t).work()
    expect(receiver.requests).toHaveLength(20)
  })

  it('takes only what is asked for: reason, event, person, mapping, time', async () => {
    await refused(400, call('m1', 'ada'), call('m2', 'bob'))
    await refused(404, call('m3', 'ada'))
    const count = async (fields: object) =>
      (await replay({ dry_run: true, ...fields })).body.replayable
    expect(await count({ reason: 'errors.discarded.404' })).toBe(1)
    expect(await count({ message_id: 'm2' })).toBe(1)
    expect(await count({ user_id: 'ada' })).toBe(2)
    expect(await count({ mapping_id: 'map_none' })).toBe(0)
    const now = t.clock.now().getTime()
    expect(await count({ from: new Date(now - 1_000).toISOString() })).toBe(3)
    expect(await count({ to: new Date(now - 1_000).toISOString() })).toBe(0)
    await replay({ user_id: 'bob' })
    expect((await outcomes()).sort()).toEqual(['m1 failed', 'm2 pending', 'm3 failed'])
  })

  it('spreads them over time as it is told to', async () => {
    await refused(400, call('m1'), call('m2'), call('m3'))
    const { body } = await replay({ per_second: 0.5 })
    expect(Date.parse(body.last_due_at) - t.clock.now().getTime()).toBe(4_000)
    const sender = aSender(t)
    const sent: number[] = []
    for (let second = 0; second < 5; second += 1) {
      await sender.work()
      sent.push(receiver.requests.length)
      t.clock.advance(1_000)
    }
    expect(sent).toEqual([1, 1, 2, 2, 3])
  })

  it('sends what was delivered again, too, when all is asked for', async () => {
    await track(t, source, [call('m1'), call('m2')] as never)
    await aSender(t).work()
    await refused(400, call('m3'))
    expect((await replay({ dry_run: true })).body.replayable).toBe(1)
    expect((await replay({ events: 'all', per_second: 1_000 })).body).toMatchObject({
      replayable: 3,
      reasons: [
        { reason: null, count: 2 },
        { reason: 'errors.discarded.400', count: 1 },
      ],
      queued: 3,
    })
    t.clock.advance(1_000)
    await aSender(t).work()
    expect(receiver.requests).toHaveLength(3)
    expect(await outcomes()).toEqual(['m1 delivered', 'm2 delivered', 'm3 delivered'])
  })

  it('starts a window of retries anew (§7.4.2)', async () => {
    await refused(400, call('m1'))
    t.clock.advance(5 * 3_600_000)
    await replay()
    receiver.reply(() => ({ status: 503 }))
    await aSender(t).work()
    expect(await outcomes()).toEqual(['m1 pending'])
    receiver.reset()
    t.clock.advance(60_000)
    await aSender(t).work()
    expect(await outcomes()).toEqual(['m1 delivered'])
  })

  it('leaves alone what has nothing to send, or no mapping any more, and says so', async () => {
    await refused(400, call('m1'))
    await track(t, source, [{ type: 'group', messageId: 'm2', userId: 'ada', groupId: 7 }] as never)
    await aSender(t).work()
    await t.db.pool.query(`update mapping set is_enabled = false where destination_id = $1`, [
      destination.id,
    ])
    const { body } = await replay()
    expect(body).toMatchObject({ replayable: 0, queued: 0 })
    expect(body.without_mapping).toBeGreaterThanOrEqual(1)
  })

  it('answers the same replay to the same request, and refuses another under its key', async () => {
    await refused(400, call('m1'))
    const ask = (body: object, key = 'once') =>
      t.app.http.inject({
        method: 'POST',
        url: `/api/v1/destinations/${destination.id}/replays`,
        headers: { authorization: `Bearer ${t.keys.adminToken}`, 'idempotency-key': key },
        payload: body,
      })
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask({ message_id: 'm1' })))
    expect(new Set(answers.map((answer) => answer.json().id)).size).toBe(1)
    t.clock.advance(60_000)
    expect((await ask({ message_id: 'm1' })).json().id).toBe(answers[0]?.json().id)
    const other = await ask({ message_id: 'm2' })
    expect([other.statusCode, other.json().key]).toEqual([422, 'idempotency_key_reused'])
    expect((await ask({ message_id: 'm1' }, 'twice')).json().id).not.toBe(answers[0]?.json().id)
  })

  it('tells how far it has come, alone and in the list (§7.7)', async () => {
    await refused(400, call('m1'), call('m2'))
    const { body: first } = await replay({ per_second: 0.5, message_id: 'm1' })
    t.clock.advance(1_000)
    const { body: second } = await replay({ per_second: 0.5 })
    const path = `/destinations/${destination.id}/replays`
    const show = async (id: string) => (await manage(t, 'GET', `${path}/${id}`)).body
    expect(await show(second.id)).toMatchObject({
      status: 'sending',
      progress: 1,
      queued: 1,
      outcomes: { pending: 1, delivered: 0 },
    })
    await aSender(t).work()
    expect(await show(second.id)).toMatchObject({ status: 'done', outcomes: { delivered: 1 } })
    expect(await show(first.id)).toMatchObject({ status: 'done', outcomes: { delivered: 1 } })
    const { body: page } = await manage(t, 'GET', `${path}?limit=1`)
    expect(page.data.map(({ id }: { id: string }) => id)).toEqual([second.id])
    const { body: rest } = await manage(t, 'GET', `${path}?limit=1&starting_after=${page.next}`)
    expect(rest).toMatchObject({ data: [{ id: first.id }], next: null })
    const stranger = await t.addProject()
    expect((await manage(t, 'GET', `${path}/${first.id}`, { keys: stranger })).status).toBe(404)
    expect((await manage(t, 'GET', `${path}/rpl_none`)).status).toBe(404)
  })

  it('refuses a disabled destination, those of others, and what it does not know', async () => {
    await refused(400, call('m1'))
    await manage(t, 'PATCH', `/destinations/${destination.id}`, { body: { enabled: false } })
    expect(await replay()).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    expect((await replay({ dry_run: true })).body.replayable).toBe(1)
    expect((await replay({}, await t.addProject())).status).toBe(404)
    expect((await replay({ from: 'yesterday' })).body.details).toContain('from')
    expect((await replay({ per_second: 0 })).status).toBe(400)
    expect(await outcomes()).toEqual(['m1 failed'])
  })
})
