import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { parseIsoDate } from '../../kernel/time.ts'
import {
  compileQueryCheck,
  type FilterField,
  parseOrder,
  parsePage,
  toCall,
  toFilterCondition,
  toListView,
} from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { getLocation, LOCATION_ORDER, type LocationList, listLocations } from './location.repo.ts'
import { toLocationView } from './location.schema.ts'

export const LOCATION_LIST_QUERY = {
  type: 'object',
  properties: { end_date: { type: 'string', format: 'iso-date' } },
}

const checkQuery = compileQueryCheck<{ end_date?: string }>(LOCATION_LIST_QUERY)

/** `/v1/locations` (engine-programs §6.3): to look at; the reference, too, has them made elsewhere. */
export function locationRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get('/v1/locations', async (request) => {
    const list = parseList(request.query)
    const { projectId } = toCall(request, deps)
    const { locations, total } = await listLocations(deps.db, projectId, list)
    return {
      ...toListView('data', locations.map(toLocationView), total),
      has_more: list.page.offset + locations.length < total,
    }
  })

  app.get<{ Params: { id: string } }>('/v1/locations/:id', async (request) => {
    const { projectId } = toCall(request, deps)
    return toLocationView(await getLocation(deps.db, projectId, request.params.id))
  })
}

function parseList(query: unknown): LocationList {
  const { order, filters } = query as { order?: unknown; filters?: unknown }
  const { end_date: until } = checkQuery({ ...(query as object) })
  const given = toFilterCondition(filters, toField)
  const created = until === undefined ? undefined : sql`created_at < ${parseIsoDate(until)}`
  const conditions = [given, created].filter((condition) => condition !== undefined)
  return {
    page: parsePage(query),
    order: parseOrder(order, LOCATION_ORDER, { column: 'created_at', direction: 'desc' }),
    filter: conditions.length > 0 ? sql`(${sql.join(conditions, sql` and `)})` : undefined,
  }
}

function toField(name: string): FilterField | undefined {
  if (name === 'name') return { kind: 'text', column: sql.ref(name) }
  const isDate = name === 'created_at' || name === 'updated_at'
  return isDate ? { kind: 'date', column: sql.ref(name) } : undefined
}
