import type { Selectable } from 'kysely'
import { ApiError, notFound } from '../../kernel/api-error.ts'
import type { Reward as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { Page } from '../api/index.ts'
import type { Metadata, Reward } from './reward.ts'

type RewardRow = Selectable<Row>

const toReward = (row: RewardRow): Reward =>
  ({
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    type: row.type,
    parameters: row.parameters,
    stock: row.stock,
    redeemed: row.redeemed,
    attributes: row.attributes,
    metadata: row.metadata as Metadata,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }) as Reward

const toRow = (reward: Reward) => ({
  name: reward.name,
  parameters: JSON.stringify(reward.parameters),
  attributes: reward.attributes && JSON.stringify(reward.attributes),
  metadata: JSON.stringify(reward.metadata),
  stock: reward.stock,
  updated_at: reward.updatedAt,
})

const FIND = statement(
  'find_rewards',
  'select * from reward where project_id = $1 and id = any($2::text[])',
)
// Rewards are locked after everything else, by id.
const LOCK = statement(
  'lock_rewards',
  'select * from reward where id = any($1::text[]) order by id for update',
)

/** Those of `ids` that are rewards of the project, by id. */
export async function findRewards(
  db: Db,
  projectId: string,
  ids: readonly string[],
): Promise<Map<string, Reward>> {
  if (ids.length === 0) return new Map()
  const rows = await db.run<RewardRow>(FIND, [projectId, ids])
  return new Map(rows.map((row) => [row.id, toReward(row)]))
}

/** The reward with `id`; throws `not_found`. */
export async function getReward(db: Db, projectId: string, id: string): Promise<Reward> {
  const reward = (await findRewards(db, projectId, [id])).get(id)
  if (!reward) throw notFound('reward', id)
  return reward
}

/**
 * The rewards with `ids`, locked by id until `tx` ends, so that rivals for the last one see what was left of it. Comes
 * after customers and counters.
 */
export async function lockRewards(tx: Tx, ids: readonly string[]): Promise<Map<string, Reward>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.run<RewardRow>(LOCK, [ids])
  return new Map(rows.map((row) => [row.id, toReward(row)]))
}

/** The reward with `id`, locked until `tx` ends; throws `not_found`. */
export async function lockReward(tx: Tx, projectId: string, id: string): Promise<Reward> {
  const reward = (await lockRewards(tx, [id])).get(id)
  if (reward?.projectId !== projectId) throw notFound('reward', id)
  return reward
}

/** One page of a project's rewards with the newest first, of one assignment where it is given; and how many there are. */
export async function listRewards(
  db: Db,
  projectId: string,
  { page, assignmentId }: { page: Page; assignmentId: string | undefined },
): Promise<{ rewards: Reward[]; total: number }> {
  const matching = db.kysely
    .selectFrom('reward')
    .where('project_id', '=', projectId)
    .$if(assignmentId !== undefined, (query) =>
      query.where('id', 'in', (of) =>
        of
          .selectFrom('reward_assignment')
          .select('reward_id')
          .where('id', '=', assignmentId ?? ''),
      ),
    )
  const [rows, { total }] = await Promise.all([
    matching
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit)
      .offset(page.offset)
      .execute(),
    matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { rewards: rows.map(toReward), total }
}

export async function insertReward(tx: Tx, reward: Reward): Promise<void> {
  const { id, projectId, type, redeemed, createdAt } = reward
  await tx.kysely
    .insertInto('reward')
    .values({
      ...toRow(reward),
      id,
      project_id: projectId,
      type,
      redeemed,
      created_at: createdAt,
    })
    .execute()
}

/** Stores a reward that `tx` has locked as it is now. */
export async function updateReward(tx: Tx, reward: Reward): Promise<void> {
  await tx.kysely.updateTable('reward').set(toRow(reward)).where('id', '=', reward.id).execute()
}

/** Deletes a reward that `tx` has locked. Throws `resource_in_use` when programs have it, or referrers get it. */
export async function deleteReward(tx: Tx, id: string): Promise<void> {
  for (const user of ['reward_assignment', 'referral_tier'] as const) {
    const used = await tx.kysely
      .selectFrom(user)
      .select('id')
      .where('reward_id', '=', id)
      .orderBy('id')
      .execute()
    if (used.length === 0) continue
    throw new ApiError('resource_in_use', {
      details: `Resource reward with id ${id} is in use by ${user}s with ids [${used.map((row) => row.id).join(', ')}]`,
      resource: { type: 'reward', id },
    })
  }
  await tx.kysely.deleteFrom('reward').where('id', '=', id).execute()
}

const COUNT = statement(
  'count_redeemed_rewards',
  `update reward set redeemed = greatest(0, redeemed + change.quantity), stock = stock - change.quantity
     from (select reward_id, sum(quantity)::bigint as quantity
             from unnest($1::text[], $2::bigint[]) as change (reward_id, quantity) group by reward_id) as change
    where reward.id = change.reward_id`,
)

/** Counts rewards that were given or, with a negative quantity, taken back. */
export function countRedeemed(
  tx: Tx,
  changes: readonly { rewardId: string; quantity: number }[],
): void {
  if (changes.length === 0) return
  tx.send(COUNT, [changes.map(({ rewardId }) => rewardId), changes.map(({ quantity }) => quantity)])
}
