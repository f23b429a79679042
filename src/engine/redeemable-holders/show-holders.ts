import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { Db } from '../../platform/db.ts'
import { findCampaigns } from '../campaigns/index.ts'
import { findVouchersById, showVouchers, type Voucher } from '../vouchers/index.ts'
import { decideStatus } from './decide-status.ts'
import type { RedeemableHolder } from './redeemable-holder.ts'

type View = { [key: string]: Json }

/** Holder entries of one project with the vouchers they are about, as they are at `now` (engine-programs §2.7). */
export async function showHolders(
  db: Db,
  holders: readonly RedeemableHolder[],
  now: Date,
): Promise<View[]> {
  const [first] = holders
  if (!first) return []
  const ids = [...new Set(holders.map(({ voucherId }) => voucherId))]
  const vouchers = await findVouchersById(db, first.projectId, ids)
  const [views, campaigns] = await Promise.all([
    showVouchers(db, vouchers),
    findCampaigns(
      db,
      vouchers.flatMap(({ campaignId }) => campaignId ?? []),
    ),
  ])
  const viewOf = new Map(vouchers.map(({ id }, index) => [id, views[index] ?? null]))
  const voucherOf = new Map(vouchers.map((voucher) => [voucher.id, voucher]))
  return holders.flatMap((holder): View[] => {
    const voucher = voucherOf.get(holder.voucherId)
    // It was put into the bin since.
    if (!voucher) return []
    const campaign = campaigns.get(voucher.campaignId ?? '')
    return [
      {
        ...toHolderView(holder, voucher, campaign?.campaignType ?? null),
        redeemable: {
          type: 'voucher',
          voucher: viewOf.get(voucher.id) ?? null,
          status: decideStatus(voucher, campaign, now),
        },
      },
    ]
  })
}

/** A holder entry by itself, as occurrences have it, too (engine-programs §13.6). */
export const toHolderView = (
  holder: RedeemableHolder,
  { type }: Pick<Voucher, 'type'>,
  campaignType: string | null,
): View => ({
  id: holder.id,
  created_at: toIso(holder.createdAt),
  redeemable_id: holder.voucherId,
  redeemable_object: 'voucher',
  campaign_id: holder.campaignId,
  campaign_type: campaignType,
  voucher_type: type,
  customer_id: holder.customerId,
  holder_role: holder.role,
  object: 'redeemable_holder',
})
