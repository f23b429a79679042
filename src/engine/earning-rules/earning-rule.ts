import type { Json } from '../../kernel/json.ts'
import type { Validity } from '../validity/index.ts'
import type { ExpirationRules } from '../vouchers/index.ts'

export type Metadata = { [key: string]: Json }

/** What a proportional rule measures (engine-programs §8.3). */
export type Measure =
  | 'ORDER_AMOUNT'
  | 'ORDER_TOTAL_AMOUNT'
  | 'ORDER_METADATA'
  | 'ORDER_ITEMS_QUANTITY'
  | 'ORDER_ITEMS_AMOUNT'
  | 'ORDER_ITEMS_SUBTOTAL_AMOUNT'
  | 'CUSTOMER_METADATA'
  | 'CUSTOM_EVENT_METADATA'

/** Something whose lines of an order count, by its id. */
export type ItemReference = { object: 'product' | 'sku' | 'products_collection'; id: string }

/** How many points a rule gives; `formula` goes before `points` where it has a value. */
export type Calculation =
  | { type: 'FIXED'; points: number; formula: string | null }
  | {
      type: 'PROPORTIONAL'
      measure: Measure
      /** So much of what is measured, in minor units where it is money, gives the points once. */
      every: number
      points: number
      formula: string | null
      /** Of metadata. */
      property: string | null
      /** Of items; none of other measures. */
      applicableTo: readonly ItemReference[]
    }

export const TIER_EVENTS = [
  'customer.loyalty.tier.joined',
  'customer.loyalty.tier.left',
  'customer.loyalty.tier.upgraded',
  'customer.loyalty.tier.downgraded',
  'customer.loyalty.tier.prolonged',
] as const

export const ORDER_PAID = 'order.paid'
export const SEGMENT_ENTERED = 'customer.segment.entered'
/** Instead of the id of a tier: any of them (L-19). */
export const ANY_TIER = '__ANY__'

/** A rule by which members of a loyalty program earn points (engine-programs §8.3). */
export type EarningRule = {
  id: string
  projectId: string
  campaignId: string
  /** `order.paid`, `customer.segment.entered`, one of `TIER_EVENTS`, or the name of a custom event. */
  event: string
  calculation: Calculation
  eventSchemaId: string | null
  /** The segment that is to be entered; null for any. */
  segmentId: string | null
  /** The tier that changes; `ANY_TIER` or null for any (L-19). */
  tierId: string | null
  /** For how many days the points wait before they count; null where they count at once. */
  pendingDays: number | null
  banner: string | null
  isActive: boolean
  validity: Validity
  /** When its points expire, before what the program says (L-62); null where it says nothing. */
  expirationRules: ExpirationRules | null
  automationId: string
  metadata: Metadata
  createdAt: Date
  updatedAt: Date | null
}
