import { notFound } from '../../kernel/api-error.ts'
import { inTransaction } from '../../platform/db.ts'
import {
  CREATED_CURSOR,
  listQuery,
  type ManagementScope,
  NOTHING,
  pageOf,
  parseCursor,
  toAdmin,
  toPage,
} from '../../platform/management/index.ts'
import type { PipelineDeps } from '../context.ts'
import { explainRule } from '../filters/index.ts'
import { changeFilter, createFilter, removeFilter } from './change-filters.ts'
import { inspectFilter } from './check-filter.ts'
import { getDestination } from './destination.repo.ts'
import { DESTINATION_PARAMS } from './destination.schema.ts'
import { findFilter, listFilters } from './filter.repo.ts'
import {
  FILTER_CHANGES,
  FILTER_PARAMS,
  FILTER_PREVIEW,
  FILTER_PREVIEW_VIEW,
  FILTER_VIEW,
  NEW_FILTER,
  toFilterPreviewView,
  toFilterView,
} from './filter.schema.ts'

type FilterDeps = Pick<PipelineDeps, 'db' | 'clock'>

const tags = ['Destinations']

/** `/api/v1/destinations/:id/filters`: what a destination does not get (§2.3 rule 3). */
export function filterRoutes(app: ManagementScope, deps: FilterDeps): void {
  readRoutes(app, deps)
  createRoute(app, deps)
  changeRoutes(app, deps)
  previewRoute(app, deps)
}

function readRoutes(app: ManagementScope, { db }: FilterDeps): void {
  app.get(
    '/api/v1/destinations/:id/filters',
    {
      schema: {
        operationId: 'listFilters',
        summary: 'List the filters of a destination, oldest first',
        tags,
        params: DESTINATION_PARAMS,
        querystring: listQuery({}),
        response: { 200: pageOf(FILTER_VIEW).describe('A page of filters.') },
      },
    },
    async (request) => {
      const destination = await getDestination(db, { ...toAdmin(request), id: request.params.id })
      const { limit, starting_after } = request.query
      const after = parseCursor(starting_after, CREATED_CURSOR)
      const rows = await listFilters(db, {
        destinationId: destination.id,
        limit: limit + 1,
        after,
      })
      const { data, next } = toPage(rows, limit, (row) => [row.createdAt.getTime(), row.id])
      return { data: data.map(toFilterView), next }
    },
  )

  app.get(
    '/api/v1/destinations/:id/filters/:filter_id',
    {
      schema: {
        operationId: 'getFilter',
        summary: 'Get a filter',
        tags,
        params: FILTER_PARAMS,
        response: { 200: FILTER_VIEW },
      },
    },
    async (request) => {
      const { id, filter_id } = request.params
      const destination = await getDestination(db, { ...toAdmin(request), id })
      const filter = await findFilter(db, { destinationId: destination.id, id: filter_id })
      if (!filter) throw notFound('filter', filter_id)
      return toFilterView(filter)
    },
  )
}

function createRoute(app: ManagementScope, { db, clock }: FilterDeps): void {
  app.post(
    '/api/v1/destinations/:id/filters',
    {
      schema: {
        operationId: 'createFilter',
        summary: 'Keep events, or parts of them, from a destination',
        tags,
        params: DESTINATION_PARAMS,
        body: NEW_FILTER,
        response: { 200: FILTER_VIEW },
      },
    },
    async (request) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      const { enabled: isEnabled, if: condition, ...rest } = request.body
      const wish = { ...rest, condition, isEnabled, now: clock.now() }
      return toFilterView(await inTransaction(db, (tx) => createFilter(tx, reference, wish)))
    },
  )
}

function changeRoutes(app: ManagementScope, { db, clock }: FilterDeps): void {
  app.patch(
    '/api/v1/destinations/:id/filters/:filter_id',
    {
      schema: {
        operationId: 'updateFilter',
        summary: 'Enable or disable a filter, or change its title, condition or actions',
        tags,
        params: FILTER_PARAMS,
        body: FILTER_CHANGES,
        response: { 200: FILTER_VIEW },
      },
    },
    async (request) => {
      const { id, filter_id: filterId } = request.params
      const reference = { ...toAdmin(request), id }
      const { enabled: isEnabled, if: condition, ...rest } = request.body
      const changes = { ...rest, condition, isEnabled, filterId, now: clock.now() }
      return toFilterView(await inTransaction(db, (tx) => changeFilter(tx, reference, changes)))
    },
  )

  app.delete(
    '/api/v1/destinations/:id/filters/:filter_id',
    {
      schema: {
        operationId: 'deleteFilter',
        summary: 'Delete a filter',
        tags,
        params: FILTER_PARAMS,
        response: { 204: NOTHING },
      },
    },
    async (request, reply) => {
      const { id, filter_id } = request.params
      await inTransaction(db, (tx) => removeFilter(tx, { ...toAdmin(request), id }, filter_id))
      return reply.status(204).send()
    },
  )
}

function previewRoute(app: ManagementScope, { db }: FilterDeps): void {
  app.post(
    '/api/v1/destinations/:id/filters/preview',
    {
      schema: {
        operationId: 'previewFilter',
        summary: 'Show what a filter, saved or not, would do with an event',
        tags,
        params: DESTINATION_PARAMS,
        body: FILTER_PREVIEW,
        response: { 200: FILTER_PREVIEW_VIEW },
      },
    },
    async (request) => {
      await getDestination(db, { ...toAdmin(request), id: request.params.id })
      const { if: condition, actions, event } = request.body
      const explained = explainRule({ title: 'Preview', condition, actions }, event)
      return toFilterPreviewView(explained, inspectFilter({ condition, actions }))
    },
  )
}
