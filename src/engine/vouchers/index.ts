/**
 * Vouchers: codes that give a discount, or hold the credits of a gift card.
 * Start at voucher.ts (what one is) and create-voucher.ts; voucher.repo.ts finds and locks them.
 */
export {
  insertVoucherTransactions,
  type RedeemedChange,
  saveRedeemed,
  type VoucherTransaction,
} from './redeemed.repo.ts'
export { findVouchersByCode, lockVouchersByCode, type VoucherReference } from './voucher.repo.ts'
export { voucherRoutes } from './voucher.routes.ts'
export { type Gift, giftBalance, type Voucher } from './voucher.ts'
export { toSimpleVoucher, toVoucherView } from './voucher-view.ts'
