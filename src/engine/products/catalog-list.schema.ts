import type { RawBuilder, SqlBool } from 'kysely'
import { compileQueryCheck, type Order, type Page, parseOrder, parsePage } from '../api/index.ts'
import { toCatalogCondition } from './catalog-filter.ts'

const COLUMNS = ['created_at', 'updated_at', 'name', 'source_id', 'price'] as const

/** What a list of products or SKUs was asked for; dates still as text. */
export type CatalogList = {
  page: Page
  order: Order<(typeof COLUMNS)[number]>
  createdFrom?: string
  createdUntil?: string
  condition: RawBuilder<SqlBool> | undefined
}

const DATE = { type: 'string', format: 'iso-date' }
export const CATALOG_QUERY = {
  type: 'object',
  properties: { start_date: DATE, end_date: DATE },
}

const checkQuery = compileQueryCheck<{ start_date?: string; end_date?: string }>(CATALOG_QUERY)

/** Reads the query of a list of products or SKUs (engine-programs §6.1). Throws `invalid_query_params`. */
export function parseCatalogList(query: unknown): CatalogList {
  const { start_date: createdFrom, end_date: createdUntil } = checkQuery({ ...(query as object) })
  const { order, filters } = query as { order?: unknown; filters?: unknown }
  const place = { key: 'invalid_query_params', property: '.filters' } as const
  return {
    page: parsePage(query),
    order: parseOrder(order, COLUMNS, { column: 'created_at', direction: 'desc' }),
    ...(createdFrom !== undefined && { createdFrom }),
    ...(createdUntil !== undefined && { createdUntil }),
    condition: toCatalogCondition(filters, place),
  }
}
