import { type RawBuilder, sql } from 'kysely'

/** The place of a row in a list that is ordered by when rows were made; ids tell apart those of one moment. */
export type CreatedPosition = { createdAt: Date; id: string }

/** Rows behind `position` in a list with the newest first. */
export const olderThan = ({ createdAt, id }: CreatedPosition): RawBuilder<boolean> =>
  sql<boolean>`(created_at, id) < (${createdAt}, ${id})`

/** Rows behind `position` in a list with the oldest first. */
export const newerThan = ({ createdAt, id }: CreatedPosition): RawBuilder<boolean> =>
  sql<boolean>`(created_at, id) > (${createdAt}, ${id})`
