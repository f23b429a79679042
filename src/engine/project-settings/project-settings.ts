import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { CodeConfigInput } from '../codes/index.ts'

/** What a project has decided for everything the engine does in it. */
export type ProjectSettings = {
  /** Days, weeks and hours are those of this time zone (R-TIME-02). */
  timeZone: string
  /** Whether `TEN` and `ten` are two codes (D-14). */
  hasCaseSensitiveCodes: boolean
}

type Row = { time_zone: string; has_case_sensitive_codes: boolean }

const toSettings = ({ time_zone, has_case_sensitive_codes }: Row): ProjectSettings => ({
  timeZone: time_zone,
  hasCaseSensitiveCodes: has_case_sensitive_codes,
})

const FIND = statement(
  'find_project_settings',
  'select id, time_zone, has_case_sensitive_codes from project where id = any($1::text[])',
)

/** The settings of projects, by id. */
export async function findProjectSettings(
  db: Db,
  projectIds: readonly string[],
): Promise<Map<string, ProjectSettings>> {
  const rows = await db.run<Row & { id: string }>(FIND, [projectIds])
  return new Map(rows.map((row) => [row.id, toSettings(row)]))
}

const LOCK = statement(
  'lock_project_settings',
  'select time_zone, has_case_sensitive_codes from project where id = $1 for update',
)

/** The settings of a project, which nobody else changes until `tx` ends. */
export async function lockProjectSettings(
  tx: Tx,
  projectId: string,
): Promise<ProjectSettings | undefined> {
  const [row] = await tx.run<Row>(LOCK, [projectId])
  return row && toSettings(row)
}

/**
 * Changes the settings of a project; false when its codes have been made under the other case already: there
 * would be no telling which of two codes is meant.
 */
export async function saveProjectSettings(
  tx: Tx,
  projectId: string,
  { timeZone, hasCaseSensitiveCodes }: ProjectSettings,
): Promise<boolean> {
  const [project] = await tx.kysely
    .selectFrom('project')
    .select('has_case_sensitive_codes')
    .where('id', '=', projectId)
    .forUpdate()
    .execute()
  if (project && project.has_case_sensitive_codes !== hasCaseSensitiveCodes) {
    const code = await tx.kysely
      .selectFrom('voucher')
      .select('id')
      .where('project_id', '=', projectId)
      .limit(1)
      .executeTakeFirst()
    if (code) return false
  }
  await tx.kysely
    .updateTable('project')
    .set({ time_zone: timeZone, has_case_sensitive_codes: hasCaseSensitiveCodes })
    .where('id', '=', projectId)
    .execute()
  return true
}

const FIND_CHARSET = statement(
  'find_default_charset',
  'select default_charset as charset from project where id = $1',
)

/** `codeConfig` with the characters of the project where it names none and the project has some. */
export async function withDefaultCharset(
  db: Db,
  projectId: string,
  codeConfig: CodeConfigInput | null | undefined,
): Promise<CodeConfigInput | null | undefined> {
  if (codeConfig?.charset !== undefined && codeConfig.charset !== null) return codeConfig
  const [project] = await db.run<{ charset: string | null }>(FIND_CHARSET, [projectId])
  return project?.charset ? { ...codeConfig, charset: project.charset } : codeConfig
}
