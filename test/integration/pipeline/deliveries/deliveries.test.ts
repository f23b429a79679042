import { beforeEach, describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../../../src/kernel/json.ts'
import { sweepDeliveries } from '../../../../src/pipeline/deliveries/index.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { useReceiver } from '../../../support/receiver.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { aSource, type Source } from '../tracking/support.ts'
import { aDestination, aSender, manage, recorded, track } from './support.ts'

const t = useTestApp()
const receiver = useReceiver()
let source: Source
beforeEach(async () => {
  receiver.reset()
  source = await aSource(t)
})

const identify = (userId: string, traits: Json = {}): JsonObject => ({
  type: 'identify',
  userId,
  traits,
})
const event = (userId: string, name: string, members: JsonObject = {}): JsonObject => ({
  type: 'track',
  userId,
  event: name,
  ...members,
})

const OTHER_PRESETS = [
  'Create Or Update Customer',
  'Add Custom Event (Page Event)',
  'Add Custom Event (Screen Event)',
  'Assign Customer To Group',
  'Sync Engage audiences and traits',
]

describe('the presets of Voucherify (Actions)', () => {
  it('send each call to the endpoint of its action, with headers as published (§12.2)', async () => {
    await aDestination(t, source, { address: receiver.address })
    await track(t, source, [
      identify('u', { name: 'Ada', email: 'a@b.c', address: { city: 'London' } }),
      event('u', 'Bought', { properties: { metadata: { total: 9 } } }),
      { type: 'page', userId: 'u', name: 'Home' },
      { type: 'screen', userId: 'u' },
      { type: 'group', userId: 'u', groupId: 'g', traits: { plan: 'pro' } },
    ])
    await aSender(t).work()
    expect(receiver.requests.map(({ path }) => path)).toEqual([
      '/segmentio/customer-processing',
      '/segmentio/event-processing',
      '/segmentio/event-processing',
      '/segmentio/event-processing',
      '/segmentio/group-processing',
    ])
    expect(receiver.requests[0]?.headers).toMatchObject({
      authorization: 'Basic QVBQ',
      'secret-key': 'U0VD',
      'content-type': 'application/json',
    })
    expect(receiver.requests.map(({ body }) => body)).toEqual([
      {
        source_id: 'u',
        name: 'Ada',
        email: 'a@b.c',
        address: { city: 'London' },
        type: 'identify',
      },
      {
        customer: { source_id: 'u' },
        referral: {},
        loyalty: {},
        metadata: { total: 9 },
        event: 'Bought',
        type: 'track',
      },
      expect.objectContaining({ event: 'Viewed Home Page', type: 'page' }),
      expect.objectContaining({ event: 'Viewed  Screen', type: 'screen' }),
      { customer: { source_id: 'u' }, group_id: 'g', traits: { plan: 'pro' }, type: 'group' },
    ])
  })

  it('send what Engage computed as metadata (D-08)', async () => {
    await aDestination(t, source, { address: receiver.address })
    await track(t, source, [
      {
        ...identify('u', { big_spender: true }),
        context: { personas: { computation_key: 'big_spender' } },
      },
    ])
    await aSender(t).work()
    expect(receiver.requests.map(({ body }) => body.metadata)).toContainEqual({ big_spender: true })
  })

  it('carry one Idempotency-Key for each event and mapping (D-09)', async () => {
    const destination = await aDestination(t, source, { address: receiver.address })
    await track(t, source, [{ ...event('u', 'Bought'), messageId: 'm1' }])
    await aSender(t).work()
    const { rows } = await t.db.pool.query<{ id: string }>(
      `select id from mapping where destination_id = $1 and name like '%Track Event%'`,
      [destination.id],
    )
    expect(receiver.requests[0]?.headers['idempotency-key']).toBe(`m1:${rows[0]?.id}`)
  })
})

describe('the record of deliveries', () => {
  it('tells of every enabled mapping what became of an event (invariant 4)', async () => {
    const destination = await aDestination(t, source, { address: receiver.address })
    await track(t, source, [event('u', 'Bought'), { type: 'alias', userId: 'u', previousId: 'p' }])
    await aSender(t).work()
    expect(await recorded(t, destination.id)).toMatchObject([
      { mapping: 'Add Custom Event (Track Event)', outcome: 'delivered', attempts: 1 },
      {
        mapping: null,
        outcome: 'filtered',
        reason: 'FILTERED_AT_MAPPING',
        filtered: OTHER_PRESETS,
      },
      { mapping: null, outcome: 'filtered', reason: 'NO_MATCHING_MAPPING' },
    ])
  })

  it('keeps away what the Integrations object or the loop guard stops (§2, D-18)', async () => {
    const destination = await aDestination(t, source, { address: receiver.address })
    await track(t, source, [
      event('u', 'A', { integrations: { All: false } }),
      event('u', 'B', { context: { promoloop: { caused_by: 'r_1', hops: 2 } } }),
      event('u', 'C', { integrations: { All: false, 'Voucherify (Actions)': {} } }),
    ])
    await aSender(t).work()
    expect(receiver.requests.map(({ body }) => body.event)).toEqual(['C'])
    const reasons = (await recorded(t, destination.id)).map(({ reason }) => reason)
    expect(reasons).toEqual([
      'FILTERED_BY_INTEGRATIONS_OBJECT',
      'FILTERED_BY_LOOP_GUARD',
      null,
      'FILTERED_AT_MAPPING',
    ])
  })

  it('tells the engine how often the cause has been through the loop, at every attempt (D-18)', async () => {
    await aDestination(t, source, { address: receiver.address })
    receiver.reply(() => ({ status: 503 }))
    await track(t, source, [
      event('u', 'Looped', { context: { promoloop: { caused_by: 'r_1', hops: 1 } } }),
      event('v', 'Fresh'),
    ])
    await aSender(t).work()
    receiver.reply(() => ({ status: 200 }))
    t.clock.advance(LIMITS.deliveryRetryFirstMs)
    await aSender(t).work()
    const hops = receiver.requests.map(({ body, headers }) => [
      body.event,
      headers['promoloop-hops'],
    ])
    expect(hops.filter(([name]) => name === 'Looped')).toEqual([
      ['Looped', '1'],
      ['Looped', '1'],
    ])
    expect(hops.filter(([name]) => name === 'Fresh').map(([, told]) => told)).toEqual([
      undefined,
      undefined,
    ])
  })

  it('says which field is wrong when a payload is refused, and sends nothing (§5.5)', async () => {
    const destination = await aDestination(t, source, { address: receiver.address })
    await track(t, source, [
      { type: 'track', anonymousId: 'a', event: 'Bought' },
      event('u', 'Bought', { properties: { metadata: 'x' } }),
    ])
    await aSender(t).work()
    expect(receiver.requests).toEqual([])
    expect((await recorded(t, destination.id)).filter(({ mapping }) => mapping)).toMatchObject([
      {
        outcome: 'failed',
        reason: 'errors.discarded.MESSAGE_REJECTED',
        message: "Customer Object is missing the required field 'source_id'.",
      },
      {
        outcome: 'failed',
        reason: 'errors.discarded.MESSAGE_REJECTED',
        message: 'Track Event Metadata must be an object but it was a string.',
      },
    ])
  })

  it('leaves out what came before the destination was enabled, and nothing after', async () => {
    await track(t, source, [event('u', 'Early')])
    t.clock.advance(60_000)
    const destination = await aDestination(t, source, { address: receiver.address })
    await track(t, source, [event('u', 'Late')])
    await aSender(t).work()
    expect(receiver.requests.map(({ body }) => body.event)).toEqual(['Late'])
    expect(await recorded(t, destination.id)).toHaveLength(2)
  })

  it('does not read for a destination that is disabled', async () => {
    const options = { address: receiver.address, isEnabled: false }
    const destination = await aDestination(t, source, options)
    await track(t, source, [event('u', 'Bought')])
    await aSender(t).work()
    expect(await recorded(t, destination.id)).toEqual([])
  })
})

describe('retries', () => {
  it('go on after a restart, with the key of the first attempt, until it is delivered', async () => {
    const destination = await aDestination(t, source, { address: receiver.address })
    receiver.reply(() => ({ status: 503 }))
    await track(t, source, [event('u', 'Bought')])
    await aSender(t).work()
    expect((await recorded(t, destination.id))[0]).toMatchObject({
      outcome: 'pending',
      reason: 'errors.awaiting-retry.503',
      attempts: 1,
    })

    await aSender(t).work()
    expect(receiver.requests).toHaveLength(1)
    t.clock.advance(LIMITS.deliveryRetryFirstMs)
    receiver.reply(() => ({ status: 200 }))
    // Another process than the one that failed: nothing is known but the rows.
    await aSender(t).work()
    expect((await recorded(t, destination.id))[0]).toMatchObject({
      outcome: 'delivered',
      reason: null,
      attempts: 2,
    })
    const keys = receiver.requests.map(({ headers }) => headers['idempotency-key'])
    expect(keys).toEqual([keys[0], keys[0]])
  })

  it.each([400, 401, 404, 501])('are not made after %i (§6.6)', async (status) => {
    const destination = await aDestination(t, source, { address: receiver.address })
    receiver.reply(() => ({ status }))
    await track(t, source, [event('u', 'Bought')])
    await aSender(t).work()
    expect((await recorded(t, destination.id))[0]).toMatchObject({
      outcome: 'failed',
      reason: `errors.discarded.${status}`,
    })
  })

  it('are made of a destination that does not answer at all', async () => {
    const destination = await aDestination(t, source, { address: 'http://127.0.0.1:9' })
    await track(t, source, [event('u', 'Bought')])
    await aSender(t).work()
    expect((await recorded(t, destination.id))[0]).toMatchObject({
      outcome: 'pending',
      reason: 'errors.awaiting-retry.ECONNREFUSED',
    })
  })

  it('wait with everything while a 429 says so, without using up attempts (§7.4.3)', async () => {
    const destination = await aDestination(t, source, { address: receiver.address })
    receiver.reply(() => ({ status: 429, headers: { 'retry-after': '60' } }))
    const sender = aSender(t)
    await track(t, source, [event('u', 'First')])
    await sender.work()
    await track(t, source, [event('v', 'Second')])
    await sender.work()
    expect(receiver.requests).toHaveLength(1)
    const rows = (await recorded(t, destination.id)).filter(({ mapping }) => mapping)
    expect(rows).toMatchObject([
      { outcome: 'pending', attempts: 1 },
      { outcome: 'pending', attempts: 0 },
    ])
    receiver.reply(() => ({ status: 200 }))
    t.clock.advance(60_000)
    await sender.work()
    expect(
      (await recorded(t, destination.id)).filter(({ outcome }) => outcome === 'pending'),
    ).toEqual([])
  })

  it('end as filtered when the destination is gone by then (§7.4.8)', async () => {
    const destination = await aDestination(t, source, { address: receiver.address })
    receiver.reply(() => ({ status: 500 }))
    await track(t, source, [event('u', 'Bought')])
    await aSender(t).work()
    await t.db.kysely.deleteFrom('destination').where('id', '=', destination.id).execute()
    t.clock.advance(LIMITS.deliveryRetryFirstMs)
    await aSender(t).work()
    expect((await recorded(t, destination.id))[0]).toMatchObject({
      outcome: 'filtered',
      reason: 'NO_MATCHING_MAPPING',
      attempts: 1,
    })
  })
})

describe('sweepDeliveries', () => {
  it('deletes what is older than 30 days, keeps what is pending, and forgets deleted readers (D-19)', async () => {
    const destination = await aDestination(t, source, { address: receiver.address })
    const stuck = await aDestination(t, source, { address: 'http://127.0.0.1:9' })
    await track(t, source, [event('u', 'Bought')])
    await aSender(t).work()
    t.clock.advance(LIMITS.deliveryRetentionMs)
    await sweepDeliveries(t.db, t.clock.now())
    expect(await recorded(t, destination.id)).toHaveLength(2)

    t.clock.advance(1)
    await sweepDeliveries(t.db, t.clock.now())
    expect(await recorded(t, destination.id)).toEqual([])
    expect(await recorded(t, stuck.id)).toMatchObject([{ outcome: 'pending' }])

    const cursorsOf = async (id: string) =>
      (
        await t.db.kysely
          .selectFrom('log_cursor')
          .select('reader')
          .where('reader', '=', id)
          .execute()
      ).length
    await t.db.kysely.deleteFrom('destination').where('id', '=', stuck.id).execute()
    await sweepDeliveries(t.db, t.clock.now())
    expect(await cursorsOf(stuck.id)).toBe(0)
    expect(await cursorsOf(destination.id)).toBe(LIMITS.logPartitions)
  })
})

describe('order and isolation', () => {
  it('has no more requests under way than the destination says (§7.4.4)', async () => {
    const { id } = await aDestination(t, source, { address: receiver.address })
    const answer = await manage(t, 'PATCH', `/destinations/${id}`, { body: { concurrency: 3 } })
    expect(answer).toMatchObject({ status: 200, body: { concurrency: 3 } })
    const places = Array.from({ length: 24 }, (_, n) => event(`user-${n}`, 'Bought'))
    receiver.reply(async () => {
      await waitFor('as many calls at the same time as there may be', () => {
        return receiver.mostAtOnce >= 3 || receiver.requests.length === places.length
      })
      return { status: 200 }
    })
    await track(t, source, places)
    await aSender(t).work()
    expect(receiver.mostAtOnce).toBe(3)
    expect(receiver.requests).toHaveLength(places.length)

    for (const concurrency of [0, 65, 1.5, '3'])
      expect(
        await manage(t, 'PATCH', `/destinations/${id}`, { body: { concurrency } }),
      ).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
  })

  it('keeps the calls of one person in order while others go side by side (invariant 6)', async () => {
    await aDestination(t, source, { address: receiver.address })
    const names = Array.from({ length: 20 }, (_, n) => `e${n}`)
    const users = Array.from({ length: 12 }, (_, n) => `user-${n}`)
    receiver.reply(async () => {
      await waitFor('a second call at the same time', () => receiver.mostAtOnce > 1)
      return { status: 200 }
    })
    await track(
      t,
      source,
      names.flatMap((name) => users.map((user) => event(user, name))),
    )
    await Promise.all([aSender(t).work(), aSender(t).work()])
    for (const user of users) {
      const own = receiver.requests.filter(({ body }) => body.customer.source_id === user)
      expect(own.map(({ body }) => body.event)).toEqual(names)
    }
  })

  it('sends each call once from many processes at the same time', async () => {
    const destination = await aDestination(t, source, { address: receiver.address })
    const calls = Array.from({ length: 300 }, (_, n) => event(`user-${n % 40}`, `e${n}`))
    await track(t, source, calls)
    await Promise.all(Array.from({ length: 5 }, () => aSender(t).work()))
    await aSender(t).work()
    expect(receiver.requests.map(({ body }) => body.event).sort()).toEqual(
      calls.map((call) => call['event']).sort(),
    )
    const rows = (await recorded(t, destination.id)).filter(({ mapping }) => mapping)
    expect(rows).toHaveLength(300)
    expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(['delivered']))
  })

  it('lets a destination that never answers hold back no other', async () => {
    let release: () => void = () => undefined
    const silence = new Promise<void>((resolve) => {
      release = resolve
    })
    const other = await aSource(t)
    await aDestination(t, source, { address: `${receiver.address}/silent` })
    await aDestination(t, other, { address: receiver.address })
    receiver.reply(async ({ path }) => {
      if (path.startsWith('/silent')) await silence
      return { status: 200 }
    })
    await track(t, source, [event('u', 'Stuck')])
    await track(t, other, [event('u', 'Free'), event('v', 'Free')])
    const { deliveries } = aSender(t)
    const { signal } = new AbortController()
    const arrived = (count: number) =>
      waitFor(`${count} calls beside the silent one`, async () => {
        await deliveries.runReaders(signal)
        return receiver.requests.filter(({ path }) => !path.startsWith('/silent')).length === count
      })
    try {
      await arrived(2)
      await track(t, other, [event('w', 'Free')])
      await arrived(3)
    } finally {
      release()
      await deliveries.settled()
      await deliveries.leave()
    }
  })
})
