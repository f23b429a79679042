import { ApiError } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Json } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import { type Campaign, toSimpleCampaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import { type Customer, toCustomerViews, toSimpleCustomer } from '../customers/index.ts'
import type { Fact } from '../outbox/index.ts'
import { openCards } from '../points/index.ts'
import { saveHolders } from '../redeemable-holders/index.ts'
import { findVouchersById, toSimpleVoucher, type Voucher } from '../vouchers/index.ts'
import {
  decidePublication,
  duplicateSourceId,
  type PublicationDecision,
} from './decide-publication.ts'
import { findEarlier, hasSourceId, insertPublished, insertRefused } from './publication.repo.ts'
import type { Publication } from './publication.ts'
import { type Related, toListedVoucher, toPublicationView } from './publication-view.ts'
import type { Source } from './take-vouchers.ts'

/** A publication to a customer who is stored, of what `source` has. */
export type PublicationWish = Pick<Publication, 'sourceId' | 'channel' | 'metadata'> & {
  source: Source
  customer: Customer
  joinOnce: boolean
  /** It was refused before, and recorded: another refusal is thrown and leaves no trace. */
  isRetry?: boolean
}

export type Settled = {
  decision: PublicationDecision
  /** What was given, as it is now. */
  vouchers: readonly Voucher[]
  customerView: { [key: string]: Json }
  /** What is to be announced; a repetition is not. */
  fact: Fact | undefined
}

/**
 * Decides a publication and stores it, a refusal as well (P-14). What is to be announced is left to the caller. Throws
 * what leaves no trace: a `source_id` that is used up, and what is refused again.
 */
export async function settlePublication(
  tx: Tx,
  call: Call,
  wish: PublicationWish,
): Promise<Settled> {
  const { source, customer, sourceId, channel, metadata, joinOnce } = wish
  const { campaign, count } = source
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
  if (decision.kind === 'denied' && wish.isRetry) throw decision.error

  await save(tx, call, decision)
  const [customerView = {}] = await toCustomerViews(tx, [customer])
  const given = await findGiven(tx, call, decision)
  const vouchers = decision.kind === 'granted' ? await openCards(tx, given, call.now) : given
  const fact = toFact(call, decision, { campaign, customer, customerView, vouchers })
  return { decision, vouchers, customerView, fact }
}

/** The vouchers of the publication as they are now. */
async function findGiven(
  tx: Tx,
  { projectId }: Call,
  decision: PublicationDecision,
): Promise<readonly Voucher[]> {
  if (decision.kind === 'granted') return decision.vouchers
  return findVouchersById(tx, projectId, decision.publication.voucherIds)
}

async function save(tx: Tx, { now }: Call, decision: PublicationDecision): Promise<void> {
  const { publication } = decision
  if (decision.kind === 'denied') insertRefused(tx, publication)
  if (decision.kind !== 'granted') return
  if (!(await insertPublished(tx, publication, decision.expirationDate))) {
    // Somebody else published under the same id at this very moment.
    throw duplicateSourceId(publication.sourceId ?? '')
  }
  await saveHolders(
    tx,
    decision.vouchers.map(({ id, projectId, campaignId, isReferralCode }) => ({
      projectId,
      voucherId: id,
      campaignId,
      customerId: publication.customerId,
      role: isReferralCode ? 'REFERRER' : 'OWNER',
      publicationId: publication.id,
      createdAt: now,
    })),
  )
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
