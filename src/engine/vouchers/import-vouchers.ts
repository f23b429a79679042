import { ApiError } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import type { ItemFailure } from '../async-actions/index.ts'
import type { Call } from '../context.ts'
import { type ProjectSchemas, refuseMetadata, unsetAsNull } from '../metadata-schemas/index.ts'
import { calculateChangedVoucher } from './calculate-voucher.ts'
import { duplicateCode } from './create-voucher.ts'
import { lockVouchersByCode } from './voucher.repo.ts'
import { parseVoucher, type VoucherInput } from './voucher.schema.ts'
import type { Voucher } from './voucher.ts'
import { insertVouchers, updateVouchers } from './voucher-write.repo.ts'

/** A voucher to be imported: its code, what was said of it, and how far it had been used elsewhere. */
export type ImportRow = {
  code: string
  input: VoucherInput
  redeemedQuantity?: number
  /** Credits that were spent; means something for gift cards alone. */
  redeemedAmount?: number
}

export type ImportOptions = {
  /** The new voucher that a row describes. */
  make(row: ImportRow): Voucher
  /** Whether a code that is there already is changed (R-VOU-12, R-VOU-13) or refused. */
  updatesExisting: boolean
}

type Import = ImportOptions & { schemas: ProjectSchemas }

/**
 * Stores the vouchers that `rows` describe. A row that cannot be stored fails by itself. Answers how many were, and
 * which failed why.
 */
export async function importVouchers(
  tx: Tx,
  { projectId, now }: Call,
  rows: readonly ImportRow[],
  { make, updatesExisting, schemas }: Import,
): Promise<{ done: number; failed: ItemFailure[] }> {
  const existing = await lockVouchersByCode(
    tx,
    rows.map(({ code }) => ({ projectId, code })),
  )
  const failed: ItemFailure[] = []
  const added = new Map<string, Voucher>()
  const changed = new Map<string, Voucher>()
  let done = 0
  for (const [index, row] of rows.entries()) {
    const stored = existing[index]
    // A code that stands twice in the file changes what its first row made of it.
    const known = stored ? (changed.get(stored.id) ?? stored) : added.get(row.code)
    const voucher = attempt(() => {
      const input = parseVoucher({ ...row.input })
      const written = { of: 'voucher', metadata: unsetAsNull(input) } as const
      const refusal = refuseMetadata(schemas, { ...written, on: known ? 'update' : 'create' })
      if (refusal) throw refusal
      if (!known) return make({ ...row, input })
      if (!updatesExisting) throw duplicateCode(row.code)
      return calculateChangedVoucher(known, input, now)
    })
    if (voucher instanceof ApiError) {
      failed.push(toFailure(row.code, voucher))
      continue
    }
    done += 1
    if (stored) changed.set(stored.id, voucher)
    else added.set(row.code, voucher)
  }
  updateVouchers(tx, [...changed.values()])
  const inserted = await insertVouchers(tx, [...added.values()])
  // What is in the bin was not found, and keeps its code (R-VOU-08).
  const blocked = [...added.values()].filter(({ id }) => !inserted.has(id))
  failed.push(...blocked.map(({ code }) => toFailure(code, duplicateCode(code))))
  return { done: done - blocked.length, failed }
}

function attempt<T>(work: () => T): T | ApiError {
  try {
    return work()
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
}

/** Why a code could not be worked on, in the words of a refusal. */
export const toFailure = (code: string, { message, context }: ApiError): ItemFailure => ({
  code,
  reason: context.details ?? message,
})
