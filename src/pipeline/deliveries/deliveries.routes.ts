import { z } from 'zod'
import { toIso } from '../../kernel/time.ts'
import {
  filter,
  listQuery,
  type ManagementScope,
  pageOf,
  parseCursor,
  TIMESTAMP,
  toAdmin,
  toPage,
} from '../../platform/management/index.ts'
import type { PipelineDeps } from '../context.ts'
import { eventDeliveryRoutes } from './event-delivery.routes.ts'
import { type Delivery, listDeliveries } from './list-deliveries.ts'

const OUTCOME = z.enum(['delivered', 'filtered', 'failed', 'pending'])

export const DELIVERY_VIEW = z
  .object({
    id: z.int(),
    destination_id: z.string(),
    mapping_id: z.string().nullable().describe('Null where the event passed mappings by.'),
    filtered_mapping_ids: z
      .array(z.string())
      .nullable()
      .describe('The mappings whose trigger the event did not match.'),
    source_id: z.string(),
    message_id: z.string(),
    type: z.string().describe('The type of the call that came in.'),
    event: z.string().nullable().describe('Its name, if it is a track call.'),
    outcome: OUTCOME.describe('A pending delivery is tried (again) at `next_attempt_at`.'),
    reason: z.string().nullable().describe('Why it was not delivered, for programs.'),
    message: z.string().nullable().describe('Why it was not delivered, for people.'),
    status: z.int().nullable().describe('The HTTP status of the last answer.'),
    attempts: z.int(),
    payload: z.unknown().describe('What the mapping made of the event; null when it made nothing.'),
    response: z.string().nullable().describe('The last answer as text; a long one is cut.'),
    request_id: z
      .string()
      .nullable()
      .describe('The `X-Request-Id` of the last answer, by which the other side finds the call.'),
    received_at: TIMESTAMP,
    first_attempt_at: TIMESTAMP.nullable(),
    finished_at: TIMESTAMP.nullable(),
    next_attempt_at: TIMESTAMP.nullable(),
  })
  .meta({ id: 'Delivery', description: 'What became of an event at a destination.' })

const QUERY = listQuery({
  destination_id: filter('Only deliveries to this destination.'),
  outcome: OUTCOME.optional().describe('Only deliveries that came to this.'),
  message_id: filter('Only deliveries of this event.'),
})

/** The id after which a list goes on. */
const CURSOR = z.tuple([z.int().min(0)]).transform(([id]) => id)

const toIsoOrNull = (date: Date | null): string | null => date && toIso(date)

export const toDeliveryView = (delivery: Delivery): z.infer<typeof DELIVERY_VIEW> => ({
  id: delivery.id,
  destination_id: delivery.destinationId,
  mapping_id: delivery.mappingId,
  filtered_mapping_ids: delivery.filteredMappingIds,
  source_id: delivery.sourceId,
  message_id: delivery.messageId,
  type: delivery.eventType,
  event: delivery.eventName,
  outcome: delivery.outcome,
  reason: delivery.reason,
  message: delivery.message,
  status: delivery.status,
  attempts: delivery.attempts,
  payload: delivery.payload,
  response: delivery.response,
  request_id: delivery.requestId,
  received_at: toIso(delivery.receivedAt),
  first_attempt_at: toIsoOrNull(delivery.firstAttemptAt),
  finished_at: toIsoOrNull(delivery.finishedAt),
  next_attempt_at: toIsoOrNull(delivery.nextAttemptAt),
})

/** What became of events at destinations: each (pipeline §7.4), and in numbers (§7.5). */
export function deliveryRoutes(
  app: ManagementScope,
  deps: Pick<PipelineDeps, 'db' | 'eventLog' | 'clock'>,
): void {
  listRoutes(app, deps)
  eventDeliveryRoutes(app, deps)
}

/** `/api/v1/deliveries`. */
function listRoutes(app: ManagementScope, { db }: Pick<PipelineDeps, 'db'>): void {
  app.get(
    '/api/v1/deliveries',
    {
      schema: {
        operationId: 'listDeliveries',
        summary: 'List what became of events at destinations, newest first',
        tags: ['Deliveries'],
        querystring: QUERY,
        response: { 200: pageOf(DELIVERY_VIEW).describe('A page of deliveries.') },
      },
    },
    async (request) => {
      const { destination_id, outcome, message_id, limit, starting_after } = request.query
      const before = parseCursor(starting_after, CURSOR)
      const rows = await listDeliveries(db, {
        projectId: toAdmin(request).projectId,
        limit: limit + 1,
        ...(destination_id !== undefined && { destinationId: destination_id }),
        ...(outcome !== undefined && { outcome }),
        ...(message_id !== undefined && { messageId: message_id }),
        ...(before !== undefined && { before }),
      })
      const { data, next } = toPage(rows, limit, (delivery) => [delivery.id])
      return { data: data.map(toDeliveryView), next }
    },
  )
}
