import { inTransaction, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type EngineDeps, toOwnCall } from '../context.ts'
import { findCustomersAfter } from '../customers/index.ts'
import { findProjectSettings } from '../project-settings/index.ts'
import { toDynamic } from './match-segments.ts'
import { nextMidnight } from './moment.ts'
import {
  findDueProject,
  findWalkingSegments,
  lockSegments,
  postponeWalks,
  saveSegments,
} from './segment.repo.ts'
import type { Segment } from './segment.ts'
import { settleMemberships } from './settle-memberships.ts'

/** Whose turn was last: projects take turns, so that one with many customers holds up no other. */
let lastProjectId = ''

/**
 * Goes through some customers of one project, for its segments that are new (S-3) and for those whose filters look at the
 * calendar, once a day is over (S-4). True when there may be more to do. Each step commits by itself together with how far
 * it came, so it goes on wherever it was broken off.
 */
export async function walkSegments({
  db,
  clock,
  log,
  announced,
}: Pick<EngineDeps, 'db' | 'clock' | 'log' | 'announced'>): Promise<boolean> {
  const now = clock.now()
  const projectId = await findDueProject(db, { now, last: lastProjectId })
  if (projectId === undefined) return false
  lastProjectId = projectId
  try {
    await inTransaction(db, (tx) => walk(tx, projectId, now))
  } catch (error) {
    log.error({ err: error, projectId }, 'going through the customers of segments failed')
    // Other projects do not wait for what fails again.
    const until = new Date(now.getTime() + LIMITS.segmentWalkRetryMs)
    await inTransaction(db, (tx) => postponeWalks(tx, projectId, { now, until }))
  }
  announced()
  return true
}

async function walk(tx: Tx, projectId: string, now: Date): Promise<void> {
  await lockSegments(tx, projectId)
  const due = await findWalkingSegments(tx, projectId, now)
  const after = due[0]?.walk?.after ?? null
  // Those that are equally far go on together, so that a night's reviews are one walk.
  const walking = due.filter((segment) => segment.walk?.after === after)
  if (walking.length === 0) return
  const limit = LIMITS.segmentWalkCustomersMax
  const ids = await findCustomersAfter(tx, projectId, { after, limit })
  const call = toOwnCall(projectId, now)
  await settleMemberships(tx, {
    projectId,
    now,
    customerIds: ids,
    callOf: () => call,
    segmentIds: new Set(walking.map(({ id }) => id)),
  })
  const last = ids.at(-1)
  const { timeZone = 'UTC' } = (await findProjectSettings(tx, [projectId])).get(projectId) ?? {}
  await saveSegments(
    tx,
    walking.map((segment) =>
      ids.length === limit && last !== undefined
        ? goOn(segment, last, now)
        : end(segment, now, timeZone),
    ),
  )
}

/** A walk counts as begun when its first step is made, so that after a standstill days are not made up for one by one. */
function goOn(segment: Segment, last: string, now: Date): Segment {
  const { walk } = segment
  return walk
    ? { ...segment, walk: { ...walk, at: walk.after === null ? now : walk.at, after: last } }
    : segment
}

/** What looks at the calendar is gone through again after the midnight that follows the beginning of this walk. */
function end(segment: Segment, now: Date, timeZone: string): Segment {
  const [dynamic] = toDynamic([segment])
  const { isDateRelative, needs } = dynamic?.filter ?? { isDateRelative: false, needs: undefined }
  // Other segments may look at the calendar, too.
  if (!isDateRelative && !needs?.segments) return { ...segment, walk: null }
  const begunAt = segment.walk?.after == null ? now : segment.walk.at
  return {
    ...segment,
    walk: { kind: 'REVIEW', at: nextMidnight(begunAt, timeZone), after: null },
  }
}
