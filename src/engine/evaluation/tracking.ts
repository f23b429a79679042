import { trackingId } from '../../kernel/ids.ts'

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
