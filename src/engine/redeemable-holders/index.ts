/**
 * Who has which voucher, and as what: owners by publication, referrers, and referees.
 * Start at redeemable-holder.ts; publications and referrals tell of holders by `saveHolders`.
 */

export {
  listHolders,
  type NewHolder,
  saveHolders,
  toHolder,
} from './redeemable-holder.repo.ts'
export { redeemableHolderRoutes } from './redeemable-holder.routes.ts'
export { HOLDER_LIST_QUERY, type HolderField, parseHolderList } from './redeemable-holder.schema.ts'
export type { HolderRole, RedeemableHolder } from './redeemable-holder.ts'
export { toHolderView } from './show-holders.ts'
