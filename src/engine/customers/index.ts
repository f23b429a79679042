/**
 * Customers: who orders, redeems and is sent codes.
 * Start at upsert-customers.ts, through which every customer comes into being; the rules are in
 * decide-upsert.ts and touch no IO.
 */

export { countActivity, listActivity } from './activity.repo.ts'
export { ACTIVITY_QUERY, parseActivityList } from './activity.schema.ts'
export { CUSTOMER_CHANGES, CUSTOMER_METADATA_CHANGE } from './bulk.schema.ts'
export { CUSTOMER_JOBS } from './bulk-jobs.ts'
export { aNewCustomer, imagineCustomer } from './calculate-customer.ts'
export { findCustomers, findCustomersAfter, lockCustomers } from './customer.repo.ts'
export { answerCustomer, customerRoutes } from './customer.routes.ts'
export {
  CUSTOMER_BODY,
  CUSTOMER_SCHEMA,
  type CustomerInput,
  toCustomerInput,
} from './customer.schema.ts'
export { ADDRESS_PARTS, type Customer, type Metadata } from './customer.ts'
export type { Members } from './customer-list.repo.ts'
export { CUSTOMER_LIST_QUERY } from './customer-list.schema.ts'
export { toCustomerViews, toLoyaltyView, toSimpleCustomer } from './customer-view.ts'
export { findSummaries, NO_SUMMARY, type Summary } from './summary.repo.ts'
export { announceChanged, upsertCustomers } from './upsert-customers.ts'
