import type { Selectable } from 'kysely'
import type { PromotionStack as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { Order, Page } from '../api/index.ts'
import type { PromotionStack } from './promotion-tier.ts'

const toStack = (row: Selectable<Row>): PromotionStack => ({
  id: row.id,
  projectId: row.project_id,
  campaignId: row.campaign_id,
  name: row.name,
  tierIds: row.tier_ids,
  hierarchyMode: row.hierarchy_mode,
  categoryId: row.category_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const FIND = statement(
  'find_promotion_stacks',
  `select promotion_stack.* from promotion_stack join campaign on campaign.id = promotion_stack.campaign_id
    where promotion_stack.project_id = $1 and promotion_stack.id = any($2::text[]) and campaign.deleted_at is null`,
)

/** The stacks of a project that `ids` name, by id. */
export async function findStacks(
  db: Db,
  projectId: string,
  ids: readonly string[],
): Promise<Map<string, PromotionStack>> {
  if (ids.length === 0) return new Map()
  const rows = await db.run<Selectable<Row>>(FIND, [projectId, ids])
  return new Map(rows.map((row) => [row.id, toStack(row)]))
}

/** One page of a project's stacks, or of those of one campaign, and how many there are in all. */
export async function listStacks(
  db: Db,
  projectId: string,
  {
    page,
    order: { column, direction },
    campaignId,
  }: { page: Page; order: Order<'created_at' | 'updated_at'>; campaignId?: string },
): Promise<{ stacks: PromotionStack[]; total: number }> {
  let matching = db.kysely
    .selectFrom('promotion_stack')
    .innerJoin('campaign', 'campaign.id', 'promotion_stack.campaign_id')
    .where('promotion_stack.project_id', '=', projectId)
    .where('campaign.deleted_at', 'is', null)
  if (campaignId !== undefined) {
    matching = matching.where('promotion_stack.campaign_id', '=', campaignId)
  }
  const [rows, { total }] = await Promise.all([
    matching
      .selectAll('promotion_stack')
      .orderBy(`promotion_stack.${column}`, (order) =>
        (direction === 'desc' ? order.desc() : order.asc()).nullsLast(),
      )
      .orderBy('promotion_stack.created_at', direction)
      .orderBy('promotion_stack.id', direction)
      .limit(page.limit)
      .offset(page.offset)
      .execute(),
    matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { stacks: rows.map(toStack), total }
}

const toRow = (stack: PromotionStack) => ({
  id: stack.id,
  project_id: stack.projectId,
  campaign_id: stack.campaignId,
  name: stack.name,
  tier_ids: [...stack.tierIds],
  hierarchy_mode: stack.hierarchyMode,
  category_id: stack.categoryId,
  created_at: stack.createdAt,
  updated_at: stack.updatedAt,
})

export async function insertStack(tx: Tx, stack: PromotionStack): Promise<void> {
  await tx.kysely.insertInto('promotion_stack').values(toRow(stack)).execute()
}

export async function updateStack(tx: Tx, stack: PromotionStack): Promise<void> {
  await tx.kysely
    .updateTable('promotion_stack')
    .set(toRow(stack))
    .where('id', '=', stack.id)
    .execute()
}

export async function deleteStack(tx: Tx, id: string): Promise<void> {
  await tx.kysely.deleteFrom('promotion_stack').where('id', '=', id).execute()
}
