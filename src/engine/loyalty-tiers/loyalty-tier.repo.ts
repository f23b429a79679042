import { type Selectable, sql } from 'kysely'
import { notFound } from '../../kernel/api-error.ts'
import type { LoyaltyTier as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { Order, Page } from '../api/index.ts'
import type { LoyaltyTier, Mappings, Metadata } from './loyalty-tier.ts'

type TierRow = Selectable<Row>

const toTier = (row: TierRow): LoyaltyTier => ({
  id: row.id,
  projectId: row.project_id,
  campaignId: row.campaign_id,
  name: row.name,
  from: row.points_from,
  to: row.points_to,
  earningRules: row.earning_rules as unknown as Mappings,
  rewards: row.rewards as unknown as Mappings,
  metadata: row.metadata as Metadata,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const toRow = (tier: LoyaltyTier) => ({
  id: tier.id,
  project_id: tier.projectId,
  campaign_id: tier.campaignId,
  name: tier.name,
  points_from: tier.from,
  points_to: tier.to,
  earning_rules: JSON.stringify(tier.earningRules),
  rewards: JSON.stringify(tier.rewards),
  metadata: JSON.stringify(tier.metadata),
  created_at: tier.createdAt,
  updated_at: tier.updatedAt,
})

const OF_CAMPAIGNS = statement(
  'find_loyalty_tiers',
  'select * from loyalty_tier where campaign_id = any($1::text[]) order by points_from',
)

/** The tiers of the programs, by the program, those of fewest points first. */
export async function findTiersOfPrograms(
  db: Db,
  campaignIds: readonly string[],
): Promise<Map<string, LoyaltyTier[]>> {
  const found = new Map<string, LoyaltyTier[]>()
  if (campaignIds.length === 0) return found
  for (const row of await db.run<TierRow>(OF_CAMPAIGNS, [[...new Set(campaignIds)]])) {
    const tiers = found.get(row.campaign_id) ?? []
    tiers.push(toTier(row))
    found.set(row.campaign_id, tiers)
  }
  return found
}

/** A tier of a program. Throws `not_found`. */
export async function getTier(db: Db, campaignId: string, id: string): Promise<LoyaltyTier> {
  const row = await db.kysely
    .selectFrom('loyalty_tier')
    .selectAll()
    .where('campaign_id', '=', campaignId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw notFound('loyalty_tier', id)
  return toTier(row)
}

export type TierList = { page: Page; order: Order<'created_at' | 'updated_at'> }

/** One page of the tiers of a program, and how many there are in all. */
export async function listTiers(
  db: Db,
  campaignId: string,
  { page, order: { column, direction } }: TierList,
): Promise<{ tiers: LoyaltyTier[]; total: number }> {
  const all = db.kysely.selectFrom('loyalty_tier').where('campaign_id', '=', campaignId)
  const [rows, { total }] = await Promise.all([
    all
      .selectAll()
      .orderBy(column, (by) => (direction === 'desc' ? by.desc() : by.asc()).nullsLast())
      .orderBy('points_from')
      .limit(page.limit)
      .offset(page.offset)
      .execute(),
    all.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { tiers: rows.map(toTier), total }
}

export async function insertTiers(tx: Tx, tiers: readonly LoyaltyTier[]): Promise<void> {
  if (tiers.length === 0) return
  await tx.kysely.insertInto('loyalty_tier').values(tiers.map(toRow)).execute()
}

/** Stores a tier of a program that `tx` has locked as it is now. */
export async function updateTier(tx: Tx, tier: LoyaltyTier): Promise<void> {
  await tx.kysely.updateTable('loyalty_tier').set(toRow(tier)).where('id', '=', tier.id).execute()
}

export async function deleteTier(tx: Tx, id: string): Promise<void> {
  await tx.kysely.deleteFrom('loyalty_tier').where('id', '=', id).execute()
}

const LOCK = statement(
  'loyalty_tiers_change',
  `select pg_advisory_xact_lock(hashtextextended('loyalty-tiers ' || $1, 0))`,
)

/** Whoever else in the project is about to make its first tier or delete its last one waits for the end of `tx`. */
export async function lockTiers(tx: Tx, projectId: string): Promise<void> {
  await tx.run(LOCK, [projectId])
}

const FORGET = statement(
  'forget_mapped_rule',
  `update loyalty_tier set earning_rules = earning_rules - $2::text
    where campaign_id = $1 and earning_rules ? $2::text`,
)

/** Takes an earning rule that is being deleted out of what the tiers of its program map. */
export function forgetMappedRule(tx: Tx, campaignId: string, ruleId: string): void {
  tx.send(FORGET, [campaignId, ruleId])
}

/** Whether any program of the project has tiers; asked under `lockTiers`. */
export async function hasTiers(db: Db, projectId: string): Promise<boolean> {
  const row = await db.kysely
    .selectFrom('loyalty_tier')
    .select('id')
    .where('project_id', '=', projectId)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** What a tier maps: the ids of earning rules and of rewards of its program that there are, and what is paid in part. */
export async function findMappable(
  db: Db,
  campaignId: string,
): Promise<{ rules: ReadonlySet<string>; rewards: ReadonlyMap<string, string> }> {
  const [rules, rewards] = await Promise.all([
    db.kysely
      .selectFrom('earning_rule')
      .select('id')
      .where('campaign_id', '=', campaignId)
      .execute(),
    sql<{ id: string; type: string }>`select assignment.id, reward.type
      from reward_assignment assignment join reward on reward.id = assignment.reward_id
     where assignment.campaign_id = ${campaignId}`.execute(db.kysely),
  ])
  return {
    rules: new Set(rules.map(({ id }) => id)),
    rewards: new Map(rewards.rows.map(({ id, type }) => [id, type])),
  }
}
