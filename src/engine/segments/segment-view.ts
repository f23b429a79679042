import { toIso } from '../../kernel/time.ts'
import type { Segment } from './segment.ts'

/** A segment inside an occurrence and in the list of a customer's segments (engine-programs §13.1). */
export const toSimpleSegment = ({ id, name }: Segment) => ({ id, name, object: 'segment' })

/** A segment as the API shows it (engine-programs §5.1). */
export const toSegmentView = (segment: Segment) => ({
  id: segment.id,
  name: segment.name,
  created_at: toIso(segment.createdAt),
  updated_at: segment.updatedAt && toIso(segment.updatedAt),
  type: segment.type,
  filter: segment.filter,
  // Until those who were there before have been placed.
  initial_sync_status: segment.walk?.kind === 'PLACEMENT' ? 'IN_PROGRESS' : 'DONE',
  object: 'segment',
})
