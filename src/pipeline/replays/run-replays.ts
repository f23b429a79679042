import { inTransaction, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { PipelineDeps } from '../context.ts'
import { listDeliverableDestinations } from '../destinations/index.ts'
import { type EventLog, type LogEntry, partitionOf, userKeyOf } from '../log/index.ts'
import { type CompiledDestination, createCompiler } from '../process-batch/index.ts'
import { decideReplay, type ReplayDecision } from './decide-replay.ts'
import { lockRunning, updateProgress } from './replay.repo.ts'
import type { Replay, ReplayProgress } from './replay.ts'
import { listFailed, queueRemade, requeue, unfilter } from './replayed-deliveries.repo.ts'

type ReplayDeps = Pick<PipelineDeps, 'db' | 'eventLog' | 'vault' | 'clock'>

/**
 * Brings a replay forward by one step, the named one or the one that has waited longest: what a step queues and how
 * far the replay has come are committed together, so that a process that dies in between has done nothing, and
 * another goes on. True when there may be more to do; false when no replay is running that nobody else is at.
 */
export async function stepReplay(deps: ReplayDeps, id?: string): Promise<boolean> {
  return inTransaction(deps.db, async (tx) => {
    const replay = await lockRunning(tx, id)
    if (!replay) return false
    const progress = await step(deps, tx, replay)
    await updateProgress(tx, { ...replay, ...progress }, deps.clock.now())
    return true
  })
}

async function step(deps: ReplayDeps, tx: Tx, replay: Replay): Promise<Partial<ReplayProgress>> {
  if (replay.wish.mapping === 'original') return requeueStep(tx, replay)
  const destination = await compiledDestination(deps, replay.destinationId)
  if (!destination)
    return { status: 'failed', error: 'The destination is disabled or was deleted meanwhile.' }
  return replay.wish.events === 'failed'
    ? remakeFailedStep(tx, { replay, destination, eventLog: deps.eventLog })
    : remakeAllStep(tx, { replay, destination, eventLog: deps.eventLog })
}

async function compiledDestination(
  deps: ReplayDeps,
  id: string,
): Promise<CompiledDestination | undefined> {
  const own = (await listDeliverableDestinations(deps)).filter((one) => one.id === id)
  return createCompiler()(own).get(id)
}

const paceOf = (replay: Replay): { now: Date; queued: number; perSecond: number } => ({
  now: replay.createdAt,
  queued: replay.queued,
  perSecond: replay.wish.perSecond,
})

/** Queues the next deliveries with the payload they have. */
async function requeueStep(tx: Tx, replay: Replay): Promise<Partial<ReplayProgress>> {
  const limit = LIMITS.replayBatchMax
  const ids = await requeue(tx, replay, { limit, pace: paceOf(replay) })
  const isDone = ids.length < limit
  return {
    status: isDone ? 'done' : 'running',
    place: isDone ? replay.lastPlace : Math.max(...ids),
    examined: replay.examined + ids.length,
    queued: replay.queued + ids.length,
  }
}

type Remaking = { replay: Replay; destination: CompiledDestination; eventLog: EventLog }

/** Makes the next failed deliveries anew. */
async function remakeFailedStep(
  tx: Tx,
  { replay, destination, eventLog }: Remaking,
): Promise<Partial<ReplayProgress>> {
  const failed = await listFailed(tx, replay, LIMITS.replayBatchMax)
  const entries = await eventLog.readAt(
    failed.map((row) => ({ partition: partitionOf(row.user_key), position: row.log_position })),
  )
  const wanted = new Set(failed.map((row) => `${row.log_position} ${row.mapping_id}`))
  const decision = decideReplay(destination, [...entries.values()], ({ position }, mappingId) =>
    wanted.has(`${position} ${mappingId}`),
  )
  const positions = new Set(failed.map((row) => row.log_position))
  const progress = await record(tx, replay, decision)
  const isDone = failed.length < LIMITS.replayBatchMax
  return {
    ...progress,
    status: isDone ? 'done' : 'running',
    place: isDone ? replay.lastPlace : (failed.at(-1)?.id ?? replay.lastPlace),
    examined: replay.examined + positions.size,
    missing: replay.missing + positions.size - entries.size,
  }
}

/** Looks through the next positions of the log. */
async function remakeAllStep(
  tx: Tx,
  { replay, destination, eventLog }: Remaking,
): Promise<Partial<ReplayProgress>> {
  const place = Math.min(replay.lastPlace, replay.place + LIMITS.replayBatchMax)
  const entries = await entriesOf({ replay, destination, eventLog, upTo: place })
  const { mappingId: only } = replay.wish.filter
  const isWanted = (_entry: LogEntry, mappingId: string): boolean =>
    only === undefined || mappingId === only
  const progress = await record(tx, replay, decideReplay(destination, entries, isWanted))
  return {
    ...progress,
    status: place === replay.lastPlace ? 'done' : 'running',
    place,
    examined: replay.examined + entries.length,
  }
}

/** The events in question behind the replay's place, oldest first. */
async function entriesOf({
  replay,
  destination,
  eventLog,
  upTo,
}: Remaking & { upTo: number }): Promise<LogEntry[]> {
  const { from, to, type, event, messageId, userKey } = replay.wish.filter
  const entries = await eventLog.list({
    projectId: replay.projectId,
    sourceId: destination.sourceId,
    type,
    event,
    messageId,
    from: replay.place + 1,
    before: upTo + 1,
    limit: LIMITS.replayBatchMax,
  })
  return entries
    .filter(({ receivedAt }) => receivedAt >= from && receivedAt < to)
    .filter((entry) => userKey === undefined || userKey === userKeyOf(entry))
    .reverse()
}

/** Queues what was decided, unless nothing is to be sent. */
async function record(
  tx: Tx,
  replay: Replay,
  { remade, filtered, refused }: ReplayDecision,
): Promise<Pick<ReplayProgress, 'replayable' | 'queued' | 'filtered' | 'refused'>> {
  let queued = 0
  if (!replay.wish.isDryRun) {
    queued = await queueRemade(tx, replay, { remade, pace: paceOf(replay) })
    await unfilter(tx, replay.destinationId, remade)
  }
  return {
    replayable: replay.replayable + remade.length,
    queued: replay.queued + queued,
    filtered: replay.filtered + filtered,
    refused: replay.refused + refused,
  }
}
