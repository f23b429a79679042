import type { Tx } from '../../platform/db.ts'
import { type ExpirationRules, pointsBalance, type Voucher } from '../vouchers/index.ts'
import { openBuckets } from './bucket.repo.ts'
import { calculateExpirationDay, type Day, toDay } from './calculate-expiration.ts'
import { findProgramRows } from './points.repo.ts'

/** Says until when points can be spent that come onto a card today. */
export type ExpiryPolicy = {
  /** By the rules of the card's program. */
  byProgram(card: Pick<Voucher, 'projectId' | 'campaignId'>): Day | null
  /** By rules of one's own, such as those of an earning rule (L-62). */
  byRules(card: Pick<Voucher, 'projectId'>, rules: ExpirationRules): Day | null
}

/** Loads what the programs of `cards` say of the expiry of points that are earned at `now`. */
export async function loadExpiryPolicy(
  tx: Tx,
  cards: readonly Pick<Voucher, 'projectId' | 'campaignId'>[],
  now: Date,
): Promise<ExpiryPolicy> {
  const rows = await findProgramRows(
    tx,
    [...new Set(cards.map(({ projectId }) => projectId))],
    [...new Set(cards.flatMap(({ campaignId }) => campaignId ?? []))],
  )
  const today = new Map(rows.map((row) => [row.project_id, toDay(now, row.time_zone)]))
  const rules = new Map(rows.map((row) => [row.campaign_id, row.rules as ExpirationRules | null]))
  const dayOf = ({ projectId }: Pick<Voucher, 'projectId'>): Day =>
    today.get(projectId) ?? toDay(now, 'UTC')
  return {
    byProgram: (card) => calculateExpirationDay(rules.get(card.campaignId), dayOf(card)),
    byRules: (card, own) => calculateExpirationDay(own, dayOf(card)),
  }
}

/** Makes what is on cards that had no lot yet a lot, by `policy`. */
export function openWith(tx: Tx, vouchers: readonly Voucher[], policy: ExpiryPolicy, now: Date) {
  const once = new Map(vouchers.map((voucher) => [voucher.id, voucher]))
  openBuckets(
    tx,
    [...once.values()].flatMap((voucher) =>
      voucher.type === 'LOYALTY_CARD'
        ? [
            {
              projectId: voucher.projectId,
              voucherId: voucher.id,
              campaignId: voucher.campaignId,
              points: pointsBalance(voucher.loyaltyCard),
              expiresAt: policy.byProgram(voucher),
            },
          ]
        : [],
    ),
    now,
  )
}
