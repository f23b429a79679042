import { type Batcher, createBatcher } from '../../platform/batcher.ts'
import { isUndone, statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { PipelineDeps } from '../context.ts'
import type { Accepted } from './accept-calls.ts'
import type { Rejection } from './call.ts'

export type Ingest = {
  /** Resolves once the calls and refusals are durable; concurrent ones share a commit. */
  submit(accepted: Accepted): Promise<void>
  /** True when so much waits for the database that more would only fill the memory. */
  isFull(): boolean
  /** Resolves once everything submitted so far is durable or has failed. */
  drained(): Promise<void>
}

const RECORD_REJECTIONS = statement(
  'record_rejected_calls',
  `insert into rejected_call (project_id, source_id, reason, message, body, received_at)
   select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])`,
)

const weightOf = ({ entries, rejections }: Accepted): number =>
  Math.max(1, entries.length + rejections.length)

/** The way of accepted calls into the log and of refused ones into `rejected_call`. */
export function createIngest(deps: PipelineDeps): Ingest {
  let waiting = 0
  const batcher: Batcher<Accepted, undefined> = createBatcher(
    {
      itemsMax: LIMITS.ingestBatchEventsMax,
      inFlightMax: LIMITS.ingestBatchesInFlightMax,
      weigh: weightOf,
      isUndone,
    },
    async (batch) => {
      await store(deps, batch)
      return batch.map(() => undefined)
    },
  )
  return {
    async submit(accepted) {
      const weight = weightOf(accepted)
      waiting += weight
      try {
        await batcher.submit(accepted)
      } finally {
        waiting -= weight
      }
    },
    isFull: () => waiting >= LIMITS.trackingQueuedEventsMax,
    drained: () => batcher.drained(),
  }
}

async function store(deps: PipelineDeps, batch: readonly Accepted[]): Promise<void> {
  const entries = batch.flatMap((accepted) => accepted.entries)
  const rejections = batch.flatMap((accepted) => accepted.rejections)
  const { duplicates } = await deps.eventLog.append(
    entries,
    rejections.length > 0 ? (tx) => recordRejections(tx, rejections) : undefined,
  )
  count(deps, { batch, rejections, duplicates })
  if (entries.length > duplicates) deps.appended()
}

function recordRejections(tx: Tx, rejections: readonly Rejection[]): void {
  tx.send(RECORD_REJECTIONS, [
    rejections.map((rejection) => rejection.projectId),
    rejections.map((rejection) => rejection.sourceId),
    rejections.map((rejection) => rejection.reason),
    rejections.map((rejection) => rejection.message),
    rejections.map((rejection) => rejection.body),
    rejections.map((rejection) => rejection.receivedAt),
  ])
}

function count(
  { metrics }: PipelineDeps,
  stored: { batch: readonly Accepted[]; rejections: readonly Rejection[]; duplicates: number },
): void {
  const received = new Map<string, number>()
  for (const { entries } of stored.batch)
    for (const { type } of entries) received.set(type, (received.get(type) ?? 0) + 1)
  for (const [type, calls] of received) metrics.eventsReceived.inc({ type }, calls)
  for (const { reason } of stored.rejections) metrics.eventsRejected.inc({ reason })
  if (stored.duplicates > 0) metrics.eventsDeduplicated.inc(stored.duplicates)
}
