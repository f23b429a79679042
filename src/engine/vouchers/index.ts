/**
 * Vouchers: codes that give a discount, or hold the credits of a gift card.
 * Start at voucher.ts (what one is); voucher.repo.ts loads, locks and counts them.
 */

export {
  findVouchersByCode,
  insertVoucherTransactions,
  lockVouchersByCode,
  type RedeemedChange,
  saveRedeemed,
  type VoucherReference,
  type VoucherTransaction,
} from './voucher.repo.ts'
export { type Gift, giftBalance, type Voucher } from './voucher.ts'
export { toSimpleVoucher, toVoucherView } from './voucher-view.ts'
