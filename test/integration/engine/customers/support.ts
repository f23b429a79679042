import type { TestApp } from '../../../support/test-app.ts'

export type Occurred = {
  type: string
  group_id: string
  // biome-ignore lint/suspicious/noExplicitAny: payloads are what tests look into, field by field.
  data: any
}

/** What was announced about the customer of this id or `source_id`, oldest first. */
export async function announcedOf(t: TestApp, reference: string): Promise<Occurred[]> {
  const { rows } = await t.db.pool.query(
    `select type, group_id, data from occurrence
      where customer_id = $1 or data -> 'customer' ->> 'source_id' = $1 order by id`,
    [reference],
  )
  return rows
}

export const typesOf = async (t: TestApp, reference: string): Promise<string[]> =>
  (await announcedOf(t, reference)).map(({ type }) => type)

/** Runs `work` so many times at once, and waits for all. */
export const inParallel = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_each, index) => work(index)))
