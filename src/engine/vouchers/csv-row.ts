import { ApiError } from '../../kernel/api-error.ts'
import type { CsvRow } from '../api/index.ts'
import { type ProjectSchemas, readCells } from '../metadata-schemas/index.ts'
import type { ImportRow } from './import-vouchers.ts'
import type { VoucherInput } from './voucher.schema.ts'

/** A row by the names of its columns in lower case, and what its other columns hold. */
type Cells = { known: Map<string, string>; metadata: CsvRow }

const COLUMNS_OF_VOUCHERS = [
  'code',
  'voucher type',
  'value',
  'discount type',
  'category',
  'start date',
  'expiration date',
  'redemption limit',
  'redeemed quantity',
  'redeemed amount',
  'active',
  'additional info',
] as const

const COLUMNS_OF_CAMPAIGNS = [
  'code',
  'category',
  'active',
  'gift amount',
  'redeemed amount',
  'redeemed quantity',
  'loyalty points',
] as const

/**
 * The voucher that a row of `POST /v1/vouchers/importCSV` describes (R-VOU-12). Amounts are in minor units, as
 * everywhere. Throws `invalid_voucher` for a row without code or type.
 */
export function toVoucherRow(row: CsvRow, { ofObjects }: ProjectSchemas): ImportRow {
  const { known, metadata } = toCells(row, COLUMNS_OF_VOUCHERS)
  const type = known.get('voucher type')
  if (!type) throw new ApiError('invalid_voucher', { details: 'Voucher Type is required' })
  const redemptionLimit = toNumber(known.get('redemption limit'))
  const input = {
    type,
    ...toBenefit(type, known),
    ...toCommon(known),
    start_date: known.get('start date'),
    expiration_date: known.get('expiration date'),
    additional_info: known.get('additional info'),
    redemption: redemptionLimit === undefined ? undefined : { quantity: redemptionLimit },
    metadata: readCells(ofObjects.get('voucher'), metadata),
  }
  // It is checked when the row is stored.
  return { ...toUsage(known), code: toCode(known), input: input as VoucherInput }
}

/** The voucher that a row of `POST /v1/campaigns/{id}/importCSV` adds to its campaign. */
export function toCampaignRow(row: CsvRow, { ofObjects }: ProjectSchemas): ImportRow {
  const { known, metadata } = toCells(row, COLUMNS_OF_CAMPAIGNS)
  const amount = toNumber(known.get('gift amount'))
  const points = toNumber(known.get('loyalty points'))
  const input = {
    ...toCommon(known),
    ...(amount !== undefined && { gift: { amount } }),
    ...(points !== undefined && { loyalty_card: { points } }),
    metadata: readCells(ofObjects.get('voucher'), metadata),
  }
  return { ...toUsage(known), code: toCode(known), input: input as VoucherInput }
}

function toCells(row: CsvRow, columns: readonly string[]): Cells {
  const known = new Map<string, string>()
  const metadata: CsvRow = {}
  for (const [column, cell] of Object.entries(row)) {
    const name = column.toLowerCase()
    if (columns.includes(name)) known.set(name, cell)
    else metadata[column] = cell
  }
  return { known, metadata }
}

function toBenefit(type: string, known: Cells['known']): object {
  const value = toNumber(known.get('value'))
  if (type === 'GIFT_VOUCHER') return { gift: { amount: value } }
  if (type === 'LOYALTY_CARD') return { loyalty_card: { points: value } }
  const discountType = known.get('discount type')
  const key = { PERCENT: 'percent_off', UNIT: 'unit_off', FIXED: 'fixed_amount' }[
    discountType ?? ''
  ]
  return { discount: { type: discountType, [key ?? 'amount_off']: value } }
}

const toCommon = (known: Cells['known']): object => ({
  category: known.get('category'),
  active: toFlag(known.get('active')),
})

function toUsage(known: Cells['known']): Pick<ImportRow, 'redeemedQuantity' | 'redeemedAmount'> {
  return {
    redeemedQuantity: toNumber(known.get('redeemed quantity')) ?? 0,
    redeemedAmount: toNumber(known.get('redeemed amount')) ?? 0,
  }
}

function toCode(known: Cells['known']): string {
  const code = known.get('code')
  if (!code) throw new ApiError('invalid_voucher', { details: 'Code is required' })
  return code
}

/** What is no number stays one, so that the check of the row names its field. */
const toNumber = (cell: string | undefined): number | undefined =>
  cell === undefined ? undefined : Number(cell)

const toFlag = (cell: string | undefined): boolean | undefined =>
  cell === undefined ? undefined : ['true', '1'].includes(cell.toLowerCase())
