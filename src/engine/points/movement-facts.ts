import type { Json, JsonObject } from '../../kernel/json.ts'
import type { Db } from '../../platform/db.ts'
import { findCampaigns, toSimpleCampaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import { findCustomers, toSimpleCustomer } from '../customers/index.ts'
import type { Fact, OccurrenceType } from '../outbox/index.ts'
import {
  toBalanceView,
  toSimpleVoucher,
  toTransactionView,
  type Voucher,
  type VoucherTransaction,
} from '../vouchers/index.ts'
import type { Moved } from './move-points.ts'

type View = { [key: string]: Json }

/** A card with what occurrences tell about it (engine-programs §13.1). */
export type CardContext = {
  voucher: Voucher
  holderId: string | null
  customer: View | null
  campaign: View | null
}

/** The holders and programs of cards of a project, each at the place of its card. */
export async function findCardContexts(
  db: Db,
  projectId: string,
  vouchers: readonly Voucher[],
): Promise<CardContext[]> {
  const holderIds = [...new Set(vouchers.flatMap(({ holderId }) => holderId ?? []))]
  const [customers, campaigns] = await Promise.all([
    holderIds.length === 0 ? [] : findCustomers(db, projectId, holderIds),
    findCampaigns(db, [...new Set(vouchers.flatMap(({ campaignId }) => campaignId ?? []))]),
  ])
  const byId = new Map(customers.flatMap((customer) => (customer ? [[customer.id, customer]] : [])))
  return vouchers.map((voucher) => {
    const holder = byId.get(voucher.holderId ?? '')
    const campaign = campaigns.get(voucher.campaignId ?? '')
    return {
      voucher,
      holderId: holder?.id ?? null,
      customer: holder ? toSimpleCustomer(holder) : null,
      campaign: campaign ? toSimpleCampaign(campaign) : null,
    }
  })
}

/** What every occurrence of a movement tells. */
export const toMovementData = (context: CardContext, transaction: VoucherTransaction) => ({
  campaign: context.campaign,
  voucher: toSimpleVoucher(context.voucher),
  balance: toBalanceView(transaction),
  transaction: toTransactionView(transaction),
})

/** Every movement of points is told as this (§13.4), with what caused it in `more`. */
export const toTransactionFact = (
  call: Call,
  context: CardContext,
  transaction: VoucherTransaction,
  more: JsonObject = {},
): Fact => ({
  call,
  type: 'voucher.loyalty_card.transaction.created',
  customerId: null,
  data: { ...toMovementData(context, transaction), holder: context.customer, ...more },
})

/** The same happening as the project sees it and, where the card has a holder, as their feed does. */
export function toTwins(
  call: Call,
  { holderId, customer }: CardContext,
  type: Extract<OccurrenceType, `voucher.loyalty_card.${string}`>,
  data: JsonObject,
): Fact[] {
  const told: Fact[] = [{ call, type, customerId: null, data: { ...data, customer } }]
  if (holderId === null) return told
  const twin = `customer.${type}` as OccurrenceType
  return [...told, { call, type: twin, customerId: holderId, data: { ...data, customer } }]
}

/** What is told of points that came or went by hand (L-32, G-7): every movement, and additions as such. */
export function toManualFacts(call: Call, context: CardContext, { transaction }: Moved): Fact[] {
  const told = [toTransactionFact(call, context, transaction)]
  if (transaction.type !== 'POINTS_ADDITION') return told
  const data = toMovementData(context, transaction)
  return [...told, ...toTwins(call, context, 'voucher.loyalty_card.points_added', data)]
}
