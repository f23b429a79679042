import { compileQueryCheck, type Order, type Page, parseOrder, parsePage } from '../api/index.ts'

const COLUMNS = ['created_at', 'updated_at', 'code'] as const

type Range = { before?: string; after?: string }

/** What a list of vouchers was asked for; dates of ranges still as text, filters as they came. */
export type VoucherList = {
  page: Page
  order: Order<(typeof COLUMNS)[number]>
  code?: string
  category?: string
  campaign?: string
  customer?: string
  ids?: string[]
  createdAt: Range
  updatedAt: Range
  filters: unknown
}

const RANGE = {
  type: 'object',
  properties: {
    before: { type: 'string', format: 'iso-date' },
    after: { type: 'string', format: 'iso-date' },
  },
}

export const VOUCHER_LIST_QUERY = {
  type: 'object',
  properties: {
    code: { type: 'string' },
    category: { type: 'string' },
    campaign: { type: 'string' },
    campaign_id: { type: 'string' },
    customer: { type: 'string' },
    ids: { anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'string' }] },
    created_at: RANGE,
    updated_at: RANGE,
  },
}

const checkQuery = compileQueryCheck<{
  code?: string
  category?: string
  campaign?: string
  campaign_id?: string
  customer?: string
  ids?: string | string[]
  created_at?: Range
  updated_at?: Range
}>(VOUCHER_LIST_QUERY)

/** Reads the query of `GET /v1/vouchers` (§4.6, R-LIST-01 to R-LIST-04). Throws `invalid_query_params`. */
export function parseVoucherList(query: unknown): VoucherList {
  const checked = checkQuery({ ...(query as object) })
  const { order, filters } = query as { order?: unknown; filters?: unknown }
  const { code, category, customer, ids } = checked
  const campaign = checked.campaign ?? checked.campaign_id
  return {
    page: parsePage(query),
    order: parseOrder(order, COLUMNS, { column: 'created_at', direction: 'desc' }),
    ...(code !== undefined && { code }),
    ...(category !== undefined && { category }),
    ...(campaign !== undefined && { campaign }),
    ...(customer !== undefined && { customer }),
    ...(ids !== undefined && { ids: [ids].flat() }),
    createdAt: checked.created_at ?? {},
    updatedAt: checked.updated_at ?? {},
    filters,
  }
}
