/**
 * Deliveries, one request an event, against Segment's published packages doing the same in the same process:
 * `Destination#onEvent` of `actions-core` with the published Voucherify destination. Both sides send the very
 * events of our log, with as many requests under way, to a plain server in a process of its own, which must
 * have got as many requests of each. The first figures are of the same work: events in memory become requests, and
 * answers verdicts, ours in the order of each person. Of ours they are then taken again with a sink that only counts
 * behind a door of this process; the peer has no way without HTTP. The others are of our whole way, which also reads the
 * events from the log in PostgreSQL and records durably what came of every one.
 *
 * Rates are per second of the sending process's processor time, the collection of garbage and all: per core,
 * however busy the machine is. What PostgreSQL uses beside it is told too.
 */
import type { LogEntry } from '../src/pipeline/log/index.ts'
import { LIMITS } from '../src/platform/limits.ts'
import { actionEvents } from './support/action-events.ts'
import { openLab } from './support/delivery-lab.ts'
import { pin } from './support/pin.ts'
import { median, type Round, report } from './support/report.ts'
import { PublishedDestination, published, sentencesOf } from './support/segment-actions.ts'
import { startSink } from './support/start-sink.ts'

const EVENTS = 6_000
const ROUNDS = 7
const WARM_UP_ROUNDS = 2
/** A single collection of garbage would weigh too much in one. */
const PASSES_IN_MEMORY = 4
const ROUNDS_BESIDE = 5
/** How often all events wait in the log of the run beside a dead destination: some seconds' worth. */
const TIMES_BESIDE = 4
const SAME_CONCURRENCY = LIMITS.deliveryConcurrencyPerDestination
/** Of the same work on both sides, over HTTP and in process; and of ours with log and record, of which theirs has none. */
const GOALS = { http: 7, inProcess: 50, whole: 3 }
const BESIDE_DEAD_GOAL = 0.9
/** Of the runs that tell how soon a call arrives: far below what can be delivered. */
const PACED = { seconds: 6, perTick: 10, tickMs: 20 }

const CORES = { sender: 0, sinks: 1 }
const sink = await startSink('answering', CORES.sinks)
const lab = await openLab()
// Not before: PostgreSQL would be kept on the same core.
pin(process.pid, CORES.sender)
// An alias of nobody is not let in.
const events = actionEvents(EVENTS).filter(({ type, userId }) => type !== 'alias' || userId)

type Measured = { perCpuSecond: number; perSecond: number; postgresShare: number; requests: number }

async function measure(
  work: () => Promise<unknown>,
  count: () => number | Promise<number>,
  passes = 1,
): Promise<Measured> {
  await count()
  const began = { at: performance.now(), own: process.cpuUsage(), db: await lab.postgresMs() }
  for (let pass = 0; pass < passes; pass += 1) await work()
  const { user, system } = process.cpuUsage(began.own)
  const ownMs = (user + system) / 1_000
  return {
    perCpuSecond: (passes * events.length) / (ownMs / 1_000),
    perSecond: (passes * events.length) / ((performance.now() - began.at) / 1_000),
    postgresShare: ((await lab.postgresMs()) - began.db) / ownMs,
    requests: (await count()) / passes,
  }
}

type Target = { url: string; count: () => number | Promise<number> }

async function deliver(id: string): Promise<void> {
  lab.startWork()
  await lab.untilDrained(id)
  await lab.stopWork()
}

/** What waits in the log goes to a destination at `url`, through every stage. */
async function ours({ url, count }: Target): Promise<Measured> {
  await lab.empty()
  const id = await lab.addDestination(url)
  await lab.receive(events)
  const measured = await measure(() => deliver(id), count)
  await lab.removeDestination(id)
  return measured
}

const destination = new PublishedDestination(published)
const subscriptions = published.presets.map(({ subscribe, partnerAction, mapping }) => ({
  subscribe,
  partnerAction,
  mapping,
}))

/** The same events from the memory, through Segment's packages. */
async function theirs(logged: readonly LogEntry[]): Promise<Measured> {
  const settings = {
    apiKey: 'application',
    secretKey: 'secret',
    customURL: sink.url,
    subscriptions,
  }
  let next = 0
  const sendOn = async (): Promise<void> => {
    for (;;) {
      const event = logged[next]?.body
      next += 1
      if (!event) return
      // What is refused is refused on both sides; it throws anything else.
      await destination.onEvent(event, settings).catch(sentencesOf)
    }
  }
  return measure(() => Promise.all(Array.from({ length: SAME_CONCURRENCY }, sendOn)), sink.count)
}

