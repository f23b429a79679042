import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { ExpirationRules } from '../vouchers/index.ts'
import type { Day } from './calculate-expiration.ts'

/** Points that will come onto a card (engine-programs §8.6). They count for nothing until then (L-44). */
export type PendingPoints = {
  id: string
  projectId: string
  voucherId: string
  campaignId: string
  customerId: string
  orderId: string | null
  /** At least 1. */
  points: number
  status: 'PENDING' | 'ACTIVATED' | 'CANCELED'
  /** They come at the beginning of this day. */
  activatesAt: Day
  /** Where they come from: `event`, `earning_rule`, `loyalty_tier`. */
  details: { [key: string]: Json }
  /** Those of the earning rule, before those of the program (L-62). */
  expirationRules: ExpirationRules | null
  createdAt: Date
  updatedAt: Date | null
}

/** Pending points as lists and occurrences show them. */
export const toPendingPointsView = (pending: PendingPoints): { [key: string]: Json } => ({
  id: pending.id,
  voucher_id: pending.voucherId,
  campaign_id: pending.campaignId,
  customer_id: pending.customerId,
  order_id: pending.orderId,
  points: pending.points,
  activates_at: pending.activatesAt,
  details: pending.details,
  created_at: toIso(pending.createdAt),
  updated_at: pending.updatedAt && toIso(pending.updatedAt),
})

/** What one operation did to the points that will come onto a card (L-43). */
export const toPendingBalanceView = (
  voucherId: string,
  { points, total, isManual }: { points: number; total: number; isManual: boolean },
): { [key: string]: Json } => ({
  points,
  total,
  object: 'balance',
  related_object: { type: 'voucher', id: voucherId },
  operation_type: isManual ? 'MANUAL' : 'AUTOMATIC',
})
