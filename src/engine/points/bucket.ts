import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { Day } from './calculate-expiration.ts'

/** A lot: points of a card that came onto it together and expire together (engine-programs §8.8). */
export type Bucket = {
  id: string
  projectId: string
  voucherId: string
  campaignId: string | null
  /** What is left of it; of an expired lot, what expired. */
  points: number
  status: 'ACTIVE' | 'EXPIRED'
  /** The last day on which it can be spent; null for never. */
  expiresAt: Day | null
  createdAt: Date
  updatedAt: Date | null
}

/** A lot as lists and occurrences show it. */
export const toBucketView = (bucket: Bucket): { [key: string]: Json } => ({
  id: bucket.id,
  voucher_id: bucket.voucherId,
  campaign_id: bucket.campaignId,
  bucket: { total_points: bucket.points },
  status: bucket.status,
  ...(bucket.expiresAt !== null && { expires_at: bucket.expiresAt }),
  created_at: toIso(bucket.createdAt),
  updated_at: bucket.updatedAt && toIso(bucket.updatedAt),
  object: 'loyalty_points_bucket',
})
