import { z } from 'zod'
import { notFound } from '../../kernel/api-error.ts'
import { filter, type ManagementScope, toAdmin } from '../../platform/management/index.ts'
import type { PipelineDeps } from '../context.ts'
import { DELIVERY_VIEW, toDeliveryView } from '../deliveries/index.ts'
import { RECEIVED_EVENT_VIEW, toReceivedEventView } from '../log/index.ts'
import { MADE_FIELDS, toMadeView } from '../preview/index.ts'
import { findConsequences } from './find-consequences.ts'
import { findEvent } from './find-event.repo.ts'
import { type TracedDestination, type TracedMapping, traceEvent } from './trace-event.ts'

const TRACED_MAPPING = z.object({
  mapping_id: z.string(),
  name: z.string(),
  action: z.string(),
  enabled: z.boolean(),
  filtered: z.boolean().describe('Whether the event passed this mapping by when it was read.'),
  delivery: DELIVERY_VIEW.nullable().describe(
    'What became of it; null when nothing was made of it.',
  ),
  now: z
    .object(MADE_FIELDS)
    .nullable()
    .describe('What the mapping as it is now makes of the event, and why.'),
})

const TRACED_DESTINATION = z.object({
  destination_id: z.string(),
  name: z.string(),
  definition: z.string(),
  enabled: z.boolean(),
  filter: z
    .string()
    .nullable()
    .describe('Why the event passed mappings by, when it was read; null when it did not.'),
  filter_message: z
    .string()
    .nullable()
    .describe('What `filter` leaves open: the title of the destination filter that it was.'),
  mappings: z.array(TRACED_MAPPING),
  other_deliveries: z.array(DELIVERY_VIEW).describe('Those of mappings that are gone.'),
})

const TRACE_VIEW = z
  .object({
    event: RECEIVED_EVENT_VIEW,
    destinations: z.array(TRACED_DESTINATION).describe('The destinations of its source.'),
    caused_by: z
      .string()
      .nullable()
      .describe('The request to the engine that the event tells of; null when it tells of none.'),
    activities: z
      .array(z.string())
      .describe(
        'Where to ask the engine what the calls made of this event caused in it, and what it was that caused the event.',
      ),
    came_back: z
      .array(RECEIVED_EVENT_VIEW)
      .describe('The events by which the engine told of that, oldest first.'),
  })
  .meta({ id: 'EventTrace', description: 'What became of an event, and why.' })

const toTracedMapping = ({ mapping, now, delivery, isFiltered }: TracedMapping) => ({
  mapping_id: mapping.id,
  name: mapping.name,
  action: mapping.action,
  enabled: mapping.isEnabled,
  filtered: isFiltered,
  delivery: delivery && toDeliveryView(delivery),
  now: now && toMadeView(now),
})

const toTracedDestination = (traced: TracedDestination): z.infer<typeof TRACED_DESTINATION> => ({
  destination_id: traced.destination.id,
  name: traced.destination.name,
  definition: traced.destination.definition,
  enabled: traced.destination.enabledAt !== null,
  filter: traced.filter,
  filter_message: traced.filterMessage,
  mappings: traced.mappings.map(toTracedMapping),
  other_deliveries: traced.others.map(toDeliveryView),
})

/** `GET /api/v1/events/:message_id/trace`: the way of one event through the destinations of its source. */
export function traceRoutes(
  app: ManagementScope,
  deps: Pick<PipelineDeps, 'db' | 'eventLog' | 'vault'>,
): void {
  app.get(
    '/api/v1/events/:message_id/trace',
    {
      schema: {
        operationId: 'traceEvent',
        summary:
          'Show why each mapping took an event or not, what was sent of it and what came back',
        tags: ['Events'],
        params: z.object({ message_id: z.string().describe('The message id of an event.') }),
        querystring: z.strictObject({ source_id: filter('Only an event of this source.') }),
        response: { 200: TRACE_VIEW },
      },
    },
    async (request) => {
      const { message_id: messageId } = request.params
      const entry = await findEvent(deps, {
        projectId: toAdmin(request).projectId,
        messageId,
        sourceId: request.query.source_id,
      })
      if (!entry) throw notFound('event', messageId)
      const destinations = await traceEvent(deps, entry)
      const consequences = await findConsequences(deps, entry, destinations)
      return {
        event: toReceivedEventView(entry),
        destinations: destinations.map(toTracedDestination),
        caused_by: consequences.causedBy,
        activities: consequences.activities,
        came_back: consequences.cameBack.map(toReceivedEventView),
      }
    },
  )
}
