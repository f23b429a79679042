import { newId } from '../../kernel/ids.ts'
import { monotonicMs } from '../../platform/clock.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { PipelineDeps } from '../context.ts'
import type { Destination } from '../destinations/index.ts'
import type { EventLog } from '../log/index.ts'
import { getReplay, getRequested, insertReplay, type ReplayRequest } from './replay.repo.ts'
import type { Found, Replay, ReplayWish } from './replay.ts'
import { countReplayable } from './replayed-deliveries.repo.ts'
import { stepReplay } from './run-replays.ts'

type ReplayDeps = Pick<PipelineDeps, 'db' | 'eventLog' | 'vault' | 'clock'>

/**
 * Begins to send deliveries of `destination` anew (pipeline §7.4.7, §7.7). Most replays are queued when this
 * resolves; a long one goes on in the background. A request that came before answers the replay that it made;
 * throws `idempotency_key_reused` when its key was for another.
 */
export async function startReplay(
  deps: ReplayDeps,
  destination: Destination,
  { wish, request }: { wish: ReplayWish; request: ReplayRequest },
): Promise<Replay> {
  const replay = await prepare(deps, destination, wish)
  if (!(await insertReplay(deps.db, replay, request)))
    return getRequested(deps.db, { destinationId: destination.id, ...request })
  const began = monotonicMs()
  while (monotonicMs() - began < LIMITS.replayPatienceMs)
    if (!(await stepReplay(deps, replay.id))) break
  return getReplay(deps.db, replay)
}

/** A replay that has not begun, with what is known beforehand. */
async function prepare(
  { clock, ...deps }: ReplayDeps,
  destination: Destination,
  wish: ReplayWish,
): Promise<Replay> {
  const { id: destinationId, projectId } = destination
  const places = await findPlaces(deps, { destinationId, projectId, wish })
  const replayable = places.found?.reasons.reduce((sum, { count }) => sum + count, 0) ?? 0
  // What is found of original payloads is all that a dry run can tell.
  const isDone =
    (wish.isDryRun && wish.mapping === 'original') || places.firstPlace >= places.lastPlace
  const now = clock.now()
  return {
    id: newId('replay'),
    projectId,
    destinationId,
    wish,
    ...places,
    status: isDone ? 'done' : 'running',
    error: null,
    place: places.firstPlace,
    examined: 0,
    replayable,
    queued: 0,
    filtered: 0,
    refused: 0,
    missing: 0,
    createdAt: now,
    finishedAt: isDone ? now : null,
  }
}

type Places = { found: Found | null; firstPlace: number; lastPlace: number }

async function findPlaces(
  { db, eventLog }: Pick<ReplayDeps, 'db' | 'eventLog'>,
  {
    destinationId,
    projectId,
    wish,
  }: { destinationId: string; projectId: string; wish: ReplayWish },
): Promise<Places> {
  if (wish.mapping === 'original' || wish.events === 'failed') {
    const { found, lastId } = await countReplayable(db, { destinationId, wish })
    return {
      found: wish.mapping === 'original' ? found : null,
      firstPlace: 0,
      lastPlace: lastId,
    }
  }
  const [newest] = await eventLog.list({ projectId, limit: 1 })
  const lastPlace = newest?.position ?? 0
  const firstPlace = await positionBefore(eventLog, {
    projectId,
    lastPlace,
    time: wish.filter.from,
  })
  return { found: null, firstPlace, lastPlace }
}

/** Looking through so many positions costs less than another question. */
const CLOSE_ENOUGH = 500

/** A position of the log behind which all calls are that the project received at or after `time`. */
async function positionBefore(
  eventLog: EventLog,
  { projectId, lastPlace, time }: { projectId: string; lastPlace: number; time: Date },
): Promise<number> {
  const early = new Date(time.getTime() - LIMITS.receivedOrderSlackMs)
  let low = 0
  let high = lastPlace
  while (high - low > CLOSE_ENOUGH) {
    const middle = Math.floor((low + high) / 2)
    const [entry] = await eventLog.list({ projectId, before: middle + 1, limit: 1 })
    if (!entry || entry.receivedAt < early) low = middle
    else high = entry.position
  }
  return low
}
