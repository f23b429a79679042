import type { FastifyInstance } from 'fastify'
import { ApiError, notFound } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import { isId } from '../../kernel/ids.ts'
import { type Db, violates } from '../../platform/db.ts'
import { type Answer, command, toCall, toListView } from '../api/index.ts'
import { enqueueAsyncAction } from '../async-actions/index.ts'
import type { EngineDeps } from '../context.ts'
import type { Order } from './order.ts'
import { parseOrderBody, parseOrderImport } from './order-body.schema.ts'
import { listOrders, parseOrderList } from './order-list.repo.ts'
import { toOrderView } from './order-view.ts'
import { findOrders, ORDER_SOURCE_ID_TAKEN } from './orders.repo.ts'
import { upsertOrders } from './upsert-orders.ts'

/** A path names an order by id or `source_id` (W-4). */
type OfOrder = { Params: { order: string } }

/** `/v1/orders` (engine-core §8). */
export function orderRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get('/v1/orders', async (request) => {
    const { projectId } = toCall(request, deps)
    const { orders, total } = await listOrders(deps.db, projectId, parseOrderList(request.query))
    return toListView('orders', orders.map(toOrderView), total)
  })

  app.post('/v1/orders', (request, reply) =>
    whileTaken(() =>
      command(deps, request, reply, async (tx, call) =>
        show(await upsertOrders(tx, call, [parseOrderBody(request.body)])),
      ),
    ),
  )

  app.post('/v1/orders/import', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseOrderImport(request.body)
      const work = { type: 'ORDERS.IMPORT', input, totalCount: input.length } as const
      return { status: 200, body: { async_action_id: await enqueueAsyncAction(tx, call, work) } }
    }),
  )

  app.get<OfOrder>('/v1/orders/:order', async (request) => {
    const { projectId } = toCall(request, deps)
    return toOrderView(await getOrder(deps.db, projectId, request.params.order))
  })

  app.put<OfOrder>('/v1/orders/:order', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const body = parseOrderBody(request.body)
      const { id } = await getOrder(tx, call.projectId, request.params.order)
      return show(await upsertOrders(tx, call, [{ ...body, id }]))
    }),
  )
}

const ATTEMPTS_MAX = 5

/** Runs `work` again when another call created the order of the same `source_id` meanwhile: now it is found. */
async function whileTaken<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= ATTEMPTS_MAX || !violates(error, ORDER_SOURCE_ID_TAKEN)) throw error
    }
  }
}

async function getOrder(db: Db, projectId: string, name: string): Promise<Order> {
  const orders = await findOrders(db, [
    ...(isId('order', name) ? [{ projectId, id: name, sourceId: null }] : []),
    { projectId, id: null, sourceId: name },
  ])
  const order = orders.find(({ id }) => id === name) ?? orders[0]
  if (!order) throw notFound('order', name)
  return order
}

function show([order]: readonly (Order | ApiError)[]): Answer {
  if (order instanceof ApiError) throw order
  invariant(order, 'an upsert without an outcome')
  return { status: 200, body: toOrderView(order) }
}
