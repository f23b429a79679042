import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HttpRequest, HttpResponse } from '../../../../src/platform/http/index.ts'
import { defineMetadata } from '../../../support/metadata-schemas.ts'
import { type TestApp, useTestApp } from '../../../support/test-app.ts'
import { base64, segmentHeaders } from './support.ts'

const CALLS = 200
const CALLS_OF_BATCH = 8
/** So many that some are used again for another call, and most are not. */
const KEYS = Array.from({ length: 200 }, (_, index) => `m-${index}:map_1`)

/** The same calls go to the one by HTTP, to the other through its door. */
const byHttp = useTestApp()
const byDoor = useTestApp()

/** A call in words that hold for both: each has keys of its own. */
type Wish = {
  processing: 'customer' | 'event' | 'group'
  keys: 'ours' | 'wrong token' | 'unknown' | 'none'
  idempotencyKey: string | undefined
  hops: string | undefined
  body: string
}

/** Mostly what is meant, sometimes something else. */
const mostly = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 24, arbitrary: right }, { weight: 1, arbitrary: odd })

const odd = fc.constantFrom(null, 0, true, '', 'a\0b', [], {})
const text = mostly(fc.constantFrom('Ada', 'Łukasz 🗼', '2000-01-01', 'never', ' ', 7, null))
const person = mostly(fc.constantFrom('u1', 'u2', 'u3', 'u4', 'u5', 5, 'x'.repeat(3_000)))
const reference = mostly(fc.record({ source_id: person, email: text }))
const metadata = mostly(
  fc.dictionary(fc.constantFrom('plan', 'visits', 'unknown'), text, { noNullPrototype: true }),
)
const bodies = {
  customer: fc.record(
    {
      source_id: person,
      name: text,
      phone: text,
      birthdate: text,
      address: mostly(fc.record({ city: text, street: text })),
      metadata,
    },
    { requiredKeys: ['source_id'] },
  ),
  event: fc.record(
    {
      customer: reference,
      event: mostly(fc.constantFrom('Bought', 'Seen', 'customer.created', 'y'.repeat(400))),
      referral: mostly(fc.record({ code: text })),
      metadata,
    },
    { requiredKeys: ['customer', 'event'] },
  ),
  group: fc.record({ customer: reference, group_id: mostly(fc.constant('g1')), traits: metadata }),
}
const malformed = fc.constantFrom('', ' ', '{"source_id":', 'null', '[]', '7', '"text"')

const wish = fc.constantFrom('customer' as const, 'event' as const, 'group' as const).chain(
  (processing): fc.Arbitrary<Wish> =>
    fc.record({
      processing: fc.constant(processing),
      keys: fc.oneof(
        { weight: 9, arbitrary: fc.constant('ours' as const) },
        { weight: 1, arbitrary: fc.constantFrom('wrong token', 'unknown', 'none') },
      ),
      idempotencyKey: fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(undefined, ...KEYS) },
        { weight: 1, arbitrary: fc.constantFrom('', 'k'.repeat(300)) },
      ),
      hops: fc.constantFrom(undefined, '1', 'many'),
      body: fc.oneof(
        { weight: 9, arbitrary: bodies[processing].map((body) => JSON.stringify(body)) },
        { weight: 1, arbitrary: malformed },
      ),
    }),
)

/** Some of them come again as they were, with the same key and body. */
function withRepeats(wishes: readonly Wish[]): Wish[] {
  return wishes.flatMap((one, index) => (index % 5 === 0 ? [one, one] : [one]))
}

function credentialsOf(t: TestApp, keys: Wish['keys']): Record<string, string> {
  const { authorization, 'secret-key': secret } = segmentHeaders(t.keys)
  switch (keys) {
    case 'ours':
      // Names of headers are in any case.
      return { Authorization: authorization, 'secret-key': secret }
    case 'wrong token':
      return { authorization, 'secret-key': base64('wrong') }
    case 'unknown':
      return { authorization: `Basic ${base64('nobody')}`, 'secret-key': secret }
    case 'none':
      return {}
  }
}

function toRequest(
  t: TestApp,
  { processing, keys, idempotencyKey, hops, body }: Wish,
): HttpRequest {
  return {
    method: 'POST',
    url: `${t.app.engine.address()}/segmentio/${processing}-processing`,
    headers: {
      'content-type': 'application/json',
      ...credentialsOf(t, keys),
      ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
      ...(hops !== undefined && { 'promoloop-hops': hops }),
    },
    body,
  }
}

