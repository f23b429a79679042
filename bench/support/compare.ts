import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../../src/kernel/json.ts'
import { type Round, report } from './report.ts'

/** What became of an event: a payload or a request, or the sentences that refuse it. */
export type Result = { made: unknown } | { refused: string }
/** Does the work for all events once, and hands over what becomes of each, where anything does. */
export type Side = (take: (result: Result, index: number) => void) => void | Promise<void>

export type Comparison = {
  title: string
  peerName: string
  /** Of the rates, where it is not events. */
  unit?: string
  goal: number
  ours: Side
  peer: Side
  /** What must be the same in what the sides made; the whole of it, where this is not given. */
  formOf?(made: unknown): unknown
}

const ROUNDS = 9
const SECONDS = 0.4
const WARM_UP_SECONDS = 1.5

/**
 * Measures two sides in turn, after it has been found that they make the same of all `events`. Rates are
 * per second of processor time, the collection of garbage and all: per core, however busy the machine is.
 */
export async function compare(
  events: readonly JsonObject[],
  comparison: Comparison,
): Promise<void> {
  const { title, peerName, unit = 'events/s', goal, ours, peer } = comparison
  await mustAgree(events, comparison)
  const rate = async (side: Side, seconds: number): Promise<number> =>
    (await passesPerSecond(side, seconds)) * events.length
  for (const side of [ours, peer]) await rate(side, WARM_UP_SECONDS)
  const rounds: Round[] = []
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push({ ours: await rate(ours, SECONDS), peer: await rate(peer, SECONDS) })
  report(title, { unit, peer: peerName, goal }, rounds)
}

const nowhere = (): void => undefined

/** Asking for the processor time takes as long as many events, so it is asked for this seldom. */
const LOOK_EVERY_MS = 20

async function passesPerSecond(side: Side, seconds: number): Promise<number> {
  const began = process.cpuUsage()
  for (let passes = 0; ; ) {
    const until = performance.now() + LOOK_EVERY_MS
    while (performance.now() < until) {
      const pending = side(nowhere)
      if (pending) await pending
      passes += 1
    }
    const { user, system } = process.cpuUsage(began)
    const used = (user + system) / 1e6
    if (used >= seconds) return passes / used
  }
}

/** Ends the run where the sides differ: they would be measured at different work. */
async function mustAgree(
  events: readonly JsonObject[],
  { title, ours, peer, formOf = (made) => made }: Comparison,
): Promise<void> {
  const before = structuredClone(events)
  const own = await resultsOf(ours, { count: events.length, formOf })
  const theirs = await resultsOf(peer, { count: events.length, formOf })
  if (!isDeepStrictEqual(events, before)) throw new Error(`${title}: the events were changed`)
  for (const [index, results] of own.entries()) {
    // The order of keys counts: it is that of the JSON that is sent.
    const [a, b] = [JSON.stringify(results), JSON.stringify(theirs[index])]
    if (a !== b) throw new Error(`${title}: event ${index} differs\n  ours: ${a}\n  peer: ${b}`)
  }
  const refused = own.flat().filter((result) => 'refused' in result).length
  const made = own.flat().length - refused
  if (made < events.length / 2) throw new Error(`${title}: too little came of the events`)
  process.stdout.write(
    `\nBoth made the same of ${events.length} events: ${made} results, ${refused} refusals`,
  )
}

async function resultsOf(
  side: Side,
  { count, formOf }: { count: number; formOf(made: unknown): unknown },
): Promise<Result[][]> {
  const results = Array.from({ length: count }, (): Result[] => [])
  await side((result, index) => results[index]?.push(result))
  const formed = results.map((those) =>
    Promise.all(
      those.map(async (result) =>
        'made' in result ? { made: await formOf(result.made) } : result,
      ),
    ),
  )
  return Promise.all(formed)
}
