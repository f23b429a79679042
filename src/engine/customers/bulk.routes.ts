import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { command, parseCsvUpload, uploadRoutes } from '../api/index.ts'
import { enqueueAsyncAction } from '../async-actions/index.ts'
import type { EngineDeps } from '../context.ts'
import { parseCustomerChanges, parseMetadataChange } from './bulk.schema.ts'

type Enqueued = Parameters<typeof enqueueAsyncAction>[2]

/** The endpoints that change many customers (engine-programs §2.5): answered at once, done by `CUSTOMER_JOBS`. */
export function customerBulkRoutes(app: FastifyInstance, deps: EngineDeps): void {
  const enqueue = (request: FastifyRequest, reply: FastifyReply, work: Enqueued) =>
    command(deps, request, reply, async (tx, call) => ({
      status: 202,
      body: { async_action_id: await enqueueAsyncAction(tx, call, work) },
    }))

  app.post('/v1/customers/bulk/async', async (request, reply) => {
    const input = parseCustomerChanges(request.body)
    const totalCount = input.length
    return enqueue(request, reply, { type: 'CUSTOMERS.BULK_UPDATE', input, totalCount })
  })

  app.post('/v1/customers/metadata/async', async (request, reply) => {
    const input = parseMetadataChange(request.body)
    const totalCount = input.source_ids.length
    return enqueue(request, reply, { type: 'CUSTOMERS.METADATA_UPDATE', input, totalCount })
  })

  uploadRoutes(app, (scope) => {
    scope.post('/v1/customers/importCSV', async (request, reply) => {
      const input = parseCsvUpload(request.body)
      const totalCount = input.length
      return enqueue(request, reply, { type: 'CUSTOMERS.IMPORT_CSV', input, totalCount })
    })
  })
}
