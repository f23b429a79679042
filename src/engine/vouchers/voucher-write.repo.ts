import { newId } from '../../kernel/ids.ts'
import { statement, type Tx } from '../../platform/db.ts'
import type { Voucher } from './voucher.ts'
import { COLUMNS, toRow } from './voucher-row.ts'

const LIST = COLUMNS.join(', ')
const KEY = `case when project.has_case_sensitive_codes then given.code else lower(given.code) end`

const INSERT = statement(
  'insert_vouchers',
  `insert into voucher (${LIST}, code_key)
   select ${COLUMNS.map((column) => `given.${column}`).join(', ')}, ${KEY}
     from jsonb_populate_recordset(null::voucher, $1) as given join project on project.id = given.project_id
    order by given.code
   on conflict (project_id, code_key) do nothing
   returning id`,
)

/**
 * Stores new vouchers, each unless its project has the code already, be it in the bin (R-VOU-08). Answers which
 * were stored, by id.
 */
export async function insertVouchers(
  tx: Tx,
  vouchers: readonly Voucher[],
): Promise<ReadonlySet<string>> {
  if (vouchers.length === 0) return new Set()
  const rows = await tx.run<{ id: string }>(INSERT, [JSON.stringify(vouchers.map(toRow))])
  return new Set(rows.map(({ id }) => id))
}

const SHARED = COLUMNS.filter((column) => column !== 'id' && column !== 'code')

const INSERT_ALIKE = statement(
  'insert_vouchers_alike',
  `with inserted as (
     insert into voucher (id, code, code_key, ${SHARED.join(', ')})
     select given.id, given.code, ${KEY}, ${SHARED.map((column) => `model.${column}`).join(', ')}
       from jsonb_populate_record(null::voucher, $1) as model
       join project on project.id = model.project_id
      cross join unnest($2::text[], $3::text[]) as given (id, code)
     on conflict (project_id, code_key) do nothing
     returning 1)
   select count(*)::integer as stored from inserted`,
)

/**
 * Stores one voucher like `model` under each of `codes` that its project has not used yet. Answers how many
 * that were. Codes go in sorted, so that rivals for the same ones queue and do not deadlock.
 */
export async function insertVouchersAlike(
  tx: Tx,
  model: Voucher,
  codes: readonly string[],
): Promise<number> {
  const [row] = await tx.run<{ stored: number }>(INSERT_ALIKE, [
    JSON.stringify(toRow(model)),
    codes.map(() => newId('voucher')),
    [...codes].sort(),
  ])
  return row?.stored ?? 0
}

const CHANGED = COLUMNS.filter((column) => column !== 'id')

const UPDATE = statement(
  'update_vouchers',
  `update voucher set ${CHANGED.map((column) => `${column} = given.${column}`).join(', ')}
     from jsonb_populate_recordset(null::voucher, $1) as given
    where voucher.id = given.id`,
)

/** Stores vouchers that `tx` has locked as they are now. */
export function updateVouchers(tx: Tx, vouchers: readonly Voucher[]): void {
  if (vouchers.length === 0) return
  tx.send(UPDATE, [JSON.stringify(vouchers.map(toRow))])
}
