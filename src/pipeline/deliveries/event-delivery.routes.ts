import type { FastifyRequest } from 'fastify'
import { type ManagementScope, toAdmin } from '../../platform/management/index.ts'
import type { PipelineDeps } from '../context.ts'
import { getDestination } from '../destinations/index.ts'
import { calculateRange } from './calculate-range.ts'
import { calculateIntervals, calculateSeries } from './calculate-series.ts'
import { countByInterval, countDeliveries, listFailureSamples } from './event-delivery.repo.ts'
import {
  EVENT_DELIVERY_PARAMS,
  EVENT_DELIVERY_QUERY,
  EVENT_DELIVERY_VIEW,
  emptyInterval,
  FAILURES_QUERY,
  FAILURES_VIEW,
  SERIES_QUERY,
  SERIES_VIEW,
  toEventDeliveryView,
  toFailuresView,
  toSeriesView,
} from './event-delivery.schema.ts'

type Deps = Pick<PipelineDeps, 'db' | 'eventLog' | 'clock'>

const tags = ['Deliveries']

/** `/api/v1/destinations/:id/event-delivery`: what became of its events, in numbers (pipeline §7.5). */
export function eventDeliveryRoutes(app: ManagementScope, deps: Deps): void {
  totalsRoute(app, deps)
  seriesRoute(app, deps)
  failuresRoute(app, deps)
}

type Query = { from?: Date | undefined; to?: Date | undefined; mapping_id?: string | undefined }

/** What a request asks about. Throws `not_found` for a destination that its project does not have. */
async function readScope(
  { db, clock }: Deps,
  request: FastifyRequest,
  { id, query }: { id: string; query: Query },
) {
  const range = calculateRange(query, clock.now())
  await getDestination(db, { ...toAdmin(request), id })
  const mappingId = query.mapping_id
  return { answered: { range, mappingId }, scope: { ...range, destinationId: id, mappingId } }
}

function totalsRoute(app: ManagementScope, deps: Deps): void {
  app.get(
    '/api/v1/destinations/:id/event-delivery',
    {
      schema: {
        operationId: 'getEventDelivery',
        summary: 'Count what became of the events of a destination',
        tags,
        params: EVENT_DELIVERY_PARAMS,
        querystring: EVENT_DELIVERY_QUERY,
        response: { 200: EVENT_DELIVERY_VIEW },
      },
    },
    async (request) => {
      const { params, query } = request
      const { answered, scope } = await readScope(deps, request, { id: params.id, query })
      return toEventDeliveryView(answered, await countDeliveries(deps, scope))
    },
  )
}

function seriesRoute(app: ManagementScope, deps: Deps): void {
  app.get(
    '/api/v1/destinations/:id/event-delivery/series',
    {
      schema: {
        operationId: 'getEventDeliverySeries',
        summary: 'Count what became of the events of a destination, by interval',
        tags,
        params: EVENT_DELIVERY_PARAMS,
        querystring: SERIES_QUERY,
        response: { 200: SERIES_VIEW },
      },
    },
    async (request) => {
      const { params, query } = request
      const { interval } = query
      const { answered, scope } = await readScope(deps, request, { id: params.id, query })
      const starts = calculateIntervals(scope, interval)
      const counted = await countByInterval(deps.db, scope, interval)
      const rows = calculateSeries(starts, counted, emptyInterval)
      return toSeriesView({ ...answered, interval }, rows)
    },
  )
}

function failuresRoute(app: ManagementScope, deps: Deps): void {
  app.get(
    '/api/v1/destinations/:id/event-delivery/failures',
    {
      schema: {
        operationId: 'listEventDeliveryFailures',
        summary: 'List why calls to a destination failed, with samples',
        tags,
        params: EVENT_DELIVERY_PARAMS,
        querystring: FAILURES_QUERY,
        response: { 200: FAILURES_VIEW },
      },
    },
    async (request) => {
      const { params, query } = request
      const { answered, scope } = await readScope(deps, request, { id: params.id, query })
      const samples = await listFailureSamples(deps.db, scope, query.limit + 1)
      return toFailuresView(answered, samples, query.limit)
    },
  )
}
