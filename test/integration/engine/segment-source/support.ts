import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { EngineDeps } from '../../../../src/engine/context.ts'
import { announce, type Fact } from '../../../../src/engine/outbox/index.ts'
import {
  type ConnectSegmentSource,
  connectSegmentSource,
  createSegmentSource,
} from '../../../../src/engine/segment-source/index.ts'
import { createAuthentication, insertProject } from '../../../../src/platform/auth/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { createHttpClient, createInProcessDoors } from '../../../../src/platform/http/index.ts'
import { createLog } from '../../../../src/platform/log.ts'
import { createMetrics } from '../../../../src/platform/metrics.ts'
import { createVault } from '../../../../src/platform/secrets.ts'
import { createTestClock, type TestClock } from '../../../support/clock.ts'
import { drainEffects } from '../../../support/effects.ts'
import type { TestApp } from '../../../support/test-app.ts'
import { useTestDatabase } from '../../../support/test-database.ts'

export const WRITE_KEY = 'the-write-key'
const NO_PRESETS = {
  writeKey: undefined,
  appId: undefined,
  appToken: undefined,
  adminToken: undefined,
}

export type TestEngine = {
  readonly deps: EngineDeps
  readonly clock: TestClock
  /** The project that all helpers below are about. */
  readonly projectId: string
  addProject(): Promise<string>
}

/** What the source is built from, on a database of this file's own; without the server around it. */
export function useTestEngine(): TestEngine {
  const database = useTestDatabase()
  const clock = createTestClock()
  const vault = createVault('5e'.repeat(32))
  const client = createHttpClient({ isPrivateNetworkAllowed: true })
  let deps: EngineDeps | undefined
  let projectId = ''

  const addProject = async (): Promise<string> => {
    const project = { name: 'Test', presets: NO_PRESETS, vault, now: clock.now() }
    return (await inTransaction(database.db, (tx) => insertProject(tx, project))).projectId
  }
  beforeAll(async () => {
    const { db } = database
    const address = (): string => 'http://127.0.0.1:3000'
    deps = {
      db,
      clock,
      vault,
      log: createLog('silent'),
      metrics: createMetrics(),
      authentication: createAuthentication({ db, clock }),
      send: client.send,
      doors: createInProcessDoors(address),
      address,
      announced: () => undefined,
    }
    projectId = await addProject()
  })
  afterAll(() => client.close())
  return {
    get deps() {
      if (!deps) throw new Error('the test engine is made in beforeAll')
      return deps
    },
    get projectId() {
      return projectId
    },
    clock,
    addProject,
  }
}

export type Received = {
  method: string
  url: string
  headers: IncomingHttpHeaders
  bytes: number
  // biome-ignore lint/suspicious/noExplicitAny: calls are what tests look into, field by field.
  body: any
}
type Answer = { status: number; headers?: Record<string, string> }
type Decide = (request: Received) => Answer | Promise<Answer>

export type Endpoint = {
  readonly url: string
  /** The requests of this test, in the order they came. */
  readonly requests: Received[]
  /** The calls of all requests that were answered 200, in the order they were. */
  // biome-ignore lint/suspicious/noExplicitAny: calls are what tests look into, field by field.
  readonly accepted: any[]
  /** Decides how the requests of this test are answered; by default each is accepted. */
  decide(decide: Decide): void
}

const acceptAll: Decide = () => ({ status: 200 })

/** A server that stands for Segment. */
export function useEndpoint(): Endpoint {
  let port = 0
  let requests: Received[] = []
  let accepted: unknown[] = []
  let decide = acceptAll

  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const raw = Buffer.concat(chunks)
    const { method = '', url = '', headers } = request
    const received = { method, url, headers, bytes: raw.length, body: JSON.parse(String(raw)) }
    requests.push(received)
    const answer = await decide(received)
    if (answer.status === 200) accepted.push(...received.body.batch)
    response.writeHead(answer.status, answer.headers).end('{}')
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  beforeEach(() => {
    requests = []
    accepted = []
    decide = acceptAll
  })
  afterAll(() => {
    server.close()
  })
  return {
    get url() {
      return `http://127.0.0.1:${port}/v1`
    },
    get requests() {
      return requests
    },
    get accepted() {
      return accepted
    },
    decide: (decider) => {
      decide = decider
    },
  }
}

