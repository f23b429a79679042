import { type LogEntry, userKeyOf } from '../log/index.ts'
import { hopsOf } from '../process-batch/index.ts'
import type { DeliveredEvent } from './delivery.ts'

/** What a delivery records of its event. */
export function toDeliveredEvent(entry: LogEntry): DeliveredEvent {
  return {
    projectId: entry.projectId,
    sourceId: entry.sourceId,
    logPosition: entry.position,
    messageId: entry.messageId,
    type: entry.type,
    name: entry.event,
    userKey: userKeyOf(entry),
    receivedAt: entry.receivedAt,
    hops: hopsOf(entry.body),
  }
}
