import type { Selectable } from 'kysely'
import type { JsonObject } from '../../kernel/json.ts'
import type { Project as ProjectTable } from '../../platform/db.tables.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { type ClientSettings, findClientSettingsOf } from '../client-api/index.ts'
import type { Project } from './project.ts'

type Row = Selectable<ProjectTable>

const openProjects = (db: Db) =>
  db.kysely.selectFrom('project').selectAll().where('deleted_at', 'is', null)

/** The projects that are not deleted, the oldest first; `only` the one with that id. */
export async function listProjects(db: Db, only?: string): Promise<Project[]> {
  const rows = await openProjects(db)
    .$if(only !== undefined, (all) => all.where('id', '=', only ?? ''))
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  const clientOf = await findClientSettingsOf(
    db,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => toProject(row, clientOf(row.id)))
}

/** The project, which nobody else changes until `tx` ends; undefined when it is deleted. */
export async function lockProject(tx: Tx, id: string): Promise<Project | undefined> {
  const row = await openProjects(tx).where('id', '=', id).forUpdate().executeTakeFirst()
  return row && toProject(row, (await findClientSettingsOf(tx, [id]))(id))
}

/** Stores what no other module of the settings does. */
export async function updateProject(tx: Tx, project: Project): Promise<void> {
  const toJson = (value: JsonObject | null): string | null => value && JSON.stringify(value)
  await tx.kysely
    .updateTable('project')
    .set({
      name: project.name,
      description: project.description,
      currency: project.currency,
      dial_code: project.dialCode,
      default_charset: project.defaultCharset,
      webhooks_callout_notifications: toJson(project.webhooksCalloutNotifications),
      api_usage_notifications: toJson(project.apiUsageNotifications),
    })
    .where('id', '=', project.id)
    .execute()
}

const toProject = (row: Row, client: ClientSettings): Project => ({
  id: row.id,
  name: row.name,
  description: row.description,
  settings: { timeZone: row.time_zone, hasCaseSensitiveCodes: row.has_case_sensitive_codes },
  client,
  defaultCharset: row.default_charset,
  currency: row.currency,
  dialCode: row.dial_code,
  webhooksCalloutNotifications: row.webhooks_callout_notifications as JsonObject | null,
  apiUsageNotifications: row.api_usage_notifications as JsonObject | null,
  createdAt: row.created_at,
})
