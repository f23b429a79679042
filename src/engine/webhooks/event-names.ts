import { WEBHOOK_EVENTS } from '../outbox/index.ts'

/** Spellings of the reference's management API that its own payloads do not share (WH-8). */
const ALIASES: Readonly<Record<string, string>> = {
  'campaign.vouchers.aded': 'campaign.vouchers.added',
  'voucher.gift.balance_aded': 'voucher.gift.balance_added',
  'voucher.loyalty_card.pending_points.aded': 'voucher.loyalty_card.pending_points.added',
  'voucher.loyalty_card.points_aded': 'voucher.loyalty_card.points_added',
}

/** The name under which an event is announced; undefined for one that there is not. */
export function toEventName(spelling: string): string | undefined {
  const name = ALIASES[spelling] ?? spelling
  return WEBHOOK_EVENTS.has(name) ? name : undefined
}
