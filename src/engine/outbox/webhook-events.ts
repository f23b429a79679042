import { isPlainObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { OCCURRENCE_TYPES, type OccurrenceType } from './occurrence-types.ts'

/** What webhooks call besides: the project's view of what a customer did (engine-programs §13.2). */
const TWINS = {
  'customer.redemption.succeeded': ['redemption.succeeded'],
  'customer.redemption.failed': ['redemption.failed'],
  'customer.redemption.rollback.succeeded': ['redemption.rollback.succeeded'],
  'customer.redemption.rollback.failed': ['redemption.rollback.failed'],
  'customer.publication.succeeded': ['publication.succeeded', 'voucher.published'],
} as const satisfies Partial<Record<OccurrenceType, readonly string[]>>

export type WebhookEvent = OccurrenceType | (typeof TWINS)[keyof typeof TWINS][number]

/** Every event a webhook can be told (engine-programs §13.3, §13.4). */
export const WEBHOOK_EVENTS: ReadonlySet<string> = new Set<string>([
  ...OCCURRENCE_TYPES,
  ...Object.values(TWINS).flat(),
])

/** One event that an occurrence becomes; `part` counts those of the same name. */
export type ToldEvent = { event: WebhookEvent; part: number }

/** The events that webhooks are told of an occurrence. Each code of a publication is told by itself (P-13). */
export function toWebhookEvents(type: OccurrenceType, data: JsonObject): readonly ToldEvent[] {
  const events = EVENTS.get(type) ?? []
  if (type !== 'customer.publication.succeeded') return events
  return events.flatMap((each) =>
    each.event === 'voucher.published'
      ? vouchersOf(data).map((_, part) => ({ ...each, part }))
      : each,
  )
}

/** The events of each type, itself first. */
const EVENTS: ReadonlyMap<OccurrenceType, readonly ToldEvent[]> = new Map(
  OCCURRENCE_TYPES.map((type) => {
    const twins: readonly WebhookEvent[] = TWINS[type as keyof typeof TWINS] ?? []
    return [type, [type, ...twins].map((event) => ({ event, part: 0 }))]
  }),
)

/** The `data` of a webhook (engine-programs §13.4): that of the occurrence, in the form of the event told. */
export function toWebhookData(
  { event, part }: { event: string; part: number },
  { data, createdAt }: { data: JsonObject; createdAt: string },
): JsonObject {
  switch (event) {
    case 'redemption.succeeded':
    case 'redemption.failed':
      return { ...data, created_at: createdAt }
    case 'publication.succeeded':
      return { user: null, ...data }
    case 'voucher.published': {
      const { customer = null, campaign = null, publication = null } = data
      const voucher = vouchersOf(data)[part] ?? null
      return { customer, campaign, publication, voucher, created_at: createdAt }
    }
    default:
      return data
  }
}

/** The vouchers of a publication: `vouchers` where it has several. */
function vouchersOf({ voucher = null, vouchers }: JsonObject): Json[] {
  if (Array.isArray(vouchers)) return vouchers
  return isPlainObject(voucher) ? [voucher as Json] : []
}
