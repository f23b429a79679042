import { newSortableId } from '../../kernel/ids.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { toSimpleCustomer } from '../customers/index.ts'
import { announce } from '../outbox/index.ts'
import { findVouchersByCode, toSimpleVoucher, type Voucher } from '../vouchers/index.ts'
import { insertCustomEvents } from './custom-event.repo.ts'
import type { CustomEvent } from './custom-event.ts'
import { toStoredEventView } from './custom-event-view.ts'

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
  const voucherOf = await loadVouchers(tx, wishes)
  const events = wishes.map(({ call, ...event }) => ({
    ...event,
    id: newSortableId('customEvent', call.now.getTime()),
    projectId: call.projectId,
    createdAt: call.now,
  }))
  insertCustomEvents(tx, events)
  announce(
    tx,
    events.map((event, index) => ({
      call: (wishes[index] as CustomEventWish).call,
      type: 'customer.custom_event' as const,
      customerId: event.customer.id,
      data: toData(event, voucherOf),
    })),
  )
  return events.map((event) => ({
    event,
    unknownCodes: codesOf(event).filter((code) => !voucherOf(event.projectId, code)),
  }))
}

type VoucherOf = (projectId: string, code: string) => Voucher | undefined

const codesOf = ({ referral, loyalty }: Pick<CustomEvent, 'referral' | 'loyalty'>): string[] => [
  ...(referral ? [referral.code] : []),
  ...(loyalty ? [loyalty.code] : []),
]

async function loadVouchers(tx: Tx, wishes: readonly CustomEventWish[]): Promise<VoucherOf> {
  const references = wishes.flatMap(({ call, ...event }) =>
    codesOf(event).map((code) => ({ projectId: call.projectId, code })),
  )
  const vouchers = await findVouchersByCode(tx, references)
  const found = new Map(
    references.map(({ projectId, code }, index) => [`${projectId} ${code}`, vouchers[index]]),
  )
  return (projectId, code) => found.get(`${projectId} ${code}`)
}

/** The payload of the occurrence (§13.6); a missing relation is null, never left out. */
function toData(event: CustomEvent, voucherOf: VoucherOf): JsonObject {
  const { customer, projectId, referral, loyalty } = event
  const referred = referral && voucherOf(projectId, referral.code)
  const rewarded = loyalty && voucherOf(projectId, loyalty.code)
  return {
    event: toStoredEventView(event),
    event_schema: null,
    customer: toSimpleCustomer(customer),
    // Without campaigns of that kind nobody is known as the referrer yet.
    referral: referred
      ? { referrer: null, voucher: toSimpleVoucher(referred), campaign: null }
      : null,
    loyalty: rewarded ? { voucher: toSimpleVoucher(rewarded), campaign: null } : null,
  }
}
