import { monotonicMs } from '../../platform/clock.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { EngineDeps } from '../context.ts'
import type { Setback } from './decide-outcome.ts'
import { type Health, type LeasedConnection, readQueue, settle } from './queue.repo.ts'
import type { QueuedMessage } from './queued-message.ts'
import { type BatchReport, type QueuedCall, sendBatch } from './send-batch.ts'
import type { SourceSettings } from './source-settings.ts'
import { toBatches } from './to-batches.ts'
import { toTrackCall } from './to-track-call.ts'

/** When to start no more requests: the last one still ends and is recorded within the lease. */
const STARTING_MS = LIMITS.sourceLeaseMs - LIMITS.deliveryTimeoutMs - 2_000

/**
 * Sends what a leased connection has queued, up to a few batches side by side, records what came of it and
 * gives the lease back. A connection that failed last is tried with one batch. True when there is more that
 * may be sent at once.
 */
export async function sendQueued(
  deps: EngineDeps,
  connection: LeasedConnection,
  signal: AbortSignal,
): Promise<boolean> {
  const startsUntil = monotonicMs() + STARTING_MS
  const { projectId, health } = connection
  const batchesMax = health.failures > 0 ? 1 : LIMITS.sourceBatchesInFlightMax
  const limit = batchesMax * LIMITS.sourceBatchEventsMax
  const messages = await readQueue(deps.db, { projectId, limit })
  const { calls, skipped, untold } = translate(messages, connection.settings)

  const sender = {
    ...deps,
    baseUrl: connection.baseUrl,
    writeKey: deps.vault.open(connection.writeKeySealed),
    failures: health.failures,
    mayStart: () => !signal.aborted && monotonicMs() < startsUntil,
  }
  const batches = toBatches(calls, batchesMax)
  const reports = await Promise.all(batches.map((batch) => sendBatch(sender, batch)))
  const sent = reports.flatMap((report) => report.sent)
  const refused = reports.flatMap((report) => report.dropped)
  const setback = longest(reports.flatMap((report) => report.setback ?? []))

  const done = [...sent.map(({ id }) => id), ...skipped]
  const dropped = [...untold, ...refused.map(({ call, reason }) => ({ id: call.id, reason }))]
  await settle(deps.db, connection, {
    done,
    dropped,
    health: toHealth(health, { sent, refused, setback }),
    now: deps.clock.now(),
  })
  count(deps, { sent, skipped: skipped.length, dropped: dropped.length })
  if (dropped.length > 0) deps.log.warn({ projectId, dropped }, 'source events dropped')
  if (setback) logSetback(deps, connection, setback)
  return !setback && (messages.length === limit || done.length + dropped.length < messages.length)
}

type Translated = {
  calls: QueuedCall[]
  /** Ids of messages that are not meant to be sent. */
  skipped: number[]
  untold: { id: number; reason: string }[]
}

function translate(messages: readonly QueuedMessage[], settings: SourceSettings): Translated {
  const translated: Translated = { calls: [], skipped: [], untold: [] }
  for (const message of messages) {
    const { id } = message
    const translation = toTrackCall(message, settings)
    if (translation.kind === 'call') translated.calls.push({ ...translation, id })
    else if (translation.kind === 'skip') translated.skipped.push(id)
    else translated.untold.push({ id, reason: translation.reason })
  }
  return translated
}

/** Of several batches that failed side by side, the one that wants to wait longest speaks for all. */
const longest = (setbacks: readonly Setback[]): Setback | undefined =>
  setbacks.toSorted((a, b) => b.nextAttemptAt.getTime() - a.nextAttemptAt.getTime())[0]

/** A call that was accepted, or refused for itself, shows that the connection works; nothing tried shows nothing. */
function toHealth(
  before: Health,
  { sent, refused, setback }: { sent: unknown[]; refused: unknown[]; setback: Setback | undefined },
): Health {
  if (setback) {
    const { failure, nextAttemptAt } = setback
    return { failures: before.failures + 1, lastFailure: failure, nextAttemptAt }
  }
  if (sent.length + refused.length === 0) return before
  return { failures: 0, lastFailure: null, nextAttemptAt: null }
}

function count(
  { metrics, clock }: EngineDeps,
  { sent, skipped, dropped }: { sent: BatchReport['sent']; skipped: number; dropped: number },
): void {
  const now = clock.now().getTime()
  for (const { occurredAt } of sent)
    metrics.loopSeconds.observe((now - occurredAt.getTime()) / 1000)
  metrics.sourceEvents.inc({ outcome: 'sent' }, sent.length)
  metrics.sourceEvents.inc({ outcome: 'skipped' }, skipped)
  metrics.sourceEvents.inc({ outcome: 'dropped' }, dropped)
}

function logSetback(
  { log }: EngineDeps,
  { projectId, health }: LeasedConnection,
  setback: Setback,
) {
  // The first failure of a row is news, the hundredth is not.
  const level = health.failures === 0 ? 'warn' : 'debug'
  log[level]({ projectId, ...setback, failures: health.failures + 1 }, 'source events wait')
}
