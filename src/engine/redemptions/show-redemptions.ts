import type { Json } from '../../kernel/json.ts'
import type { Db } from '../../platform/db.ts'
import { findCustomers, toSimpleCustomer } from '../customers/index.ts'
import { findTiers, toTierView } from '../promotions/index.ts'
import { findRewardResults } from '../rewards/index.ts'
import { findVouchersById, toSimpleVoucher } from '../vouchers/index.ts'
import type { Redemption } from './redemption.ts'
import { toRedemptionView } from './redemption-view.ts'

type View = { [key: string]: Json }

/** Redemptions of one project with their customers, vouchers and promotion tiers as they are now. */
export async function showRedemptions(
  db: Db,
  projectId: string,
  redemptions: readonly Redemption[],
): Promise<View[]> {
  const [customers, vouchers, tiers, rewards] = await Promise.all([
    findCustomers(db, projectId, idsOf(redemptions, 'customerId')),
    findVouchersById(db, projectId, idsOf(redemptions, 'voucherId')),
    findTierViews(db, projectId, idsOf(redemptions, 'promotionTierId')),
    findRewardResults(
      db,
      redemptions.flatMap((redemption) =>
        redemption.points === null ? [] : rewardedBy(redemption),
      ),
    ),
  ])
  const customerViews = new Map<string, View>()
  for (const customer of customers) customerViews.set(customer.id, toSimpleCustomer(customer))
  const voucherViews = new Map<string, View>()
  for (const voucher of vouchers) voucherViews.set(voucher.id, toSimpleVoucher(voucher))
  return redemptions.map((redemption) =>
    toRedemptionView(redemption, {
      customer: customerViews.get(redemption.customerId ?? '') ?? null,
      voucher: voucherViews.get(redemption.voucherId ?? '') ?? toLostVoucher(redemption),
      promotionTier: tiers.get(redemption.promotionTierId ?? '') ?? toLostTier(redemption),
      reward: toReward(
        rewards.get(rewardedBy(redemption)),
        customerViews.get(redemption.customerId ?? ''),
      ),
    }),
  )
}

/** The redemption that gave a reward: of a rollback what it undoes. */
const rewardedBy = ({ id, redemptionId }: Redemption): string => redemptionId ?? id

const toReward = (result: View | undefined, customer: View | undefined): View | undefined =>
  result && { customer: customer ?? null, ...result }

async function findTierViews(
  db: Db,
  projectId: string,
  ids: readonly string[],
): Promise<Map<string, View>> {
  if (ids.length === 0) return new Map()
  const tiers = await findTiers(db, projectId, ids)
  return new Map([...tiers].map(([id, tier]) => [id, toTierView(tier)]))
}

/** What a redemption still knows of a voucher that was deleted or never was. */
const toLostVoucher = ({ voucherId, voucherCode }: Redemption): View | null =>
  voucherId === null ? null : { id: voucherId, code: voucherCode, object: 'voucher' }

const toLostTier = ({ promotionTierId }: Redemption): View | null =>
  promotionTierId === null ? null : { id: promotionTierId, object: 'promotion_tier' }

const idsOf = (
  redemptions: readonly Redemption[],
  field: 'customerId' | 'voucherId' | 'promotionTierId',
): string[] => [...new Set(redemptions.flatMap(({ [field]: id }) => (id === null ? [] : [id])))]
