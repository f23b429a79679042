import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { ApiError } from '../../kernel/api-error.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { parseIsoDate } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import {
  compileBodyCheck,
  compileQueryCheck,
  type FilterField,
  parseOrder,
  parsePage,
  toFilterCondition,
} from '../api/index.ts'
import { compileFilter } from './compile-filter.ts'
import { SEGMENT_ORDER, type SegmentList } from './segment.repo.ts'
import { SEGMENT_TYPES, type SegmentType } from './segment.ts'

/** A segment as callers write it. */
export type SegmentInput =
  | { name: string; type: 'static'; customers: readonly string[] }
  | { name: string; type: Exclude<SegmentType, 'static'>; filter: JsonObject }

export const SEGMENT_BODY = {
  type: 'object',
  required: ['name', 'type'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: LIMITS.nameLengthMax },
    type: { type: 'string', enum: SEGMENT_TYPES },
    customers: {
      type: ['array', 'null'],
      maxItems: LIMITS.staticSegmentCustomersMax,
      items: { type: 'string', minLength: 1, maxLength: LIMITS.indexedTextLengthMax },
      description: 'Of a static segment: ids of its customers.',
    },
    filter: {
      type: ['object', 'null'],
      description: 'Of a dynamic segment: which customers are in it.',
    },
  },
}

/** What of a segment its type may let change. */
export type SegmentChanges = {
  name?: string
  type?: SegmentType
  filter?: JsonObject
  customers?: readonly string[]
}

export const SEGMENT_CHANGES = { type: 'object', properties: SEGMENT_BODY.properties }

type Body = {
  name: string
  type: SegmentType
  customers?: string[] | null
  filter?: JsonObject | null
}

const checkBody = compileBodyCheck<Body>(SEGMENT_BODY)
const FILTER_PLACE = { key: 'invalid_payload', property: '.filter' } as const

/** The body of a new segment (engine-programs §5.2). Throws `invalid_payload`, which names the place in a filter. */
export function parseSegment(body: unknown): SegmentInput {
  const { name, type, customers, filter } = checkBody(body)
  if (type === 'static') {
    if (!customers) throw missing('customers')
    return { name, type, customers }
  }
  if (!filter) throw missing('filter')
  refuseLarge(filter)
  compileFilter(filter, FILTER_PLACE)
  return { name, type, filter }
}

const checkChanges =
  compileBodyCheck<{ [Field in keyof Body]?: Body[Field] | null }>(SEGMENT_CHANGES)

/** The body of a change to a segment; null means what is absent does: it stays. Throws as `parseSegment`. */
export function parseSegmentChanges(body: unknown): SegmentChanges {
  const { name, type, customers, filter } = checkChanges(body)
  if (filter) {
    refuseLarge(filter)
    compileFilter(filter, FILTER_PLACE)
  }
  return {
    ...(name && { name }),
    ...(type && { type }),
    ...(customers && { customers }),
    ...(filter && { filter }),
  }
}

function refuseLarge(filter: JsonObject): void {
  if (!Object.keys(filter).some((key) => key !== 'junction')) {
    throw new ApiError('invalid_payload', { details: 'Property .filter should have a field' })
  }
  if (JSON.stringify(filter).length > LIMITS.segmentFilterCharsMax) {
    throw new ApiError('invalid_payload', {
      details: `Property .filter must be <= ${LIMITS.segmentFilterCharsMax} characters`,
    })
  }
}

const missing = (property: string): ApiError =>
  new ApiError('invalid_payload', {
    details: `Payload should have required property '${property}'`,
  })

const DATE = { type: 'string', format: 'iso-date' }
const TEXT = { type: 'string' }

export const SEGMENT_LIST_QUERY = {
  type: 'object',
  properties: {
    ids: {
      anyOf: [{ type: 'array', items: TEXT, maxItems: LIMITS.listLimitMax }, TEXT],
      description: 'Only these, in a list or with commas between them.',
    },
    starting_after: DATE,
    start_date: DATE,
    end_date: DATE,
  },
}

type Query = {
  ids?: string | string[]
  starting_after?: string
  start_date?: string
  end_date?: string
}
const checkQuery = compileQueryCheck<Query>(SEGMENT_LIST_QUERY)

const FIELDS: Readonly<Record<string, FilterField>> = {
  id: { kind: 'text', column: sql.ref('id') },
  name: { kind: 'text', column: sql.ref('name') },
  type: { kind: 'text', column: sql.ref('type') },
  created_at: { kind: 'date', column: sql.ref('created_at') },
  updated_at: { kind: 'date', column: sql.ref('updated_at') },
}

/** Reads the query of `GET /v1/segments`. Throws `invalid_query_params`. */
export function parseSegmentList(query: unknown): SegmentList {
  const { order, filters, ...rest } = query as { order?: unknown; filters?: unknown }
  const { ids, starting_after: after, start_date: start, end_date: end } = checkQuery(rest)
  const wanted = ids === undefined ? undefined : [ids].flat().flatMap((each) => each.split(','))
  const sorted = parseOrder(order, SEGMENT_ORDER, { column: 'created_at', direction: 'desc' })
  const sign = sql.raw(sorted.direction === 'desc' ? '<' : '>')
  const conditions: (RawBuilder<SqlBool> | undefined | false)[] = [
    wanted !== undefined && sql`id = any(${wanted}::text[])`,
    after !== undefined && sql`created_at ${sign} ${parseIsoDate(after)}`,
    start !== undefined && sql`created_at >= ${parseIsoDate(start)}`,
    end !== undefined && sql`created_at <= ${parseIsoDate(end)}`,
    toFilterCondition(filters, (name) => (Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined)),
  ]
  return {
    page: parsePage(query),
    order: sorted,
    conditions: conditions.filter((each) => each !== undefined && each !== false),
  }
}
