import type { FastifyInstance } from 'fastify'
import { toCall, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { countActivity, listActivity } from './activity.repo.ts'
import { parseActivityList } from './activity.schema.ts'
import { getCustomer } from './customer.repo.ts'

type OfReference = { Params: { reference: string } }

/** What a customer did and what was done to them (engine-programs §2.8), and the older form of the list. */
export function activityRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get<OfReference>('/v1/customers/:reference/activity', async (request) => {
    const { projectId } = toCall(request, deps)
    const list = parseActivityList(request.query)
    const customer = await getCustomer(deps.db, projectId, request.params.reference)
    const { entries, hasMore } = await listActivity(deps.db, customer, list)
    return {
      object: 'list',
      data_ref: 'data',
      data: entries,
      has_more: hasMore,
      more_starting_after: hasMore ? entries.at(-1)?.['id'] : null,
    }
  })

  app.get<OfReference>('/v1/customers/:reference/activities', async (request) => {
    const { projectId } = toCall(request, deps)
    const list = parseActivityList(request.query)
    const customer = await getCustomer(deps.db, projectId, request.params.reference)
    const [{ entries, hasMore }, total] = await Promise.all([
      listActivity(deps.db, customer, list),
      countActivity(deps.db, customer, list),
    ])
    return { ...toListView('data', entries, total), has_more: hasMore }
  })
}
