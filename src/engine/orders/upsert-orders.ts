import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import {
  type Customer,
  type CustomerInput,
  findCustomers,
  toCustomerInput,
  toSimpleCustomer,
  upsertCustomers,
} from '../customers/index.ts'
import { findSchemas } from '../metadata-schemas/index.ts'
import { announce, type Fact } from '../outbox/index.ts'
import { findCatalogEntries } from '../products/index.ts'
import { decideOrder } from './decide-order.ts'
import { type Catalog, catalogKey, catalogReferences } from './item-catalog.ts'
import type { Order } from './order.ts'
import { type OrderBody, toOrderInput } from './order-body.schema.ts'
import { toOrderFacts } from './order-facts.ts'
import { orderKeys, toOrderReference } from './order-reference.ts'
import { lockOrders, saveOrders } from './orders.repo.ts'
import { findMisfit, overrideProducts } from './override-products.ts'

type People = {
  customer: Customer | ApiError | undefined
  referrer: Customer | ApiError | undefined
}
type Change = { before: Order | undefined; after: Order; people: People }

/**
 * Creates or changes the order of each body, in turn (R-ORD-08), with its customer, its referrer, and the products it
 * overrides. What cannot be yields its error and stores no order. Announces what happened, except to imported
 * orders (R-ORD-09). Fails `tx` with a violation of `ORDER_SOURCE_ID_TAKEN` as `saveOrders` does.
 */
export async function upsertOrders(
  tx: Tx,
  call: Call,
  bodies: readonly OrderBody[],
  { isImport = false } = {},
): Promise<(Order | ApiError)[]> {
  const misfits = await overrideProducts(
    tx,
    call,
    bodies.flatMap(({ items }) => items ?? []),
  )
  const orders = await loadOrders(tx, call, bodies)
  const catalog = await loadCatalog(tx, call, bodies, orders)
  const people = await storePeople(tx, call, bodies)
  const schemas = (await findSchemas(tx, [call.projectId]))(call.projectId)
  const changes = bodies.map((body, index): Change | ApiError => {
    const { customer, referrer } = people[index] ?? NOBODY
    if (customer instanceof ApiError) return customer
    if (referrer instanceof ApiError) return referrer
    const [key = ''] = keysOf(call, body)
    const before = orders.get(key)
    if (body.id && !before) return notFound('order', body.id)
    const after = decideOrder(body, before, {
      projectId: call.projectId,
      catalog,
      schemas,
      customerId: customer?.id,
      referrerId: referrer?.id,
      now: call.now,
      newId,
    })
    if (after instanceof ApiError) return after
    const misfit = findMisfit(misfits, body.items)
    if (misfit) return misfit
    put(orders, after)
    return { before, after, people: { customer, referrer } }
  })
  const done = changes.flatMap((change) => (change instanceof ApiError ? [] : [change]))
  // Changed twice, an order is stored once, as it was left.
  saveOrders(tx, [...new Map(done.map(({ after }) => [after.id, after])).values()])
  if (!isImport) announce(tx, await toFacts(tx, call, done))
  return changes.map((change) => (change instanceof ApiError ? change : change.after))
}

const NOBODY: People = { customer: undefined, referrer: undefined }

type Orders = Map<string, Order>

const put = (orders: Orders, order: Order): void => {
  for (const key of orderKeys(order)) orders.set(key, order)
}

function keysOf(
  { projectId }: Call,
  { customer: _c, referrer: _r, ...input }: OrderBody,
): string[] {
  const reference = toOrderReference(projectId, input)
  return reference ? orderKeys(reference) : []
}

async function loadOrders(
  tx: Tx,
  { projectId }: Call,
  bodies: readonly OrderBody[],
): Promise<Orders> {
  const references = bodies.flatMap((body) => toOrderReference(projectId, toOrderInput(body)) ?? [])
  const orders: Orders = new Map()
  for (const order of await lockOrders(tx, references)) put(orders, order)
  return orders
}

async function loadCatalog(
  tx: Tx,
  call: Call,
  bodies: readonly OrderBody[],
  orders: Orders,
): Promise<Catalog> {
  const references = bodies.flatMap((body) => {
    const [key = ''] = keysOf(call, body)
    return catalogReferences(call.projectId, toOrderInput(body), orders.get(key))
  })
  const entries = await findCatalogEntries(tx, references)
  return new Map(
    references.flatMap((reference, index) => {
      const entry = entries[index]
      return entry ? [[catalogKey(reference), entry]] : []
    }),
  )
}

/** The customers and referrers of all bodies, created or changed in one go. */
async function storePeople(tx: Tx, call: Call, bodies: readonly OrderBody[]): Promise<People[]> {
  const wishes = bodies.flatMap((body, index) =>
    ROLES.flatMap((role) => {
      const input = toPerson(body, role)
      return input ? [{ index, role, call, input }] : []
    }),
  )
  const people = bodies.map((): People => ({ ...NOBODY }))
  if (wishes.length === 0) return people
  const outcomes = await upsertCustomers(tx, wishes)
  for (const [place, { index, role }] of wishes.entries()) {
    const person = people[index]
    if (person) person[role] = outcomes[place]
  }
  return people
}

const ROLES = ['customer', 'referrer'] as const

/** A person by an object, a bare id or `source_id`, or by the field that holds only the id. */
function toPerson(body: OrderBody, role: (typeof ROLES)[number]): CustomerInput | undefined {
  const id = body[`${role}_id`]
  return toCustomerInput(body[role]) ?? (id ? { id } : undefined)
}

/** What is announced, with the people an order had before where the body names none (engine-programs §13.6). */
async function toFacts(tx: Tx, call: Call, changes: readonly Change[]): Promise<Fact[]> {
  const ids = changes.flatMap(({ after }) =>
    [after.customerId ?? [], after.referrerId ?? []].flat(),
  )
  const stored = await findCustomers(tx, call.projectId, ids)
  const byId = new Map(stored.map((customer) => [customer.id, toSimpleCustomer(customer)]))
  return changes.flatMap(({ before, after }) =>
    toOrderFacts(call, {
      before,
      after,
      customer: byId.get(after.customerId ?? '') ?? null,
      referrer: byId.get(after.referrerId ?? '') ?? null,
      redemption: null,
    }),
  )
}
