import { newSortableId } from '../../kernel/ids.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import { type Campaign, findCampaigns, toSimpleCampaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import { type Customer, findCustomers, toSimpleCustomer } from '../customers/index.ts'
import { announce } from '../outbox/index.ts'
import { findVouchersByCode, toSimpleVoucher, type Voucher } from '../vouchers/index.ts'
import { insertCustomEvents } from './custom-event.repo.ts'
import type { CustomEvent } from './custom-event.ts'
import { toStoredEventView } from './custom-event-view.ts'
import { type NamedSchema, nameSchemas } from './name-schemas.ts'

/** An event to be stored, of a customer who is stored already. Its texts passed the check of a body. */
export type CustomEventWish = { call: Call } & Pick<
  CustomEvent,
  'customer' | 'type' | 'metadata' | 'referral' | 'loyalty'
>

/** A stored event, with the codes it names that the project does not have (D-07). */
export type SavedCustomEvent = { event: CustomEvent; unknownCodes: string[] }

/**
 * Stores events in order and announces each (E-4, E-8). One that names an unknown referral or loyalty
 * code is stored like any other; whether that is refused is for the caller to say (D-07).
 */
export async function saveCustomEvents(
  tx: Tx,
  wishes: readonly CustomEventWish[],
): Promise<SavedCustomEvent[]> {
  const related = await loadRelated(tx, wishes)
  const events = wishes.map(({ call, ...event }) => ({
    ...event,
    id: newSortableId('customEvent', call.now.getTime()),
    projectId: call.projectId,
    createdAt: call.now,
  }))
  const schemaOf = await nameSchemas(tx, events)
  insertCustomEvents(tx, events)
  announce(
    tx,
    events.map((event, index) => ({
      call: (wishes[index] as CustomEventWish).call,
      type: 'customer.custom_event' as const,
      customerId: event.customer.id,
      data: toData(event, related, schemaOf(event)),
    })),
  )
  return events.map((event) => ({
    event,
    unknownCodes: codesOf(event).filter((code) => !related.voucherOf(event.projectId, code)),
  }))
}

type VoucherOf = (projectId: string, code: string) => Voucher | undefined

const codesOf = ({ referral, loyalty }: Pick<CustomEvent, 'referral' | 'loyalty'>): string[] => [
  ...(referral ? [referral.code] : []),
  ...(loyalty ? [loyalty.code] : []),
]

/** What events name: their codes with the campaigns and referrers of these. */
type RelatedToEvents = {
  voucherOf: VoucherOf
  campaigns: ReadonlyMap<string, Campaign>
  referrers: ReadonlyMap<string, Customer>
}

async function loadRelated(tx: Tx, wishes: readonly CustomEventWish[]): Promise<RelatedToEvents> {
  const references = wishes.flatMap(({ call, ...event }) =>
    codesOf(event).map((code) => ({ projectId: call.projectId, code })),
  )
  const vouchers = await findVouchersByCode(tx, references)
  const found = new Map(
    references.map(({ projectId, code }, index) => [`${projectId} ${code}`, vouchers[index]]),
  )
  const present = vouchers.flatMap((voucher) => voucher ?? [])
  const [campaigns, referrers] = await Promise.all([
    findCampaigns(tx, [...new Set(present.flatMap(({ campaignId }) => campaignId ?? []))]),
    findReferrers(tx, present),
  ])
  return {
    voucherOf: (projectId, code) => found.get(`${projectId} ${code}`),
    campaigns,
    referrers,
  }
}

async function findReferrers(tx: Tx, vouchers: readonly Voucher[]): Promise<Map<string, Customer>> {
  const referrers = new Map<string, Customer>()
  for (const projectId of new Set(vouchers.map((voucher) => voucher.projectId))) {
    const ids = vouchers.flatMap((voucher) =>
      voucher.projectId === projectId ? (voucher.referrerId ?? []) : [],
    )
    if (ids.length === 0) continue
    for (const customer of await findCustomers(tx, projectId, ids)) {
      referrers.set(customer.id, customer)
    }
  }
  return referrers
}

/** The payload of the occurrence (§13.6); a missing relation is null, never left out. */
function toData(
  event: CustomEvent,
  related: RelatedToEvents,
  schema: NamedSchema | null,
): JsonObject {
  const { customer, projectId, referral, loyalty } = event
  const { voucherOf, campaigns, referrers } = related
  const referred = referral && voucherOf(projectId, referral.code)
  const rewarded = loyalty && voucherOf(projectId, loyalty.code)
  const toVoucherAndCampaign = (voucher: Voucher) => {
    const campaign = campaigns.get(voucher.campaignId ?? '')
    return {
      voucher: toSimpleVoucher(voucher),
      campaign: campaign ? toSimpleCampaign(campaign) : null,
    }
  }
  const referrer = referrers.get(referred?.referrerId ?? '')
  return {
    event: toStoredEventView(event),
    event_schema: schema,
    customer: toSimpleCustomer(customer),
    referral: referred
      ? {
          referrer: referrer ? toSimpleCustomer(referrer) : null,
          ...toVoucherAndCampaign(referred),
        }
      : null,
    loyalty: rewarded ? toVoucherAndCampaign(rewarded) : null,
  }
}
