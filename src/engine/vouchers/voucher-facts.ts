import type { Call } from '../context.ts'
import type { Fact, OccurrenceType } from '../outbox/index.ts'
import type { Voucher } from './voucher.ts'
import { toSimpleVoucher, toVoucherView, type VoucherRelations } from './voucher-view.ts'

type VoucherEvent = Extract<
  OccurrenceType,
  `voucher.${'created' | 'updated' | 'deleted' | 'enabled' | 'disabled'}`
>

/** What happened to a voucher (engine-programs §13.4): short when it came or went, else the whole of it. */
export function toVoucherFact(
  call: Call,
  type: VoucherEvent,
  voucher: Voucher,
  relations?: VoucherRelations,
): Fact {
  const isShort = type === 'voucher.created' || type === 'voucher.deleted'
  return {
    call,
    type,
    customerId: null,
    data: {
      voucher: isShort ? toSimpleVoucher(voucher) : toVoucherView(voucher, relations),
      campaign: toCampaignReference(voucher),
    },
  }
}

/** The campaign of a voucher, by id and name alone. */
export const toCampaignReference = ({ campaignId, campaignName }: Voucher) =>
  campaignId === null ? null : { id: campaignId, name: campaignName, object: 'campaign' }
