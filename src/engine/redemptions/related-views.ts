import { type Customer, toSimpleCustomer } from '../customers/index.ts'
import type { Target } from '../evaluation/index.ts'
import { toTierView } from '../promotions/index.ts'
import { toSimpleVoucher } from '../vouchers/index.ts'
import type { Related } from './redemption-view.ts'

/** Who redeemed what, in the short forms of a redemption. */
export const toRelatedViews = (
  customer: Customer | undefined,
  target: Target | undefined,
  reward?: Related['reward'],
): Related => ({
  customer: customer ? toSimpleCustomer(customer) : null,
  voucher: target?.voucher ? toSimpleVoucher(target.voucher) : null,
  promotionTier: target?.tier ? toTierView(target.tier) : null,
  reward,
})
