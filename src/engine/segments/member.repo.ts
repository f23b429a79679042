import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { Membership } from './segment.ts'

type MemberRow = { segment_id: string; customer_id: string }
const toMembership = (row: MemberRow): Membership => ({
  segmentId: row.segment_id,
  customerId: row.customer_id,
})

const FIND = statement(
  'find_memberships',
  `select segment_id, customer_id from segment_member where customer_id = any($1::text[])`,
)

/** The stored memberships of each of the customers, by their ids: of static and active segments. */
export async function findStoredMemberships(
  db: Db,
  customerIds: readonly string[],
): Promise<Map<string, Set<string>>> {
  const found = new Map(customerIds.map((id) => [id, new Set<string>()]))
  if (customerIds.length === 0) return found
  for (const row of await db.run<MemberRow>(FIND, [customerIds])) {
    found.get(row.customer_id)?.add(row.segment_id)
  }
  return found
}

const INSERT = statement(
  'insert_memberships',
  `insert into segment_member (segment_id, customer_id, entered_at)
   select segment_id, customer_id, $3
     from unnest($1::text[], $2::text[]) as entered (segment_id, customer_id)
   on conflict do nothing
   returning segment_id, customer_id`,
)

/** Stores who entered; answers those who were not in the segment already. */
export async function insertMemberships(
  tx: Tx,
  entered: readonly Membership[],
  now: Date,
): Promise<Membership[]> {
  if (entered.length === 0) return []
  const rows = await tx.run<MemberRow>(INSERT, [
    entered.map(({ segmentId }) => segmentId),
    entered.map(({ customerId }) => customerId),
    now,
  ])
  return rows.map(toMembership)
}

const DELETE = statement(
  'delete_memberships',
  `delete from segment_member member
    using unnest($1::text[], $2::text[]) as gone (segment_id, customer_id)
    where member.segment_id = gone.segment_id and member.customer_id = gone.customer_id
   returning member.segment_id, member.customer_id`,
)

/** Removes who left; answers those who were in the segment. */
export async function deleteMemberships(
  tx: Tx,
  left: readonly Membership[],
): Promise<Membership[]> {
  if (left.length === 0) return []
  const rows = await tx.run<MemberRow>(DELETE, [
    left.map(({ segmentId }) => segmentId),
    left.map(({ customerId }) => customerId),
  ])
  return rows.map(toMembership)
}

const DELETE_OTHERS = statement(
  'delete_other_memberships',
  'delete from segment_member where segment_id = $1 and customer_id <> all($2::text[])',
)

/** Removes everybody but these from a segment. */
export async function deleteOtherMemberships(
  tx: Tx,
  segmentId: string,
  customerIds: readonly string[],
): Promise<void> {
  await tx.run(DELETE_OTHERS, [segmentId, customerIds])
}
