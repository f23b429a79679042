import { ApiError } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Json } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import { type Answer, toRefusal } from '../api/index.ts'
import { type Campaign, toSimpleCampaign } from '../campaigns/index.ts'
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
  findVouchersByCode,
  showVouchers,
  toSimpleVoucher,
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
import { openSource } from './take-vouchers.ts'

/**
 * Gives vouchers to a customer, who is created or updated on the way (P-9). A refusal is recorded, announced and
 * answered (P-14); throws what leaves no trace: an unknown voucher, campaign or customer, a `source_id` that is used up.
 */
export async function publish(tx: Tx, call: Call, input: PublicationInput): Promise<Answer> {
  const source = await openSource(tx, call, input.wanted)
  const customer = await saveCustomer(tx, call, input.customer)
  const { campaign, count } = source
  const { sourceId, channel, metadata, joinOnce } = input
  // The customer is locked, so of two who join at once the second sees the first.
  const earlier =
    joinOnce || campaign?.joinOnce
      ? await findEarlier(tx, source.sameBy.of, source.sameBy.id, customer.id)
      : undefined
  const decision = decidePublication({
    id: newId('publication'),
    call,
    vouchers: earlier ? [] : await source.take(),
    count,
    campaign,
    customerId: customer.id,
    sourceId,
    channel,
    metadata,
    joinOnce,
    earlier,
    isSourceIdTaken: sourceId !== null && (await hasSourceId(tx, call.projectId, sourceId)),
  })
  if (decision instanceof ApiError) throw decision

  await save(tx, decision)
  const [customerView] = await toCustomerViews(tx, [customer])
  const vouchers = await findGiven(tx, call, decision)
  const related = { campaign, customer, customerView, vouchers }
  const fact = toFact(call, decision, related)
  announce(tx, fact ? [fact] : [])
  if (decision.kind === 'denied') return toRefusal(decision.error, call)
  const views = await showVouchers(tx, vouchers)
  return {
    status: 200,
    body: toPublicationView(decision.publication, { customer, customerView, vouchers: views }),
  }
}

/** The vouchers of the publication as they are now. */
async function findGiven(
  tx: Tx,
  { projectId }: Call,
  decision: PublicationDecision,
): Promise<readonly Voucher[]> {
  if (decision.kind === 'granted') return decision.vouchers
  const references = decision.publication.voucherIds.map((code) => ({ projectId, code }))
  return (await findVouchersByCode(tx, references)).flatMap((voucher) => voucher ?? [])
}

async function saveCustomer(tx: Tx, call: Call, input: CustomerInput): Promise<Customer> {
  const [customer] = await upsertCustomers(tx, [{ call, input }])
  if (!customer || customer instanceof ApiError) throw customer ?? new ApiError('internal_error')
  return customer
}

async function save(tx: Tx, decision: PublicationDecision): Promise<void> {
  const { publication } = decision
  if (decision.kind === 'denied') insertRefused(tx, publication)
  if (decision.kind !== 'granted') return
  if (await insertPublished(tx, publication, decision.expirationDate)) return
  // Somebody else published under the same id at this very moment.
  throw duplicateSourceId(publication.sourceId ?? '')
}

type Context = Pick<Related, 'customerView'> & {
  campaign: Campaign | undefined
  customer: Customer
  vouchers: readonly Voucher[]
}

/** The occurrence (engine-programs §13.6); a repetition is none. */
function toFact(
  call: Call,
  { kind, publication }: PublicationDecision,
  { campaign, customer, customerView, vouchers }: Context,
): Fact | undefined {
  if (kind === 'repeated') return undefined
  const data: { [key: string]: Json } = {
    customer: toSimpleCustomer(customer),
    campaign: campaign ? toSimpleCampaign(campaign) : null,
    publication: toPublicationView(publication, {
      customer,
      customerView,
      vouchers: vouchers.map(toListedVoucher),
    }),
  }
  const simple = vouchers.map(toSimpleVoucher)
  const given = simple.length > 1 ? { vouchers: simple } : { voucher: simple[0] ?? null }
  return kind === 'granted'
    ? {
        call,
        type: 'customer.publication.succeeded',
        customerId: customer.id,
        data: { ...data, ...given },
      }
    : { call, type: 'customer.publication.failed', customerId: customer.id, data }
}
