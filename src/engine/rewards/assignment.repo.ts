import type { Selectable } from 'kysely'
import { ApiError, notFound } from '../../kernel/api-error.ts'
import type { RewardAssignment as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { Page } from '../api/index.ts'
import { startProgram } from '../effects/index.ts'
import type { RewardAssignment } from './reward.ts'

type AssignmentRow = Selectable<Row>

const toAssignment = (row: AssignmentRow): RewardAssignment => ({
  id: row.id,
  projectId: row.project_id,
  rewardId: row.reward_id,
  campaignId: row.campaign_id,
  points: row.points,
  isAutoRedeem: row.is_auto_redeem,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const toRow = (assignment: RewardAssignment): AssignmentRow => ({
  id: assignment.id,
  project_id: assignment.projectId,
  reward_id: assignment.rewardId,
  campaign_id: assignment.campaignId,
  points: assignment.points,
  is_auto_redeem: assignment.isAutoRedeem,
  created_at: assignment.createdAt,
  updated_at: assignment.updatedAt,
})

/** By what assignments are looked for. */
export type AssignmentsOf = { rewardId?: string; campaignId?: string; id?: string }

const matching = (db: Db, projectId: string, { rewardId, campaignId, id }: AssignmentsOf) =>
  db.kysely
    .selectFrom('reward_assignment')
    .where('project_id', '=', projectId)
    .$if(rewardId !== undefined, (query) => query.where('reward_id', '=', rewardId ?? ''))
    .$if(campaignId !== undefined, (query) => query.where('campaign_id', '=', campaignId ?? ''))
    .$if(id !== undefined, (query) => query.where('id', '=', id ?? ''))

/** One page of assignments, the oldest first, and how many there are. */
export async function listAssignments(
  db: Db,
  projectId: string,
  { page, ...of }: AssignmentsOf & { page: Page },
): Promise<{ assignments: RewardAssignment[]; total: number }> {
  const all = matching(db, projectId, of)
  const [rows, { total }] = await Promise.all([
    all
      .selectAll()
      .orderBy('created_at')
      .orderBy('id')
      .limit(page.limit)
      .offset(page.offset)
      .execute(),
    all.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { assignments: rows.map(toAssignment), total }
}

/** The assignment of a reward, or of a program, with `id`; throws `not_found`. */
export async function getAssignment(
  db: Db,
  projectId: string,
  of: AssignmentsOf & { id: string },
): Promise<RewardAssignment> {
  const row = await matching(db, projectId, of).selectAll().executeTakeFirst()
  if (!row) throw notFound('reward_assignment', of.id)
  return toAssignment(row)
}

/** The same, locked until `tx` ends. */
export async function lockAssignment(
  tx: Tx,
  projectId: string,
  of: AssignmentsOf & { id: string },
): Promise<RewardAssignment> {
  const row = await matching(tx, projectId, of).selectAll().forUpdate().executeTakeFirst()
  if (!row) throw notFound('reward_assignment', of.id)
  return toAssignment(row)
}

const FIND_OF_CAMPAIGNS = statement(
  'find_reward_assignments_of_campaigns',
  'select * from reward_assignment where campaign_id = any($1::text[]) order by created_at, id',
)

/** All assignments to programs, the oldest first. */
export async function findAssignmentsOf(
  db: Db,
  campaignIds: readonly string[],
): Promise<RewardAssignment[]> {
  if (campaignIds.length === 0) return []
  return (await db.run<AssignmentRow>(FIND_OF_CAMPAIGNS, [campaignIds])).map(toAssignment)
}

/** Stores a new assignment. Throws `duplicate_found` when the program has the reward already. */
export async function insertAssignment(tx: Tx, assignment: RewardAssignment): Promise<void> {
  await refuseSecondAuto(tx, assignment)
  const inserted = await tx.kysely
    .insertInto('reward_assignment')
    .values(toRow(assignment))
    .onConflict((conflict) => conflict.columns(['campaign_id', 'reward_id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (inserted) return
  const { rewardId, campaignId, projectId } = assignment
  const other = await matching(tx, projectId, { rewardId, campaignId })
    .select('id')
    .executeTakeFirst()
  const id = other?.id ?? rewardId
  throw new ApiError('duplicate_found', {
    details: `Duplicated reward_assignment exists with id ${id}`,
    resource: { type: 'reward_assignment', id },
  })
}

/** Stores an assignment that `tx` has locked as it is now. */
export async function updateAssignment(tx: Tx, assignment: RewardAssignment): Promise<void> {
  await refuseSecondAuto(tx, assignment)
  const { points, is_auto_redeem, updated_at } = toRow(assignment)
  await tx.kysely
    .updateTable('reward_assignment')
    .set({ points, is_auto_redeem, updated_at })
    .where('id', '=', assignment.id)
    .execute()
}

/** a program redeems one reward by itself. The campaign is locked, so nobody else makes a second one meanwhile. */
async function refuseSecondAuto(tx: Tx, assignment: RewardAssignment): Promise<void> {
  if (!assignment.isAutoRedeem) return
  startProgram(tx, assignment.projectId, 'auto_redeem')
  const { projectId, campaignId, id } = assignment
  const other = await matching(tx, projectId, { campaignId })
    .select('id')
    .where('is_auto_redeem', '=', true)
    .where('id', '<>', id)
    .executeTakeFirst()
  if (!other) return
  throw new ApiError('invalid_payload', {
    details: `The program redeems a reward by itself already, by assignment ${other.id}`,
  })
}

export async function deleteAssignmentRow(tx: Tx, id: string): Promise<void> {
  await tx.kysely.deleteFrom('reward_assignment').where('id', '=', id).execute()
}
