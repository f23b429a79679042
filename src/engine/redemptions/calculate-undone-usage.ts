import { isOfUnits, toUsageKey, type UsageChange, type UsageKind } from '../usage/index.ts'
import { periodKey } from '../validity/index.ts'
import type { Redemption } from './redemption.ts'

/** The vouchers, tiers and campaigns whose counters `redemption` moved. */
export const countedObjects = ({ voucherId, promotionTierId, campaignId }: Redemption): string[] =>
  [voucherId, promotionTierId, campaignId].flatMap((id) => id ?? [])

/**
 * What the rollback of `redemption` takes back from the counters that are kept now, those included that were counted
 * from the history after it: whom and when it counted for is in the redemption itself. Units are as it recorded them.
 */
export function calculateUndoneUsage(
  redemption: Redemption,
  kinds: readonly UsageKind[],
  timeZone: string,
): UsageChange[] {
  const { customerId, appId, createdAt, usage } = redemption
  const objects = new Set(countedObjects(redemption))
  const occasion = {
    customerId: customerId ?? undefined,
    appId: appId ?? '',
    periodKey: (period: 'daily' | 'weekly' | 'monthly') => periodKey(period, createdAt, timeZone),
  }
  const counted = kinds.flatMap((kind) => {
    if (!objects.has(kind.objectId) || isOfUnits(kind)) return []
    const key = toUsageKey(kind, occasion)
    return key ? [{ key, delta: -worthOf(kind, redemption), max: null }] : []
  })
  const units = (usage ?? []).map(({ delta, ...key }) => ({ key, delta: -delta, max: null }))
  return [...counted, ...units]
}

function worthOf({ measure }: UsageKind, { orderSnapshot, discount }: Redemption): number {
  if (measure === 'orders_amount') return Number(orderSnapshot?.['amount'] ?? 0)
  return measure === 'orders_discount' ? (discount ?? 0) : 1
}
