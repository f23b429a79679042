import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { Redemption } from './redemption.ts'

type View = { [key: string]: Json }

/** The objects a redemption is shown with, in their short form. */
export type Related = { customer: View | null; voucher: View | null }

/** A redemption or rollback (engine-core §18.2, §19). `amount` and `gift` appear for gift cards only. */
export function toRedemptionView(redemption: Redemption, related: Related): View {
  const { amount } = redemption
  return {
    id: redemption.id,
    object: redemption.object,
    date: toIso(redemption.createdAt),
    customer_id: redemption.customerId,
    tracking_id: redemption.trackingId,
    metadata: redemption.metadata,
    ...(amount !== null && { amount }),
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
    ...toRelatedObject(redemption),
    ...(!redemption.isParent && { voucher: related.voucher }),
    ...(amount !== null && { gift: { amount } }),
  }
}

/** `redemption` is the head of the stack, for a rollback what it undoes. */
function toLinks({ object, redemptionId, parentId, reason }: Redemption): View {
  if (object === 'redemption_rollback') return { redemption: redemptionId, reason }
  return parentId === null ? {} : { redemption: parentId }
}

function toRelatedObject({ isParent, id, redemptionId, voucherId }: Redemption): View {
  return isParent
    ? { related_object_type: 'redemption', related_object_id: redemptionId ?? id }
    : { related_object_type: 'voucher', related_object_id: voucherId }
}
