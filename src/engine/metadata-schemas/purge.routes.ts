import { z } from 'zod'
import { inTransaction } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type ManagementScope, toAdmin } from '../../platform/management/index.ts'
import { type EngineDeps, toOwnCall } from '../context.ts'
import { PURGEABLE, purgeKey } from './purge-key.ts'

const params = z.object({
  resource: z.enum(PURGEABLE).describe('Of what kind the objects are.'),
  key: z.string().max(LIMITS.nameLengthMax).describe('The key of their metadata.'),
})

const STARTED = z
  .object({ async_action_id: z.string().describe('`GET /v1/async-actions/{id}` tells about it.') })
  .meta({ id: 'AsyncActionStarted', description: 'Work that goes on.' })

/** `/api/v1/metadata-schemas`: what the reference has in its dashboard only. */
export function purgeRoutes(app: ManagementScope, { db, clock }: Pick<EngineDeps, 'db' | 'clock'>) {
  app.delete(
    '/api/v1/metadata-schemas/:resource/keys/:key',
    {
      schema: {
        operationId: 'purgeMetadataKey',
        summary: 'Take a key out of the metadata of all objects of one kind',
        tags: ['Metadata'],
        params,
        response: { 202: STARTED },
      },
    },
    async (request, reply) => {
      const call = toOwnCall(toAdmin(request).projectId, clock.now())
      const { resource: relatedObject, key } = request.params
      const id = await inTransaction(db, (tx) => purgeKey(tx, call, { relatedObject, key }))
      return reply.status(202).send({ async_action_id: id })
    },
  )
}
