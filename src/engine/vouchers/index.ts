/**
 * Vouchers: codes that give a discount, or hold the credits of a gift card or the points of a loyalty card.
 * Start at voucher.ts (what one is) and create-voucher.ts; voucher.repo.ts finds and locks them.
 */
export { bulkUpdateJobs } from './bulk-update.ts'
export { refuseOverdraft } from './calculate-balance.ts'
export { calculateMetadata, calculateNewVoucher } from './calculate-voucher.ts'
export { type BalanceInput, changeCredits, moveCredits } from './change-credits.ts'
export { storeNewVoucher } from './create-voucher.ts'
export { toCampaignRow } from './csv-row.ts'
export {
  EXPIRATION_RULES,
  type ExpirationRules,
  refuseIncomplete,
} from './expiration-rules.ts'
export { exportTransactions } from './export-transactions.ts'
export { findHeldVoucherId } from './held.repo.ts'
export { calculateUsed, importJobs, importStep, type ToRow } from './import-jobs.ts'
export type { ImportRow } from './import-vouchers.ts'
export { type RedeemedChange, saveRedeemed } from './redeemed.repo.ts'
export { binNextVouchers, deleteNextVouchers } from './remove-vouchers.repo.ts'
export { showVouchers } from './show-vouchers.ts'
export {
  parseTransactionList,
  TRANSACTION_LIST_QUERY,
  toTransactionListView,
} from './transaction-list.ts'
export {
  deleteVoucherById,
  findVouchersByCode,
  findVouchersById,
  lockPublishable,
  lockUnpublished,
  lockVouchersByCode,
  lockVouchersById,
  type VoucherReference,
} from './voucher.repo.ts'
export { type AddToCampaign, answerVoucherList, voucherRoutes } from './voucher.routes.ts'
export {
  parseVoucher,
  VOUCHER_PROPERTIES,
  VOUCHER_SCHEMA,
  type VoucherInput,
} from './voucher.schema.ts'
export {
  type Benefit,
  type Gift,
  giftBalance,
  type LoyaltyCard,
  type Metadata,
  pointsBalance,
  type Voucher,
} from './voucher.ts'
export {
  parseVoucherImport,
  VOUCHER_CODES,
  VOUCHER_IMPORT,
  VOUCHER_METADATA_CHANGES,
  VOUCHER_METADATA_FOR_ALL,
  voucherBulkRoutes,
} from './voucher-bulk.routes.ts'
export { toLostFacts } from './voucher-facts.ts'
export { listVouchers } from './voucher-list.repo.ts'
export { parseVoucherList, VOUCHER_LIST_QUERY } from './voucher-list.schema.ts'
export { insertVoucherTransactions, listVoucherTransactions } from './voucher-transaction.repo.ts'
export {
  AUTOMATION,
  isOfPoints,
  type NewVoucherTransaction,
  toBalanceView,
  toTransactionView,
  type VoucherTransaction,
  type VoucherTransactionType,
} from './voucher-transaction.ts'
export { toBenefitView, toSimpleVoucher } from './voucher-view.ts'
export { insertVouchersAlike } from './voucher-write.repo.ts'
