import { ApiError } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import { type Answer, answerOnce, type IdempotencyKey, toRefusal } from '../api/index.ts'
import type { Call } from '../context.ts'
import { type Customer, toCustomerViews, upsertCustomers } from '../customers/index.ts'
import { type SavedCustomEvent, saveCustomEvents, toCustomEventView } from '../events/index.ts'
import { conformMetadata, findSchemas, type ProjectSchemas } from '../metadata-schemas/index.ts'
import type { Received } from './received.ts'
import { codeNotFound, notStored, type Warning } from './warning.ts'

/** One call that joins a batch. */
export type ReceiveRequest = { call: Call; received: Received; key: IdempotencyKey | undefined }

/**
 * Takes in a batch of calls in `tx`: upserts all their customers, in order, stores all their events, and
 * answers each call. `droppedKeys` counts the metadata keys that did not fit their schema; those of calls
 * that only got an earlier answer again are not counted again. Nothing happens when it throws.
 */
export async function receiveBatch(
  tx: Tx,
  batch: readonly ReceiveRequest[],
): Promise<{ answers: Answer[]; droppedKeys: number }> {
  let droppedKeys = 0
  const answers = await answerOnce(tx, batch, async (fresh) => {
    const requests = await conformAll(tx, fresh)
    const warnings = requests.flatMap(({ received }) => received.warnings)
    droppedKeys = warnings.filter(({ key }) => key === 'metadata_not_stored').length
    const customers = await upsertCustomers(tx, requests.map(toCustomerWish))
    return answerAll(tx, requests, customers)
  })
  return { answers, droppedKeys }
}

/** The requests with only that metadata which the schemas of their project let through (D-04, SI-24). */
async function conformAll(tx: Tx, requests: readonly ReceiveRequest[]): Promise<ReceiveRequest[]> {
  const projectIds = requests.map(({ call }) => call.projectId)
  const schemasOf = await findSchemas(tx, projectIds)
  return requests.map((request) => {
    const received = conform(request.received, schemasOf(request.call.projectId))
    return { ...request, received }
  })
}

function conform(received: Received, { ofObjects, ofEvents }: ProjectSchemas): Received {
  const { customer, event, warnings } = received
  const ofCustomer = conformMetadata(ofObjects.get('customer'), customer.metadata ?? {})
  const ofEvent = conformMetadata(ofEvents.get(event?.type ?? '')?.schema, event?.metadata ?? {}, {
    keepsUndefined: true,
  })
  const told = [...ofCustomer.dropped, ...ofEvent.dropped].map(({ key, reason }) =>
    notStored('metadata_not_stored', `metadata.${key}`, reason),
  )
  return {
    ...received,
    customer: customer.metadata ? { ...customer, metadata: ofCustomer.metadata } : customer,
    ...(event && { event: { ...event, metadata: ofEvent.metadata } }),
    warnings: [...warnings, ...told],
  }
}

const toCustomerWish = ({ call, received }: ReceiveRequest) => ({
  call,
  input: received.customer,
  isConformed: true,
  ...(received.systemMetadata && { systemMetadata: received.systemMetadata }),
  systemMetadataOnCreate: { source: 'segmentio' },
})

type Taken = { request: ReceiveRequest; customer: Customer }
type Body = { [key: string]: unknown }

/** Answers every request, in order, with its event or else its customer; stores the events. */
async function answerAll(
  tx: Tx,
  requests: readonly ReceiveRequest[],
  customers: readonly (Customer | ApiError)[],
): Promise<Answer[]> {
  const taken = requests.flatMap((request, index): Taken[] => {
    const customer = customers[index]
    return customer && !(customer instanceof ApiError) ? [{ request, customer }] : []
  })
  const bodies = new Map([...(await storeEvents(tx, taken)), ...(await showCustomers(tx, taken))])
  return requests.map((request, index) => {
    const customer = customers[index]
    if (customer instanceof ApiError) return toRefusal(customer, request.call)
    return { status: 200, body: bodies.get(request) }
  })
}

async function storeEvents(tx: Tx, taken: readonly Taken[]): Promise<[ReceiveRequest, Body][]> {
  const occurred = taken.flatMap(({ request, customer }) => {
    const { event } = request.received
    return event ? [{ request, wish: { call: request.call, customer, ...event } }] : []
  })
  if (occurred.length === 0) return []
  const saved = await saveCustomEvents(
    tx,
    occurred.map(({ wish }) => wish),
  )
  return saved.map((one, index) => {
    const { request } = occurred[index] as (typeof occurred)[number]
    const warnings = [...request.received.warnings, ...toCodeWarnings(one)]
    return [request, withWarnings(warnings, toCustomEventView(one.event))]
  })
}

async function showCustomers(tx: Tx, taken: readonly Taken[]): Promise<[ReceiveRequest, Body][]> {
  const shown = taken.filter(({ request }) => !request.received.event)
  if (shown.length === 0) return []
  const views = await toCustomerViews(
    tx,
    shown.map(({ customer }) => customer),
  )
  return shown.map(({ request }, index) => [
    request,
    withWarnings(request.received.warnings, views[index] ?? {}),
  ])
}

/** The codes that an event names and nobody has (D-07). */
function toCodeWarnings({ event, unknownCodes }: SavedCustomEvent): Warning[] {
  const named = { 'referral.code': event.referral?.code, 'loyalty.code': event.loyalty?.code }
  return Object.entries(named).flatMap(([property, code]) =>
    code !== undefined && unknownCodes.includes(code) ? [codeNotFound(property, code)] : [],
  )
}

// Warnings come first: who keeps only the beginning of an answer, as deliveries do, keeps them.
const withWarnings = (warnings: readonly Warning[], view: object): Body =>
  warnings.length > 0 ? { warnings, ...view } : { ...view }
