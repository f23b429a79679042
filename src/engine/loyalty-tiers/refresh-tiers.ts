import { statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { asyncJob, enqueueAsyncAction } from '../async-actions/index.ts'
import type { Campaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import { evaluateTiers, lockCards } from './evaluate-tiers.ts'

type RefreshInput = { campaignId: string }

/**
 * Has all members of a program looked at, as its tiers have changed, while the caller goes on. It lowers nobody (L-54).
 */
export async function refreshTiers(
  tx: Tx,
  call: Call,
  { id, vouchersCount }: Campaign,
): Promise<void> {
  if (vouchersCount === 0) return
  const input: RefreshInput = { campaignId: id }
  await enqueueAsyncAction(tx, call, { type: 'CAMPAIGN.LOYALTY_TIERS_REFRESH', input })
}

/** The card up to which all were looked at, in the order of the index. */
type Reached = { createdAt: string; id: string }

const NEXT = statement(
  'find_next_held_cards',
  `select id, created_at::text as created_at from voucher
    where campaign_id = $1 and (created_at, id) > ($2::timestamptz, $3::text)
      and holder_id is not null and deleted_at is null
    order by created_at, id limit $4`,
)

export const refreshTiersJob = asyncJob<RefreshInput, Reached>({
  type: 'CAMPAIGN.LOYALTY_TIERS_REFRESH',
  start: { createdAt: '-infinity', id: '' },
  async step(tx, { call, input: { campaignId }, state, doneCount }) {
    const limit = LIMITS.tieredCardsPerStep
    const after = [state.createdAt, state.id]
    type Row = { id: string; created_at: string }
    const rows = await tx.run<Row>(NEXT, [campaignId, ...after, limit])
    const cards = await lockCards(tx, new Map(rows.map(({ id }) => [id, call])))
    await evaluateTiers(tx, cards, { mayLower: false })
    const last = rows.at(-1)
    return {
      state: last ? { createdAt: last.created_at, id: last.id } : state,
      done: rows.length,
      failed: [],
      isDone: rows.length < limit,
      message: `Refreshed the tiers of ${doneCount + rows.length} members.`,
    }
  },
})
