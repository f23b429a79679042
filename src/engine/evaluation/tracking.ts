import { ApiError } from '../../kernel/api-error.ts'
import { trackingId } from '../../kernel/ids.ts'
import type { RedeemInput } from './request-body.ts'

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
  return given.startsWith('track_') ? given : trackingId(projectId, given)
}

/** Whose tracking id is compared: `own` is what they are told, `identities` all by which they may be known. */
type Tracked = {
  projectId: string
  own: string | null
  identities: readonly (string | null | undefined)[]
}

/**
 * The refusal of a `tracking_id` that was told back of somebody else than the customer at hand (C-16). One that the
 * caller made up is nobody's, and is not compared. Who got a `source_id` since was told another before, and is not refused.
 */
export function refuseOtherTracking(
  { projectId, own, identities }: Tracked,
  { trackingId: given }: Pick<RedeemInput, 'trackingId'>,
): ApiError | undefined {
  if (own === null || given === own || !given?.startsWith('track_')) return undefined
  const isTheirs = identities.some(
    (identity) => identity && (given === identity || given === trackingId(projectId, identity)),
  )
  if (isTheirs) return undefined
  return new ApiError('ambiguous_tracking_id', {
    message: `Ambiguous trackingId ('${given}' vs. '${own}')`,
    details:
      'The customer cannot be identified as two different identifiers have been used between requests from same origin.',
  })
}