function mustBeSame(a: Measured, b: Measured): void {
  if (a.requests !== b.requests || a.requests < events.length / 2)
    throw new Error(`ours sent ${a.requests} requests, the peer ${b.requests}`)
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US')

/** Events that are in memory, as the peer has them, are decided on and sent. */
async function oursInMemory(
  { url, count }: Target,
  logged: readonly LogEntry[],
): Promise<Measured> {
  const id = await lab.addDestination(url)
  const send = await lab.openSender(id)
  const measured = await measure(() => send(logged), count, PASSES_IN_MEMORY)
  await lab.removeDestination(id)
  return measured
}

async function compareSenders(): Promise<void> {
  const rounds = { http: [], inProcess: [], whole: [], wholeInProcess: [] } as Record<
    'http' | 'inProcess' | 'whole' | 'wholeInProcess',
    Round[]
  >
  const all: Measured[] = []
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const whole = await ours(sink)
    const wholeInProcess = await ours(lab.ownSink)
    const logged = await lab.readLog(events.length)
    const http = await oursInMemory(sink, logged)
    const inProcess = await oursInMemory(lab.ownSink, logged)
    const peer = await theirs(logged)
    for (const own of [http, inProcess, whole, wholeInProcess]) mustBeSame(own, peer)
    if (round < 0) continue
    all.push(whole)
    for (const [name, own] of Object.entries({ http, inProcess, whole, wholeInProcess }))
      rounds[name as keyof typeof rounds].push({
        ours: own.perCpuSecond,
        peer: peer.perCpuSecond,
      })
  }
  const unit = { unit: 'events/s', peer: 'Destination#onEvent over HTTP' }
  report(
    `Delivery over HTTP, ${SAME_CONCURRENCY} requests at a time, events in memory on both sides`,
    { ...unit, goal: GOALS.http },
    rounds.http,
  )
  report(
    'The same in process, through a door of our own',
    { ...unit, goal: GOALS.inProcess },
    rounds.inProcess,
  )
  report(
    'Delivery over HTTP, ours from the log to the record of each',
    { ...unit, goal: GOALS.whole },
    rounds.whole,
  )
  const rate = count(median(all.map(({ perSecond }) => perSecond)))
  const share = Math.round(100 * median(all.map(({ postgresShare }) => postgresShare)))
  process.stdout.write(
    `  by the clock: ${rate} events/s; PostgreSQL used ${share} % as much processor time beside it\n`,
  )
  report('The same in process', { ...unit, goal: GOALS.whole }, rounds.wholeInProcess)
}

type Beside = { perSecond: number; p95: number }

/** What a destination that works makes of a full log, then of a light load, with others beside it. */
async function runBeside(urls: readonly string[]): Promise<Beside> {
  await lab.empty()
  const ids = await Promise.all([sink.url, ...urls].map(lab.addDestination))
  const [id = ''] = ids
  for (let time = 0; time < TIMES_BESIDE; time += 1) await lab.receive(events)
  const began = performance.now()
  lab.startWork()
  await lab.untilDrained(id)
  const perSecond = (TIMES_BESIDE * events.length) / ((performance.now() - began) / 1_000)

  await lab.empty()
  await receivePaced()
  await lab.untilDrained(id)
  const p95 = await lab.p95Ms(id)
  await lab.stopWork()
  for (const each of ids) await lab.removeDestination(each)
  return { perSecond, p95 }
}

/** Receives a few events at every tick. */
async function receivePaced(): Promise<void> {
  const ticks = (PACED.seconds * 1_000) / PACED.tickMs
  for (let tick = 0; tick < ticks; tick += 1) {
    const until = performance.now() + PACED.tickMs
    await lab.receive(events.slice(tick * PACED.perTick, (tick + 1) * PACED.perTick))
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, until - performance.now())))
  }
}

async function compareBesideDead(): Promise<void> {
  const silent = await startSink('silent', CORES.sinks)
  const rates: Round[] = []
  const latencies: Round[] = []
  const p95s: string[] = []
  for (let round = 0; round < ROUNDS_BESIDE; round += 1) {
    const alone = await runBeside([])
    const beside = await runBeside([silent.url])
    rates.push({ ours: beside.perSecond, peer: alone.perSecond })
    // Turned around, so that more is better here too.
    latencies.push({ ours: 1_000 / beside.p95, peer: 1_000 / alone.p95 })
    p95s.push(`${Math.round(beside.p95)} ms (alone ${Math.round(alone.p95)} ms)`)
  }
  silent.stop()
  report(
    'A destination beside one that never answers: a full log, by the clock',
    { unit: 'events/s', peer: 'alone', goal: BESIDE_DEAD_GOAL },
    rates,
  )
  const { perTick, tickMs } = PACED
  report(
    `The same at ${(1_000 * perTick) / tickMs} events/s: one second by the 95th percentile from receipt to delivery`,
    { unit: '/s', peer: 'alone', goal: BESIDE_DEAD_GOAL },
    latencies,
  )
  process.stdout.write(`  95th percentiles: ${p95s.join(', ')}\n`)
}

await compareSenders()
await compareBesideDead()
await lab.stop()
sink.stop()
