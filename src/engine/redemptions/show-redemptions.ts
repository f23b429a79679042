import type { Json } from '../../kernel/json.ts'
import type { Db } from '../../platform/db.ts'
import { findCustomers, toSimpleCustomer } from '../customers/index.ts'
import { findVouchersByCode, toSimpleVoucher } from '../vouchers/index.ts'
import type { Redemption } from './redemption.ts'
import { toRedemptionView } from './redemption-view.ts'

type View = { [key: string]: Json }

/** Redemptions of one project with their customers and vouchers as they are now. */
export async function showRedemptions(
  db: Db,
  projectId: string,
  redemptions: readonly Redemption[],
): Promise<View[]> {
  const [customers, vouchers] = await Promise.all([
    findCustomers(db, projectId, idsOf(redemptions, 'customerId')),
    findVouchersByCode(
      db,
      idsOf(redemptions, 'voucherId').map((code) => ({ projectId, code })),
    ),
  ])
  const customerViews = new Map<string, View>()
  for (const customer of customers) customerViews.set(customer.id, toSimpleCustomer(customer))
  const voucherViews = new Map<string, View>()
  for (const voucher of vouchers)
    if (voucher) voucherViews.set(voucher.id, toSimpleVoucher(voucher))
  return redemptions.map((redemption) =>
    toRedemptionView(redemption, {
      customer: customerViews.get(redemption.customerId ?? '') ?? null,
      voucher: voucherViews.get(redemption.voucherId ?? '') ?? toLostVoucher(redemption),
    }),
  )
}

/** What a redemption still knows of a voucher that was deleted or never was. */
const toLostVoucher = ({ voucherId, voucherCode }: Redemption): View | null =>
  voucherId === null ? null : { id: voucherId, code: voucherCode, object: 'voucher' }

const idsOf = (redemptions: readonly Redemption[], field: 'customerId' | 'voucherId'): string[] => [
  ...new Set(redemptions.flatMap(({ [field]: id }) => (id === null ? [] : [id]))),
]
