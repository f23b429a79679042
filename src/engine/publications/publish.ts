import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Json } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import { type Answer, toRefusal } from '../api/index.ts'
import type { Call } from '../context.ts'
import {
  type Customer,
  type CustomerInput,
  toCustomerViews,
  toSimpleCustomer,
  upsertCustomers,
} from '../customers/index.ts'
import { announce, type Fact } from '../outbox/index.ts'
import {
  lockVouchersByCode,
  toSimpleVoucher,
  toVoucherView,
  type Voucher,
} from '../vouchers/index.ts'
import {
  decidePublication,
  duplicateSourceId,
  type PublicationDecision,
} from './decide-publication.ts'
import { findEarlier, hasSourceId, insertPublished, insertRefused } from './publication.repo.ts'
import type { PublicationInput } from './publication.schema.ts'
import { type Related, toListedVoucher, toPublicationView } from './publication-view.ts'

/**
 * Gives a voucher to a customer, who is created or updated on the way (P-9). A refusal of the voucher is
 * recorded, announced and answered (P-14); throws what leaves no trace: an unknown voucher or customer, a
 * `source_id` that is used up.
 */
export async function publish(tx: Tx, call: Call, input: PublicationInput): Promise<Answer> {
  const voucher = await lockVoucher(tx, call, input.voucher)
  const customer = await saveCustomer(tx, call, input.customer)
  const { sourceId, channel, metadata, joinOnce } = input
  const { projectId } = call
  const pair = { voucherId: voucher.id, customerId: customer.id }
  const decision = decidePublication({
    id: newId('publication'),
    call,
    voucher,
    customerId: customer.id,
    sourceId,
    channel,
    metadata,
    joinOnce,
    earlier: joinOnce ? await findEarlier(tx, pair) : undefined,
    isSourceIdTaken: sourceId !== null && (await hasSourceId(tx, projectId, sourceId)),
  })
  if (decision instanceof ApiError) throw decision

  await save(tx, decision)
  const [customerView] = await toCustomerViews(tx, [customer])
  const published = decision.kind === 'granted' ? decision.voucher : voucher
  const related = { customer, customerView }
  const fact = toFact(call, decision, { ...related, voucher: published })
  announce(tx, fact ? [fact] : [])
  if (decision.kind === 'denied') return toRefusal(decision.error, call)
  const view = toVoucherView(published)
  return {
    status: 200,
    body: toPublicationView(decision.publication, { ...related, voucher: view }),
  }
}

/** Vouchers are locked before customers, everywhere. */
async function lockVoucher(tx: Tx, { projectId }: Call, code: string): Promise<Voucher> {
  const [voucher] = await lockVouchersByCode(tx, [{ projectId, code }])
  if (!voucher) throw notFound('voucher', code)
  return voucher
}

async function saveCustomer(tx: Tx, call: Call, input: CustomerInput): Promise<Customer> {
  const [customer] = await upsertCustomers(tx, [{ call, input }])
  if (!customer || customer instanceof ApiError) throw customer ?? new ApiError('internal_error')
  return customer
}

async function save(tx: Tx, decision: PublicationDecision): Promise<void> {
  const { kind, publication } = decision
  if (kind === 'denied') insertRefused(tx, publication)
  if (kind !== 'granted' || (await insertPublished(tx, publication))) return
  // Somebody else published under the same id at this very moment.
  throw duplicateSourceId(publication.sourceId ?? '')
}

type Context = Pick<Related, 'customerView'> & { customer: Customer; voucher: Voucher }

/** The occurrence (engine-programs §13.6); a repetition is none. */
function toFact(
  call: Call,
  { kind, publication }: PublicationDecision,
  { customer, customerView, voucher }: Context,
): Fact | undefined {
  if (kind === 'repeated') return undefined
  const data: { [key: string]: Json } = {
    customer: toSimpleCustomer(customer),
    campaign: null,
    publication: toPublicationView(publication, {
      customer,
      customerView,
      voucher: toListedVoucher(voucher),
    }),
  }
  return kind === 'granted'
    ? {
        call,
        type: 'customer.publication.succeeded',
        customerId: customer.id,
        data: { ...data, voucher: toSimpleVoucher(voucher) },
      }
    : { call, type: 'customer.publication.failed', customerId: customer.id, data }
}
