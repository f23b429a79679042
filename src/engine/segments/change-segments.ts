import { isDeepStrictEqual } from 'node:util'
import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newSortableId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type Call, toOwnCall } from '../context.ts'
import { type Customer, findCustomers } from '../customers/index.ts'
import { endProgram, startProgram } from '../effects/index.ts'
import { noteActivities } from './activity.repo.ts'
import { getSegment } from './find-memberships.ts'
import { deleteOtherMemberships, insertMemberships } from './member.repo.ts'
import {
  deleteSegmentRow,
  findDynamicSegments,
  findSegments,
  findUsers,
  lockSegments,
  saveSegments,
} from './segment.repo.ts'
import type { SegmentChanges, SegmentInput } from './segment.schema.ts'
import type { Segment } from './segment.ts'

const DYNAMIC = ['passive', 'auto-update'] as const

/** From `now` on its members are kept; those who match already are placed in the background (S-3). */
const activate = (segment: Segment, now: Date): Segment => ({
  ...segment,
  type: 'auto-update',
  activeFrom: now,
  walk: { kind: 'PLACEMENT', at: now, after: null },
})

/**
 * Makes a segment. Throws `segment_limit_reached` when the project has as many dynamic ones as it may (S-1), and
 * `not_found` when a static one is to hold customers who do not exist.
 */
export async function createSegment(tx: Tx, call: Call, input: SegmentInput): Promise<Segment> {
  const segment = await makeSegment(tx, call, input)
  noteActivities(tx, call, [{ type: 'segment.created', segment }])
  return segment
}

async function makeSegment(
  tx: Tx,
  { projectId, now }: Call,
  input: SegmentInput,
): Promise<Segment> {
  await lockSegments(tx, projectId)
  const segment: Segment = {
    // Sorts by time, as a filter can ask for segments that were made before.
    id: newSortableId('segment', now.getTime()),
    projectId,
    name: input.name,
    type: input.type,
    filter: input.type === 'static' ? null : input.filter,
    activeFrom: null,
    walk: null,
    createdAt: now,
    updatedAt: null,
  }
  if (input.type === 'static') {
    await saveSegments(tx, [segment])
    await placeNamed(tx, segment, input.customers)
    return segment
  }
  const others = await findDynamicSegments(tx, projectId, DYNAMIC)
  if (others.length >= LIMITS.dynamicSegmentsPerProjectMax) {
    throw new ApiError('segment_limit_reached', {
      details: `A project can have ${LIMITS.dynamicSegmentsPerProjectMax} dynamic segments`,
    })
  }
  if (input.type === 'passive') {
    await saveSegments(tx, [segment])
    return segment
  }
  const active = activate(segment, now)
  await saveSegments(tx, [active])
  startProgram(tx, projectId, 'segments')
  return active
}

/** Finds the customers who are named by id or `source_id`. Throws `invalid_payload` for one who does not exist. */
async function findNamed(
  tx: Tx,
  projectId: string,
  references: readonly string[],
): Promise<Customer[]> {
  const customers = await findCustomers(tx, projectId, references)
  const known = new Set(customers.flatMap(({ id, sourceId }) => [id, sourceId]))
  const unknown = references.find((reference) => !known.has(reference))
  if (unknown !== undefined) {
    throw new ApiError('invalid_payload', {
      details: `Property .customers names a customer that does not exist: ${unknown}`,
    })
  }
  return customers
}

/** Puts the customers who are named into a static segment, for which they are all. */
async function placeNamed(
  tx: Tx,
  { id: segmentId, projectId, createdAt, updatedAt }: Segment,
  references: readonly string[],
): Promise<void> {
  const customers = await findNamed(tx, projectId, references)
  await deleteOtherMemberships(
    tx,
    segmentId,
    customers.map(({ id }) => id),
  )
  await insertMemberships(
    tx,
    customers.map(({ id: customerId }) => ({ segmentId, customerId })),
    updatedAt ?? createdAt,
  )
}

/**
 * Changes the name of a segment, the filter of a passive one, or who is in a static one (§5.1). Throws `not_found`, and
 * `invalid_payload` for what its type does not let change: an active one is made anew.
 */
