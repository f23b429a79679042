import { notFound } from '../../kernel/api-error.ts'
import { inTransaction } from '../../platform/db.ts'
import {
  listQuery,
  type ManagementScope,
  NOTHING,
  pageOf,
  parseCursor,
  toAdmin,
  toPage,
} from '../../platform/management/index.ts'
import type { PipelineDeps } from '../context.ts'
import { changeMapping, createMapping, duplicateMapping, removeMapping } from './change-mappings.ts'
import { getDestination } from './destination.repo.ts'
import { DESTINATION_PARAMS } from './destination.schema.ts'
import { findMapping, listMappings } from './mapping.repo.ts'
import {
  MAPPING_CHANGES,
  MAPPING_CURSOR,
  MAPPING_PARAMS,
  MAPPING_VIEW,
  NEW_MAPPING,
  toMappingView,
} from './mapping.schema.ts'

type MappingDeps = Pick<PipelineDeps, 'db' | 'clock'>

const tags = ['Destinations']

/** `/api/v1/destinations/:id/mappings`: what a destination does with which calls. */
export function mappingRoutes(app: ManagementScope, deps: MappingDeps): void {
  readRoutes(app, deps)
  addRoutes(app, deps)
  changeRoutes(app, deps)
}

function readRoutes(app: ManagementScope, { db }: MappingDeps): void {
  app.get(
    '/api/v1/destinations/:id/mappings',
    {
      schema: {
        operationId: 'listMappings',
        summary: 'List the mappings of a destination in their order',
        tags,
        params: DESTINATION_PARAMS,
        querystring: listQuery({}),
        response: { 200: pageOf(MAPPING_VIEW).describe('A page of mappings.') },
      },
    },
    async (request) => {
      const destination = await getDestination(db, { ...toAdmin(request), id: request.params.id })
      const { limit, starting_after } = request.query
      const after = parseCursor(starting_after, MAPPING_CURSOR)
      const list = { destinationId: destination.id, limit: limit + 1, after }
      const rows = await listMappings(db, list)
      const { data, next } = toPage(rows, limit, (row) => [row.sortOrder])
      return { data: data.map((mapping) => toMappingView(mapping, destination)), next }
    },
  )

  app.get(
    '/api/v1/destinations/:id/mappings/:mapping_id',
    {
      schema: {
        operationId: 'getMapping',
        summary: 'Get a mapping',
        tags,
        params: MAPPING_PARAMS,
        response: { 200: MAPPING_VIEW },
      },
    },
    async (request) => {
      const { id, mapping_id } = request.params
      const destination = await getDestination(db, { ...toAdmin(request), id })
      const mapping = await findMapping(db, { destinationId: destination.id, id: mapping_id })
      if (!mapping) throw notFound('mapping', mapping_id)
      return toMappingView(mapping, destination)
    },
  )
}

function addRoutes(app: ManagementScope, { db, clock }: MappingDeps): void {
  app.post(
    '/api/v1/destinations/:id/mappings',
    {
      schema: {
        operationId: 'createMapping',
        summary:
          'Make a mapping, disabled and with the defaults of its action unless told otherwise',
        tags,
        params: DESTINATION_PARAMS,
        body: NEW_MAPPING,
        response: { 200: MAPPING_VIEW },
      },
    },
    async (request) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      const { enabled: isEnabled, ...rest } = request.body
      const wish = { ...rest, isEnabled, now: clock.now() }
      const { mapping, destination } = await inTransaction(db, (tx) =>
        createMapping(tx, reference, wish),
      )
      return toMappingView(mapping, destination)
    },
  )

  app.post(
    '/api/v1/destinations/:id/mappings/:mapping_id/duplicate',
    {
      schema: {
        operationId: 'duplicateMapping',
        summary: 'Copy a mapping to a disabled one behind the others',
        tags,
        params: MAPPING_PARAMS,
        response: { 200: MAPPING_VIEW },
      },
    },
    async (request) => {
      const { id, mapping_id: mappingId } = request.params
      const reference = { ...toAdmin(request), id }
      const { mapping, destination } = await inTransaction(db, (tx) =>
        duplicateMapping(tx, reference, { mappingId, now: clock.now() }),
      )
      return toMappingView(mapping, destination)
    },
  )
}

function changeRoutes(app: ManagementScope, { db, clock }: MappingDeps): void {
  app.patch(
    '/api/v1/destinations/:id/mappings/:mapping_id',
    {
      schema: {
        operationId: 'updateMapping',
        summary: 'Rename, move, enable or disable a mapping, or change its trigger or mapping',
        tags,
        params: MAPPING_PARAMS,
        body: MAPPING_CHANGES,
        response: { 200: MAPPING_VIEW },
      },
    },
    async (request) => {
      const { id, mapping_id: mappingId } = request.params
      const reference = { ...toAdmin(request), id }
      const { enabled: isEnabled, ...rest } = request.body
      const changes = { ...rest, isEnabled, mappingId, now: clock.now() }
      const { mapping, destination } = await inTransaction(db, (tx) =>
        changeMapping(tx, reference, changes),
      )
      return toMappingView(mapping, destination)
    },
  )

  app.delete(
    '/api/v1/destinations/:id/mappings/:mapping_id',
    {
      schema: {
        operationId: 'deleteMapping',
        summary: 'Delete a mapping',
        tags,
        params: MAPPING_PARAMS,
        response: { 204: NOTHING },
      },
    },
    async (request, reply) => {
      const { id, mapping_id } = request.params
      await inTransaction(db, (tx) => removeMapping(tx, { ...toAdmin(request), id }, mapping_id))
      return reply.status(204).send()
    },
  )
}
