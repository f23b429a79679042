import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { View } from './voucher-view.ts'

/** What can move on a gift card or a loyalty card (engine-core §4.5). */
export type VoucherTransactionType =
  | 'CREDITS_ADDITION'
  | 'CREDITS_REMOVAL'
  | 'CREDITS_REDEMPTION'
  | 'CREDITS_REFUND'
  | 'POINTS_ADDITION'
  | 'POINTS_REMOVAL'
  | 'POINTS_REDEMPTION'
  | 'POINTS_REFUND'
  | 'POINTS_ACCRUAL'
  | 'POINTS_CANCELLATION'
  | 'POINTS_EXPIRATION'
  | 'POINTS_TRANSFER_IN'
  | 'POINTS_TRANSFER_OUT'
  | 'PENDING_POINTS_ACTIVATION'

/** A movement to be written down. */
export type NewVoucherTransaction = {
  /** Where it has to be known before it is written. */
  id?: string
  projectId: string
  voucherId: string
  campaignId: string | null
  type: VoucherTransactionType
  /** Credits in minor units, or points: what it changes the balance by, negative when it takes some. */
  amount: number
  /** What it leaves on the card. */
  balance: number
  /** What came onto the card in its whole life less what was removed by hand (R-TXN-01, G-2, L-69). */
  total: number
  redemptionId: string | null
  orderId: string | null
  createdAt: Date
  /** The caller's name for it. */
  sourceId?: string | null
  /** Through what it was made; `API` unless said otherwise. */
  source?: string | null
  reason?: string | null
  /** The other side of a transfer. */
  relatedTransactionId?: string | null
  /** What caused it, besides redemption and order, as `details` shows it. */
  details?: { [key: string]: Json } | null
}

export type VoucherTransaction = Required<NewVoucherTransaction> & { id: string }

/** The `source` of what rules and jobs do (G-9). */
export const AUTOMATION = 'Automation'

/** What somebody did by hand; everything else follows from something that happened (G-10). */
const MANUAL = new Set<string>([
  'CREDITS_ADDITION',
  'CREDITS_REMOVAL',
  'POINTS_ADDITION',
  'POINTS_REMOVAL',
  'POINTS_TRANSFER_IN',
  'POINTS_TRANSFER_OUT',
])

export const isOfPoints = (type: VoucherTransactionType): boolean => !type.startsWith('CREDITS_')

/** Rules and jobs do some of it, too: they activate pending points, and top up cards with what a reward gives. */
const isManual = ({ type, source }: NewVoucherTransaction): boolean =>
  (MANUAL.has(type) || type === 'PENDING_POINTS_ACTIVATION') && source !== AUTOMATION

/** The balance as one movement left it (G-2). */
export function toBalanceView(transaction: NewVoucherTransaction): View {
  const { type, amount, total, balance, voucherId } = transaction
  return {
    type: isOfPoints(type) ? 'loyalty_card' : 'gift_voucher',
    total,
    object: 'balance',
    [isOfPoints(type) ? 'points' : 'amount']: amount,
    balance,
    operation_type: isManual(transaction) ? 'MANUAL' : 'AUTOMATIC',
    related_object: { id: voucherId, type: 'voucher' },
  }
}

/** A transaction as lists, exports and occurrences show it (engine-core §4.5). */
export function toTransactionView(transaction: VoucherTransaction): View {
  const { orderId, redemptionId } = transaction
  return {
    id: transaction.id,
    source_id: transaction.sourceId,
    voucher_id: transaction.voucherId,
    campaign_id: transaction.campaignId,
    source: transaction.source,
    reason: transaction.reason,
    type: transaction.type,
    details: {
      balance: toBalanceView(transaction),
      ...(orderId !== null && { order: { id: orderId } }),
      ...(redemptionId !== null && { redemption: { id: redemptionId } }),
      ...transaction.details,
    },
    related_transaction_id: transaction.relatedTransactionId,
    created_at: toIso(transaction.createdAt),
  }
}
