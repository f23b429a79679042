import { isId } from '../../kernel/ids.ts'
import { type Db, type Statement, statement, type Tx } from '../../platform/db.ts'
import type { Voucher } from './voucher.ts'
import { toRow, toVoucher, type VoucherRow } from './voucher-row.ts'

/** A code, or an id in its place (R-ID-03). */
export type VoucherReference = { projectId: string; code: string }

const BY_CODE = `select voucher.* from voucher
   join unnest($1::text[], $2::text[]) as wanted (project_id, code)
     on voucher.project_id = wanted.project_id and voucher.code = wanted.code
  where voucher.deleted_at is null`
// An id costs a second index, so it is looked up only when one of the codes could be one.
const BY_CODE_OR_ID = `select voucher.* from voucher
  where voucher.deleted_at is null and voucher.id in (
    select voucher.id from voucher join unnest($1::text[], $2::text[]) as wanted (project_id, code)
        on voucher.project_id = wanted.project_id and voucher.code = wanted.code
    union all
    select voucher.id from voucher join unnest($1::text[], $2::text[]) as wanted (project_id, id)
        on voucher.project_id = wanted.project_id and voucher.id = wanted.id)`
// Everybody locks vouchers by id, so that two batches over the same ones queue and do not deadlock.
const LOCKING = 'order by voucher.id for update of voucher'

const FIND = {
  byCode: statement('find_vouchers_by_code', BY_CODE),
  byCodeOrId: statement('find_vouchers_by_code_or_id', BY_CODE_OR_ID),
}
const LOCK = {
  byCode: statement('lock_vouchers_by_code', `${BY_CODE} ${LOCKING}`),
  byCodeOrId: statement('lock_vouchers_by_code_or_id', `${BY_CODE_OR_ID} ${LOCKING}`),
}

/**
 * The vouchers that `references` name, each at the place of its reference; undefined where the project
 * has no such voucher outside the bin. A voucher named twice is one object at both places.
 */
export function findVouchersByCode(
  db: Db,
  references: readonly VoucherReference[],
): Promise<(Voucher | undefined)[]> {
  return load(db, FIND, references)
}

/**
 * As `findVouchersByCode`, but locks the vouchers by id until `tx` ends: rivals for the last use of one
 * queue up here and then see what was left of it (R-CONC-01, R-CONC-02). Comes before customers.
 */
export function lockVouchersByCode(
  tx: Tx,
  references: readonly VoucherReference[],
): Promise<(Voucher | undefined)[]> {
  return load(tx, LOCK, references)
}

const keyOf = (projectId: string, codeOrId: string): string => `${projectId} ${codeOrId}`

async function load(
  db: Db,
  statements: { byCode: Statement; byCodeOrId: Statement },
  references: readonly VoucherReference[],
): Promise<(Voucher | undefined)[]> {
  if (references.length === 0) return []
  const mayBeId = references.some(({ code }) => isId('voucher', code))
  const rows = await db.run<VoucherRow>(mayBeId ? statements.byCodeOrId : statements.byCode, [
    references.map(({ projectId }) => projectId),
    references.map(({ code }) => code),
  ])
  const byId = new Map<string, Voucher>()
  const byCode = new Map<string, Voucher>()
  for (const row of rows) {
    const id = keyOf(row.project_id, row.id)
    const voucher = byId.get(id) ?? toVoucher(row)
    byId.set(id, voucher)
    byCode.set(keyOf(row.project_id, row.code), voucher)
  }
  return references.map(({ projectId, code }) => {
    const key = keyOf(projectId, code)
    return byCode.get(key) ?? byId.get(key)
  })
}

/** Stores a new voucher; false when its project has the code already, also when it is in the bin. */
export async function insertVoucher(tx: Tx, voucher: Voucher): Promise<boolean> {
  const inserted = await tx.kysely
    .insertInto('voucher')
    .values(toRow(voucher))
    .onConflict((conflict) => conflict.columns(['project_id', 'code']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Stores a voucher that `tx` has locked as it is now. */
export async function updateVoucher(tx: Tx, voucher: Voucher): Promise<void> {
  await tx.kysely.updateTable('voucher').set(toRow(voucher)).where('id', '=', voucher.id).execute()
}

/** Puts a voucher into the bin, where its code stays taken (R-VOU-08); false when there is none. */
export async function binVoucher(tx: Tx, reference: VoucherReference, now: Date): Promise<boolean> {
  const [voucher] = await lockVouchersByCode(tx, [reference])
  if (!voucher) return false
  const bin = tx.kysely.updateTable('voucher').set({ deleted_at: now })
  await bin.where('id', '=', voucher.id).execute()
  return true
}

const DELETE = statement(
  'delete_voucher',
  `delete from voucher where id = coalesce(
     (select id from voucher where project_id = $1 and code = $2),
     (select id from voucher where project_id = $1 and id = $2))
   returning id`,
)

/** Deletes a voucher for good, also out of the bin; false when there is none. Its redemptions stay (R-VOU-07). */
export async function deleteVoucher(
  tx: Tx,
  { projectId, code }: VoucherReference,
): Promise<boolean> {
  const deleted = await tx.run<{ id: string }>(DELETE, [projectId, code])
  return deleted.length > 0
}
