import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { Db } from '../../platform/db.ts'
import { type Customer, findCustomers, toCustomerViews } from '../customers/index.ts'
import { findVouchersById, toBenefitView, type Voucher } from '../vouchers/index.ts'
import type { Publication } from './publication.ts'

type View = { [key: string]: Json }

/** What a publication is shown with; undefined for what was deleted since. */
export type Related = {
  customer: Customer | undefined
  /** The customer in full. */
  customerView: View | undefined
  /** What it gave, as far as it is still there. */
  vouchers: readonly View[]
}

/** A publication (engine-programs §11.1). */
export function toPublicationView(
  publication: Publication,
  { customer, customerView, vouchers }: Related,
): View {
  const { result, failureCode, failureMessage } = publication
  return {
    id: publication.id,
    object: 'publication',
    created_at: toIso(publication.createdAt),
    customer_id: publication.customerId,
    // The plain `source_id`, unlike the tracking ids of redemptions (C-16).
    tracking_id: customer?.sourceId ?? null,
    metadata: publication.metadata,
    channel: publication.channel,
    source_id: publication.sourceId,
    result,
    ...(failureCode !== null && { failure_code: failureCode, failure_message: failureMessage }),
    customer: customerView ?? { id: publication.customerId, object: 'customer' },
    ...toGiven(publication, vouchers),
  }
}

/** One voucher is shown, of several the codes; a refused publication gave nothing (P-7). */
function toGiven({ result, voucherIds }: Publication, vouchers: readonly View[]): View {
  if (result !== 'SUCCESS') return { vouchers: [], vouchers_id: [] }
  return {
    ...(voucherIds.length === 1
      ? { voucher: vouchers[0] ?? null }
      : { vouchers: vouchers.map(({ code = null }) => code) }),
    vouchers_id: [...voucherIds],
  }
}

/** The voucher inside a publication of a list or an occurrence: what it is called and what it gives. */
export function toListedVoucher(voucher: Voucher): View {
  return {
    code: voucher.code,
    object: 'voucher',
    campaign: voucher.campaignName,
    ...toBenefitView(voucher),
    is_referral_code: voucher.isReferralCode,
  }
}

/** Publications of one project with their customers and vouchers as they are now. */
export async function showPublications(
  db: Db,
  projectId: string,
  publications: readonly Publication[],
): Promise<View[]> {
  const [customers, vouchers] = await Promise.all([
    findCustomers(db, projectId, [...new Set(publications.map(({ customerId }) => customerId))]),
    findVouchersById(db, projectId, [
      ...new Set(publications.flatMap(({ voucherIds }) => voucherIds)),
    ]),
  ])
  const customerViews = await toCustomerViews(db, customers)
  const customerOf = new Map(
    customers.map((customer, index) => [
      customer.id,
      { customer, customerView: customerViews[index] },
    ]),
  )
  const voucherOf = new Map(vouchers.map((voucher) => [voucher.id, toListedVoucher(voucher)]))
  return publications.map((publication) =>
    toPublicationView(publication, {
      customer: undefined,
      customerView: undefined,
      ...customerOf.get(publication.customerId),
      vouchers: publication.voucherIds.flatMap((id) => {
        const voucher = voucherOf.get(id)
        return voucher ? [voucher] : []
      }),
    }),
  )
}
