import type { Db } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { findCustomers, toSimpleCustomer } from '../customers/index.ts'
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

/** That a voucher is gone, as the project is told and as whoever held it is (§13.3, row 42). */
export async function toDeletedFacts(db: Db, call: Call, voucher: Voucher): Promise<Fact[]> {
  const told = toVoucherFact(call, 'voucher.deleted', voucher)
  const [holder] = await findCustomers(
    db,
    call.projectId,
    voucher.holderId ? [voucher.holderId] : [],
  )
  if (!holder) return [told]
  const data = { ...told.data, customer: toSimpleCustomer(holder) }
  return [told, { call, type: 'customer.voucher.deleted', customerId: holder.id, data }]
}

/** The campaign of a voucher, by id and name alone. */
export const toCampaignReference = ({ campaignId, campaignName }: Voucher) =>
  campaignId === null ? null : { id: campaignId, name: campaignName, object: 'campaign' }
