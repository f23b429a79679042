import { ApiError } from '../../kernel/api-error.ts'
import { trackingId } from '../../kernel/ids.ts'
import type { RedeemInput } from './request-body.ts'

/** How the ids begin that are derived from what callers made up for somebody who is not named. */
const OF_VISITOR = 'track_visitor_'

/**
 * The `tracking_id` that is told back (R-ID-04): derived from the customer's `source_id`, else from the
 * one the caller gave; null when nobody can be told from anybody.
 */
export function toTrackingId(
  projectId: string,
  sourceId: string | null | undefined,
  { trackingId: given }: { trackingId: string | undefined },
): string | null {
  if (sourceId) return trackingId(projectId, sourceId)
  if (given === undefined) return null
  if (given.startsWith('track_')) return given
  return trackingId(projectId, given).replace('track_', OF_VISITOR)
}

/**
 * The refusal of a `tracking_id` that was told back of somebody else than the customer of this `source_id` (C-16). Who has
 * none is known by nothing that could differ, and what the caller made up is nobody's: neither is compared, so that a
 * visitor may be named later.
 */
export function refuseOtherTracking(
  own: string | null,
  sourceId: string | null | undefined,
  { trackingId: given }: Pick<RedeemInput, 'trackingId'>,
): ApiError | undefined {
  if (!sourceId || !given?.startsWith('track_') || given.startsWith(OF_VISITOR)) return undefined
  // Publications tell the `source_id` itself, whatever it looks like.
  if (given === own || given === sourceId) return undefined
  return new ApiError('ambiguous_tracking_id', {
    message: `Ambiguous trackingId ('${given}' vs. '${own}')`,
    details:
      'The customer cannot be identified as two different identifiers have been used between requests from same origin.',
  })
}
