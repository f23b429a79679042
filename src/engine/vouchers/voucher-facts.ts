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

/** That vouchers are gone, as those who held them are told (§13.3, row 42). */
export async function toLostFacts(
  db: Db,
  call: Call,
  vouchers: readonly Voucher[],
): Promise<Fact[]> {
  const holderIds = [...new Set(vouchers.flatMap(({ holderId }) => holderId ?? []))]
  const holders = await findCustomers(db, call.projectId, holderIds)
  const byId = new Map(holders.map((holder) => [holder.id, holder]))
  return vouchers.flatMap((voucher): Fact[] => {
    const holder = byId.get(voucher.holderId ?? '')
    if (!holder) return []
    const { data } = toVoucherFact(call, 'voucher.deleted', voucher)
    const type = 'customer.voucher.deleted'
    const told = { ...data, customer: toSimpleCustomer(holder) }
    return [{ call, type, customerId: holder.id, data: told }]
  })
}

/** The campaign of a voucher, by id and name alone. */
export const toCampaignReference = ({ campaignId, campaignName }: Voucher) =>
  campaignId === null ? null : { id: campaignId, name: campaignName, object: 'campaign' }
