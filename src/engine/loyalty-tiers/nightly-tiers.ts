import { type Db, statement } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type Campaign, findCampaigns } from '../campaigns/index.ts'
import type { Night, NightlyStep } from '../nightly/index.ts'
import type { Day } from '../points/index.ts'
import { periodStart } from './calculate-days.ts'
import { evaluateTiers, lockCards } from './evaluate-tiers.ts'
import { parseTiersExpiration } from './parse-tiers-expiration.ts'

const DUE = statement(
  'find_due_tier_members',
  `select voucher_id from loyalty_tier_member
    where project_id = $1 and voucher_id > $2 and voucher_id <> all($6::text[])
      and (expires_on < $3::date or next_starts_on <= $3::date or campaign_id = any($4::text[])
           or voucher_id = any($7::text[]))
    order by voucher_id limit $5`,
)
const PROGRAMS = statement(
  'find_tiered_programs',
  `select id from campaign
    where project_id = $1 and deleted_at is null
      and loyalty_tiers_expiration->>'qualification_type' = 'POINTS_IN_PERIOD'
      and loyalty_tiers_expiration->'expiration_date'->>'type' in ('BALANCE_DROP', 'CUSTOM')`,
)

/** L-66, step 3: tiers that are over end, tiers that are to start do, and what was earned in a period counts anew. */
export const tiersStep: NightlyStep = {
  name: 'end_tiers',
  async run(tx, night: Night) {
    const { call, projectId, today, state, cardsMax, failed, failedBefore, takes } = night
    const limit = Math.min(cardsMax, LIMITS.tieredCardsPerStep)
    const after = typeof state === 'string' ? state : ''
    const programs = await findBeginning(tx, night)
    const rows = await tx.run<{ voucher_id: string }>(DUE, [
      ...[projectId, after, today, programs, limit],
      ...[failed, failedBefore],
    ])
    takes(rows.map((row) => row.voucher_id))
    const cards = await lockCards(tx, new Map(rows.map((row) => [row.voucher_id, call])))
    await evaluateTiers(tx, cards)
    const last = rows.at(-1)
    return last && rows.length === limit
      ? { isDone: false, state: last.voucher_id }
      : { isDone: true }
  },
}

/** Programs in which a period has begun since the last night that looked, and that alone may cost a tier. */
async function findBeginning(db: Db, { projectId, today, completeTo }: Night): Promise<string[]> {
  const rows = await db.run<{ id: string }>(PROGRAMS, [projectId])
  if (rows.length === 0) return []
  const campaigns = await findCampaigns(
    db,
    rows.map(({ id }) => id),
  )
  return [...campaigns.values()]
    .filter((campaign) => hasBegun(campaign, today, completeTo))
    .map(({ id }) => id)
}

function hasBegun({ tiersExpiration }: Campaign, today: Day, completeTo: Day | null): boolean {
  const rules = parseTiersExpiration(tiersExpiration)
  if (rules === null) return false
  return completeTo === null || completeTo < periodStart(today, rules.period)
}
