import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { Redemption } from './redemption.ts'

type View = { [key: string]: Json }

/** The objects a redemption is shown with, in their short form; what it is not of is null. */
export type Related = {
  customer: View | null
  voucher: View | null
  promotionTier: View | null
  /** What a loyalty card was redeemed for. */
  reward?: View | undefined
}

/** A redemption or rollback (engine-core §18.2, §19). `amount` appears for gift cards and loyalty cards only. */
export function toRedemptionView(redemption: Redemption, related: Related): View {
  const { amount, points } = redemption
  const spent = amount ?? points
  return {
    id: redemption.id,
    object: redemption.object,
    date: toIso(redemption.createdAt),
    customer_id: redemption.customerId,
    tracking_id: redemption.trackingId,
    metadata: redemption.metadata,
    ...(spent !== null && { amount: spent }),
    ...toLinks(redemption),
    result: redemption.result,
    status: redemption.status,
    ...(redemption.failureCode !== null && {
      failure_code: redemption.failureCode,
      failure_message: redemption.failureMessage,
    }),
    order: redemption.orderSnapshot,
    channel: { channel_id: redemption.appId, channel_type: 'API' },
    customer: related.customer,
    ...toRelatedObject(redemption, related),
    ...(related.reward && { reward: related.reward }),
    ...(amount !== null && { gift: { amount } }),
    ...(points !== null && { loyalty_card: { points } }),
  }
}

/** `redemption` is the head of the stack, for a rollback what it undoes. */
function toLinks({ object, redemptionId, parentId, reason }: Redemption): View {
  if (object === 'redemption_rollback') return { redemption: redemptionId, reason }
  return parentId === null ? {} : { redemption: parentId }
}

function toRelatedObject(redemption: Redemption, { voucher, promotionTier }: Related): View {
  const { isParent, id, redemptionId, voucherId, promotionTierId, campaignId } = redemption
  if (isParent) {
    return { related_object_type: 'redemption', related_object_id: redemptionId ?? id }
  }
  const ofTier = promotionTierId !== null
  return {
    related_object_type: ofTier ? 'promotion_tier' : 'voucher',
    related_object_id: ofTier ? promotionTierId : voucherId,
    ...(campaignId !== null && { related_object_parent_id: campaignId }),
    ...(ofTier ? { promotion_tier: promotionTier } : { voucher }),
  }
}

/** What an event of an order tells of the redemption that paid for it; the rest is in the redemption's own event. */
export const toRedemptionReference = (redemption: Redemption): View => ({
  id: redemption.id,
  object: redemption.object,
  customer_id: redemption.customerId,
  tracking_id: redemption.trackingId,
  metadata: redemption.metadata,
  result: redemption.result,
  status: redemption.status,
})
