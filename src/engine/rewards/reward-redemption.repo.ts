import type { Selectable } from 'kysely'
import { notFound } from '../../kernel/api-error.ts'
import type { Json } from '../../kernel/json.ts'
import type { RewardRedemption as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import { toJsonList } from '../../platform/json-list.ts'
import type { Page } from '../api/index.ts'
import type { RewardRedemption } from './reward-redemption.ts'

type View = { [key: string]: Json }

const toRewardRedemption = (row: Selectable<Row>): RewardRedemption => ({
  id: row.id,
  projectId: row.project_id,
  redemptionId: row.redemption_id,
  state: row.state as RewardRedemption['state'],
  rewardId: row.reward_id,
  assignmentId: row.reward_assignment_id,
  voucherId: row.voucher_id,
  campaignId: row.campaign_id,
  customerId: row.customer_id,
  publicationId: row.publication_id,
  quantity: row.quantity,
  isAutomatic: row.is_automatic,
  result: row.result as View,
  assignment: row.assignment as View,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const INSERT = statement(
  'insert_reward_redemptions',
  `insert into reward_redemption (id, project_id, redemption_id, state, reward_id, reward_assignment_id, voucher_id,
                                  campaign_id, customer_id, publication_id, quantity, is_automatic, result, assignment,
                                  created_at)
   select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                        $9::text[], $10::text[], $11::integer[], $12::boolean[], jsonb_list($13), jsonb_list($14),
                        $15::timestamptz[])`,
)

/** Stores what redemptions gave. */
export function insertRewardRedemptions(tx: Tx, given: readonly RewardRedemption[]): void {
  if (given.length === 0) return
  const column = <T>(pick: (one: RewardRedemption) => T): T[] => given.map(pick)
  tx.send(INSERT, [
    column((one) => one.id),
    column((one) => one.projectId),
    column((one) => one.redemptionId),
    column((one) => one.state),
    column((one) => one.rewardId),
    column((one) => one.assignmentId),
    column((one) => one.voucherId),
    column((one) => one.campaignId),
    column((one) => one.customerId),
    column((one) => one.publicationId),
    column((one) => one.quantity),
    column((one) => one.isAutomatic),
    toJsonList(column((one) => one.result)),
    toJsonList(column((one) => one.assignment)),
    column((one) => one.createdAt),
  ])
}

const SET_STATE = statement(
  'set_reward_redemption_state',
  'update reward_redemption set state = $2, updated_at = $3 where id = any($1::text[])',
)

/** Moves reward redemptions that `tx` has locked on. */
export function setState(
  tx: Tx,
  ids: readonly string[],
  state: RewardRedemption['state'],
  now: Date,
): void {
  if (ids.length > 0) tx.send(SET_STATE, [ids, state, now])
}

const LOCK_OF_REDEMPTIONS = statement(
  'lock_reward_redemptions',
  `select * from reward_redemption where redemption_id = any($1::text[]) and state <> 'ROLLED_BACK'
    order by id for update`,
)

/** What redemptions gave and did not take back, locked until `tx` ends. */
export async function lockRewardRedemptions(
  tx: Tx,
  redemptionIds: readonly string[],
): Promise<RewardRedemption[]> {
  if (redemptionIds.length === 0) return []
  const rows = await tx.run<Selectable<Row>>(LOCK_OF_REDEMPTIONS, [redemptionIds])
  return rows.map(toRewardRedemption)
}

/** The reward redemption with `id`; throws `not_found`. */
export async function getRewardRedemption(
  db: Db,
  projectId: string,
  id: string,
): Promise<RewardRedemption> {
  const row = await db.kysely
    .selectFrom('reward_redemption')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw notFound('reward_redemption', id)
  return toRewardRedemption(row)
}

const FIND_RESULTS = statement(
  'find_reward_results',
  'select redemption_id, result from reward_redemption where redemption_id = any($1::text[])',
)

/** The rewards that redemptions gave, as they were then, by the id of the redemption. */
export async function findRewardResults(
  db: Db,
  redemptionIds: readonly string[],
): Promise<Map<string, View>> {
  if (redemptionIds.length === 0) return new Map()
  const rows = await db.run<{ redemption_id: string; result: View }>(FIND_RESULTS, [redemptionIds])
  return new Map(rows.map((row) => [row.redemption_id, row.result]))
}

/** One page of what a project's redemptions gave, the newest first, of one state where it is given. */
export async function listRewardRedemptions(
  db: Db,
  projectId: string,
  { page, state }: { page: Page; state: RewardRedemption['state'] | undefined },
): Promise<RewardRedemption[]> {
  const rows = await db.kysely
    .selectFrom('reward_redemption')
    .selectAll()
    .where('project_id', '=', projectId)
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return rows.map(toRewardRedemption)
}
