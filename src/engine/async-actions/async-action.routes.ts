import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import { parseIsoDate } from '../../kernel/time.ts'
import type { Db } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { compileQueryCheck, toCall, toCsvLine } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { findAsyncAction, listAsyncActions } from './async-action.repo.ts'
import { toAsyncActionView, toListedAction } from './async-action-view.ts'
import { readReport } from './report.repo.ts'

export const ASYNC_ACTION_LIST_QUERY = {
  type: 'object',
  properties: {
    limit: { type: 'integer', minimum: 1, maximum: LIMITS.listLimitMax },
    end_date: { type: 'string', format: 'iso-date' },
  },
}

const checkList = compileQueryCheck<{ limit?: number; end_date?: string }>(ASYNC_ACTION_LIST_QUERY)

/** A report as a CSV file, read as it is sent. */
function openReport(db: Db, id: string): Readable {
  async function* toCsv(): AsyncGenerator<string> {
    for await (const lines of readReport(db, id)) yield lines.map(toCsvLine).join('')
  }
  return Readable.from(toCsv(), { objectMode: false })
}

/** `/v1/async-actions` (engine-core §6, R-ASYNC-01). */
export function asyncActionRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get('/v1/async-actions', async (request) => {
    const { limit = LIMITS.listLimitDefault, end_date } = checkList({
      ...(request.query as object),
    })
    const before = end_date === undefined ? undefined : parseIsoDate(end_date)
    invariant(end_date === undefined || before, 'the check of the query lets dates through alone')
    const { projectId } = toCall(request, deps)
    const { actions, hasMore } = await listAsyncActions(deps.db, projectId, { limit, before })
    return {
      object: 'list',
      data_ref: 'async_actions',
      async_actions: actions.map(toListedAction),
      has_more: hasMore,
    }
  })

  app.get<{ Params: { id: string } }>('/v1/async-actions/:id', async (request) => {
    const { id } = request.params
    const action = await findAsyncAction(deps.db, toCall(request, deps).projectId, id)
    if (!action) throw notFound('async_action', id)
    return toAsyncActionView(action, deps.address())
  })

  app.get<{ Params: { id: string } }>('/v1/async-actions/:id/report', async (request, reply) => {
    const { id } = request.params
    const action = await findAsyncAction(deps.db, toCall(request, deps).projectId, id)
    if (!action) throw notFound('async_action', id)
    const till = parseIsoDate(String(action.result?.['reports_available_till'] ?? ''))
    if (!till || till < deps.clock.now()) throw notFound('report', id)
    reply.header('content-disposition', `attachment; filename="${id}.csv"`)
    return reply.type('text/csv; charset=utf-8').send(openReport(deps.db, id))
  })
}
