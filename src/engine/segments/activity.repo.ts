import { newSortableId } from '../../kernel/ids.ts'
import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { Page } from '../api/index.ts'
import type { Call } from '../context.ts'
import type { Segment } from './segment.ts'
import { toSegmentView } from './segment-view.ts'

/** What was done to a segment itself (engine-programs §5.2); who came and went is in the activity of customers. */
export type SegmentActivity = {
  type: 'segment.created' | 'segment.updated' | 'segment.activated' | 'segment.filters_updated'
  /** As it was then. */
  segment: Segment
}

const NOTE = statement(
  'note_segment_activities',
  `insert into segment_activity (id, segment_id, type, group_id, data, created_at)
   select id, segment_id, type, $4, data::jsonb, $6
     from unnest($1::text[], $2::text[], $3::text[], $5::text[]) as activity (id, segment_id, type, data)`,
)

/** Records in `tx` what it did to segments. */
export function noteActivities(
  tx: Tx,
  { now, groupId }: Pick<Call, 'now' | 'groupId'>,
  activities: readonly SegmentActivity[],
): void {
  if (activities.length === 0) return
  tx.send(NOTE, [
    activities.map(() => newSortableId('segmentActivity', now.getTime())),
    activities.map(({ segment }) => segment.id),
    activities.map(({ type }) => type),
    groupId,
    activities.map(({ segment }) => JSON.stringify({ segment: toSegmentView(segment) })),
    now,
  ])
}

const LIST = statement(
  'list_segment_activities',
  `select id, type, group_id, data, created_at from segment_activity
    where segment_id = $1 order by id desc limit $2 offset $3`,
)
const COUNT = statement(
  'count_segment_activities',
  'select count(*)::integer as total from segment_activity where segment_id = $1',
)

type Row = { id: string; type: string; group_id: string; data: Json; created_at: Date }

/** One page of what was done to a segment, the newest first, and how much that is in all. */
export async function listSegmentActivities(db: Db, segmentId: string, { limit, offset }: Page) {
  const [rows, [counted]] = await Promise.all([
    db.run<Row>(LIST, [segmentId, limit, offset]),
    db.run<{ total: number }>(COUNT, [segmentId]),
  ])
  const activities = rows.map(({ created_at, ...row }) => ({
    ...row,
    created_at: toIso(created_at),
  }))
  return { activities, total: counted?.total ?? 0 }
}
