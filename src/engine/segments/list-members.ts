import type { Db } from '../../platform/db.ts'
import { type Customer, findCustomers, type Members } from '../customers/index.ts'
import { findMemberships } from './find-memberships.ts'
import { findSegments } from './segment.repo.ts'

type Question = { projectId: string; now: Date }

/**
 * Who is in the segment with `id`, for a list that is narrowed to it; nobody for one that does not exist. Of a passive one
 * those are picked whom the list comes to, so that nobody else is evaluated.
 */
export async function listMembers(db: Db, question: Question, id: string): Promise<Members> {
  const [segment] = await findSegments(db, question.projectId, [id])
  if (!segment) return 'nobody'
  if (segment.type !== 'passive') return 'stored'
  return (customers) => pickMembers(db, question, { id, customers })
}

/** Those of the customers with `customerIds` who are in the segment with `id`. */
export async function findMembersAmong(
  db: Db,
  question: Question,
  id: string,
  customerIds: readonly string[],
): Promise<Customer[]> {
  const customers = await findCustomers(db, question.projectId, customerIds)
  return pickMembers(db, question, { id, customers })
}

async function pickMembers(
  db: Db,
  { projectId, now }: Question,
  { id, customers }: { id: string; customers: readonly Customer[] },
): Promise<Customer[]> {
  const found = await findMemberships(db, { projectId, now, customers }, [id])
  return customers.filter((customer) => found.get(customer.id)?.has(id))
}
