import { notFound } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { announce } from '../outbox/index.ts'
import { deleteCustomerRow, getCustomer, lockCustomers } from './customer.repo.ts'
import { toCustomerViews } from './customer-view.ts'

/**
 * Deletes the customer whom `reference` names, and announces who it was (C-17). Their orders, redemptions
 * and vouchers stay. Throws `not_found` when there is no such customer.
 */
export async function deleteCustomer(tx: Tx, call: Call, reference: string): Promise<void> {
  const { id } = await getCustomer(tx, call.projectId, reference)
  const [customer] = await lockCustomers(tx, [id])
  if (!customer) throw notFound('customer', reference)

  const [view = null] = await toCustomerViews(tx, [customer])
  deleteCustomerRow(tx, customer.id)
  announce(tx, [
    { call, type: 'customer.deleted', customerId: customer.id, data: { customer: view } },
  ])
}
