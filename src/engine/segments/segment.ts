import type { JsonObject } from '../../kernel/json.ts'

export const SEGMENT_TYPES = ['static', 'auto-update', 'passive'] as const
export type SegmentType = (typeof SEGMENT_TYPES)[number]

/**
 * A group of customers (engine-programs §5.1): those that were named, or those that a filter matches. The members of
 * an `auto-update` segment are kept, and coming and going is told; a `passive` one is evaluated when it is asked about.
 */
export type Segment = {
  id: string
  projectId: string
  name: string
  type: SegmentType
  /** Null for a static one, else as it was given. */
  filter: JsonObject | null
  /** Customers who existed then and match were placed without being told of (S-3); null unless it is `auto-update`. */
  activeFrom: Date | null
  /** Whether all customers are gone through, and those of which ids were: because it is new, or because a day is over. */
  walk: { kind: 'PLACEMENT' | 'REVIEW'; at: Date; after: string | null } | null
  createdAt: Date
  updatedAt: Date | null
}

/** A customer in a segment. */
export type Membership = { segmentId: string; customerId: string }
