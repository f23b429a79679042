import { notFound } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import type { Tx } from '../../platform/db.ts'
import { compileBodyCheck } from '../api/index.ts'
import type { Call } from '../context.ts'
import { findCustomers, toSimpleCustomer } from '../customers/index.ts'
import { announce, type Fact, type OccurrenceType } from '../outbox/index.ts'
import { type BalanceChange, calculateBalanceChange } from './calculate-balance.ts'
import { lockVouchersByCode, type VoucherReference } from './voucher.repo.ts'
import { toCampaignReference } from './voucher-facts.ts'
import { insertVoucherTransactions } from './voucher-transaction.repo.ts'
import { toBalanceView, toTransactionView, type VoucherTransaction } from './voucher-transaction.ts'
import { toSimpleVoucher, type View } from './voucher-view.ts'
import { updateVouchers } from './voucher-write.repo.ts'

/** How much comes onto a card, or goes from it, and why. */
export type BalanceInput = { amount: number; source_id?: string | null; reason?: string | null }

const TEXT = { type: ['string', 'null'] }

export const BALANCE_CHANGE = {
  type: 'object',
  required: ['amount'],
  properties: {
    amount: {
      type: 'integer',
      minimum: Number.MIN_SAFE_INTEGER,
      maximum: Number.MAX_SAFE_INTEGER,
      not: { const: 0 },
    },
    source_id: TEXT,
    reason: TEXT,
  },
}

/** Reads the body of a change of a balance; an amount of 0 changes nothing and is refused (G-4). */
export const parseBalanceChange = compileBodyCheck<BalanceInput>(BALANCE_CHANGE)

/**
 * Adds credits or points to a card by hand, or removes some. Rivals for one card queue up at its lock, so none is lost
 * and none takes it below zero. Throws as `calculateBalanceChange`, and `not_found`.
 */
export async function changeBalance(
  tx: Tx,
  call: Call,
  reference: VoucherReference,
  input: BalanceInput,
): Promise<VoucherTransaction> {
  const [voucher] = await lockVouchersByCode(tx, [reference])
  if (!voucher) throw notFound('voucher', reference.code)
  const change = calculateBalanceChange(voucher, input.amount)
  updateVouchers(tx, [change.voucher])
  const [transaction] = insertVoucherTransactions(tx, [
    {
      projectId: call.projectId,
      voucherId: voucher.id,
      campaignId: voucher.campaignId,
      type: change.type,
      amount: input.amount,
      balance: change.balance,
      total: change.total,
      redemptionId: null,
      orderId: null,
      createdAt: call.now,
      sourceId: input.source_id ?? null,
      reason: input.reason ?? null,
    },
  ])
  invariant(transaction, 'a transaction that was given is written')
  announce(tx, await toFacts(tx, call, change, transaction))
  return transaction
}

/** The answer to a change made by its voucher (R-VOU-11): the amount is called so for points too. */
export function toBalanceAnswer(transaction: VoucherTransaction): View {
  const { points: _points, ...view } = toBalanceView(transaction)
  return { ...view, amount: transaction.amount }
}

/** G-7: additions are told as such, every movement as a transaction, and a holder's feed has the addition too. */
async function toFacts(
  tx: Tx,
  call: Call,
  { voucher, type }: BalanceChange,
  transaction: VoucherTransaction,
): Promise<Fact[]> {
  const isGift = voucher.type === 'GIFT_VOUCHER'
  const { holderId } = voucher
  const [holder] = holderId === null ? [] : await findCustomers(tx, call.projectId, [holderId])
  const data = {
    voucher: toSimpleVoucher(voucher),
    balance: toBalanceView(transaction),
    campaign: toCampaignReference(voucher),
    transaction: toTransactionView(transaction),
  }
  const customer = holder ? toSimpleCustomer(holder) : null
  const addition = isGift ? 'gift.balance_added' : 'loyalty_card.points_added'
  const movement = isGift ? 'gift.transaction.created' : 'loyalty_card.transaction.created'
  const fact = (
    of: OccurrenceType,
    more: Fact['data'],
    customerId: string | null = null,
  ): Fact => ({
    call,
    type: of,
    customerId,
    data: { ...data, ...more },
  })
  const told = [fact(`voucher.${movement}`, { holder: customer })]
  if (!type.endsWith('_ADDITION')) return told
  told.push(fact(`voucher.${addition}`, isGift ? {} : { customer }))
  if (holder) told.push(fact(`customer.voucher.${addition}`, { customer }, holder.id))
  return told
}
