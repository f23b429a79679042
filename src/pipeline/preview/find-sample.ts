import { notFound } from '../../kernel/api-error.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { EventLog, LogEntry } from '../log/index.ts'
import { compileTrigger } from '../triggers/index.ts'

type Source = { projectId: string; sourceId: string }

/** The event that a preview is about: one given, one named, or else the newest that the trigger matches. */
export type SampleWish = {
  event?: JsonObject | undefined
  messageId?: string | undefined
  trigger: string
}

export type Sample = {
  /** Where the event comes from: the caller, or the log. */
  origin: 'given' | 'received'
  event: JsonObject
}

/**
 * Finds the event to try a mapping with (§6.10): without a wish, of the source's last
 * `LIMITS.sampleEventsMax` events the newest that matches the trigger, else the newest. Throws `not_found` when a
 * named event is not among them, or the source has none.
 */
export async function findSample(
  eventLog: EventLog,
  source: Source,
  { event, messageId, trigger }: SampleWish,
): Promise<Sample> {
  if (event) return { origin: 'given', event }
  const entries = await lastEvents(eventLog, source, LIMITS.sampleEventsMax)
  const found =
    messageId === undefined
      ? (firstMatching(entries, trigger) ?? entries[0])
      : entries.find((entry) => entry.messageId === messageId)
  if (!found) throw notFound('event', messageId ?? `of source ${source.sourceId}`)
  return { origin: 'received', event: found.body }
}

function firstMatching(entries: readonly LogEntry[], text: string): LogEntry | undefined {
  const trigger = compileTrigger(text)
  return trigger.ok ? entries.find(({ body }) => trigger.matches(body)) : undefined
}

const PAGE = 1_000

/** The newest events of a source, newest first; of a busy project only its last `logPositionsSearchedMax` are searched. */
export async function lastEvents(
  eventLog: EventLog,
  { projectId, sourceId }: Source,
  count: number,
): Promise<LogEntry[]> {
  const [newest] = await eventLog.list({ projectId, limit: 1 })
  if (!newest) return []
  const from = newest.position - LIMITS.logPositionsSearchedMax
  const found: LogEntry[] = []
  let before: number | undefined
  while (found.length < count) {
    const limit = Math.min(PAGE, count - found.length)
    const page = await eventLog.list({ projectId, sourceId, limit, before, from })
    found.push(...page)
    if (page.length < limit) break
    before = page.at(-1)?.position
  }
  return found
}
