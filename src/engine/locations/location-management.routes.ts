import { newId } from '../../kernel/ids.ts'
import { inTransaction } from '../../platform/db.ts'
import {
  idParams,
  type ManagementScope,
  NOTHING,
  toAdmin,
} from '../../platform/management/index.ts'
import type { EngineDeps } from '../context.ts'
import { deleteLocation, insertLocation, updateLocation } from './location.repo.ts'
import { LOCATION_SETTINGS, LOCATION_VIEW, toLocationView } from './location.schema.ts'
import type { Location } from './location.ts'

type Deps = Pick<EngineDeps, 'db' | 'clock'>

const tags = ['Locations']
const params = idParams('The id of the location.')

/** `/api/v1/locations`: makes, changes and deletes locations. */
export function locationManagementRoutes(app: ManagementScope, { db, clock }: Deps): void {
  app.post(
    '/api/v1/locations',
    {
      schema: {
        operationId: 'createLocation',
        summary: 'Create a location',
        tags,
        body: LOCATION_SETTINGS,
        response: { 201: LOCATION_VIEW },
      },
    },
    async (request, reply) => {
      const { projectId } = toAdmin(request)
      const location: Location = {
        ...request.body,
        id: newId('location'),
        createdAt: clock.now(),
        updatedAt: null,
      }
      await inTransaction(db, (tx) => insertLocation(tx, projectId, location))
      return reply.status(201).send(toLocationView(location))
    },
  )

  changeRoutes(app, { db, clock })
}

function changeRoutes(app: ManagementScope, { db, clock }: Deps): void {
  app.put(
    '/api/v1/locations/:id',
    {
      schema: {
        operationId: 'updateLocation',
        summary: 'Change the name and the shape of a location',
        tags,
        params,
        body: LOCATION_SETTINGS,
        response: { 200: LOCATION_VIEW },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const change = { ...request.body, id: request.params.id, now: clock.now() }
      return toLocationView(await inTransaction(db, (tx) => updateLocation(tx, projectId, change)))
    },
  )

  app.delete(
    '/api/v1/locations/:id',
    {
      schema: {
        operationId: 'deleteLocation',
        summary: 'Delete a location',
        tags,
        params,
        response: { 204: NOTHING },
      },
    },
    async (request, reply) => {
      const { projectId } = toAdmin(request)
      await inTransaction(db, (tx) => deleteLocation(tx, projectId, request.params.id))
      return reply.status(204).send()
    },
  )
}
