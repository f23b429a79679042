import type { BodySchema } from '../api/index.ts'

/** What is answered: a schema, or nothing. */
export type AnswerSchema = BodySchema | undefined

/** An endpoint as the document tells it. */
export type Operation = {
  /** Its name in generated clients. */
  id: string
  summary: string
  description?: string
  /** Schemas whose properties are the parameters of the query. */
  query?: readonly BodySchema[]
  /** The schema that the body is checked by. */
  body?: BodySchema
  /** The body is `multipart/form-data` with a CSV file; `application/json` unless this says so. */
  isUpload?: true
  /** The body may be left out. */
  isBodyOptional?: true
  /** The status of success, 200 unless this says otherwise. */
  status?: 200 | 202 | 204
  answer: AnswerSchema
  /** Other statuses of success. */
  otherAnswers?: Readonly<Record<number, BodySchema>>
  /** Beside JSON, what else may be answered. */
  otherMediaTypes?: readonly string[]
}

/** Endpoints by method and path: `GET /v1/customers/{reference}`. */
export type Operations = Readonly<Record<string, Operation>>

/** The endpoints of one tag. */
export type Tag = { name: string; description: string; operations: Operations }

const ref = (name: string): BodySchema => ({ $ref: `#/components/schemas/${name}` })

/** The view of that name (views/). */
export const view = (name: string): BodySchema => ref(name)

/** The envelope of an offset list (engine-core §2.3). */
export const listOf = (key: string, name: string): BodySchema => ({
  type: 'object',
  required: ['object', 'data_ref', key, 'total'],
  properties: {
    object: { const: 'list' },
    data_ref: { const: key },
    [key]: { type: 'array', items: ref(name) },
    total: { type: 'integer', description: 'How many there are on all pages.' },
  },
})

/** The same of what held at a moment. */
export const listAtOf = (key: string, name: string): BodySchema => {
  const { required, properties, ...list } = listOf(key, name)
  const created_at = { type: 'string', format: 'date-time' }
  return {
    ...list,
    required: ['created_at', ...(required as string[])],
    properties: { created_at, ...(properties as object) },
  }
}

/** The envelope of a list that goes on behind a cursor or a date. */
export const cursorListOf = (key: string, name: string): BodySchema => ({
  type: 'object',
  required: ['object', 'data_ref', key, 'has_more'],
  properties: {
    object: { const: 'list' },
    data_ref: { const: key },
    [key]: { type: 'array', items: ref(name) },
    total: { type: 'integer', description: 'How many there are in all.' },
    has_more: { type: 'boolean' },
    more_starting_after: {
      type: ['string', 'null'],
      description: 'Where the next page starts: give it as `starting_after_id`.',
    },
  },
})

/** `order` of a list: one of `columns`, with `-` before it from the greatest to the least. */
export const orderBy = (...columns: string[]): BodySchema => ({
  properties: {
    order: { type: 'string', enum: columns.flatMap((column) => [column, `-${column}`]) },
  },
})

/** `filters` of a list. */
export const FILTERS: BodySchema = {
  properties: {
    filters: {
      type: 'object',
      description:
        'Conditions by field, such as `filters[code][conditions][$is][0]=TEN`; `filters[junction]` is `and` or `or`.',
    },
  },
}

/** `force` of a deletion. */
export const FORCE: BodySchema = {
  properties: {
    force: {
      type: 'boolean',
      description: 'Deletes for good, past the bin or what it is used in.',
    },
  },
}

/** `explain` of a decision. */
export const EXPLAIN: BodySchema = {
  properties: { explain: { type: 'boolean', description: 'Adds why it came out as it did.' } },
}

/** What was stored to be done is answered by the id of its action (R-HTTP-08). */
export const accepted = (status: 200 | 202): Pick<Operation, 'status' | 'answer'> => ({
  status,
  answer: ref('AsyncActionStarted'),
})

/** Deletions answer nothing. */
export const NOTHING: Pick<Operation, 'status' | 'answer'> = { status: 204, answer: undefined }

/** An object of which nothing is said. */
export const EMPTY: BodySchema = { type: 'object' }

/** A CSV file whose first line names the columns. */
export const CSV: Pick<Operation, 'body' | 'isUpload'> = {
  isUpload: true,
  body: {
    type: 'object',
    required: ['file'],
    properties: { file: { type: 'string', contentMediaType: 'text/csv' } },
  },
}
