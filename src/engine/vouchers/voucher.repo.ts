import { isId } from '../../kernel/ids.ts'
import { type Db, type Statement, statement, type Tx } from '../../platform/db.ts'
import type { Voucher } from './voucher.ts'
import {
  OUTSIDE_BIN,
  toVoucher,
  VOUCHER_ROW,
  type VoucherRow,
  WITH_CAMPAIGN,
} from './voucher-row.ts'

/** A code, or an id in its place (R-ID-03). */
export type VoucherReference = { projectId: string; code: string }

// How codes are told apart is a setting of the project (D-14).
const JOIN_WANTED = `join project on project.id = wanted.project_id
   join voucher on voucher.project_id = project.id
    and voucher.code_key = case when project.has_case_sensitive_codes then wanted.code else lower(wanted.code) end`
const WANTED = 'unnest($1::text[], $2::text[]) as wanted (project_id, code)'
const BY_CODE = `select ${VOUCHER_ROW}, wanted.code as wanted_code from ${WANTED} ${JOIN_WANTED} ${WITH_CAMPAIGN}
  where ${OUTSIDE_BIN}`
// An id costs a second index, so it is looked up only when one of the codes could be one.
// It is looked up by itself first: a lock on the whole could lose a row that a rival changed while it waited.
const BY_CODE_OR_ID = `with named as materialized (
     select voucher.id, wanted.code from ${WANTED} ${JOIN_WANTED}
     union all
     select voucher.id, voucher.id from ${WANTED}
       join voucher on voucher.project_id = wanted.project_id and voucher.id = wanted.code)
  select ${VOUCHER_ROW}, named.code as wanted_code
    from named join voucher on voucher.id = named.id ${WITH_CAMPAIGN}
   where ${OUTSIDE_BIN}`
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

const BY_ID = `select ${VOUCHER_ROW} from voucher ${WITH_CAMPAIGN}
    where voucher.id = any($2::text[]) and voucher.project_id = $1 and ${OUTSIDE_BIN}`
const FIND_BY_ID = statement('find_vouchers_by_id', BY_ID)
const LOCK_BY_ID = statement('lock_vouchers_by_id', `${BY_ID} ${LOCKING}`)

/**
 * The vouchers of these ids, to which something stored refers: no code that looks like an id hides them. In any order and
 * without those that are not there.
 */
export async function findVouchersById(
  db: Db,
  projectId: string,
  ids: readonly string[],
): Promise<Voucher[]> {
  if (ids.length === 0) return []
  return (await db.run<VoucherRow>(FIND_BY_ID, [projectId, ids])).map(toVoucher)
}

/** The same, locked until `tx` ends. Comes before customers. */
export async function lockVouchersById(
  tx: Tx,
  projectId: string,
  ids: readonly string[],
): Promise<Voucher[]> {
  if (ids.length === 0) return []
  return (await tx.run<VoucherRow>(LOCK_BY_ID, [projectId, ids])).map(toVoucher)
}

const keyOf = (projectId: string, codeOrId: string): string => `${projectId} ${codeOrId}`

async function load(
  db: Db,
  statements: { byCode: Statement; byCodeOrId: Statement },
  references: readonly VoucherReference[],
): Promise<(Voucher | undefined)[]> {
  if (references.length === 0) return []
  const mayBeId = references.some(({ code }) => isId('voucher', code))
  const rows = await db.run<VoucherRow & { wanted_code: string }>(
    mayBeId ? statements.byCodeOrId : statements.byCode,
    [references.map(({ projectId }) => projectId), references.map(({ code }) => code)],
  )
  const vouchers = new Map<string, Voucher>()
  const byId = new Map<string, Voucher>()
  const byCode = new Map<string, Voucher>()
  for (const row of rows) {
    const voucher = vouchers.get(row.id) ?? toVoucher(row)
    vouchers.set(row.id, voucher)
    const named = row.wanted_code === row.id ? byId : byCode
    named.set(keyOf(row.project_id, row.wanted_code), voucher)
  }
  return references.map(({ projectId, code }) => {
    const key = keyOf(projectId, code)
    return byCode.get(key) ?? byId.get(key)
  })
}

const PUBLISHABLE = `from voucher ${WITH_CAMPAIGN}
    where voucher.campaign_id = $1 and voucher.is_active and ${OUTSIDE_BIN}
      and (voucher.expiration_date is null or voucher.expiration_date > $2)`

const LOCK_PUBLISHABLE = statement(
  'lock_publishable_voucher',
  `select ${VOUCHER_ROW} ${PUBLISHABLE} order by voucher.created_at, voucher.id limit 1 for update of voucher`,
)

/** Locks the first voucher of a campaign that can be published, however often it was. */
export async function lockPublishable(tx: Tx, campaignId: string, now: Date): Promise<Voucher[]> {
  return (await tx.run<VoucherRow>(LOCK_PUBLISHABLE, [campaignId, now])).map(toVoucher)
}

const LOCK_UNPUBLISHED = statement(
  'lock_unpublished_vouchers',
  `select ${VOUCHER_ROW} ${PUBLISHABLE} and voucher.publish_count = 0
    order by voucher.id limit $3 for update of voucher skip locked`,
)

/**
 * Locks up to `count` vouchers of a campaign that can still be published (P-3). Those that somebody else is about to
 * publish are passed over, so rivals get different ones.
 */
export async function lockUnpublished(
  tx: Tx,
  campaignId: string,
  { count, now }: { count: number; now: Date },
): Promise<Voucher[]> {
  const rows = await tx.run<VoucherRow>(LOCK_UNPUBLISHED, [campaignId, now, count])
  return rows.map(toVoucher)
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
     (select voucher.id from (select $1::text as project_id, $2::text as code) as wanted ${JOIN_WANTED}),
     (select id from voucher where project_id = $1 and id = $2))
   returning id`,
)

const DELETE_BY_ID = statement(
  'delete_voucher_by_id',
  'delete from voucher where project_id = $1 and id = $2',
)

/** Deletes the voucher with this id for good, whatever codes look like it. */
export function deleteVoucherById(tx: Tx, projectId: string, id: string): void {
  tx.send(DELETE_BY_ID, [projectId, id])
}

/** Deletes a voucher for good, also out of the bin; false when there is none. Its redemptions stay (R-VOU-07). */
export async function deleteVoucher(
  tx: Tx,
  { projectId, code }: VoucherReference,
): Promise<boolean> {
  const deleted = await tx.run<{ id: string }>(DELETE, [projectId, code])
  return deleted.length > 0
}
