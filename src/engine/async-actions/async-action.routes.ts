import type { FastifyInstance } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import { parseIsoDate } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { compileQueryCheck, toCall } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { findAsyncAction, listAsyncActions } from './async-action.repo.ts'
import { toAsyncActionView, toListedAction } from './async-action-view.ts'

export const ASYNC_ACTION_LIST_QUERY = {
  type: 'object',
  properties: {
    limit: { type: 'integer', minimum: 1, maximum: LIMITS.listLimitMax },
    end_date: { type: 'string', format: 'iso-date' },
  },
}

const checkList = compileQueryCheck<{ limit?: number; end_date?: string }>(ASYNC_ACTION_LIST_QUERY)

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
    return toAsyncActionView(action)
  })
}
