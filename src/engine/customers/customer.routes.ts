import type { FastifyInstance } from 'fastify'
import { ApiError } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { type Answer, command, toCall, toListView } from '../api/index.ts'
import type { Call, EngineDeps } from '../context.ts'
import { activityRoutes } from './activity.routes.ts'
import { customerBulkRoutes } from './bulk.routes.ts'
import { getCustomer } from './customer.repo.ts'
import { type CustomerInput, parseCustomer } from './customer.schema.ts'
import { listCustomers, type Members } from './customer-list.repo.ts'
import { parseCustomerList } from './customer-list.schema.ts'
import { toCustomerViews } from './customer-view.ts'
import { deleteCustomer } from './delete-customer.ts'
import { eraseCustomer } from './erase-customer.ts'
import { upsertCustomers } from './upsert-customers.ts'

/** A path names a customer by id or `source_id` (W-4). */
type OfReference = { Params: { reference: string } }

/** `/v1/customers` (engine-programs §2.4). `listMembers` tells who is in a segment, to which a list is narrowed. */
export function customerRoutes(
  app: FastifyInstance,
  deps: EngineDeps,
  listMembers: (db: Db, call: Call, segmentId: string) => Promise<Members>,
): void {
  app.get('/v1/customers', async (request) => {
    const call = toCall(request, deps)
    const list = parseCustomerList(request.query)
    const segmentId = list.query.segment_id
    const members =
      segmentId === undefined ? undefined : await listMembers(deps.db, call, segmentId)
    const { customers, total, hasMore } = await listCustomers(
      deps.db,
      call.projectId,
      list,
      members,
    )
    const views = await toCustomerViews(deps.db, customers)
    return { ...toListView('customers', views, total), has_more: hasMore }
  })

  app.post('/v1/customers', (request, reply) =>
    command(deps, request, reply, (tx, call) => answerCustomer(tx, call, request.body)),
  )

  app.get<OfReference>('/v1/customers/:reference', async (request) => {
    const { projectId } = toCall(request, deps)
    const customer = await getCustomer(deps.db, projectId, request.params.reference)
    const [view] = await toCustomerViews(deps.db, [customer])
    return view
  })

  app.put<OfReference>('/v1/customers/:reference', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseCustomer(request.body)
      const { id } = await getCustomer(tx, call.projectId, request.params.reference)
      return upsert(tx, call, { ...input, id })
    }),
  )

  app.delete<OfReference>('/v1/customers/:reference', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      await deleteCustomer(tx, call, request.params.reference)
      return { status: 204, body: undefined }
    }),
  )

  app.post<OfReference>('/v1/customers/:reference/permanent-deletion', (request, reply) =>
    command(deps, request, reply, async (tx, call) => ({
      status: 200,
      body: await eraseCustomer(tx, call, request.params.reference),
    })),
  )

  activityRoutes(app, deps)
  customerBulkRoutes(app, deps)
}

/** Makes or changes the customer that `body` describes (C-10). Throws `invalid_payload` or `not_found`. */
export const answerCustomer = (tx: Tx, call: Call, body: unknown): Promise<Answer> =>
  upsert(tx, call, parseCustomer(body))

async function upsert(tx: Tx, call: Call, input: CustomerInput): Promise<Answer> {
  const [customer] = await upsertCustomers(tx, [{ call, input }])
  if (customer instanceof ApiError) throw customer
  invariant(customer, 'an upsert without an outcome')
  const [view] = await toCustomerViews(tx, [customer])
  return { status: 200, body: view }
}
