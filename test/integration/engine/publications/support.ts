import { randomBytes } from 'node:crypto'
import type { TestApp } from '../../../support/test-app.ts'

/** A name that no other test uses. */
export const unique = (name: string): string => `${name}-${randomBytes(5).toString('hex')}`

/** Creates a voucher with a code of its own and returns the code. */
export async function createVoucher(t: TestApp, fields: object = {}): Promise<string> {
  const code = unique('P')
  const body = { discount: { type: 'PERCENT', percent_off: 10 }, ...fields }
  const created = await t.call('POST', `/v1/vouchers/${code}`, body)
  if (created.status !== 200) throw new Error(JSON.stringify(created.body))
  return code
}

/** What is announced to the customer of a `source_id`, oldest first. */
export async function announced(t: TestApp, sourceId: string) {
  const { rows } = await t.db.pool.query(
    `select type, data from occurrence where data -> 'customer' ->> 'source_id' = $1 order by id`,
    [sourceId],
  )
  return rows
}
