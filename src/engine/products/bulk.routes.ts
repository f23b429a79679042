import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../../kernel/api-error.ts'
import { type CsvRow, command, parseCsvUpload, uploadRoutes } from '../api/index.ts'
import { type AsyncJob, enqueueAsyncAction } from '../async-actions/index.ts'
import type { EngineDeps } from '../context.ts'
import type { Row } from './bulk-jobs.ts'
import { toProductOfRow, toSkuOfRow } from './csv-rows.ts'
import { parseMetadataChange, parseProductChanges } from './product.schema.ts'

/** The bulk endpoints of products and SKUs: answered at once, done by `CATALOG_JOBS`. */
export function catalogBulkRoutes(app: FastifyInstance, deps: EngineDeps): void {
  const enqueue = (
    request: FastifyRequest,
    reply: FastifyReply,
    action: { status: number; type: AsyncJob['type']; input: unknown; totalCount: number },
  ) =>
    command(deps, request, reply, async (tx, call) => {
      const { status, ...work } = action
      return { status, body: { async_action_id: await enqueueAsyncAction(tx, call, work) } }
    })

  // The second is what the oldest clients call.
  for (const url of ['/v1/products/bulk/async', '/v1/products/bulk']) {
    app.post(url, async (request, reply) => {
      const input = parseProductChanges(request.body)
      const type = 'PRODUCTS.BULK_UPDATE'
      return enqueue(request, reply, { status: 202, type, input, totalCount: input.length })
    })
  }

  app.post('/v1/products/metadata/async', async (request, reply) => {
    const input = parseMetadataChange(request.body)
    const totalCount = input.source_ids.length
    const type = 'PRODUCTS.METADATA_UPDATE'
    return enqueue(request, reply, { status: 202, type, input, totalCount })
  })

  uploadRoutes(app, (scope) => {
    for (const [url, type, toInput] of [
      ['/v1/products/importCSV', 'PRODUCTS.IMPORT_CSV', toProductOfRow],
      ['/v1/skus/importCSV', 'SKUS.IMPORT_CSV', toSkuOfRow],
    ] as const) {
      scope.post(url, async (request, reply) => {
        const input = readRows<unknown>(parseCsvUpload(request.body), toInput)
        return enqueue(request, reply, { status: 200, type, input, totalCount: input.length })
      })
    }
  })
}

/** Reads each line by itself, so that a bad one fails alone; lines count from 1 behind the header. */
const readRows = <Input>(rows: readonly CsvRow[], toInput: (row: CsvRow) => Input): Row<Input>[] =>
  rows.map((cells, index) => {
    const row = index + 1
    try {
      return { row, input: toInput(cells) }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      return { row, reason: error.context.details ?? error.message }
    }
  })
