import type { Selectable } from 'kysely'
import { ApiError, notFound } from '../../kernel/api-error.ts'
import type { Consent as ConsentRow, ConsentGroup as GroupRow } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx, violates } from '../../platform/db.ts'
import type { Consent, ConsentGroup, GivenConsent } from './consent.ts'

type Reference = { projectId: string; id: string }

const toGroup = (row: Selectable<GroupRow>): ConsentGroup => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  description: row.description,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const toConsent = (row: Selectable<ConsentRow>): Consent => ({
  ...toGroup(row),
  category: row.category,
  groupId: row.group_id,
})

/** All consents of a project, the oldest first. */
export async function listConsents(db: Db, projectId: string): Promise<Consent[]> {
  const rows = await db.kysely
    .selectFrom('consent')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(toConsent)
}

/** All groups of consents of a project, the oldest first. */
export async function listGroups(db: Db, projectId: string): Promise<ConsentGroup[]> {
  const rows = await db.kysely
    .selectFrom('consent_group')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(toGroup)
}

/** Makes those who add consents to a project wait for each other. */
export async function lockConsentsOf(tx: Tx, projectId: string): Promise<void> {
  await tx.kysely
    .selectFrom('project')
    .select('id')
    .where('id', '=', projectId)
    .forNoKeyUpdate()
    .execute()
}

const toColumns = ({ name, description, updatedAt }: ConsentGroup) => ({
  name,
  description,
  updated_at: updatedAt,
})

/** Stores a consent, new or changed. Throws `duplicate_found` when its name is taken. */
export async function saveConsent(tx: Tx, consent: Consent): Promise<void> {
  const columns = { ...toColumns(consent), category: consent.category, group_id: consent.groupId }
  const { id, projectId, createdAt } = consent
  await refusingTwins(consent.name, () =>
    tx.kysely
      .insertInto('consent')
      .values({ ...columns, id, project_id: projectId, created_at: createdAt })
      .onConflict((on) => on.column('id').doUpdateSet(columns))
      .execute(),
  )
}

/** The same of a group. */
export async function saveGroup(tx: Tx, group: ConsentGroup): Promise<void> {
  const { id, projectId, createdAt } = group
  await refusingTwins(group.name, () =>
    tx.kysely
      .insertInto('consent_group')
      .values({ ...toColumns(group), id, project_id: projectId, created_at: createdAt })
      .onConflict((on) => on.column('id').doUpdateSet(toColumns(group)))
      .execute(),
  )
}

async function refusingTwins(name: string, save: () => Promise<unknown>): Promise<void> {
  try {
    await save()
  } catch (error) {
    const isTwin =
      violates(error, 'consent_project_id_name_key') ||
      violates(error, 'consent_group_project_id_name_key')
    if (!isTwin) throw error
    throw new ApiError('duplicate_found', { details: `There is one with the name '${name}'` })
  }
}

/** The consent that `id` names, locked until `tx` ends. Throws `not_found`. */
export async function lockConsent(tx: Tx, { projectId, id }: Reference): Promise<Consent> {
  const row = await tx.kysely
    .selectFrom('consent')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw notFound('consent', id)
  return toConsent(row)
}

/** The same of a group. */
export async function lockGroup(tx: Tx, { projectId, id }: Reference): Promise<ConsentGroup> {
  const row = await tx.kysely
    .selectFrom('consent_group')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw notFound('consent_group', id)
  return toGroup(row)
}

/** Deletes a consent, and what customers said to it. Throws `not_found`. */
export async function deleteConsent(tx: Tx, reference: Reference): Promise<void> {
  await lockConsent(tx, reference)
  await tx.kysely.deleteFrom('consent').where('id', '=', reference.id).execute()
}

/** Deletes a group; its consents stay, in none. Throws `not_found`. */
export async function deleteGroup(tx: Tx, reference: Reference): Promise<void> {
  await lockGroup(tx, reference)
  await tx.kysely.deleteFrom('consent_group').where('id', '=', reference.id).execute()
}

const SAVE_GIVEN = statement(
  'save_given_consents',
  `insert into customer_consent (customer_id, consent_id, is_given, changed_at)
   select $1, consent_id, is_given, $4 from unnest($2::text[], $3::boolean[]) as said (consent_id, is_given)
    order by consent_id
   on conflict (customer_id, consent_id) do update
      set is_given = excluded.is_given, changed_at = excluded.changed_at
    where customer_consent.is_given <> excluded.is_given`,
)

/** Stores what a customer says to consents; who says the same again changes nothing. */
export async function saveGiven(
  tx: Tx,
  customerId: string,
  { said, now }: { said: ReadonlyMap<string, boolean>; now: Date },
): Promise<void> {
  await tx.run(SAVE_GIVEN, [customerId, [...said.keys()], [...said.values()], now])
}

/** What a customer said to the consents of the project, by consent. */
export async function findGiven(
  db: Db,
  customerId: string,
): Promise<ReadonlyMap<string, GivenConsent>> {
  const rows = await db.kysely
    .selectFrom('customer_consent')
    .selectAll()
    .where('customer_id', '=', customerId)
    .execute()
  return new Map(
    rows.map((row) => [
      row.consent_id,
      { consentId: row.consent_id, isGiven: row.is_given, changedAt: row.changed_at },
    ]),
  )
}
