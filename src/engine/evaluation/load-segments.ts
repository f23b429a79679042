import type { Db } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import type { Customer } from '../customers/index.ts'
import { findMemberships } from '../segments/index.ts'
import type { EvaluationState } from './state.ts'

/**
 * Adds to `state` which of the segments that its rules ask for the customers are in, each under the customer's id. Costs
 * nothing where no rule asks. Customers who are not stored are taken as they are.
 */
export async function loadSegments(
  db: Db,
  state: EvaluationState,
  { projectId, now }: Pick<Call, 'projectId' | 'now'>,
  customers: readonly Customer[],
): Promise<void> {
  const wanted = new Set(
    [...state.rules.values()].flatMap((rules) => rules.flatMap(({ needs }) => needs.segmentIds)),
  )
  if (wanted.size === 0 || customers.length === 0) return
  const found = await findMemberships(db, { projectId, now, customers }, [...wanted])
  for (const [customerId, ids] of found) state.segments.set(customerId, [...ids])
}
