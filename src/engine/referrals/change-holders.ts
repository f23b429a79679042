import { ApiError, notFound } from '../../kernel/api-error.ts'
import type { Json } from '../../kernel/json.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { type Campaign, findCampaigns, getCampaign, toSimpleCampaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import {
  type Customer,
  type CustomerInput,
  findCustomers,
  type Metadata,
  toSimpleCustomer,
  upsertCustomers,
} from '../customers/index.ts'
import { announce, type Fact } from '../outbox/index.ts'
import { type RedeemableHolder, saveHolders, toHolderView } from '../redeemable-holders/index.ts'
import {
  findVouchersByCode,
  lockVouchersByCode,
  toSimpleVoucher,
  type Voucher,
} from '../vouchers/index.ts'
import { deleteHolder, lockHolder } from './holder.repo.ts'

/** How a path names a referral code, within a campaign where it says which. */
export type ReferralMember = { memberId: string; campaignId?: string }

/** A referral code with its campaign. */
export type ReferralCode = { voucher: Voucher; campaign: Campaign }

/** The referral code; throws `not_found` for a campaign or a code that the project does not have. */
export async function getReferralCode(
  db: Db,
  projectId: string,
  member: ReferralMember,
): Promise<ReferralCode> {
  const [voucher] = await findVouchersByCode(db, [{ projectId, code: member.memberId }])
  return toReferralCode(db, projectId, member, voucher)
}

async function toReferralCode(
  db: Db,
  projectId: string,
  { memberId, campaignId }: ReferralMember,
  voucher: Voucher | undefined,
): Promise<ReferralCode> {
  const wanted = campaignId === undefined ? undefined : await getCampaign(db, projectId, campaignId)
  const own = voucher?.campaignId ?? ''
  const campaign = wanted ?? (await findCampaigns(db, [own])).get(own)
  if (!voucher || campaign?.id !== own || campaign.campaignType !== 'REFERRAL_PROGRAM') {
    throw notFound('voucher', memberId)
  }
  return { voucher, campaign }
}

/**
 * Makes customers, who are created or updated on the way, referees of a referral code, all or nobody (F-20). Throws
 * `not_published` for a code without a referrer, `duplicate_found` for a customer who is named twice, and
 * `holder_assignement_duplication` for one who holds it already.
 */
export async function addReferees(
  tx: Tx,
  call: Call,
  member: ReferralMember,
  { holders: inputs, metadata }: { holders: readonly CustomerInput[]; metadata: Metadata },
): Promise<{ [key: string]: Json }[]> {
  const { projectId, now } = call
  const [locked] = await lockVouchersByCode(tx, [{ projectId, code: member.memberId }])
  const { voucher, campaign } = await toReferralCode(tx, projectId, member, locked)
  if (voucher.referrerId === null) {
    throw new ApiError('not_published', {
      details: 'Referral code must be first published to Referrer before assigning it to Referee',
      resource: { type: 'voucher', id: voucher.id },
    })
  }
  const customers = await saveReferees(tx, call, inputs)
  const holders = await saveHolders(
    tx,
    customers.map(({ id }) => ({
      projectId,
      voucherId: voucher.id,
      campaignId: campaign.id,
      customerId: id,
      role: 'REFEREE' as const,
      metadata,
      createdAt: now,
    })),
  )
  const added = new Set(holders.map(({ customerId }) => customerId))
  const known = customers.find(({ id }) => !added.has(id))
  if (known) {
    throw new ApiError('holder_assignement_duplication', {
      details: `Customer with id ${known.id} is already assigned to voucher ${voucher.code}`,
      resource: { type: 'customer', id: known.id },
    })
  }
  const byId = new Map(customers.map((customer) => [customer.id, customer]))
  const code = { voucher, campaign }
  announce(
    tx,
    holders.map((holder) =>
      toFact(call, 'created', { holder, code, customer: byId.get(holder.customerId) }),
    ),
  )
  return holders.map((holder) => toRefereeView(holder, code))
}

async function saveReferees(
  tx: Tx,
  call: Call,
  inputs: readonly CustomerInput[],
): Promise<Customer[]> {
  const outcomes = await upsertCustomers(
    tx,
    inputs.map((input) => ({ call, input })),
  )
  const customers = outcomes.map((outcome) => {
    if (outcome instanceof ApiError) throw outcome
    return outcome
  })
  const ids = customers.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) < index)
  if (twice === undefined) return customers
  throw new ApiError('duplicate_found', {
    details: `Duplicated customer exists with id ${twice}`,
    resource: { type: 'customer', id: twice },
  })
}

/** Ends that a customer holds a referral code (F-20). Throws `not_found`, and `forbidden` for its referrer. */
export async function removeReferee(
  tx: Tx,
  call: Call,
  member: ReferralMember,
  holderId: string,
): Promise<void> {
  const { projectId } = call
  const code = await getReferralCode(tx, projectId, member)
  const holder = await lockHolder(tx, code.voucher.id, holderId)
  if (!holder) throw notFound('redeemable_holder', holderId)
  if (holder.role !== 'REFEREE') {
    throw new ApiError('forbidden', {
      message: 'Can not remove assignment',
      details: 'You can not remove Referrer assignment',
      resource: { type: 'redeemable_holder', id: holderId },
    })
  }
  await deleteHolder(tx, holderId)
  const [customer] = await findCustomers(tx, projectId, [holder.customerId])
  announce(tx, [toFact(call, 'deleted', { holder, code, customer })])
}

/** A holder of a referral code, as the API shows it (§10.4). */
export const toRefereeView = (
  holder: RedeemableHolder,
  { voucher, campaign }: ReferralCode,
): { [key: string]: Json } => ({
  ...toHolderView(holder, voucher, campaign.campaignType),
  metadata: holder.metadata,
})

const toFact = (
  call: Call,
  what: 'created' | 'deleted',
  {
    holder,
    code,
    customer,
  }: { holder: RedeemableHolder; code: ReferralCode; customer: Customer | undefined },
): Fact => ({
  call,
  type: `customer.holder.assignment.${what}`,
  customerId: customer?.id ?? null,
  data: {
    holder: { ...toRefereeView(holder, code), publication_id: holder.publicationId },
    voucher: toSimpleVoucher(code.voucher),
    campaign: toSimpleCampaign(code.campaign),
    customer: customer ? toSimpleCustomer(customer) : null,
  },
})
