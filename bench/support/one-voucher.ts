import type { Redeem } from '../../src/engine/redemptions/index.ts'
import { money } from '../../src/kernel/money.ts'
import { systemClock } from '../../src/platform/clock.ts'

/** A call of the server API in `projectId`; `count` makes it one of its own. */
export const callIn = (projectId: string, count: number) => ({
  projectId,
  appId: 'bench',
  groupId: `v-${count}`,
  channel: 'API' as const,
  now: systemClock.now(),
})

/** A request that redeems one voucher for an order of 200.00. */
export const oneVoucher = (code: string, customer?: string): Parameters<Redeem>[1] => ({
  redeemables: [{ object: 'voucher', id: code, credits: undefined, reward: undefined }],
  customer: customer === undefined ? undefined : { source_id: customer },
  referrer: undefined,
  order: { amount: money(20_000) },
  metadata: {},
  trackingId: undefined,
  session: undefined,
  expand: new Set(),
})
