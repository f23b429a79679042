import { execFileSync } from 'node:child_process'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectCleanUps } from '../support/clean-ups.ts'
import { listDeliveries } from '../support/deliveries.ts'
import {
  type RecordedRequest,
  type Recorder,
  type Respond,
  startRecorder,
} from '../support/recorder.ts'
import {
  addDestination,
  expectNothingLost,
  expectOrder,
  messageOf,
  personOf,
  sendCalls,
  type Totals,
  tracks,
  waitUntilSettled,
} from '../support/recorder-destination.ts'
import { startRestartableDatabase } from '../support/restartable-database.ts'
import { ROOT, type Server, type ServerOptions, startServer } from '../support/server.ts'
import { waitFor } from '../support/wait-for.ts'

const MIB = 1_048_576
/** A hanging call is given up after 10 s and sent again 5 to 10 s later; the rest is for a busy machine. */
const LIMIT_MS = 60_000
const ENV = { PROMOLOOP_ALLOW_PRIVATE_NETWORK: '1' }

// Builds what is stale: of the processes that start together below, each would do it.
beforeAll(() => {
  execFileSync(process.execPath, [join(ROOT, 'bin', 'promoloop.mjs'), '--help'])
})

const cleanUps = collectCleanUps(afterAll)
const { newDir } = cleanUps

async function startedServer(options: ServerOptions): Promise<Server> {
  const server = await startServer({ ...options, env: { ...ENV, ...options.env } })
  cleanUps.add(() => server.end())
  return server
}

async function startedRecorder(respond: Respond): Promise<Recorder> {
  const recorder = await startRecorder(respond)
  cleanUps.add(() => recorder.stop())
  return recorder
}

const answer = (response: ServerResponse, status = 200, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end('{}')
}

/** As slow as a destination far away, so that many calls are under way at any moment. */
const answerSlowly: Respond = (_request, response) => {
  setTimeout(() => answer(response), 20)
}

type Fault = {
  ordering?: 'strict'
  /** `earlier` are the requests that this destination had before this one. */
  respond(request: RecordedRequest, response: ServerResponse, earlier: RecordedRequest[]): void
}

/** When `busy` opens again, and what came to it when. */
const busy = { opensAt: 0, arrived: [] as { messageId: string; at: number }[] }
const RETRY_AFTER_S = 3

const isFirstOfPerson = (request: RecordedRequest, earlier: RecordedRequest[]): boolean =>
  !earlier.some((other) => personOf(messageOf(other)) === personOf(messageOf(request)))
const isFirstAttempt = (request: RecordedRequest, earlier: RecordedRequest[]): boolean =>
  !earlier.some((other) => messageOf(other) === messageOf(request))

const FAULTS = {
  works: { respond: (_request, response) => answer(response) },
  failing: {
    respond: (request, response, earlier) =>
      answer(response, isFirstAttempt(request, earlier) ? 500 : 200),
  },
  strict: {
    ordering: 'strict',
    respond: (request, response, earlier) =>
      answer(response, isFirstOfPerson(request, earlier) ? 500 : 200),
  },
  busy: {
    respond: (request, response, earlier) => {
      const at = performance.now()
      busy.arrived.push({ messageId: messageOf(request), at })
      if (earlier.length === 0) {
        busy.opensAt = at + RETRY_AFTER_S * 1_000
        return answer(response, 429, { 'retry-after': String(RETRY_AFTER_S) })
      }
      // Whoever was under way already stays so, and has no next call.
      setTimeout(() => answer(response), busy.opensAt - at)
    },
  },
  hanging: {
    respond: (_request, response, earlier) => {
      if (earlier.length > 0) answer(response)
    },
  },
  breaking: {
    respond: (request, response, earlier) => {
      if (!isFirstAttempt(request, earlier)) return answer(response)
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 })
      response.write('{"half":', () => response.destroy())
    },
  },
  huge: {
    respond: (_request, response, earlier) => {
      if (earlier.length < 3) response.end(Buffer.alloc(10 * MIB, 'x'))
      else answer(response)
    },
  },
} as const satisfies Record<string, Fault>
type FaultName = keyof typeof FAULTS

const CALLS = tracks(3, 6)
/** What no mapping wants, and what tells no customer. */
const OTHERS = [
  { type: 'alias', messageId: 'alias', userId: 'person0', previousId: 'visitor' },
  { type: 'track', messageId: 'nobody', anonymousId: 'visitor', event: 'Step' },
]

type FaultyRun = {
  server: Server
  destinations: Map<FaultName, string>
  requestsOf(name: FaultName): RecordedRequest[]
}

