import { compileQueryCheck, type Order, type Page, parseOrder, parsePage } from '../api/index.ts'

const COLUMNS = ['created_at', 'updated_at', 'source_id'] as const

export type Range = { before?: string; after?: string }

/** What a list of customers was asked for; dates still as text, filters as they came. */
export type CustomerList = {
  page: Page
  order: Order<(typeof COLUMNS)[number]>
  query: CustomerQuery
  filters: unknown
}

type CustomerQuery = {
  email?: string
  city?: string
  name?: string
  segment_id?: string
  created_at?: Range
  updated_at?: Range
  /** Go on after customers created at this moment, in the direction of the list (C-21). */
  starting_after?: string
}

const TEXT = { type: 'string' }
const DATE = { type: 'string', format: 'iso-date' }
const RANGE = { type: 'object', properties: { before: DATE, after: DATE } }

export const CUSTOMER_LIST_QUERY = {
  type: 'object',
  properties: {
    email: TEXT,
    city: TEXT,
    name: TEXT,
    segment_id: TEXT,
    created_at: RANGE,
    updated_at: RANGE,
    starting_after: DATE,
  },
}

const checkQuery = compileQueryCheck<CustomerQuery>(CUSTOMER_LIST_QUERY)

/** Reads the query of `GET /v1/customers` (§2.4, R-LIST-01 to R-LIST-04). Throws `invalid_query_params`. */
export function parseCustomerList(query: unknown): CustomerList {
  const { order, filters, ...rest } = query as { order?: unknown; filters?: unknown }
  return {
    page: parsePage(query),
    order: parseOrder(order, COLUMNS, { column: 'created_at', direction: 'desc' }),
    query: checkQuery(rest),
    filters,
  }
}