export async function changeSegment(
  tx: Tx,
  call: Call,
  id: string,
  changes: SegmentChanges,
): Promise<Segment> {
  await lockSegments(tx, call.projectId)
  const stored = await getSegment(tx, call.projectId, id)
  refuseUnchangeable(stored, changes)
  const { name = stored.name, filter = stored.filter, customers } = changes
  const hasNewFilter = !isDeepStrictEqual(filter, stored.filter)
  const isRenamed = name !== stored.name
  if (!hasNewFilter && !isRenamed && !customers) return stored
  const segment = { ...stored, name, filter, updatedAt: call.now }
  await saveSegments(tx, [segment])
  if (customers) await placeNamed(tx, segment, customers)
  noteActivities(tx, call, [
    ...(isRenamed || customers ? [{ type: 'segment.updated' as const, segment }] : []),
    ...(hasNewFilter ? [{ type: 'segment.filters_updated' as const, segment }] : []),
  ])
  return segment
}

function refuseUnchangeable(stored: Segment, { type, filter, customers }: SegmentChanges): void {
  const refuse = (property: string, why: string): never => {
    throw new ApiError('invalid_payload', { details: `Property .${property} ${why}` })
  }
  if (type !== undefined && type !== stored.type) {
    refuse('type', `of a segment cannot be changed: it is ${stored.type}`)
  }
  if (customers && stored.type !== 'static')
    refuse('customers', 'is known for static segments only')
  if (!filter || stored.type === 'passive') return
  if (stored.type === 'static') refuse('filter', 'is not known for static segments')
  if (!isDeepStrictEqual(filter, stored.filter)) {
    refuse('filter', 'of an auto-update segment cannot be changed: make another segment')
  }
}

/** Keeps a segment from being deleted until `tx` ends. Throws `not_found`. */
export async function requireSegment(tx: Tx, projectId: string, id: string): Promise<void> {
  await lockSegments(tx, projectId)
  await getSegment(tx, projectId, id)
}

/**
 * Deletes a segment; nobody leaves it by that. Throws `not_found`, and `resource_in_use` while an earning rule,
 * a referral tier or a distribution needs it.
 */
export async function deleteSegment(tx: Tx, projectId: string, id: string): Promise<void> {
  await lockSegments(tx, projectId)
  const segment = await getSegment(tx, projectId, id)
  const users = await findUsers(tx, projectId, segment.id)
  if (users) {
    throw new ApiError('resource_in_use', {
      details: `Resource segment with id ${id} is in use by ${users.kind} with ids [${users.ids.join(', ')}]`,
      resource: { type: 'segment', id },
    })
  }
  await deleteSegmentRow(tx, segment.id)
  if (segment.type !== 'auto-update') return
  const left = await findDynamicSegments(tx, projectId, ['auto-update'])
  if (left.length === 0) endProgram(tx, projectId, 'segments')
}

/**
 * Makes passive segments active because an earning rule, a distribution or a referral tier waits for who enters (S-2);
 * others stay as they are. Segments of the project are locked until `tx` ends, so none of them is deleted meanwhile. Throws
 * `not_found` for one that the project does not have.
 */
export async function activateSegments(
  tx: Tx,
  call: Pick<Call, 'projectId' | 'now'> & { groupId?: string },
  ids: readonly string[],
): Promise<void> {
  const { projectId, now } = call
  await lockSegments(tx, projectId)
  const segments = await findSegments(tx, projectId, ids)
  const unknown = ids.find((id) => !segments.some((segment) => segment.id === id))
  if (unknown !== undefined) throw notFound('segment', unknown)
  const passive = segments.filter(({ type }) => type === 'passive')
  if (passive.length === 0) return
  const active = passive.map((segment) => ({ ...activate(segment, now), updatedAt: now }))
  await saveSegments(tx, active)
  noteActivities(
    tx,
    { now, groupId: call.groupId ?? toOwnCall(projectId, now).groupId },
    active.map((segment) => ({ type: 'segment.activated', segment })),
  )
  startProgram(tx, projectId, 'segments')
}
