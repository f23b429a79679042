import { ApiError } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import { money } from '../../kernel/money.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { CsvRow } from '../api/index.ts'
import {
  type AsyncJob,
  asyncJob,
  type ItemFailure,
  type RunningAction,
  type Step,
} from '../async-actions/index.ts'
import type { Call } from '../context.ts'
import { findSchemas, type ProjectSchemas } from '../metadata-schemas/index.ts'
import { calculateNewVoucher } from './calculate-voucher.ts'
import { toVoucherRow } from './csv-row.ts'
import { type ImportOptions, type ImportRow, importVouchers, toFailure } from './import-vouchers.ts'
import type { VoucherInput } from './voucher.schema.ts'
import type { Voucher } from './voucher.ts'

/** Reads an item; what its metadata is to be decides how texts of a file are read. */
export type ToRow<Item> = (item: Item, schemas: ProjectSchemas) => ImportRow

/**
 * A step of an import: the next of `items`, each of which `toRow` reads. What it cannot read fails by itself. The
 * message counts what all steps stored.
 */
export async function importStep<Item>(
  tx: Tx,
  { call, state, doneCount }: RunningAction<unknown, number>,
  items: readonly Item[],
  { toRow, ...options }: ImportOptions & { toRow: ToRow<Item> },
): Promise<Step<number>> {
  const end = state + LIMITS.asyncActionItemsPerStep
  const schemas = (await findSchemas(tx, [call.projectId]))(call.projectId)
  const rows: ImportRow[] = []
  const unreadable: ItemFailure[] = []
  for (const [index, item] of items.slice(state, end).entries()) {
    try {
      rows.push(toRow(item, schemas))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      unreadable.push({ ...toFailure('', error), row: state + index + 1 })
    }
  }
  const { done, failed } = await importVouchers(tx, call, rows, { ...options, schemas })
  return {
    state: end,
    done,
    failed: [...unreadable, ...failed],
    isDone: end >= items.length,
    message: `Imported ${doneCount + done} vouchers.`,
  }
}

/** `voucher` as far used as it was where it comes from. */
export function calculateUsed(
  voucher: Voucher,
  { redeemedQuantity = 0, redeemedAmount = 0 }: ImportRow,
): Voucher {
  refuseOveruse(voucher, redeemedQuantity, redeemedAmount)
  const used = { ...voucher, redeemedQuantity }
  if (used.type !== 'GIFT_VOUCHER') return used
  return { ...used, gift: { ...used.gift, redeemedAmount: money(redeemedAmount) } }
}

function refuseOveruse(
  { redemptionQuantity, gift }: Voucher,
  redeemedQuantity: number,
  redeemedAmount: number,
): void {
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
  if (!isCount(redeemedQuantity) || redeemedQuantity > (redemptionQuantity ?? Infinity)) {
    throw new ApiError('invalid_voucher', {
      details: 'Redeemed Quantity should be a whole number up to the redemption limit',
    })
  }
  if (gift && (!isCount(redeemedAmount) || redeemedAmount > gift.amount)) {
    throw new ApiError('invalid_voucher', {
      details: 'Redeemed Amount should be a whole number up to the amount of the card',
    })
  }
}

const standalone = ({ projectId, now }: Call): ImportOptions => ({
  make: (row) =>
    calculateUsed(
      calculateNewVoucher(row.input, { id: newId('voucher'), projectId, code: row.code, now }),
      row,
    ),
  updatesExisting: true,
})

/** `POST /v1/vouchers/import` and `POST /v1/vouchers/importCSV` (R-VOU-12, R-VOU-13). */
export const importJobs: readonly AsyncJob[] = [
  asyncJob<VoucherInput[], number>({
    type: 'VOUCHERS.IMPORT',
    start: 0,
    step: (tx, action) =>
      importStep(tx, action, action.input, {
        ...standalone(action.call),
        toRow: (input) => ({ code: input.code ?? '', input }),
      }),
  }),
  asyncJob<CsvRow[], number>({
    type: 'VOUCHERS.IMPORT_CSV',
    start: 0,
    step: (tx, action) =>
      importStep(tx, action, action.input, { ...standalone(action.call), toRow: toVoucherRow }),
  }),
]
