import { ApiError } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import { type Answer, toRefusal } from '../api/index.ts'
import type { Call } from '../context.ts'
import {
  type Customer,
  type CustomerInput,
  lockCustomers,
  upsertCustomers,
} from '../customers/index.ts'
import { convertMetadata, findSchemas, requireMetadata } from '../metadata-schemas/index.ts'
import { announce } from '../outbox/index.ts'
import { showVouchers } from '../vouchers/index.ts'
import type { PublicationInput } from './publication.schema.ts'
import { toPublicationView } from './publication-view.ts'
import { type Settled, settlePublication } from './settle.ts'
import { openSource } from './take-vouchers.ts'

/** A publication that was decided and announced, and to whom. */
export type Published = Settled & { customer: Customer }

/**
 * Gives vouchers to a customer, who is created or updated on the way (P-9). A refusal is recorded and announced
 * (P-14); throws what leaves no trace: metadata that does not fit (P-10), an unknown voucher, campaign or customer, a `source_id` that is used up.
 */
export async function publish(tx: Tx, call: Call, input: PublicationInput): Promise<Published> {
  const { metadata } = input
  await requireMetadata(tx, call.projectId, { of: 'publication', metadata, on: 'create' })
  const source = await openSource(tx, call, input.wanted)
  const customer = await saveCustomer(tx, call, input.customer)
  // Of two who join at once the second sees the first.
  if (input.joinOnce || source.campaign?.joinOnce) await lockCustomers(tx, [customer.id])
  const settled = await settlePublication(tx, call, { ...input, source, customer })
  announce(tx, settled.fact ? [settled.fact] : [])
  return { ...settled, customer }
}

/** A publication that was asked for in a query, which has but texts, with metadata of the types it should have. */
export async function readTexts(
  tx: Tx,
  { projectId }: Call,
  input: PublicationInput,
): Promise<PublicationInput> {
  const { ofObjects } = (await findSchemas(tx, [projectId]))(projectId)
  const { customer, metadata } = input
  return {
    ...input,
    metadata: convertMetadata(ofObjects.get('publication'), metadata),
    customer: customer.metadata
      ? { ...customer, metadata: convertMetadata(ofObjects.get('customer'), customer.metadata) }
      : customer,
  }
}

/** The answer to a publication, refused ones included. */
export async function toPublicationAnswer(
  tx: Tx,
  call: Call,
  { decision, customer, customerView, vouchers }: Published,
): Promise<Answer> {
  if (decision.kind === 'denied') return toRefusal(decision.error, call)
  const views = await showVouchers(tx, vouchers)
  const related = { customer, customerView, vouchers: views }
  return { status: 200, body: toPublicationView(decision.publication, related) }
}

/** The answer that older clients expect: the voucher that was given. */
export async function toVoucherAnswer(tx: Tx, call: Call, published: Published): Promise<Answer> {
  const { decision, vouchers } = published
  if (decision.kind === 'denied') return toRefusal(decision.error, call)
  const [voucher] = await showVouchers(tx, vouchers)
  return { status: 200, body: voucher }
}

async function saveCustomer(tx: Tx, call: Call, input: CustomerInput): Promise<Customer> {
  const [customer] = await upsertCustomers(tx, [{ call, input }])
  if (!customer || customer instanceof ApiError) throw customer ?? new ApiError('internal_error')
  return customer
}
