/**
 * Segments: groups of customers, named one by one or by a filter.
 * Start at segment.ts. compile-filter.ts understands filters and match-segments.ts evaluates them, without IO;
 * settle-memberships.ts keeps the members of active segments, after what happened (segment-effect.ts), for a new segment
 * and after midnight (walk-segments.ts).
 */
export { activateSegments, requireSegment } from './change-segments.ts'
export { findMemberships } from './find-memberships.ts'
export { findMembersAmong, listMembers } from './list-members.ts'
export { segmentRoutes } from './segment.routes.ts'
export { SEGMENT_BODY, SEGMENT_CHANGES, SEGMENT_LIST_QUERY } from './segment.schema.ts'
export { segmentEffect } from './segment-effect.ts'
export { walkSegments } from './walk-segments.ts'
