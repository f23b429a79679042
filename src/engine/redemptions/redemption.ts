import type { Json } from '../../kernel/json.ts'
import type { Money } from '../../kernel/money.ts'
import type { UsageKey } from '../usage/index.ts'

/** How many units a redemption added to a counter. */
export type RecordedUsage = UsageKey & { delta: number }

/** One line of the history: a redemption or its rollback, granted or refused (engine-core §18.2, §19). */
export type Redemption = {
  id: string
  projectId: string
  object: 'redemption' | 'redemption_rollback'
  result: 'SUCCESS' | 'FAILURE'
  status: 'SUCCEEDED' | 'FAILED' | 'ROLLED_BACK'
  /** The stack this is a part of. */
  parentId: string | null
  /** True for the head of a stack, which has no voucher of its own. */
  isParent: boolean
  /** Of a rollback: what it undoes. */
  redemptionId: string | null
  customerId: string | null
  voucherId: string | null
  promotionTierId: string | null
  /** The campaign of the voucher or tier. */
  campaignId: string | null
  /** The code as it was asked for when there is no such voucher. */
  voucherCode: string | null
  orderId: string | null
  trackingId: string | null
  /** Gift credits spent; negative when given back; null for anything but a gift card. */
  amount: Money | null
  /** Points of a loyalty card spent; negative when given back. */
  points: number | null
  /** What it took off the order, on lines and on the whole; null for rollbacks and failures. */
  discount: Money | null
  /** The units that it counted towards limits, which nothing else remembers; null for none. */
  usage: readonly RecordedUsage[] | null
  failureCode: string | null
  failureMessage: string | null
  reason: string | null
  metadata: { [key: string]: Json }
  /** The order as this redemption left it (SimpleOrder), with what it applied. */
  orderSnapshot: { [key: string]: Json } | null
  /** The application that asked. */
  appId: string | null
  createdAt: Date
}

/** The ids of successes and failures tell them apart (§2.1). */
export type RedemptionIdKind = 'redemption' | 'failedRedemption' | 'rollback' | 'failedRollback'
