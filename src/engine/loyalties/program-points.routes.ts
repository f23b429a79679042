import type { FastifyInstance } from 'fastify'
import { command, toCall } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { createExport, parseExportParameters, toExportView } from '../exports/index.ts'
import {
  exportTransactions,
  listVoucherTransactions,
  parseTransactionList,
  toTransactionListView,
} from '../vouchers/index.ts'
import { getProgram } from './find-card.ts'

type OfProgram = { Params: { campaignId: string } }

/** What happened to the points of all cards of a program (engine-programs §7.3, §8.8). */
export function programPointsRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get<OfProgram>('/v1/loyalties/:campaignId/transactions', async (request) => {
    const list = parseTransactionList(request.query)
    const { projectId } = toCall(request, deps)
    const { id } = await getProgram(deps.db, projectId, request.params.campaignId)
    return toTransactionListView(await listVoucherTransactions(deps.db, { campaignId: id }, list))
  })

  app.post<OfProgram>('/v1/loyalties/:campaignId/transactions/export', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { id } = await getProgram(tx, call.projectId, request.params.campaignId)
      const made = await exportTransactions(tx, call, request.body, { campaign_id: id })
      return { status: 200, body: toExportView(made, deps.address()) }
    }),
  )

  app.post<OfProgram>('/v1/loyalties/:campaignId/points-expiration/export', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { id } = await getProgram(tx, call.projectId, request.params.campaignId)
      const { parameters } = parseExportParameters(request.body)
      const made = await createExport(tx, call, {
        object: 'points_expiration',
        parameters: {
          ...parameters,
          filters: { ...parameters?.filters, campaign_id: { conditions: { $in: [id] } } },
        },
      })
      return { status: 200, body: toExportView(made, deps.address()) }
    }),
  )
}