/** One source with a destination for each fault, and what it sent to them. */
async function startFaultyRun(): Promise<FaultyRun> {
  const names = Object.keys(FAULTS) as FaultName[]
  const byName = new Map(names.map((name): [FaultName, RecordedRequest[]] => [name, []]))
  const recorder = await startedRecorder((request, response) => {
    const name = request.path.split('/')[1] as FaultName
    const requests = byName.get(name) ?? []
    const earlier = [...requests]
    requests.push(request)
    const { respond }: Fault = FAULTS[name]
    respond(request, response, earlier)
  })
  const server = await startedServer({ dataDir: await newDir() })
  const destinations = new Map<FaultName, string>()
  for (const name of names) {
    const { ordering }: Fault = FAULTS[name]
    const url = `${recorder.address}/${name}`
    destinations.set(name, await addDestination(server, { url, ...(ordering && { ordering }) }))
  }
  expect(await sendCalls(server, [...CALLS, ...OTHERS])).toBe(true)
  return { server, destinations, requestsOf: (name) => byName.get(name) ?? [] }
}

let faultyRun: Promise<FaultyRun> | undefined

/** Waits until the destination with this fault is through, and expects what holds after any fault. */
async function afterFault(
  name: FaultName,
): Promise<{ requests: RecordedRequest[]; totals: Totals; attempts: Map<string, number> }> {
  faultyRun ??= startFaultyRun()
  const { server, destinations, requestsOf } = await faultyRun
  const destination = destinations.get(name) ?? ''
  const events = CALLS.length + OTHERS.length
  const totals = await waitUntilSettled(server, { destination, events, limitMs: LIMIT_MS })
  expect(totals).toMatchObject({
    received: events,
    filtered: { total: 1 },
    failed: { total: 1 },
    delivered: { total: CALLS.length },
  })
  const requests = requestsOf(name)
  await expectNothingLost(server, { destination, calls: CALLS, requests })
  const rows = await listDeliveries(server, destination)
  const made = rows.filter(({ outcome }) => outcome === 'delivered')
  return {
    requests,
    totals,
    attempts: new Map(made.map(({ message_id, attempts }) => [message_id, attempts])),
  }
}

/** Reads which owners hold how many partitions of the log for `reader`. */
async function holdersOf(database: pg.Client, reader: string): Promise<number[]> {
  const { rows } = await database.query<{ partitions: number }>(
    `select count(*)::int as partitions from log_cursor
      where reader = $1 and leased_by is not null and leased_until > now() group by leased_by`,
    [reader],
  )
  return rows.map(({ partitions }) => partitions)
}

