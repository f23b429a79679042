import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type {
  HttpRequest,
  HttpResponse,
  InProcessDoor,
} from '../../../../src/platform/http/index.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { aSource, type Source } from '../tracking/support.ts'
import { aDestination, aSender, manage, recorded, track } from './support.ts'

const PERSONS = 90
const CONCURRENCY = 8

const t = useTestApp()
let source: Source
let destination: { id: string }
/** What the door was given at a time, oldest first. */
let groups: HttpRequest[][] = []
let underWay = 0
let mostUnderWay = 0
let answer: (request: HttpRequest) => HttpResponse = () => ok

const ok: HttpResponse = { status: 200, headers: { 'x-request-id': 'v-own' }, body: '{"id":"own"}' }

const door: InProcessDoor = async (requests) => {
  groups.push([...requests])
  underWay += requests.length
  mostUnderWay = Math.max(mostUnderWay, underWay)
  await new Promise((resolve) => setImmediate(resolve))
  underWay -= requests.length
  return requests.map(answer)
}

beforeAll(() => t.app.pipeline.doors.open(['/own/segmentio/customer-processing'], door))
beforeEach(async () => {
  groups = []
  mostUnderWay = 0
  answer = () => ok
  source = await aSource(t)
  destination = await aDestination(t, source, { address: `${t.app.pipeline.address()}/own` })
  await change({ concurrency: CONCURRENCY })
})

const change = (body: object) => manage(t, 'PATCH', `/destinations/${destination.id}`, { body })

let number = 0
const call = (userId: string, name: string) => {
  number += 1
  return { type: 'identify', messageId: `own-${number}`, userId, traits: { name } }
}

type Told = { source_id: string; name: string }
const toldBy = ({ body }: HttpRequest): Told => JSON.parse(body ?? '')
const told = (): Told[] => groups.flat().map(toldBy)
const namesOf = (person: string): string[] =>
  told().flatMap(({ source_id, name }) => (source_id === person ? [name] : []))

describe('deliveries to a door of this process', () => {
  it('go many at a time, at most as many as the destination allows, and each is recorded', async () => {
    const calls = Array.from({ length: PERSONS }, (_, index) => call(`p${index}`, 'only'))
    await track(t, source, calls)
    await aSender(t).work()
    expect(told()).toHaveLength(PERSONS)
    expect(groups.length).toBeLessThan(PERSONS)
    expect(mostUnderWay).toBeLessThanOrEqual(CONCURRENCY)
    const { rows } = await t.db.pool.query(
      `select outcome, status, attempts, response, request_id, count(*)::int from delivery
        where destination_id = $1 and outcome <> 'filtered' group by 1, 2, 3, 4, 5`,
      [destination.id],
    )
    const once = { outcome: 'delivered', status: 200, attempts: 1, count: PERSONS }
    expect(rows).toEqual([{ ...once, response: ok.body, request_id: 'v-own' }])
    const keys = groups.flat().map(({ headers }) => headers['idempotency-key'])
    expect(new Set(keys).size).toBe(PERSONS)
  })

  it('keep the order of each person (invariant 6)', async () => {
    const names = ['1', '2', '3', '4', '5']
    const persons = Array.from({ length: 10 }, (_, index) => `ordered${index}`)
    await track(
      t,
      source,
      names.flatMap((name) => persons.map((person) => call(person, name))),
    )
    await aSender(t).work()
    for (const person of persons) expect(namesOf(person)).toEqual(names)
    // Nobody twice in a group: the next goes when the one before is answered.
    for (const group of groups.map((requests) => requests.map((one) => toldBy(one).source_id)))
      expect(new Set(group).size).toBe(group.length)
  })

  it('fail, wait and arrive each for itself', async () => {
    const statuses: Record<string, number> = { refused: 400, later: 503, fine: 200 }
    answer = (request) => ({ ...ok, status: statuses[toldBy(request).name] ?? 500 })
    await track(
      t,
      source,
      Object.keys(statuses).map((name) => call(`each-${name}`, name)),
    )
    await aSender(t).work()
    const outcomes = (await recorded(t, destination.id))
      .filter(({ outcome }) => outcome !== 'filtered')
      .map(({ outcome, reason }) => [outcome, reason])
    expect(outcomes.sort()).toEqual([
      ['delivered', null],
      ['failed', 'errors.discarded.400'],
      ['pending', 'errors.awaiting-retry.503'],
    ])
    answer = () => ok
    t.clock.advance(20 * 60_000)
    await aSender(t).work()
    expect(namesOf('each-later')).toEqual(['later', 'later'])
    const [first, second] = groups
      .flat()
      .filter((request) => toldBy(request).name === 'later')
      .map(({ headers }) => headers['idempotency-key'])
    expect(first).toBe(second)
  })

  it('hold back what a person did later in strict order', async () => {
    await change({ ordering: 'strict' })
    answer = (request) => ({ ...ok, status: toldBy(request).name === 'first' ? 503 : 200 })
    await track(t, source, [call('sam', 'first'), call('sam', 'second'), call('kim', 'other')])
    await aSender(t).work()
    expect(namesOf('sam')).toEqual(['first'])
    expect(namesOf('kim')).toEqual(['other'])
  })

  it('pause when the door answers 429 with its wait (§7.4.3)', async () => {
    answer = () => ({ ...ok, status: 429, headers: { 'retry-after': '60' } })
    const calls = Array.from({ length: PERSONS }, (_, index) => call(`busy${index}`, 'only'))
    await track(t, source, calls)
    await aSender(t).work()
    // What was under way is tried; the rest waits without an attempt.
    expect(told().length).toBeLessThanOrEqual(CONCURRENCY)
    answer = () => ok
    t.clock.advance(60_001)
    await aSender(t).work()
    const outcomes = (await recorded(t, destination.id)).map(({ outcome }) => outcome)
    expect(outcomes.filter((outcome) => outcome === 'delivered')).toHaveLength(PERSONS)
  })

  it('are tried again when the door breaks (A-14)', async () => {
    answer = () => {
      throw new Error('a bug')
    }
    await track(t, source, [call('unlucky', 'only')])
    await aSender(t).work()
    const [one] = (await recorded(t, destination.id)).filter(({ outcome }) => outcome === 'pending')
    expect(one).toMatchObject({ reason: 'errors.awaiting-retry.INTERNAL', message: 'a bug' })
  })
})
