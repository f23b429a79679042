import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { findCustomers, toCustomerViews } from '../customers/index.ts'
import { announce, type Fact } from '../outbox/index.ts'
import { decideMemberships } from './decide-memberships.ts'
import { evaluateSegments } from './find-memberships.ts'
import { toDynamic } from './match-segments.ts'
import { deleteMemberships, findStoredMemberships, insertMemberships } from './member.repo.ts'
import { findDynamicSegments, lockSegments } from './segment.repo.ts'
import { toSimpleSegment } from './segment-view.ts'

export type Settling = {
  projectId: string
  now: Date
  customerIds: readonly string[]
  /** On whose behalf it is told that the customer entered or left. */
  callOf: (customerId: string) => Call
  /** The segments whose members are brought up to date; all of them without it. */
  segmentIds?: ReadonlySet<string>
}

/**
 * Brings the members of active segments up to date as far as these customers go, and announces who entered and left (S-4,
 * S-10); those who are placed because the segment is new are not told of (S-3). Segments of the project are locked until
 * `tx` ends, so that nobody tells of the same coming twice.
 */
export async function settleMemberships(tx: Tx, settling: Settling): Promise<void> {
  const { projectId, now, customerIds, segmentIds } = settling
  await lockSegments(tx, projectId)
  const [customers, segments] = await Promise.all([
    findCustomers(tx, projectId, customerIds),
    findDynamicSegments(tx, projectId, ['passive', 'auto-update']),
  ])
  const dynamic = toDynamic(segments)
  const active = dynamic.flatMap(({ segment }) =>
    segment.type === 'auto-update' && (segmentIds?.has(segment.id) ?? true) ? [segment] : [],
  )
  if (active.length === 0 || customers.length === 0) return
  // Passive segments matter to those that ask for them.
  const needed = dynamic.some(({ filter }) => filter.needs.segments)
    ? dynamic
    : dynamic.filter(({ segment }) => active.includes(segment))
  const stored = await findStoredMemberships(
    tx,
    customers.map(({ id }) => id),
  )
  const matched = await evaluateSegments(tx, { projectId, now, customers, stored }, needed)
  const decided = decideMemberships(active, customers, { stored, matched })

  const entered = await insertMemberships(
    tx,
    decided.flatMap(({ entered: each }) => each),
    now,
  )
  const left = await deleteMemberships(
    tx,
    decided.flatMap(({ left: each }) => each),
  )
  const keyOf = (segmentId: string, customerId: string) => `${segmentId} ${customerId}`
  const changed = new Set(
    [...entered, ...left].map(({ segmentId, customerId }) => keyOf(segmentId, customerId)),
  )
  const told = decided
    .flatMap(({ told: each }) => each)
    .filter(({ segment, customer }) => changed.has(keyOf(segment.id, customer.id)))
  await tell(tx, settling, told)
}

type Told = ReturnType<typeof decideMemberships>[number]['told']

async function tell(tx: Tx, { callOf }: Settling, told: Told): Promise<void> {
  if (told.length === 0) return
  const customers = [...new Set(told.map(({ customer }) => customer))]
  const views = await toCustomerViews(tx, customers)
  const viewOf = new Map(customers.map((customer, index) => [customer.id, views[index] ?? null]))
  announce(
    tx,
    told.map(
      ({ kind, segment, customer }): Fact => ({
        call: callOf(customer.id),
        type: `customer.segment.${kind}`,
        customerId: customer.id,
        data: {
          customer: viewOf.get(customer.id) ?? null,
          segment: toSimpleSegment(segment),
        },
      }),
    ),
  )
}
