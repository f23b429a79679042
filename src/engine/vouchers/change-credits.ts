import { invariant } from '../../kernel/assert.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { findCustomers, toSimpleCustomer } from '../customers/index.ts'
import { announce, type Fact } from '../outbox/index.ts'
import { calculateBalanceChange } from './calculate-balance.ts'
import type { Voucher } from './voucher.ts'
import { toCampaignReference } from './voucher-facts.ts'
import { insertVoucherTransactions } from './voucher-transaction.repo.ts'
import {
  type NewVoucherTransaction,
  toBalanceView,
  toTransactionView,
  type VoucherTransaction,
} from './voucher-transaction.ts'
import { toSimpleVoucher } from './voucher-view.ts'
import { updateVouchers } from './voucher-write.repo.ts'

/** How much comes onto a card, or goes from it, and why. */
export type BalanceInput = { amount: number; source_id?: string | null; reason?: string | null }

type GiftCard = Extract<Voucher, { type: 'GIFT_VOUCHER' }>

type CreditsMovement = Partial<
  Pick<NewVoucherTransaction, 'sourceId' | 'reason' | 'source' | 'details' | 'redemptionId'>
> & {
  /** In minor units, negative to remove some. */
  amount: number
}

/**
 * Adds credits to a gift card that `tx` has locked, or removes some, with the line of the ledger. Answers what is to be
 * announced of it. Throws as `calculateBalanceChange`.
 */
export async function moveCredits(
  tx: Tx,
  call: Call,
  card: GiftCard,
  { amount, redemptionId = null, ...told }: CreditsMovement,
): Promise<{ voucher: GiftCard; transaction: VoucherTransaction; facts: Fact[] }> {
  const { voucher, type, total, balance } = calculateBalanceChange(card, amount)
  updateVouchers(tx, [voucher])
  const [transaction] = insertVoucherTransactions(tx, [
    {
      ...told,
      projectId: call.projectId,
      voucherId: voucher.id,
      campaignId: voucher.campaignId,
      type,
      amount,
      balance,
      total,
      redemptionId,
      orderId: null,
      createdAt: call.now,
    },
  ])
  invariant(transaction, 'a transaction that was given is written')
  return { voucher, transaction, facts: await toFacts(tx, call, voucher, transaction) }
}

/** The same by hand, announced. */
export async function changeCredits(
  tx: Tx,
  call: Call,
  card: GiftCard,
  { amount, source_id, reason }: BalanceInput,
): Promise<VoucherTransaction> {
  const told = { sourceId: source_id ?? null, reason: reason ?? null }
  const { transaction, facts } = await moveCredits(tx, call, card, { amount, ...told })
  announce(tx, facts)
  return transaction
}

/** G-7: additions are told as such, every movement as a transaction, and a holder's feed has the addition too. */
async function toFacts(
  tx: Tx,
  call: Call,
  voucher: GiftCard,
  transaction: VoucherTransaction,
): Promise<Fact[]> {
  const { holderId } = voucher
  const [holder] = holderId === null ? [] : await findCustomers(tx, call.projectId, [holderId])
  const customer = holder ? toSimpleCustomer(holder) : null
  const data = {
    voucher: toSimpleVoucher(voucher),
    balance: toBalanceView(transaction),
    campaign: toCampaignReference(voucher),
    transaction: toTransactionView(transaction),
  }
  const told: Fact[] = [
    {
      call,
      type: 'voucher.gift.transaction.created',
      customerId: null,
      data: { ...data, holder: customer },
    },
  ]
  if (transaction.type !== 'CREDITS_ADDITION') return told
  told.push({ call, type: 'voucher.gift.balance_added', customerId: null, data })
  if (holder) {
    told.push({
      call,
      type: 'customer.voucher.gift.balance_added',
      customerId: holder.id,
      data: { ...data, customer },
    })
  }
  return told
}
