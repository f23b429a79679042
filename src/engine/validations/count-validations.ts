import { randomInt } from 'node:crypto'
import { statement, type Tx } from '../../platform/db.ts'
import { campaignIdOf, type ValidationDecision } from '../evaluation/index.ts'

/** How many validations of a campaign can be counted in one hour without waiting for each other. */
const SHARDS = 16

const COUNT = statement(
  'count_validations',
  `insert into campaign_validation (campaign_id, hour, shard, succeeded, failed)
   select campaign_id, date_trunc('hour', $4::timestamptz, 'UTC'), $5, succeeded, failed
     from unnest($1::text[], $2::bigint[], $3::bigint[]) as counted (campaign_id, succeeded, failed)
    order by campaign_id
   on conflict (campaign_id, hour, shard) do update
      set succeeded = campaign_validation.succeeded + excluded.succeeded,
          failed = campaign_validation.failed + excluded.failed`,
)

/** Counts what a validation decided of each redeemable that belongs to a campaign, for the summary of the campaign (§5.2). */
export function countValidations(tx: Tx, now: Date, { outcomes }: ValidationDecision): void {
  const counts = new Map<string, { succeeded: number; failed: number }>()
  for (const { redeemable, status } of outcomes) {
    const campaignId = redeemable.target ? campaignIdOf(redeemable.target) : null
    if (campaignId === null) continue
    const count = counts.get(campaignId) ?? { succeeded: 0, failed: 0 }
    counts.set(campaignId, count)
    count[status === 'APPLICABLE' ? 'succeeded' : 'failed'] += 1
  }
  if (counts.size === 0) return
  const each = [...counts.values()]
  tx.send(COUNT, [
    [...counts.keys()],
    each.map(({ succeeded }) => succeeded),
    each.map(({ failed }) => failed),
    now,
    randomInt(SHARDS),
  ])
}
