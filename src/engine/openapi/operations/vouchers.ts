import { PAGE_QUERY } from '../../api/index.ts'
import { EXPORT_PARAMETERS } from '../../exports/index.ts'
import { BALANCE_CHANGE } from '../../points/index.ts'
import {
  TRANSACTION_LIST_QUERY,
  VOUCHER_CODES,
  VOUCHER_IMPORT,
  VOUCHER_LIST_QUERY,
  VOUCHER_METADATA_CHANGES,
  VOUCHER_METADATA_FOR_ALL,
  VOUCHER_SCHEMA,
} from '../../vouchers/index.ts'
import {
  accepted,
  CSV,
  cursorListOf,
  EMPTY,
  FILTERS,
  FORCE,
  listOf,
  NOTHING,
  type Operations,
  orderBy,
  type Tag,
  view,
} from '../operation.ts'

const single: Operations = {
  'GET /v1/vouchers': {
    id: 'listVouchers',
    summary: 'List vouchers',
    query: [PAGE_QUERY, VOUCHER_LIST_QUERY, orderBy('created_at', 'updated_at', 'code'), FILTERS],
    answer: listOf('vouchers', 'Voucher'),
  },
  'POST /v1/vouchers': {
    id: 'generateVoucher',
    summary: 'Create a voucher; without a code one is generated',
    body: VOUCHER_SCHEMA,
    answer: view('Voucher'),
  },
  'POST /v1/vouchers/{code}': {
    id: 'createVoucher',
    summary: 'Create a voucher with the code of the path',
    body: VOUCHER_SCHEMA,
    answer: view('Voucher'),
  },
  'GET /v1/vouchers/{code}': {
    id: 'getVoucher',
    summary: 'Get a voucher',
    answer: view('Voucher'),
  },
  'PUT /v1/vouchers/{code}': {
    id: 'updateVoucher',
    summary: 'Change a voucher; what is not given stays',
    body: VOUCHER_SCHEMA,
    answer: view('Voucher'),
  },
  'DELETE /v1/vouchers/{code}': {
    id: 'deleteVoucher',
    summary: 'Move a voucher to the bin, or delete it for good',
    query: [FORCE],
    ...NOTHING,
  },
  'POST /v1/vouchers/{code}/enable': {
    id: 'enableVoucher',
    summary: 'Enable a voucher',
    answer: view('Voucher'),
  },
  'POST /v1/vouchers/{code}/disable': {
    id: 'disableVoucher',
    summary: 'Disable a voucher',
    answer: view('Voucher'),
  },
}

const balance: Operations = {
  'POST /v1/vouchers/{code}/balance': {
    id: 'changeVoucherBalance',
    summary: 'Add to the balance of a gift or loyalty card, or take from it',
    body: BALANCE_CHANGE,
    answer: view('BalanceChange'),
  },
  'GET /v1/vouchers/{code}/transactions': {
    id: 'listVoucherTransactions',
    summary: 'List what changed the balance of a card',
    query: [TRANSACTION_LIST_QUERY, orderBy('id'), FILTERS],
    answer: cursorListOf('data', 'VoucherTransaction'),
  },
  'POST /v1/vouchers/{code}/transactions/export': {
    id: 'exportVoucherTransactions',
    summary: 'Export the transactions of a card',
    body: EXPORT_PARAMETERS,
    isBodyOptional: true,
    answer: view('Export'),
  },
}

const many: Operations = {
  'POST /v1/vouchers/import': {
    id: 'importVouchers',
    summary: 'Import vouchers with codes',
    body: VOUCHER_IMPORT,
    ...accepted(202),
  },
  'POST /v1/vouchers/importCSV': {
    id: 'importVouchersCsv',
    summary: 'Import vouchers from a CSV file',
    ...CSV,
    ...accepted(202),
  },
  'POST /v1/vouchers/bulk/async': {
    id: 'updateVouchersInBulk',
    summary: 'Give each of many vouchers metadata of its own',
    body: VOUCHER_METADATA_CHANGES,
    ...accepted(202),
  },
  'POST /v1/vouchers/metadata/async': {
    id: 'updateVouchersMetadata',
    summary: 'Give many vouchers the same metadata',
    body: VOUCHER_METADATA_FOR_ALL,
    ...accepted(202),
  },
  'POST /v1/vouchers/enable': {
    id: 'enableVouchers',
    summary: 'Enable vouchers by their codes, all or none',
    body: VOUCHER_CODES,
    answer: EMPTY,
  },
  'POST /v1/vouchers/disable': {
    id: 'disableVouchers',
    summary: 'Disable vouchers by their codes, all or none',
    body: VOUCHER_CODES,
    answer: EMPTY,
  },
}

export const VOUCHERS: Tag = {
  name: 'Vouchers',
  description: 'Codes that give a discount or hold credits or points.',
  operations: { ...single, ...balance, ...many },
}
