import { notFound } from '../../kernel/api-error.ts'
import type { Db } from '../../platform/db.ts'
import { aNewCustomer, type Customer } from '../customers/index.ts'
import { joinNeeds } from './compile-filter.ts'
import { loadFacts, loadSurroundings } from './facts.repo.ts'
import { type DynamicSegment, matchSegments, toDynamic } from './match-segments.ts'
import { findStoredMemberships } from './member.repo.ts'
import { findDynamicSegments, findSegments } from './segment.repo.ts'
import type { Segment } from './segment.ts'

const NONE: ReadonlySet<string> = new Set()

type Question = {
  projectId: string
  now: Date
  /** Of the project. Those who are not stored are taken as they are. */
  customers: readonly Customer[]
  /** Their stored memberships, where they were read already. */
  stored?: ReadonlyMap<string, ReadonlySet<string>>
}

/** The ids of the segments that each customer is in, by the customer's id, once `segments` were evaluated. */
export async function evaluateSegments(
  db: Db,
  { projectId, now, customers, ...known }: Question,
  segments: readonly DynamicSegment[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const needs = joinNeeds(segments.map(({ filter }) => filter.needs))
  const ids = customers.map(({ id }) => id)
  const stored = known.stored ?? (await findStoredMemberships(db, ids))
  if (segments.length === 0) return stored
  const [facts, surroundings] = await Promise.all([
    loadFacts(db, projectId, customers, {
      needs,
      membershipsOf: (id) => stored.get(id) ?? NONE,
    }),
    loadSurroundings(db, projectId, { now, needs }),
  ])
  return new Map(
    facts.map((each) => [each.customer.id, matchSegments(segments, each, surroundings)]),
  )
}

/**
 * The ids of the segments that each customer is in: static and active ones as they are stored, passive ones as their
 * filters say now. With `wanted` only those are sure to be told.
 */
export async function findMemberships(
  db: Db,
  question: Question,
  wanted?: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  if (question.customers.length === 0) return new Map()
  return evaluateSegments(db, question, await findPassive(db, question, wanted))
}

async function findPassive(
  db: Db,
  { projectId }: Question,
  wanted: readonly string[] | undefined,
): Promise<DynamicSegment[]> {
  if (wanted !== undefined) {
    const segments = await findSegments(db, projectId, wanted)
    const passive = toDynamic(segments.filter(({ type }) => type === 'passive'))
    // A filter that asks for other segments may ask for passive ones.
    if (!passive.some(({ filter }) => filter.needs.segments)) return passive
  }
  return toDynamic(await findDynamicSegments(db, projectId, ['passive']))
}

/**
 * The segments that the customer is in, the oldest first; of nobody whom the project knows those with filters that a
 * customer of whom nothing is known would match (engine-programs §2.4).
 */
export async function findSegmentsOf(
  db: Db,
  { projectId, now }: Pick<Question, 'projectId' | 'now'>,
  customer: Customer | undefined,
): Promise<Segment[]> {
  if (customer) {
    const found = await findMemberships(db, { projectId, now, customers: [customer] })
    return findSegments(db, projectId, [...(found.get(customer.id) ?? [])])
  }
  const dynamic = toDynamic(await findDynamicSegments(db, projectId, ['passive', 'auto-update']))
  const nobody = aNewCustomer({ id: '', projectId, sourceId: null, createdAt: now })
  const found = await evaluateSegments(db, { projectId, now, customers: [nobody] }, dynamic)
  return dynamic.flatMap(({ segment }) => (found.get('')?.has(segment.id) ? [segment] : []))
}

/** The segment with `id`; throws `not_found`. */
export async function getSegment(db: Db, projectId: string, id: string): Promise<Segment> {
  const [segment] = await findSegments(db, projectId, [id])
  if (!segment) throw notFound('segment', id)
  return segment
}
