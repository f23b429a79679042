import { notFound } from '../../kernel/api-error.ts'
import { inTransaction } from '../../platform/db.ts'
import {
  CREATED_CURSOR,
  filter,
  listQuery,
  type ManagementScope,
  NOTHING,
  pageOf,
  parseCursor,
  toAdmin,
  toPage,
} from '../../platform/management/index.ts'
import type { PipelineDeps } from '../context.ts'
import { catalogRoutes } from './catalog.routes.ts'
import { changeDestination, definitionOf } from './change-destination.ts'
import { createDestination } from './create-destination.ts'
import { deleteDestination, getDestination, listDestinations } from './destination.repo.ts'
import {
  CONNECTION_TEST,
  DESTINATION_CHANGES,
  DESTINATION_PARAMS,
  DESTINATION_VIEW,
  NEW_DESTINATION,
  settingsWarnings,
  toDestinationView,
} from './destination.schema.ts'
import { filterRoutes } from './filter.routes.ts'
import { mappingRoutes } from './mapping.routes.ts'
import { openSettings } from './sealed-settings.ts'
import { testConnection } from './test-connection.ts'

export type DestinationDeps = Pick<PipelineDeps, 'db' | 'clock' | 'vault' | 'send'>

const tags = ['Destinations']

/** `/api/v1/catalog/destinations`, and `/api/v1/destinations` with their mappings and filters (pipeline §11.3, §11.4). */
export function destinationRoutes(app: ManagementScope, deps: DestinationDeps): void {
  catalogRoutes(app)
  readRoutes(app, deps)
  testRoute(app, deps)
  changeRoutes(app, deps)
  deleteRoute(app, deps)
  mappingRoutes(app, deps)
  filterRoutes(app, deps)
}

function readRoutes(app: ManagementScope, { db }: DestinationDeps): void {
  app.get(
    '/api/v1/destinations',
    {
      schema: {
        operationId: 'listDestinations',
        summary: 'List destinations, newest first',
        tags,
        querystring: listQuery({ source_id: filter('Only those of this source.') }),
        response: { 200: pageOf(DESTINATION_VIEW).describe('A page of destinations.') },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const { limit, starting_after, source_id: sourceId } = request.query
      const after = parseCursor(starting_after, CREATED_CURSOR)
      const rows = await listDestinations(db, { projectId, sourceId, limit: limit + 1, after })
      const { data, next } = toPage(rows, limit, (row) => [row.createdAt.getTime(), row.id])
      return { data: data.map(toDestinationView), next }
    },
  )

  app.get(
    '/api/v1/destinations/:id',
    {
      schema: {
        operationId: 'getDestination',
        summary: 'Get a destination',
        tags,
        params: DESTINATION_PARAMS,
        response: { 200: DESTINATION_VIEW },
      },
    },
    async (request) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      return toDestinationView(await getDestination(db, reference))
    },
  )
}

function testRoute(app: ManagementScope, { db, vault, send }: DestinationDeps): void {
  app.post(
    '/api/v1/destinations/:id/test',
    {
      schema: {
        operationId: 'testDestination',
        summary: 'Test whether the other side takes calls with the stored settings',
        tags,
        params: DESTINATION_PARAMS,
        response: { 200: CONNECTION_TEST },
      },
    },
    async (request) => {
      const destination = await getDestination(db, { ...toAdmin(request), id: request.params.id })
      const definition = definitionOf(destination)
      const settings = openSettings(definition, destination.settings, vault)
      const test = await testConnection(send, definition, settings)
      return { ...test, warnings: settingsWarnings(definition, settings) }
    },
  )
}

function changeRoutes(app: ManagementScope, { db, vault, clock }: DestinationDeps): void {
  app.post(
    '/api/v1/destinations',
    {
      schema: {
        operationId: 'createDestination',
        summary: 'Set up a destination for a source',
        tags,
        body: NEW_DESTINATION,
        response: { 200: DESTINATION_VIEW },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const { source_id: sourceId, enabled: isEnabled, ...rest } = request.body
      const wish = { ...rest, projectId, sourceId, isEnabled, vault, now: clock.now() }
      return toDestinationView(await inTransaction(db, (tx) => createDestination(tx, wish)))
    },
  )

  app.patch(
    '/api/v1/destinations/:id',
    {
      schema: {
        operationId: 'updateDestination',
        summary: 'Rename, enable or disable a destination, or change its settings',
        tags,
        params: DESTINATION_PARAMS,
        body: DESTINATION_CHANGES,
        response: { 200: DESTINATION_VIEW },
      },
    },
    async (request) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      const { enabled: isEnabled, ...rest } = request.body
      const changes = { ...rest, isEnabled, vault, now: clock.now() }
      return toDestinationView(
        await inTransaction(db, (tx) => changeDestination(tx, reference, changes)),
      )
    },
  )
}

function deleteRoute(app: ManagementScope, { db }: DestinationDeps): void {
  app.delete(
    '/api/v1/destinations/:id',
    {
      schema: {
        operationId: 'deleteDestination',
        summary: 'Delete a destination with its mappings',
        tags,
        params: DESTINATION_PARAMS,
        response: { 204: NOTHING },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      if (!(await deleteDestination(db, { ...toAdmin(request), id })))
        throw notFound('destination', id)
      return reply.status(204).send()
    },
  )
}
