import { z } from 'zod'
import { ApiError } from '../../kernel/api-error.ts'
import { findUnstorable } from '../../kernel/storable.ts'
import type { CreatedPosition } from '../created-order.ts'
import { LIMITS } from '../limits.ts'

/** What an answer needs to be continued: the sort key of its last row. Travels as an opaque text. */
export type Cursor = readonly (string | number)[]

/** `limit` and `starting_after` of every list, and the filters of this one. */
export const listQuery = <Filters extends z.ZodRawShape>(filters: Filters) =>
  z.strictObject({
    ...filters,
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(LIMITS.listLimitMax)
      .default(LIMITS.managementListLimitDefault)
      .describe('How many to answer at most.'),
    starting_after: z
      .string()
      .optional()
      .describe('Continues a list: the `next` of the answer before.'),
  })

/** A filter by equality. */
export const filter = (description: string) => z.string().optional().describe(description)

/** The answer of a list. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    data: z.array(item),
    next: z.string().nullable().describe('Give it as `starting_after` to go on; null at the end.'),
  })

export type Page<Row> = { data: Row[]; next: string | null }

/**
 * The page of a list that was asked for `limit + 1` rows, so that a row too many tells there are more:
 * `next` is null exactly when the list ends here.
 */
export function toPage<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => Cursor,
): Page<Row> {
  const data = rows.slice(0, limit)
  const last = data.at(-1)
  const hasMore = rows.length > limit && last !== undefined
  return { data, next: hasMore ? toCursorText(cursorOf(last)) : null }
}

/** The `next` of a page that ends at `cursor`, for lists that find their end in another way. */
export const toCursorText = (cursor: Cursor): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url')

const YEAR_9999_MS = 253_402_300_799_999

/** A time in a cursor; `toPage` is given its milliseconds. */
export const CURSOR_TIME = z
  .int()
  .min(0)
  .max(YEAR_9999_MS)
  .transform((ms) => new Date(ms))

/** The sort key of a list in the order in which rows were made; `toPage` is given time and id. */
export const CREATED_CURSOR = z
  .tuple([CURSOR_TIME, z.string()])
  .transform(([createdAt, id]): CreatedPosition => ({ createdAt, id }))

/**
 * The sort key in `starting_after`, undefined without one. Throws `invalid_or_expired_cursor` for any text
 * that is not ours.
 */
export function parseCursor<Position>(
  startingAfter: string | undefined,
  shape: z.ZodType<Position>,
): Position | undefined {
  if (startingAfter === undefined) return undefined
  const parsed = shape.safeParse(decodeCursor(startingAfter))
  if (!parsed.success) throw new ApiError('invalid_or_expired_cursor')
  return parsed.data
}

function decodeCursor(text: string): unknown {
  try {
    const cursor: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return findUnstorable(cursor, '') === undefined ? cursor : undefined
  } catch {
    return undefined
  }
}
