import { notFound } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import { toIso } from '../../kernel/time.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { getCustomer, lockCustomers } from './customer.repo.ts'
import { eraseCustomerRows } from './erase.repo.ts'
import { forgetLater } from './forget-job.ts'

/**
 * Erases the customer whom `reference` names, with everything that was recorded of what they did (engine-programs §2.6).
 * Orders, redemptions and publications stay and name somebody of whom nothing is known; what happened to others does
 * so soon after (`forgetLater`). Nobody is told. Throws
 * `not_found` when there is no such customer.
 */
export async function eraseCustomer(tx: Tx, call: Call, reference: string): Promise<object> {
  const { projectId, now } = call
  const { id } = await getCustomer(tx, projectId, reference)
  const [customer] = await lockCustomers(tx, [id])
  if (!customer) throw notFound('customer', reference)
  const counts = await eraseCustomerRows(tx, customer)
  await forgetLater(tx, call, customer)
  return {
    id: newId('permanentDeletion'),
    created_at: toIso(now),
    related_object_id: customer.id,
    related_object: 'customer',
    status: 'DONE',
    data_json: {
      events: counts.events,
      customer_events: counts.activity,
      // There are no sums by day.
      daily_events: 0,
      segments: counts.segments,
      orders: counts.orders,
      order_events: counts.orderActivity,
      customer: 1,
    },
    // As the reference spells it.
    object: 'pernament_deletion',
  }
}
