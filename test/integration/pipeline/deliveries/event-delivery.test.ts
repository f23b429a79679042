import { beforeEach, describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { useReceiver } from '../../../support/receiver.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { aSource, type Source } from '../tracking/support.ts'
import {
  aDestinationOfTwo,
  ask,
  type DestinationOfTwo,
  event,
  expectSums,
  get,
  iso,
} from './event-delivery-support.ts'
import { aDestination, aSender, track } from './support.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const t = useTestApp()
const receiver = useReceiver()
let source: Source
/** Each test begins on a full hour of its own. */
let startMs = Date.parse('2026-06-01T00:00:00.000Z')
beforeEach(async () => {
  receiver.reset()
  startMs += 30 * DAY_MS
  t.clock.set(new Date(startMs))
  source = await aSource(t)
})

/** One event for each thing that can become of it; the retry comes 10 s later. */
async function mix(): Promise<DestinationOfTwo> {
  const destination = await aDestinationOfTwo(t, source, receiver.address)
  let isUp = false
  receiver.reply(({ body }) => {
    if (body.event === 'Refused') return { status: 400, body: { error: 'no' } }
    if (body.event === 'Stuck' || (body.event === 'Retried' && !isUp)) return { status: 503 }
    return { status: 200 }
  })
  await track(t, source, [
    event('u1', 'Bought'),
    event('u2', 'Retried'),
    event('u3', 'Refused'),
    event('u4', 'Stuck'),
    event('u5', 'Kept', { integrations: { All: false } }),
    { type: 'identify', userId: 'u6' },
    { type: 'track', anonymousId: 'a', event: 'Nobody' },
  ])
  await aSender(t).work()
  isUp = true
  t.clock.advance(LIMITS.deliveryRetryFirstMs)
  await aSender(t).work()
  return destination
}

const REJECTED = {
  reason: 'errors.discarded.MESSAGE_REJECTED',
  message: "Customer Object is missing the required field 'source_id'.",
  count: 1,
}
const REFUSED = { reason: 'errors.discarded.400', message: '400 Bad Request', count: 1 }
const filteredBy = (reason: string, count: number) => ({ reason, message: null, count })

describe('GET /api/v1/destinations/:id/event-delivery', () => {
  it('counts the events of a destination that became no call, and the calls of the others (§7.5)', async () => {
    const { id } = await mix()
    const answer = await get(t, `${id}/event-delivery`)
    expectSums(answer)
    expect(answer).toEqual({
      from: iso(startMs + LIMITS.deliveryRetryFirstMs + 1 - DAY_MS),
      to: iso(startMs + LIMITS.deliveryRetryFirstMs + 1),
      mapping_id: null,
      unread: 0,
      events: 7,
      received: 8,
      filtered: {
        total: 2,
        reasons: [
          filteredBy('FILTERED_BY_INTEGRATIONS_OBJECT', 1),
          filteredBy('NO_MATCHING_MAPPING', 1),
        ],
      },
      matched: 6,
      delivered: { total: 3, first_try: 2, on_retry: 1 },
      pending: 1,
      failed: { total: 2, reasons: [REFUSED, REJECTED] },
      latency_ms: { p50: 0, p95: LIMITS.deliveryRetryFirstMs },
    })
  })

  it('counts each event once for a mapping, among the filtered those that passed it by', async () => {
    const { id, every, bought } = await mix()
    const ofEvery = await get(t, `${id}/event-delivery?mapping_id=${every}`)
    expectSums(ofEvery)
    expect(ofEvery).toMatchObject({
      mapping_id: every,
      events: 7,
      received: 7,
      filtered: { total: 2 },
      matched: 5,
      delivered: { total: 2, first_try: 1, on_retry: 1 },
      pending: 1,
      failed: { total: 2 },
      latency_ms: { p50: 0, p95: LIMITS.deliveryRetryFirstMs },
    })
    const ofBought = await get(t, `${id}/event-delivery?mapping_id=${bought}`)
    expectSums(ofBought)
    expect(ofBought).toMatchObject({
      mapping_id: bought,
      events: 7,
      received: 7,
      filtered: {
        total: 6,
        reasons: [
          filteredBy('FILTERED_AT_MAPPING', 4),
          filteredBy('FILTERED_BY_INTEGRATIONS_OBJECT', 1),
          filteredBy('NO_MATCHING_MAPPING', 1),
        ],
      },
      matched: 1,
      delivered: { total: 1, first_try: 1, on_retry: 0 },
      pending: 0,
      failed: { total: 0, reasons: [] },
      latency_ms: { p50: 0, p95: 0 },
    })
  })

  it('counts a call as filtered once its mapping is gone (§7.4.8)', async () => {
    const { id, every } = await mix()
    await t.db.kysely.deleteFrom('mapping').where('id', '=', every).execute()
    t.clock.advance(2 * LIMITS.deliveryRetryFirstMs)
    await aSender(t).work()
    const answer = await get(t, `${id}/event-delivery`)
    expectSums(answer)
    expect(answer).toMatchObject({ received: 8, filtered: { total: 3 }, matched: 5, pending: 0 })
    expect(answer.filtered.reasons[0]).toEqual(filteredBy('NO_MATCHING_MAPPING', 2))
  })

  it('tells what waits in the log, as long as the destination is enabled for it', async () => {
    await track(t, source, [event('u', 'Early')])
    t.clock.advance(1)
    const { id } = await aDestinationOfTwo(t, source, receiver.address)
    await track(t, source, [event('u', 'Bought'), event('u', 'Other')])
    expect(await get(t, `${id}/event-delivery`)).toMatchObject({
      unread: 2,
      events: 0,
      received: 0,
    })
    await aSender(t).work()
    expect(await get(t, `${id}/event-delivery`)).toMatchObject({
      unread: 0,
      events: 2,
      received: 3,
    })
    await track(t, source, [event('u', 'Late')])
    await t.db.kysely
      .updateTable('destination')
      .set({ is_enabled: false, enabled_at: null })
      .where('id', '=', id)
      .execute()
    expect(await get(t, `${id}/event-delivery`)).toMatchObject({
      unread: 0,
      events: 2,
      received: 3,
    })
  })

  it('counts events received from `from` on and before `to`, by default those of 24 hours', async () => {
    const { id } = await aDestinationOfTwo(t, source, receiver.address)
    await track(t, source, [event('u', 'Other')])
    t.clock.advance(HOUR_MS)
    await track(t, source, [event('u', 'Other'), event('u', 'Other')])
    await aSender(t).work()
    const counted = async (query: string) => (await get(t, `${id}/event-delivery?${query}`)).events
    const [first, second] = [iso(startMs), iso(startMs + HOUR_MS)]
    expect(await counted('')).toBe(3)
    expect(await counted(`from=${first}&to=${second}`)).toBe(1)
    expect(await counted(`from=${second}`)).toBe(2)
    expect(await counted(`to=${first}`)).toBe(0)
    expect(await counted(`from=${iso(startMs + 1)}&to=${iso(startMs + HOUR_MS + 1)}`)).toBe(2)
    t.clock.advance(DAY_MS - HOUR_MS)
    // A day later to the millisecond, the first is just in; then just out.
    expect(await counted('')).toBe(2)
    expect(await counted(`from=${iso(startMs + DAY_MS - 14 * DAY_MS)}`)).toBe(3)
  })

  it('answers zeros, and no latency, where nothing happened', async () => {
    const { id } = await aDestinationOfTwo(t, source, receiver.address)
    const answer = await get(t, `${id}/event-delivery`)
    expectSums(answer)
    expect(answer).toMatchObject({ events: 0, received: 0, latency_ms: { p50: null, p95: null } })
  })
})

describe('GET /api/v1/destinations/:id/event-delivery/series', () => {
  it('has a row for every interval, with the numbers of what was received in it', async () => {
    const { id, bought } = await mix()
    t.clock.set(new Date(startMs + 2 * HOUR_MS))
    await track(t, source, [event('u1', 'Bought'), event('u9', 'Other')])
    await aSender(t).work()
    const range = `from=${iso(startMs)}&to=${iso(startMs + 3 * HOUR_MS)}`
    const none = { received: 0, filtered: 0, delivered: 0, failed: 0, pending: 0 }
    const { data, ...head } = await get(t, `${id}/event-delivery/series?${range}`)
    expect(head).toEqual({
      from: iso(startMs),
      to: iso(startMs + 3 * HOUR_MS),
      mapping_id: null,
      interval: 'hour',
    })
    // The retries made in the third hour are of events received in the first.
    expect(data).toEqual([
      {
        start: iso(startMs),
        ...{ received: 8, filtered: 2, delivered: 3, failed: 2, pending: 1 },
        latency_ms: { p50: 0, p95: LIMITS.deliveryRetryFirstMs },
      },
      { start: iso(startMs + HOUR_MS), ...none, latency_ms: { p50: null, p95: null } },
      {
        start: iso(startMs + 2 * HOUR_MS),
        ...{ received: 3, filtered: 0, delivered: 3, failed: 0, pending: 0 },
        latency_ms: { p50: 0, p95: 0 },
      },
    ])
    const ofBought = await get(t, `${id}/event-delivery/series?${range}&mapping_id=${bought}`)
    expect(ofBought.data).toMatchObject([
      { received: 7, filtered: 6, delivered: 1 },
      none,
      { received: 2, filtered: 1, delivered: 1 },
    ])
    const days = await get(t, `${id}/event-delivery/series?${range}&interval=day`)
    expect(days.data).toMatchObject([{ start: iso(startMs), received: 11, delivered: 6 }])
    const minutes = await get(t, `${id}/event-delivery/series?${range}&interval=minute`)
    expect(minutes.data).toHaveLength(180)
    expect(minutes.data[120]).toMatchObject({ start: iso(startMs + 2 * HOUR_MS), received: 3 })
  })
})

describe('GET /api/v1/destinations/:id/event-delivery/failures', () => {
  it('groups what failed by reason, each with its newest samples (§7.5.5)', async () => {
    const { id, every, bought } = await aDestinationOfTwo(t, source, receiver.address)
    receiver.reply(() => ({ status: 422, body: { error: 'unknown' } }))
    const number = LIMITS.eventDeliverySamplesMax + 2
    for (let index = 0; index < number; index += 1) {
      await track(t, source, [event('u', 'Other', { messageId: `${id}-${index}` })])
      await aSender(t).work()
      t.clock.advance(1_000)
    }
    await track(t, source, [{ type: 'track', anonymousId: 'a', event: 'Nobody' }])
    await aSender(t).work()
    const { data, has_more } = await get(t, `${id}/event-delivery/failures`)
    expect(has_more).toBe(false)
    expect(data).toMatchObject([
      {
        reason: 'errors.discarded.422',
        count: number,
        first_at: iso(startMs),
        last_at: iso(startMs + (number - 1) * 1_000),
      },
      { reason: REJECTED.reason, count: 1, samples: [{ message: REJECTED.message, status: null }] },
    ])
    expect(data[0].samples).toHaveLength(LIMITS.eventDeliverySamplesMax)
    expect(data[0].samples[0]).toEqual({
      id: expect.any(Number),
      mapping_id: every,
      message_id: `${id}-${number - 1}`,
      type: 'track',
      event: 'Other',
      payload: expect.objectContaining({ event: 'Other', customer: { source_id: 'u' } }),
      status: 422,
      response: '{"error":"unknown"}',
      message: '422 Unprocessable Entity',
      attempts: 1,
      received_at: iso(startMs + (number - 1) * 1_000),
      finished_at: iso(startMs + (number - 1) * 1_000),
    })
    const first = await get(t, `${id}/event-delivery/failures?limit=1`)
    expect([first.data.length, first.has_more]).toEqual([1, true])
    const none = await get(t, `${id}/event-delivery/failures?mapping_id=${bought}`)
    expect([none.data, none.has_more]).toEqual([[], false])
  })
})

const ROUTES = ['event-delivery', 'event-delivery/series', 'event-delivery/failures']

describe.each(ROUTES)('GET /api/v1/destinations/:id/%s', (route) => {
  it('knows nothing of another project and asks for a token', async () => {
    const { id } = await aDestination(t, source, { address: receiver.address })
    const { status, body } = await ask(t, `${id}/${route}`, await t.addProject())
    expect([status, body.key, body.resource_id]).toEqual([404, 'not_found', id])
    expect((await ask(t, `dest_none/${route}`)).status).toBe(404)
    const url = `/api/v1/destinations/${id}/${route}`
    expect((await t.app.http.inject({ method: 'GET', url })).statusCode).toBe(401)
  })

  it.each([
    ['from=yesterday', 'Property .from should be a time in ISO 8601'],
    ['to=2026-02-30', 'Property .to should be a time in ISO 8601'],
    ['from=2026-06-02&to=2026-06-01', 'Property .from should be before .to'],
    ['from=2026-06-01&to=2026-06-01', 'Property .from should be before .to'],
    [
      'from=2026-06-01&to=2026-06-15T00:00:00.001Z',
      'Property .from should be at most 14 days before .to',
    ],
    ['since=2026-06-01', "Query should not have property 'since'"],
  ])('refuses ?%s', async (query, details) => {
    const { id } = await aDestination(t, source, { address: receiver.address })
    const { status, body } = await ask(t, `${id}/${route}?${query}`)
    expect(status).toBe(400)
    expect(body).toMatchObject({ key: 'invalid_query_params', details })
  })
})

it.each([
  [
    'series?interval=week',
    'Property .interval should be equal to one of the allowed values: minute, hour, day',
  ],
  [
    'series?interval=minute&from=2026-06-01T00:00:00&to=2026-06-02T01:01:00',
    'Property .interval should be longer: this range has 1501 intervals of a minute, at most 1500 are answered',
  ],
  ['failures?limit=0', 'Property .limit should be at least 1'],
  ['failures?limit=51', 'Property .limit should be at most 50'],
])('event-delivery/%s is refused', async (path, details) => {
  const { id } = await aDestination(t, source, { address: receiver.address })
  const { status, body } = await ask(t, `${id}/event-delivery/${path}`)
  expect([status, body.key, body.details]).toEqual([400, 'invalid_query_params', details])
})
