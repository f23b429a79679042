/**
 * Customers: who orders, redeems and is sent codes.
 * Start at upsert-customers.ts, through which every customer comes into being; the rules are in
 * decide-upsert.ts and touch no IO.
 */

export { ACTIVITY_QUERY } from './activity.schema.ts'
export { findCustomers } from './customer.repo.ts'
export { customerRoutes } from './customer.routes.ts'
export {
  CUSTOMER_BODY,
  CUSTOMER_SCHEMA,
  type CustomerInput,
  toCustomerInput,
} from './customer.schema.ts'
export type { Customer, Metadata } from './customer.ts'
export { CUSTOMER_LIST_QUERY } from './customer-list.schema.ts'
export { toCustomerViews, toSimpleCustomer } from './customer-view.ts'
export { upsertCustomers } from './upsert-customers.ts'
