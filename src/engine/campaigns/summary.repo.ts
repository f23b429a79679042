import { parseIsoDate } from '../../kernel/time.ts'
import { type Db, statement } from '../../platform/db.ts'
import { compileQueryCheck } from '../api/index.ts'
import type { Campaign } from './campaign.ts'
import { toListedCampaign } from './campaign-view.ts'

/** From when until before when a summary counts; null is without bound. */
export type Period = { from: Date | null; until: Date | null }

export const PERIOD_QUERY = {
  type: 'object',
  properties: {
    start_date: { type: 'string', format: 'iso-date' },
    end_date: { type: 'string', format: 'iso-date' },
  },
}

const checkPeriod = compileQueryCheck<{ start_date?: string; end_date?: string }>(PERIOD_QUERY)

export function parsePeriod(query: unknown): Period {
  const { start_date, end_date } = checkPeriod({ ...(query as object) })
  const toDate = (text: string | undefined): Date | null =>
    text === undefined ? null : (parseIsoDate(text) ?? null)
  return { from: toDate(start_date), until: toDate(end_date) }
}

const within = (column: string): string =>
  `${column} >= coalesce($2, '-infinity'::timestamptz) and ${column} < coalesce($3, 'infinity'::timestamptz)`

const SUMMARY = statement(
  'campaign_summary',
  `select redeemed.*, published.*, created.*, deleted.*, validated.*
     from (select count(*) filter (where object = 'redemption') as redemptions,
                  count(*) filter (where object = 'redemption' and result = 'SUCCESS') as redemptions_succeeded,
                  count(*) filter (where object = 'redemption' and result = 'FAILURE') as redemptions_failed,
                  count(*) filter (where object = 'redemption_rollback') as rollbacks,
                  count(*) filter (where object = 'redemption_rollback' and result = 'SUCCESS') as rollbacks_succeeded,
                  count(*) filter (where object = 'redemption_rollback' and result = 'FAILURE') as rollbacks_failed,
                  coalesce(sum(discount_minor) filter (where object = 'redemption' and result = 'SUCCESS'), 0)::bigint
                    as discounted_amount,
                  coalesce(sum(discount_minor) filter (where object = 'redemption_rollback' and result = 'SUCCESS'), 0)::bigint
                    as rolledback_discounted_amount,
                  coalesce(sum(orders.amount_minor) filter (where object = 'redemption' and result = 'SUCCESS'), 0)::bigint
                    as orders_amount,
                  coalesce(sum(orders.amount_minor) filter (where object = 'redemption_rollback' and result = 'SUCCESS'), 0)::bigint
                    as orders_rolledback_amount
             from redemption left join orders on orders.id = redemption.order_id
            where redemption.campaign_id = $1 and not is_parent and ${within('redemption.created_at')}) as redeemed,
          (select count(*) as publications,
                  count(*) filter (where result = 'SUCCESS') as publications_succeeded,
                  count(*) filter (where result = 'FAILURE') as publications_failed
             from publication where campaign_id = $1 and ${within('created_at')}) as published,
          (select count(*) as vouchers_created
             from voucher where campaign_id = $1 and ${within('created_at')}) as created,
          (select count(*) as vouchers_deleted
             from voucher where campaign_id = $1 and deleted_at is not null and ${within('deleted_at')}) as deleted,
          (select coalesce(sum(succeeded + failed), 0)::bigint as validations,
                  coalesce(sum(succeeded), 0)::bigint as validations_succeeded,
                  coalesce(sum(failed), 0)::bigint as validations_failed
             from campaign_validation
            where campaign_id = $1 and hour >= coalesce(date_trunc('hour', $2::timestamptz, 'UTC'), '-infinity')
              and hour < coalesce($3::timestamptz, 'infinity')) as validated`,
)

/**
 * What happened with a campaign in `period` (engine-core §5.2), amounts in minor units. Validations are counted by the
 * hour: those of the hours in which the period begins and ends are in it.
 */
export async function summarizeCampaign(
  db: Db,
  campaign: Campaign,
  { from, until }: Period,
): Promise<Record<string, unknown>> {
  const [counts] = await db.run<Record<string, number>>(SUMMARY, [campaign.id, from, until])
  return {
    object: 'campaign_summary',
    campaign: toListedCampaign(campaign, []),
    ...counts,
  }
}
