import type { Db } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { findCustomers, findCustomersAfter } from '../customers/index.ts'
import { evaluateSegments } from './find-memberships.ts'
import { toDynamic } from './match-segments.ts'
import { findDynamicSegments, findSegments } from './segment.repo.ts'

/** Who is in a segment: as stored, or those of these ids. */
export type Members = 'stored' | readonly string[]

/**
 * Who is in the segment with `id`; nobody for one that does not exist. The customers of a passive one are found by going
 * through all of them, some at a time.
 */
export async function listMembers(
  db: Db,
  { projectId, now }: { projectId: string; now: Date },
  id: string,
): Promise<Members> {
  const [segment] = await findSegments(db, projectId, [id])
  if (!segment) return []
  if (segment.type !== 'passive') return 'stored'
  const [own] = toDynamic([segment])
  const dynamic = own?.filter.needs.segments
    ? toDynamic(await findDynamicSegments(db, projectId, ['passive']))
    : toDynamic([segment])
  const members: string[] = []
  const limit = LIMITS.segmentWalkCustomersMax
  for (let after: string | null | undefined = null; after !== undefined; ) {
    const ids: string[] = await findCustomersAfter(db, projectId, { after, limit })
    const customers = await findCustomers(db, projectId, ids)
    const matched = await evaluateSegments(db, { projectId, now, customers }, dynamic)
    members.push(...ids.filter((each) => matched.get(each)?.has(id)))
    after = ids.length === limit ? ids.at(-1) : undefined
  }
  return members
}
