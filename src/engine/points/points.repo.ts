import { statement, type Tx } from '../../platform/db.ts'
import type { PointsChange } from './calculate-movement.ts'

const SAVE = statement(
  'save_points',
  `update voucher set points = voucher.points + change.points,
                      expired_points = expired_points + change.expired,
                      subtracted_points = subtracted_points + change.subtracted
     from (select id, sum(points)::bigint as points, sum(expired)::bigint as expired,
                  sum(subtracted)::bigint as subtracted
             from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[])
               as change (id, points, expired, subtracted)
            group by id) as change
    where voucher.id = change.id`,
)

/** Changes the sums of cards that `tx` has locked; several changes of one card add up. */
export function savePoints(tx: Tx, changes: readonly PointsChange[]): void {
  if (changes.length === 0) return
  tx.send(SAVE, [
    changes.map(({ voucherId }) => voucherId),
    changes.map(({ points }) => points),
    changes.map(({ expired }) => expired),
    changes.map(({ subtracted }) => subtracted),
  ])
}

const PROGRAMS = statement(
  'find_points_programs',
  `select project.id as project_id, project.time_zone, campaign.id as campaign_id,
          campaign.voucher -> 'loyalty_card' -> 'expiration_rules' as rules
     from project left join campaign on campaign.project_id = project.id and campaign.id = any($2::text[])
    where project.id = any($1::text[])`,
)

export type ProgramRow = {
  project_id: string
  time_zone: string
  campaign_id: string | null
  rules: unknown
}

/** The time zones of projects, with the rules by which the points of their programs expire. */
export const findProgramRows = (
  tx: Tx,
  projectIds: readonly string[],
  campaignIds: readonly string[],
): Promise<ProgramRow[]> => tx.run<ProgramRow>(PROGRAMS, [projectIds, campaignIds])