async function sendThroughDoor(requests: readonly HttpRequest[]): Promise<HttpResponse[]> {
  const [door] = requests.map((request) => byDoor.app.engine.doors.find(request))
  if (!door) throw new Error('there is no door')
  return door(requests)
}

async function sendByHttp({ method, url, headers, body }: HttpRequest): Promise<HttpResponse> {
  const response = await fetch(url, { method, headers, body: body ?? null })
  const answered = Object.fromEntries(response.headers)
  return { status: response.status, headers: answered, body: await response.text() }
}

/** Of the connection, which a door has none of. */
const HEADERS_OF_SOCKET = ['date', 'connection', 'keep-alive', 'content-length']

/** An answer or a row with the same words for what is random in it. */
const toComparable = (t: TestApp, value: unknown): string =>
  JSON.stringify(value)
    .replaceAll(t.keys.projectId, '<project>')
    .replaceAll(t.keys.appId, '<application>')
    .replace(/\b(cust|event|evcus|ms)_[0-9a-f]{24}/g, '<$1>')
    .replace(/\bv-[0-9a-f]{18}/g, '<request>')

function answerOf(t: TestApp, { status, headers, body }: HttpResponse): string {
  const told = Object.entries(headers).filter(([name]) => !HEADERS_OF_SOCKET.includes(name))
  return toComparable(t, [status, Object.fromEntries(told.sort()), body])
}

const TABLES = ['customer', 'custom_event', 'occurrence', 'idempotency_key']

/** All rows of a table that a call may change, in an order that has nothing to do with ids. */
async function rowsOf(t: TestApp, table: string): Promise<string[]> {
  const { rows } = await t.db.pool.query(`select to_jsonb(r) as row from ${table} r`)
  return rows.map(({ row }) => toComparable(t, row)).sort()
}

beforeAll(async () => {
  byHttp.app.setAddress(await byHttp.app.http.listen({ port: 0, host: '127.0.0.1' }))
  for (const t of [byHttp, byDoor])
    await defineMetadata(t, 'customer', {
      plan: { type: 'string' },
      visits: { type: 'number' },
    })
})
afterAll(() => byHttp.app.http.server.closeAllConnections())

describe('the door of wire A for requests of this process', () => {
  it('answers every call, and leaves everything, as the routes do', async () => {
    const wishes = withRepeats(fc.sample(wish, { numRuns: CALLS, seed: 7 }))
    const answers: { http: string; door: string; status: number }[] = []
    for (let first = 0; first < wishes.length; first += CALLS_OF_BATCH) {
      const batch = wishes.slice(first, first + CALLS_OF_BATCH)
      const through = await sendThroughDoor(batch.map((one) => toRequest(byDoor, one)))
      expect(through).toHaveLength(batch.length)
      for (const [index, one] of batch.entries()) {
        const answer = await sendByHttp(toRequest(byHttp, one))
        const door = through[index]
        if (!door) throw new Error('no answer')
        const { status } = answer
        answers.push({ http: answerOf(byHttp, answer), door: answerOf(byDoor, door), status })
      }
    }
    expect(answers.map(({ door }) => door)).toEqual(answers.map(({ http }) => http))
    for (const table of TABLES)
      expect(await rowsOf(byDoor, table), table).toEqual(await rowsOf(byHttp, table))

    // The calls are of every kind that this is about.
    const statuses = answers.map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([200, 400, 401, 422]))
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(CALLS / 4)
  })

  it('counts its requests where those of the routes are counted', async () => {
    const route = '/segmentio/group-processing'
    const counted = async (): Promise<number> => {
      const { values } = await byDoor.app.engine.metrics.requestSeconds.get()
      const count = values.find(
        ({ metricName, labels }) =>
          metricName?.endsWith('_count') && labels.route === route && labels.status === 401,
      )
      return count?.value ?? 0
    }
    const before = await counted()
    const refused: Wish = {
      processing: 'group',
      keys: 'none',
      idempotencyKey: undefined,
      hops: undefined,
      body: '{}',
    }
    const requests = Array.from({ length: 3 }, () => toRequest(byDoor, refused))
    await sendThroughDoor(requests)
    expect((await counted()) - before).toBe(3)
  })

  it('is what the transport of this process uses', async () => {
    const one: Wish = {
      processing: 'customer',
      keys: 'ours',
      idempotencyKey: undefined,
      hops: undefined,
      body: '{"source_id":"sent"}',
    }
    const { status, headers } = await byDoor.app.engine.send(toRequest(byDoor, one))
    expect(status).toBe(200)
    expect(headers['x-request-id']).toMatch(/^v-/)
    expect((await byDoor.call('GET', '/v1/customers/sent')).status).toBe(200)
  })
})
