import { type RawBuilder, type Selectable, type SqlBool, sql } from 'kysely'
import type { JsonObject } from '../../kernel/json.ts'
import type { Segment as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { Order, Page } from '../api/index.ts'
import type { Segment, SegmentType } from './segment.ts'

type SegmentRow = Selectable<Row>

const toSegment = (row: SegmentRow): Segment => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  type: row.type as SegmentType,
  filter: row.filter as JsonObject | null,
  activeFrom: row.active_from,
  walk:
    row.walk === null || row.walk_at === null
      ? null
      : { kind: row.walk as 'PLACEMENT' | 'REVIEW', at: row.walk_at, after: row.walk_after },
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const LOCK = statement(
  'lock_segments',
  `select pg_advisory_xact_lock(hashtextextended('segments ' || $1, 0))`,
)

/**
 * Makes the segments of a project and their members ours until `tx` ends. Comes after every other lock of what is done; only
 * a worker that goes on in the same transaction to what happened next waits with it, and is tried again if others wait for it.
 */
export async function lockSegments(tx: Tx, projectId: string): Promise<void> {
  await tx.run(LOCK, [projectId])
}

const FIND = statement(
  'find_segments',
  'select * from segment where project_id = $1 and id = any($2::text[]) order by created_at, id',
)

/** Those of `ids` that are segments of the project, the oldest first. */
export async function findSegments(
  db: Db,
  projectId: string,
  ids: readonly string[],
): Promise<Segment[]> {
  if (ids.length === 0) return []
  return (await db.run<SegmentRow>(FIND, [projectId, ids])).map(toSegment)
}

const FIND_OF_TYPES = statement(
  'find_segments_of_types',
  'select * from segment where project_id = $1 and type = any($2::text[]) order by created_at, id',
)

/** The segments of a project that have a filter, the oldest first; the `passive` ones alone if so wanted. */
export async function findDynamicSegments(
  db: Db,
  projectId: string,
  types: readonly Exclude<SegmentType, 'static'>[],
): Promise<Segment[]> {
  return (await db.run<SegmentRow>(FIND_OF_TYPES, [projectId, types])).map(toSegment)
}

export const SEGMENT_ORDER = ['created_at'] as const
export type SegmentList = {
  page: Page
  order: Order<(typeof SEGMENT_ORDER)[number]>
  conditions: readonly RawBuilder<SqlBool>[]
}

/** One page of a project's segments, and how many match in all. */
export async function listSegments(
  db: Db,
  projectId: string,
  { page, order, conditions }: SegmentList,
): Promise<{ segments: Segment[]; total: number }> {
  const matching = conditions.reduce(
    (query, condition) => query.where(condition),
    db.kysely.selectFrom('segment').where('project_id', '=', projectId),
  )
  const [rows, { total }] = await Promise.all([
    matching
      .selectAll()
      .orderBy(order.column, order.direction)
      .orderBy('id', order.direction)
      .limit(page.limit)
      .offset(page.offset)
      .execute(),
    matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { segments: rows.map(toSegment), total }
}

/** Stores a segment as it is: a new one, or one that `tx` has locked. */
export async function saveSegments(tx: Tx, segments: readonly Segment[]): Promise<void> {
  if (segments.length === 0) return
  await tx.kysely
    .insertInto('segment')
    .values(
      segments.map((segment) => ({
        id: segment.id,
        project_id: segment.projectId,
        name: segment.name,
        type: segment.type,
        filter: segment.filter && JSON.stringify(segment.filter),
        active_from: segment.activeFrom,
        walk: segment.walk?.kind ?? null,
        walk_at: segment.walk?.at ?? null,
        walk_after: segment.walk?.after ?? null,
        created_at: segment.createdAt,
        updated_at: segment.updatedAt,
      })),
    )
    .onConflict((on) =>
      on.column('id').doUpdateSet({
        name: sql`excluded.name`,
        type: sql`excluded.type`,
        filter: sql`excluded.filter`,
        active_from: sql`excluded.active_from`,
        walk: sql`excluded.walk`,
        walk_at: sql`excluded.walk_at`,
        walk_after: sql`excluded.walk_after`,
        updated_at: sql`excluded.updated_at`,
      }),
    )
    .execute()
}

export async function deleteSegmentRow(tx: Tx, id: string): Promise<void> {
  await tx.kysely.deleteFrom('segment').where('id', '=', id).execute()
}

const FIND_USERS = statement(
  'find_users_of_segment',
  `select 'earning_rules' as kind, id from earning_rule where project_id = $1 and segment_id = $2
   union all
   select 'referral_tiers', id from referral_tier where project_id = $1 and segment_id = $2
   union all
   select 'distributions', id from distribution where project_id = $1 and segment_id = $2
   order by kind, id`,
)

/** What waits for who enters a segment, or asks who is in it, all of one kind; undefined for nothing. */
export async function findUsers(
  db: Db,
  projectId: string,
  segmentId: string,
): Promise<{ kind: string; ids: string[] } | undefined> {
  const rows = await db.run<{ kind: string; id: string }>(FIND_USERS, [projectId, segmentId])
  const [first] = rows
  if (!first) return undefined
  const ids = rows.flatMap(({ kind, id }) => (kind === first.kind ? [id] : []))
  return { kind: first.kind, ids }
}

const FIND_DUE = statement(
  'find_due_walk',
  `select project_id from segment where walk is not null and walk_at <= $1
    order by project_id <= $2, project_id limit 1`,
)

/** The next project after `last`, in a circle, with segments for which customers are to be gone through. */
export async function findDueProject(
  db: Db,
  { now, last }: { now: Date; last: string },
): Promise<string | undefined> {
  const [row] = await db.run<{ project_id: string }>(FIND_DUE, [now, last])
  return row?.project_id
}

const POSTPONE = statement(
  'postpone_walks',
  'update segment set walk_at = $3 where project_id = $1 and walk is not null and walk_at <= $2',
)

/** Leaves alone until then what is due of a project. */
export async function postponeWalks(
  tx: Tx,
  projectId: string,
  { now, until }: { now: Date; until: Date },
): Promise<void> {
  await tx.run(POSTPONE, [projectId, now, until])
}

const FIND_WALKING = statement(
  'find_walking_segments',
  `select * from segment
    where project_id = $1 and walk is not null and walk_at <= $2
    order by walk_at, created_at, id`,
)

/** The segments of a project whose customers are to be gone through, who waits longest first. */
export async function findWalkingSegments(
  tx: Tx,
  projectId: string,
  now: Date,
): Promise<Segment[]> {
  return (await tx.run<SegmentRow>(FIND_WALKING, [projectId, now])).map(toSegment)
}
