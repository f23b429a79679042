import { type Selectable, sql } from 'kysely'
import { notFound } from '../../kernel/api-error.ts'
import type { CampaignTemplate as TemplateTable } from '../../platform/db.tables.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { CampaignTemplate, TemplateContent } from './campaign-template.ts'
import type { TemplateList } from './template.schema.ts'

type Reference = { projectId: string; id: string }

const ofProject = (db: Db, projectId: string) =>
  db.kysely.selectFrom('campaign_template').where('project_id', '=', projectId)

/** One page of the templates of a project, whether more follow, and how many there are in all if that was asked. */
export async function listTemplates(
  db: Db,
  projectId: string,
  { limit, direction, after, isCounted, filter }: TemplateList,
): Promise<{ templates: CampaignTemplate[]; hasMore: boolean; total: number | undefined }> {
  const [rows, count] = await Promise.all([
    ofProject(db, projectId)
      .selectAll()
      .where(filter ?? sql<boolean>`true`)
      .$if(after !== undefined, (all) =>
        all.where('id', direction === 'asc' ? '>' : '<', after ?? ''),
      )
      .orderBy('id', direction)
      .limit(limit + 1)
      .execute(),
    isCounted
      ? ofProject(db, projectId)
          .select((of) => of.fn.countAll<number>().as('total'))
          .executeTakeFirstOrThrow()
      : undefined,
  ])
  const templates = rows.slice(0, limit).map(toTemplate)
  return { templates, hasMore: rows.length > limit, total: count?.total }
}

/** Throws `not_found` for a template that the project does not have. */
export async function getTemplate(db: Db, { projectId, id }: Reference): Promise<CampaignTemplate> {
  const row = await ofProject(db, projectId).selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw notFound('campaign_template', id)
  return toTemplate(row)
}

/** The same, locked until `tx` ends. */
export async function lockTemplate(
  tx: Tx,
  { projectId, id }: Reference,
): Promise<CampaignTemplate> {
  const row = await ofProject(tx, projectId)
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw notFound('campaign_template', id)
  return toTemplate(row)
}

/** Makes whoever names a template of the project wait for each other until `tx` ends. */
export async function lockTemplateNames(tx: Tx, projectId: string): Promise<void> {
  await tx.kysely
    .selectFrom('project')
    .select('id')
    .where('id', '=', projectId)
    .forNoKeyUpdate()
    .execute()
}

/** Stores a new template; false when the project has one of that name. */
export async function insertTemplate(tx: Tx, template: CampaignTemplate): Promise<boolean> {
  const inserted = await tx.kysely
    .insertInto('campaign_template')
    .values({
      id: template.id,
      project_id: template.projectId,
      name: template.name,
      description: template.description,
      campaign_type: template.campaignType,
      campaign: JSON.stringify(template.content.campaign),
      rule: template.content.rule && JSON.stringify(template.content.rule),
      created_at: template.createdAt,
    })
    .onConflict((conflict) => conflict.constraint('campaign_template_name_once').doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Stores the name and description of a template, the names being locked; false when another has the name. */
export async function renameTemplate(tx: Tx, template: CampaignTemplate): Promise<boolean> {
  const { id, projectId, name, description, updatedAt } = template
  const updated = await tx.kysely
    .updateTable('campaign_template')
    .set({ name, description, updated_at: updatedAt })
    .where('id', '=', id)
    .where((of) =>
      of.not(
        of.exists(
          ofProject(tx, projectId).select('id').where('name', '=', name).where('id', '!=', id),
        ),
      ),
    )
    .returning('id')
    .executeTakeFirst()
  return updated !== undefined
}

/** Throws `not_found` for a template that the project does not have. */
export async function deleteTemplate(tx: Tx, { projectId, id }: Reference): Promise<void> {
  const deleted = await tx.kysely
    .deleteFrom('campaign_template')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  if (!deleted) throw notFound('campaign_template', id)
}

const toTemplate = (row: Selectable<TemplateTable>): CampaignTemplate => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  description: row.description,
  campaignType: row.campaign_type as CampaignTemplate['campaignType'],
  content: {
    campaign: row.campaign as TemplateContent['campaign'],
    rule: row.rule as TemplateContent['rule'],
  },
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