// The long ones first: as many run side by side as the test runner allows.
describe.concurrent('a delivery that meets a fault', () => {
  it('goes on when a worker is killed: the other has its partitions within 10 s', async () => {
    const database = await startRestartableDatabase()
    cleanUps.add(() => database.stop())
    const recorder = await startedRecorder(answerSlowly)
    const env = { DATABASE_URL: database.url, PROMOLOOP_SECRET_KEY: 'ab'.repeat(32) }
    const start = async (role: string): Promise<Server> =>
      startedServer({ dataDir: await newDir(), env, args: ['--role', role] })
    const api = await start('api')
    const destination = await addDestination(api, { url: recorder.address })
    const workers = [await start('worker'), await start('worker')]
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    cleanUps.add(() => client.end())

    await waitFor('both workers to have half of the log', async () => {
      const held = await holdersOf(client, destination)
      return held.length === 2 && held.every((partitions) => partitions === 4)
    })
    const calls = tracks(24, 25)
    expect(await sendCalls(api, calls)).toBe(true)
    await waitFor('the delivery to be under way', () => recorder.requests.length >= 100)
    workers[0]?.process.kill('SIGKILL')
    expect(recorder.requests.length).toBeLessThan(calls.length)
    await waitFor('the other worker to have all of the log', async () => {
      const held = await holdersOf(client, destination)
      return held.length === 1 && held[0] === 8
    })

    const events = calls.length
    const totals = await waitUntilSettled(api, { destination, events, limitMs: LIMIT_MS })
    expect(totals).toMatchObject({ received: events, delivered: { total: events } })
    await expectNothingLost(api, { destination, calls, requests: recorder.requests })
  })

  it('goes on after its process was killed and started again', async () => {
    const recorder = await startedRecorder(answerSlowly)
    const dataDir = await newDir()
    const killed = await startedServer({ dataDir })
    const destination = await addDestination(killed, { url: recorder.address })
    const calls = tracks(24, 25)
    expect(await sendCalls(killed, calls)).toBe(true)
    await waitFor('the delivery to be under way', () => recorder.requests.length >= 100)
    await killed.end('SIGKILL')
    expect(recorder.requests.length).toBeLessThan(calls.length)

    const server = await startedServer({ dataDir })
    const events = calls.length
    const totals = await waitUntilSettled(server, { destination, events, limitMs: LIMIT_MS })
    expect(totals).toMatchObject({ received: events, delivered: { total: events } })
    expect(recorder.requests.length).toBeGreaterThan(calls.length)
    await expectNothingLost(server, { destination, calls, requests: recorder.requests })
  })

  it('goes on when PostgreSQL is restarted under it, softly and hard', async () => {
    const database = await startRestartableDatabase()
    cleanUps.add(() => database.stop())
    const recorder = await startedRecorder(answerSlowly)
    const env = { DATABASE_URL: database.url, PROMOLOOP_SECRET_KEY: 'ab'.repeat(32) }
    const server = await startedServer({ dataDir: await newDir(), env })
    const destination = await addDestination(server, { url: recorder.address })
    const calls = tracks(12, 30)
    const healthy = new Set<number>()
    // As a careful client does: one person's calls one after the other, each until it is accepted.
    const sendPerson = async (person: string): Promise<void> => {
      for (const call of calls.filter(({ userId }) => userId === person))
        await waitFor(
          `${call.messageId} to be accepted`,
          async () => {
            const isAccepted = await sendCalls(server, [call])
            healthy.add((await fetch(`${server.address}/health/ready`)).status)
            return isAccepted
          },
          LIMIT_MS,
        )
    }
    const sending = Promise.all([...new Set(calls.map(({ userId }) => userId))].map(sendPerson))
    for (const [arrived, mode] of [
      [60, 'fast'],
      [180, 'immediate'],
    ] as const) {
      await waitFor(
        `${arrived} calls to have arrived`,
        () => recorder.requests.length >= arrived,
        LIMIT_MS,
      )
      await database.restart(mode)
    }
    await sending

    const events = calls.length
    const totals = await waitUntilSettled(server, { destination, events, limitMs: LIMIT_MS })
    expect(totals).toMatchObject({ received: events, delivered: { total: events } })
    await expectNothingLost(server, { destination, calls, requests: recorder.requests })
    expect(server.process.exitCode).toBeNull()
    // Whoever asked meanwhile was told to come again.
    expect(healthy).toEqual(new Set([200, 503]))
  })

  it('is sent again after the time limit when no answer comes', async () => {
    const { requests, totals } = await afterFault('hanging')
    expect(totals.delivered).toMatchObject({ on_retry: 1 })
    expect(requests).toHaveLength(CALLS.length + 1)
  })

  it('is sent again when 500 is answered, until it is not', async () => {
    const { requests, totals, attempts } = await afterFault('failing')
    expect(totals.delivered).toMatchObject({ on_retry: CALLS.length })
    expect(new Set(attempts.values())).toEqual(new Set([2]))
    expect(requests).toHaveLength(CALLS.length * 2)
  })

  it('keeps the order of what was answered 200, where strict order is promised', async () => {
    const { requests, totals } = await afterFault('strict')
    expect(totals.delivered).toMatchObject({ on_retry: 3 })
    // Each call is taken the last time it is sent.
    expectOrder(CALLS, [...new Set(requests.map(messageOf).reverse())].reverse())
  })

  it('waits as long as a 429 says, and so do all calls to the same destination', async () => {
    const { attempts } = await afterFault('busy')
    const inPause = busy.arrived.filter(({ at }) => at < busy.opensAt)
    // Each person's first calls may have been under way when 429 was answered, and none of the next.
    const persons = inPause.map(({ messageId }) => personOf(messageId))
    expect(new Set(persons).size).toBe(persons.length)
    // Waiting is no attempt (pipeline §7.4.3).
    expect([...attempts.values()].filter((count) => count !== 1)).toEqual([2])
  })

  it('is sent again when the connection is closed amid the answer', async () => {
    const { totals, attempts } = await afterFault('breaking')
    expect(totals.delivered).toMatchObject({ on_retry: CALLS.length })
    expect(new Set(attempts.values())).toEqual(new Set([2]))
  })

  it('is delivered by an answer of 200, however long', async () => {
    const { requests, totals } = await afterFault('huge')
    expect(totals.delivered).toMatchObject({ first_try: CALLS.length })
    expect(requests).toHaveLength(CALLS.length)
  })

  it('is no matter to the other destinations', async () => {
    const { requests, totals } = await afterFault('works')
    expect(totals.delivered).toMatchObject({ first_try: CALLS.length })
    expect(requests).toHaveLength(CALLS.length)
  })
})
