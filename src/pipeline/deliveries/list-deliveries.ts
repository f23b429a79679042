import type { Db } from '../../platform/db.ts'
import type { Outcome } from './delivery.ts'

/** A recorded delivery, as the management API shows it. */
export type Delivery = {
  id: number
  destinationId: string
  /** Null in the one record that tells which mappings an event passed by. */
  mappingId: string | null
  /** The enabled mappings that the event was filtered at; null unless it was. */
  filteredMappingIds: string[] | null
  sourceId: string
  messageId: string
  eventType: string
  eventName: string | null
  outcome: Outcome
  /** A code of pipeline §2.3 or §7.2, and the same as a sentence. */
  reason: string | null
  message: string | null
  status: number | null
  attempts: number
  payload: unknown
  response: string | null
  /** The `X-Request-Id` of the last answer. */
  requestId: string | null
  receivedAt: Date
  firstAttemptAt: Date | null
  finishedAt: Date | null
  nextAttemptAt: Date | null
}

export type DeliveryFilter = {
  projectId: string
  destinationId?: string
  outcome?: Outcome
  messageId?: string
  /** The place of their event in the log. */
  logPosition?: number
  limit: number
  /** Continues a list: only deliveries with a smaller id. */
  before?: number
}

/** The newest deliveries of a project that fit the filter, newest first. */
export async function listDeliveries(db: Db, filter: DeliveryFilter): Promise<Delivery[]> {
  let query = db.kysely
    .selectFrom('delivery')
    .selectAll()
    .where('project_id', '=', filter.projectId)
    .orderBy('id', 'desc')
    .limit(filter.limit)
  if (filter.destinationId !== undefined)
    query = query.where('destination_id', '=', filter.destinationId)
  if (filter.outcome !== undefined) query = query.where('outcome', '=', filter.outcome)
  if (filter.messageId !== undefined) query = query.where('message_id', '=', filter.messageId)
  if (filter.logPosition !== undefined) query = query.where('log_position', '=', filter.logPosition)
  if (filter.before !== undefined) query = query.where('id', '<', filter.before)
  const rows = await query.execute()
  return rows.map((row) => ({
    id: row.id,
    destinationId: row.destination_id,
    mappingId: row.mapping_id,
    filteredMappingIds: row.filtered_mapping_ids,
    sourceId: row.source_id,
    messageId: row.message_id,
    eventType: row.event_type,
    eventName: row.event_name,
    outcome: row.outcome as Outcome,
    reason: row.reason,
    message: row.message,
    status: row.status,
    attempts: row.attempts,
    payload: row.payload,
    response: row.response,
    requestId: row.request_id,
    receivedAt: row.received_at,
    firstAttemptAt: row.first_attempt_at,
    finishedAt: row.finished_at,
    nextAttemptAt: row.next_attempt_at,
  }))
}