/** Connects the source of the test project, or changes what is connected. */
export async function connectTo(
  t: TestEngine,
  target: object,
  writeKey = WRITE_KEY,
): Promise<void> {
  const source = {
    projectId: t.projectId,
    writeKeySealed: t.deps.vault.seal(writeKey),
    now: t.clock.now(),
    ...target,
  } as ConnectSegmentSource
  await inTransaction(t.deps.db, (tx) => connectSegmentSource(tx, source))
}

/** Connects the test project to `endpoint`, with an empty queue. */
export async function connect(t: TestEngine, endpoint: string, settings = {}): Promise<void> {
  await t.deps.db.pool.query('truncate segment_source_message')
  await connectTo(t, { region: 'CUSTOM', endpoint, ...settings })
}

/** What is announced when `person` redeemed; `number` becomes part of the redemption's id. */
export function redemptionBy(
  t: TestEngine,
  { person, number, data }: { person: string | null; number: number; data?: object },
): Fact {
  return {
    call: {
      projectId: t.projectId,
      appId: 'app',
      groupId: `v-${number}`,
      channel: 'API',
      now: t.clock.now(),
    },
    type: 'customer.redemption.succeeded',
    customerId: person === null ? null : `cust_${person}`,
    data: {
      customer: person === null ? null : { id: `cust_${person}`, source_id: person },
      redemption: { id: `r_${number}` },
      ...data,
    },
  }
}

export const announceAll = (t: TestEngine, facts: readonly Fact[]): Promise<void> =>
  inTransaction(t.deps.db, (tx) => announce(tx, facts))

/** Each of these people redeems, one after the other; `data` is added to what is announced of each. */
export async function redeemedBy(
  t: TestEngine,
  people: readonly (string | null)[],
  data?: object,
): Promise<void> {
  for (const [number, person] of people.entries()) {
    await announceAll(t, [redemptionBy(t, { person, number, ...(data && { data }) })])
  }
}

/** As many people, each with a name of their own. */
export const people = (count: number): string[] =>
  Array.from({ length: count }, (_, number) => `person_${number}`)

/** What is queued or was dropped, oldest first, by the redemption it tells of. */
export async function queued(
  t: TestEngine,
): Promise<{ redemption: string; reason: string | null }[]> {
  const { rows } = await t.deps.db.pool.query(
    `select occurrence.data #>> '{redemption,id}' as redemption, drop_reason as reason
       from segment_source_message message join occurrence on occurrence.id = message.occurrence_id
      order by message.id`,
  )
  return rows
}

export const redemptionOf = (call: {
  properties: { voucherifyEvent: { data: { redemption: { id: string } } } }
}): string => call.properties.voucherifyEvent.data.redemption.id

export type Segment = {
  readonly endpoint: Endpoint
  /** Connects the project's source to the endpoint, or changes what is connected. */
  connect(settings?: object): Promise<void>
  /** Sends what is queued, and answers the calls that Segment accepted since it was asked last. */
  // biome-ignore lint/suspicious/noExplicitAny: calls are what tests look into, field by field.
  told(): Promise<any[]>
}

/** Segment, connected to a whole app: it is told what calls of the API led to. */
export function useSegment(t: TestApp): Segment {
  const endpoint = useEndpoint()
  const connect = async (settings: object = {}): Promise<void> => {
    const target = { write_key: WRITE_KEY, region: 'CUSTOM', endpoint: endpoint.url }
    const { statusCode, payload } = await t.app.http.inject({
      method: 'PUT',
      url: '/api/v1/voucherify-source',
      headers: { authorization: `Bearer ${t.keys.adminToken}`, 'content-type': 'application/json' },
      payload: JSON.stringify({ ...target, ...settings }),
    })
    if (statusCode !== 200) throw new Error(payload)
  }
  const told = async () => {
    await drainEffects(t)
    while (await createSegmentSource(t.app.engine).run(new AbortController().signal));
    return endpoint.accepted.splice(0)
  }
  beforeEach(async () => {
    await connect()
    await told()
  })
  return { endpoint, connect, told }
}
