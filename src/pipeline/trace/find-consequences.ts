import { isPlainObject } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { PipelineDeps } from '../context.ts'
import type { Delivery } from '../deliveries/index.ts'
import type { LogEntry } from '../log/index.ts'
import type { TracedDestination } from './trace-event.ts'

/** What an event led to beyond its destinations, and what led to it. */
export type Consequences = {
  /** The request to the engine that the event tells of (D-18). */
  causedBy: string | null
  /** Paths of the management API that answer what each request caused in our own engine. */
  activities: string[]
  /** The events that tell of what the calls made of this one caused, oldest first. */
  cameBack: LogEntry[]
}

/**
 * Follows the requests of a traced event into the engine and back (D-18): each answer names its request, and what
 * the engine tells of it on wire B names it again. Events that came back are looked for among the
 * `LIMITS.logPositionsSearchedMax` positions behind the event.
 */
export async function findConsequences(
  { eventLog }: Pick<PipelineDeps, 'eventLog'>,
  entry: LogEntry,
  destinations: readonly TracedDestination[],
): Promise<Consequences> {
  const answered = destinations
    .flatMap(({ mappings, others }) => [
      ...mappings.flatMap(({ delivery }) => delivery ?? []),
      ...others,
    ])
    .flatMap((delivery) => requestOf(delivery) ?? [])
  const causedBy = causeOf(entry)
  const requests = [
    ...(causedBy === null ? [] : [{ id: causedBy, at: entry.receivedAt }]),
    ...answered,
  ]
  return {
    causedBy,
    activities: requests.map(
      ({ id, at }) =>
        `/api/v1/activities?${new URLSearchParams({ request_id: id, around: toIso(at) })}`,
    ),
    cameBack: answered.length === 0 ? [] : await listCaused(eventLog, entry, answered),
  }
}

type EngineRequest = { id: string; at: Date }

function requestOf({ requestId, finishedAt }: Delivery): EngineRequest | undefined {
  if (requestId === null || finishedAt === null) return undefined
  return { id: requestId, at: finishedAt }
}

function causeOf({ body }: LogEntry): string | null {
  const { context } = body
  const own = isPlainObject(context) ? context['promoloop'] : undefined
  const cause = isPlainObject(own) ? own['caused_by'] : undefined
  return typeof cause === 'string' ? cause : null
}

async function listCaused(
  eventLog: PipelineDeps['eventLog'],
  { projectId, position }: LogEntry,
  requests: readonly EngineRequest[],
): Promise<LogEntry[]> {
  const entries = await eventLog.list({
    projectId,
    type: 'track',
    causedBy: requests.map(({ id }) => id),
    from: position + 1,
    before: position + LIMITS.logPositionsSearchedMax,
    limit: LIMITS.tracedEventsMax,
  })
  return entries.reverse()
}
