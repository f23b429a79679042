import type { FastifyInstance } from 'fastify'
import { ApiError, notFound } from '../../kernel/api-error.ts'
import { toIso } from '../../kernel/time.ts'
import {
  command,
  compileQueryCheck,
  parseOrder,
  parsePage,
  toCall,
  toListView,
} from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { createExport } from './create-export.ts'
import { deleteExport, EXPORT_ORDER, getExport, listExports } from './export.repo.ts'
import { parseExport, parseExportParameters } from './export.schema.ts'
import type { Export, ExportedObject } from './export.ts'
import { FORMATS, type Format, openExportFile } from './export-file.ts'

type OfId = { Params: { id: string } }

export const EXPORT_DOWNLOAD_QUERY = {
  type: 'object',
  properties: { token: { type: 'string' }, format: { enum: Object.keys(FORMATS) } },
}

const checkDownload = compileQueryCheck<{ token?: string; format?: Format }>(EXPORT_DOWNLOAD_QUERY)

/** `/v1/exports` (engine-programs §14.2). */
export function exportRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get('/v1/exports', async (request) => {
    const { order } = request.query as { order?: unknown }
    const { exports, total } = await listExports(deps.db, toCall(request, deps).projectId, {
      page: parsePage(request.query),
      order: parseOrder(order, EXPORT_ORDER, { column: 'created_at', direction: 'desc' }),
    })
    const address = deps.address()
    return toListView(
      'exports',
      exports.map((made) => toExportView(made, address)),
      total,
    )
  })

  app.post('/v1/exports', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { exported_object: object, parameters } = parseExport(request.body)
      const made = await createExport(tx, call, { object, parameters: parameters ?? {} })
      return { status: 200, body: toExportView(made, deps.address()) }
    }),
  )

  app.get<OfId>('/v1/exports/:id', async (request, reply) => {
    const { token, format = 'csv' } = checkDownload({ ...(request.query as object) })
    const made = await getExport(deps.db, toCall(request, deps).projectId, request.params.id)
    if (token === undefined) return toExportView(made, deps.address())
    if (token !== made.token) throw new ApiError('unauthorized')
    if (made.status !== 'DONE') throw notFound('export', made.id)
    reply.header('content-disposition', `attachment; filename="${made.id}.${format}"`)
    return reply.type(FORMATS[format]).send(openExportFile(deps.db, made, format))
  })

  app.delete<OfId>('/v1/exports/:id', (request, reply) =>
    command(deps, request, reply, async (tx, { projectId }) => {
      await deleteExport(tx, projectId, request.params.id)
      return { status: 204, body: undefined }
    }),
  )

  exportOf(app, deps, '/v1/orders/export', 'order')
}

/** A path of its own for the export of one object. */
function exportOf(
  app: FastifyInstance,
  deps: EngineDeps,
  url: string,
  object: ExportedObject,
): void {
  app.post(url, (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { parameters } = parseExportParameters(request.body)
      const made = await createExport(tx, call, { object, parameters: parameters ?? {} })
      return { status: 200, body: toExportView(made, deps.address()) }
    }),
  )
}

/** An export as the API shows it; `address` is where its file is fetched. */
export const toExportView = (made: Export, address: string) => ({
  id: made.id,
  object: 'export',
  created_at: toIso(made.createdAt),
  status: made.status,
  channel: made.channel,
  exported_object: made.object,
  parameters: made.parameters,
  result:
    made.status === 'DONE' ? { url: `${address}/v1/exports/${made.id}?token=${made.token}` } : null,
  user_id: null,
})
