import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { Db } from '../../platform/db.ts'
import { type Customer, findCustomers, toCustomerViews } from '../customers/index.ts'
import { findVouchersByCode, toSimpleVoucher, type Voucher } from '../vouchers/index.ts'
import type { Publication } from './publication.ts'

type View = { [key: string]: Json }

/** What a publication is shown with; undefined for what was deleted since. */
export type Related = {
  customer: Customer | undefined
  /** The customer in full. */
  customerView: View | undefined
  voucher: View | null
}

/** A publication (engine-programs §11.1). A refused one gave nothing, so it lists no vouchers (P-7). */
export function toPublicationView(
  publication: Publication,
  { customer, customerView, voucher }: Related,
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
    ...(result === 'SUCCESS'
      ? { voucher, vouchers_id: [publication.voucherId] }
      : { vouchers: [], vouchers_id: [] }),
  }
}

/** The voucher inside a publication of a list or an occurrence: what it is called and what it gives. */
export function toListedVoucher(voucher: Voucher): View {
  const simple = toSimpleVoucher(voucher)
  const benefit = voucher.gift === null ? 'discount' : 'gift'
  return {
    code: voucher.code,
    object: 'voucher',
    campaign: null,
    [benefit]: simple[benefit] ?? null,
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
    findVouchersByCode(
      db,
      [...new Set(publications.map(({ voucherId }) => voucherId))].map((code) => ({
        projectId,
        code,
      })),
    ),
  ])
  const customerViews = await toCustomerViews(db, customers)
  const customerOf = new Map(
    customers.map((customer, index) => [
      customer.id,
      { customer, customerView: customerViews[index] },
    ]),
  )
  const voucherOf = new Map(
    vouchers.flatMap((voucher) => (voucher ? [[voucher.id, toListedVoucher(voucher)]] : [])),
  )
  return publications.map((publication) =>
    toPublicationView(publication, {
      customer: undefined,
      customerView: undefined,
      ...customerOf.get(publication.customerId),
      voucher: voucherOf.get(publication.voucherId) ?? null,
    }),
  )
}
