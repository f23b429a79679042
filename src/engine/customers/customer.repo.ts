import { notFound } from '../../kernel/api-error.ts'
import { findUnstorable } from '../../kernel/storable.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import { toJsonList } from '../../platform/json-list.ts'
import type { Address, Customer, Metadata } from './customer.ts'
import type { CustomerReference } from './decide-upsert.ts'

export type CustomerRow = {
  id: string
  project_id: string
  source_id: string | null
  name: string | null
  description: string | null
  email: string | null
  phone: string | null
  birthdate: string | null
  address: Address | null
  metadata: Metadata
  system_metadata: Metadata
  created_at: Date
  updated_at: Date | null
}

export const toCustomer = (row: CustomerRow): Customer => ({
  id: row.id,
  projectId: row.project_id,
  sourceId: row.source_id,
  name: row.name,
  description: row.description,
  email: row.email,
  phone: row.phone,
  birthdate: row.birthdate,
  address: row.address,
  metadata: row.metadata,
  systemMetadata: row.system_metadata,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const FIND = statement(
  'find_customers',
  `select customer.* from customer where project_id = $1 and id = any($2::text[])
   union all
   select customer.* from customer where project_id = $1 and source_id = any($2::text[])`,
)

/**
 * The customers that `references` name by id or `source_id` (W-4), in the order of their first mention,
 * each once. A reference that is the id of one customer and the `source_id` of another means the former.
 */
export async function findCustomers(
  db: Db,
  projectId: string,
  references: readonly string[],
): Promise<Customer[]> {
  const possible = references.filter((reference) => !findUnstorable(reference, ''))
  if (possible.length === 0) return []
  const rows = await db.run<CustomerRow>(FIND, [projectId, possible])
  const byId = new Map(rows.map((row) => [row.id, row]))
  const bySourceId = new Map(rows.map((row) => [row.source_id, row]))
  const found = new Map<string, Customer>()
  for (const reference of possible) {
    const row = byId.get(reference) ?? bySourceId.get(reference)
    if (row && !found.has(row.id)) found.set(row.id, toCustomer(row))
  }
  return [...found.values()]
}

const FIND_BY_SOURCE_ID = statement(
  'find_customers_by_source_id',
  // Joined, because a table that was not analysed yet is read whole for a long list.
  `select customer.* from unnest($2::text[]) as wanted (source_id)
     join customer on customer.project_id = $1 and customer.source_id = wanted.source_id`,
)

/** The customers of these `source_id`s, by them. */
export async function findCustomersBySourceId(
  db: Db,
  projectId: string,
  sourceIds: readonly string[],
): Promise<ReadonlyMap<string, Customer>> {
  if (sourceIds.length === 0) return new Map()
  const rows = await db.run<CustomerRow>(FIND_BY_SOURCE_ID, [projectId, sourceIds])
  return new Map(rows.map((row) => [row.source_id ?? '', toCustomer(row)]))
}

/** The customer whom `reference` names by id or `source_id`; throws `not_found` for nobody. */
export async function getCustomer(db: Db, projectId: string, reference: string): Promise<Customer> {
  const [customer] = await findCustomers(db, projectId, [reference])
  if (!customer) throw notFound('customer', reference)
  return customer
}

const FIND_REFERENCED = statement(
  'find_referenced_customers',
  `select customer.* from customer
     join unnest($1::text[], $2::text[], $3::text[]) as wanted (project_id, id, source_id)
       on customer.project_id = wanted.project_id and customer.id = wanted.id
   union all
   select customer.* from customer
     join unnest($1::text[], $2::text[], $3::text[]) as wanted (project_id, id, source_id)
       on customer.project_id = wanted.project_id and customer.source_id = wanted.source_id`,
)
const LOCK = statement(
  'lock_customers',
  'select * from customer where id = any($1::text[]) order by id for update',
)

/** The stored customers among `references`, in no order, one named twice maybe twice. */
export async function findReferencedCustomers(
  db: Db,
  references: readonly CustomerReference[],
): Promise<Customer[]> {
  const named = references.filter(({ id, sourceId }) => id !== null || sourceId !== null)
  if (named.length === 0) return []
  const rows = await db.run<CustomerRow>(FIND_REFERENCED, [
    named.map(({ projectId }) => projectId),
    named.map(({ id }) => id),
    named.map(({ sourceId }) => sourceId),
  ])
  return rows.map(toCustomer)
}

/**
 * Locks customers by id until `tx` ends and returns those that still exist, as they are then. Rivals that
 * change the same customers queue up here in one sequence. Comes after vouchers and orders.
 */
export async function lockCustomers(tx: Tx, ids: readonly string[]): Promise<Customer[]> {
  if (ids.length === 0) return []
  return (await tx.run<CustomerRow>(LOCK, [ids])).map(toCustomer)
}

const FIND_AFTER = statement(
  'find_customers_after',
  'select id from customer where project_id = $1 and id > $2 order by id limit $3',
)

/** The ids of a project's customers that follow `after`, in their order; for going through all of them. */
export async function findCustomersAfter(
  db: Db,
  projectId: string,
  { after, limit }: { after: string | null; limit: number },
): Promise<string[]> {
  const rows = await db.run<{ id: string }>(FIND_AFTER, [projectId, after ?? '', limit])
  return rows.map(({ id }) => id)
}

const INSERT = statement(
  'insert_customers',
  `insert into customer (id, project_id, source_id, name, description, email, phone, birthdate,
                         address, metadata, system_metadata, created_at, updated_at)
   select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                        $8::date[], jsonb_list($9), jsonb_list($10), jsonb_list($11), $12::timestamptz[], $13::timestamptz[])
   on conflict (project_id, source_id) do nothing
   returning id`,
)
const UPDATE = statement(
  'update_customers',
  `update customer set name = changed.name, description = changed.description, email = changed.email,
                       phone = changed.phone, birthdate = changed.birthdate, address = changed.address,
                       metadata = changed.metadata, system_metadata = changed.system_metadata,
                       updated_at = changed.updated_at
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[],
                 jsonb_list($7), jsonb_list($8), jsonb_list($9), $10::timestamptz[])
       as changed (id, name, description, email, phone, birthdate, address, metadata, system_metadata, updated_at)
    where customer.id = changed.id`,
)

/** The columns that a change can touch, but for `updated_at`. */
const toColumns = (customers: readonly Customer[]): unknown[] => [
  customers.map(({ name }) => name),
  customers.map(({ description }) => description),
  customers.map(({ email }) => email),
  customers.map(({ phone }) => phone),
  customers.map(({ birthdate }) => birthdate),
  toJsonList(customers.map(({ address }) => address)),
  toJsonList(customers.map(({ metadata }) => metadata)),
  toJsonList(customers.map(({ systemMetadata }) => systemMetadata)),
]

/** So many are stored at once, so that there is work to do for the first while the others are being stored. */
const PART = 250

/** Of new customers: who is stored, and whom another transaction created, which is to be found now. */
export type Inserted = { stored: Customer[]; lost: Customer[] }

/**
 * Stores new customers, a part after the other, and answers each part by itself. Where another transaction created
 * the customer of a `source_id`, that one exists and ours does not. Waits for a rival who has not committed.
 */
export function insertCustomers(tx: Tx, customers: readonly Customer[]): Promise<Inserted>[] {
  // Rivals that create the same customers wait for each other in one sequence.
  const sorted = [...customers].sort((a, b) => compare(toSortKey(a), toSortKey(b)))
  const parts: Promise<Inserted>[] = []
  for (let start = 0; start < sorted.length; start += PART) {
    const inserting = insertPart(tx, sorted.slice(start, start + PART))
    // Whoever waits for an earlier part learns of its failure first.
    inserting.catch(() => undefined)
    parts.push(inserting)
  }
  return parts
}

async function insertPart(tx: Tx, part: readonly Customer[]): Promise<Inserted> {
  const rows = await tx.run<{ id: string }>(INSERT, [
    part.map(({ id }) => id),
    part.map(({ projectId }) => projectId),
    part.map(({ sourceId }) => sourceId),
    ...toColumns(part),
    part.map(({ createdAt }) => createdAt),
    part.map(({ updatedAt }) => updatedAt),
  ])
  const ids = new Set(rows.map(({ id }) => id))
  return {
    stored: part.filter(({ id }) => ids.has(id)),
    lost: part.filter(({ id }) => !ids.has(id)),
  }
}

/** Stores customers that `tx` has locked as they are now. */
export function updateCustomers(tx: Tx, customers: readonly Customer[]): void {
  if (customers.length === 0) return
  tx.send(UPDATE, [
    customers.map(({ id }) => id),
    ...toColumns(customers),
    customers.map(({ updatedAt }) => updatedAt),
  ])
}

const DELETE = statement(
  'delete_customer',
  `with left_segments as (delete from segment_member where customer_id = $1),
        consents as (delete from customer_consent where customer_id = $1)
   delete from customer where id = $1`,
)

/**
 * Deletes a customer whom `tx` has locked, takes them out of segments, and forgets what they consented to; what they
 * ordered and redeemed stays.
 */
export function deleteCustomerRow(tx: Tx, id: string): void {
  tx.send(DELETE, [id])
}

const toSortKey = ({ projectId, sourceId }: Customer): string => `${projectId} ${sourceId ?? ''}`
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
