import { ApiError } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'
import { compileQueryCheck } from './check-body.ts'

/** `limit` and `page` of an offset list (R-LIST-01). */
export type Page = { limit: number; offset: number }

export const PAGE_QUERY = {
  type: 'object',
  properties: {
    limit: { type: 'integer', minimum: 1, maximum: LIMITS.listLimitMax },
    page: { type: 'integer', minimum: 1 },
  },
}

const checkPage = compileQueryCheck<{ limit?: number; page?: number }>(PAGE_QUERY)

/** Reads `limit` (1-100, default 10) and `page` (from 1). Throws `invalid_query_params` or `page_over_limit`. */
export function parsePage(query: unknown): Page {
  const { limit = LIMITS.listLimitDefault, page = 1 } = checkPage({ ...(query as object) })
  if (page > LIMITS.listPageMax) {
    throw new ApiError('page_over_limit', {
      details: `Property .page cannot be higher than ${LIMITS.listPageMax}`,
    })
  }
  return { limit, offset: (page - 1) * limit }
}

export type Order<Column extends string> = { column: Column; direction: 'asc' | 'desc' }

/** Reads `order=field` or `order=-field` (R-LIST-03); PHP sends `order=1`, which means the default. */
export function parseOrder<Column extends string>(
  text: unknown,
  columns: readonly Column[],
  fallback: Order<Column>,
): Order<Column> {
  if (text === undefined || text === '' || text === '1') return fallback
  const name = String(text).replace(/^-/, '')
  const column = columns.find((candidate) => candidate === name)
  if (!column) {
    throw new ApiError('invalid_query_params', {
      details: `Property .order should be equal to one of the allowed values: ${columns.flatMap((c) => [c, `-${c}`]).join(', ')}`,
    })
  }
  return { column, direction: String(text).startsWith('-') ? 'desc' : 'asc' }
}

/** The envelope of an offset list: `{object, data_ref, <dataRef>: rows, total}` (§2.3). */
export function toListView(
  dataRef: string,
  rows: unknown[],
  total: number,
): Record<string, unknown> {
  return { object: 'list', data_ref: dataRef, [dataRef]: rows, total }
}
