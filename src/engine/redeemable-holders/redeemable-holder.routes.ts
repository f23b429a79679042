import type { FastifyInstance } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { toCall, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { findCustomers } from '../customers/index.ts'
import { listHolders } from './redeemable-holder.repo.ts'
import { type HolderField, parseHolderList } from './redeemable-holder.schema.ts'
import { showHolders } from './show-holders.ts'

/** What engine-programs §2.7 lets filter by. */
const FIELDS: readonly HolderField[] = [
  'id',
  'created_at',
  'redeemable_id',
  'redeemable_object',
  'holder_role',
  'campaign_id',
  'campaign_type',
  'voucher_type',
]

/** `GET /v1/customers/{id}/redeemables`: what a customer has (engine-programs §2.7). */
export function redeemableHolderRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get<{ Params: { reference: string } }>(
    '/v1/customers/:reference/redeemables',
    async (request) => {
      const { projectId, now } = toCall(request, deps)
      const { reference } = request.params
      const list = parseHolderList(request.query, FIELDS)
      const [customer] = await findCustomers(deps.db, projectId, [reference])
      if (!customer) throw notFound('customer', reference)
      const of = { projectId, customerId: customer.id }
      const { holders, total, hasMore } = await listHolders(deps.db, of, list)
      return {
        ...toListView('data', await showHolders(deps.db, holders, now), total),
        has_more: hasMore,
        more_starting_after: hasMore ? holders.at(-1)?.id : null,
      }
    },
  )
}
