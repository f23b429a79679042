import { type Selectable, type SqlBool, sql } from 'kysely'
import { type CreatedPosition, newerThan } from '../../platform/created-order.ts'
import type { WebhookEndpoint } from '../../platform/db.tables.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { DisabledReason, Health, Webhook } from './webhook.ts'

/** The endpoint of a webhook, or of a distribution. */
export type EndpointKind = 'webhook' | 'distribution'
export type WebhookReference = { projectId: string; id: string; kind?: EndpointKind }

const COLUMNS = [
  'id',
  'project_id',
  'target_url',
  'headers_sealed',
  'events',
  'is_enabled',
  'disabled_reason',
  'failures',
  'last_failure',
  'last_success_at',
  'next_attempt_at',
  'created_at',
  'updated_at',
] as const

export type HealthRow = Pick<
  Selectable<WebhookEndpoint>,
  'failures' | 'last_failure' | 'last_success_at' | 'next_attempt_at'
>

export const toHealth = (row: HealthRow): Health => ({
  failures: row.failures,
  lastFailure: row.last_failure,
  lastSuccessAt: row.last_success_at,
  nextAttemptAt: row.next_attempt_at,
})

export type EndpointRow = HealthRow &
  Pick<
    Selectable<WebhookEndpoint>,
    'target_url' | 'headers_sealed' | 'is_enabled' | 'disabled_reason'
  >

/** Where messages go, and how that fares. */
export const toEndpoint = (row: EndpointRow) => ({
  targetUrl: row.target_url,
  headersSealed: row.headers_sealed,
  isEnabled: row.is_enabled,
  disabledReason: row.disabled_reason as DisabledReason | null,
  health: toHealth(row),
})

const toWebhook = (row: Pick<Selectable<WebhookEndpoint>, (typeof COLUMNS)[number]>): Webhook => ({
  ...toEndpoint(row),
  id: row.id,
  projectId: row.project_id,
  events: row.events,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export async function findWebhook(
  db: Db,
  { projectId, id, kind = 'webhook' }: WebhookReference,
): Promise<Webhook | undefined> {
  const row = await db.kysely
    .selectFrom('webhook_endpoint')
    .select(COLUMNS)
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .where('kind', '=', kind)
    .executeTakeFirst()
  return row && toWebhook(row)
}

/** Locks a webhook until `tx` ends, so that whoever changes it does not undo another's change. */
export async function lockWebhook(
  tx: Tx,
  { projectId, id, kind = 'webhook' }: WebhookReference,
): Promise<Webhook | undefined> {
  const row = await tx.kysely
    .selectFrom('webhook_endpoint')
    .select(COLUMNS)
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .where('kind', '=', kind)
    .forUpdate()
    .executeTakeFirst()
  return row && toWebhook(row)
}

/** Webhooks of a project, oldest first. */
export async function listWebhooks(
  db: Db,
  {
    projectId,
    limit,
    after,
  }: { projectId: string; limit: number; after?: CreatedPosition | undefined },
): Promise<Webhook[]> {
  const rows = await db.kysely
    .selectFrom('webhook_endpoint')
    .select(COLUMNS)
    .where('project_id', '=', projectId)
    .where('kind', '=', 'webhook')
    .$if(after !== undefined, (all) => all.where(newerThan(after as CreatedPosition)))
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(toWebhook)
}

/** Makes webhooks, or distributions, of a project wait for each other; returns how many it has. */
export async function lockWebhooksOf(
  tx: Tx,
  projectId: string,
  kind: EndpointKind = 'webhook',
): Promise<number> {
  await tx.kysely
    .selectFrom('project')
    .select('id')
    .where('id', '=', projectId)
    .forNoKeyUpdate()
    .execute()
  const { count } = await tx.kysely
    .selectFrom('webhook_endpoint')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow()
  return count
}

export type StoredWebhook = Pick<Webhook, 'targetUrl' | 'events' | 'isEnabled'> &
  Partial<Pick<Webhook, 'headersSealed'>> & {
    /** The names of `events` under which they are announced. */
    eventNames: readonly string[]
  }

const toColumns = (webhook: StoredWebhook) => ({
  target_url: webhook.targetUrl,
  events: [...webhook.events],
  event_names: [...webhook.eventNames],
  is_enabled: webhook.isEnabled,
  headers_sealed: webhook.headersSealed ?? null,
})

export async function insertWebhook(
  tx: Tx,
  { projectId, id, kind = 'webhook' }: WebhookReference,
  webhook: StoredWebhook & { secretSealed: string; now: Date },
): Promise<void> {
  await tx.kysely
    .insertInto('webhook_endpoint')
    .values({
      ...toColumns(webhook),
      id,
      project_id: projectId,
      kind,
      secret_sealed: webhook.secretSealed,
      created_at: webhook.now,
    })
    .execute()
}

/** Stores a changed webhook. How it fared before says nothing of it any more. */
export async function updateWebhook(
  tx: Tx,
  { id }: WebhookReference,
  webhook: StoredWebhook & { now: Date },
): Promise<void> {
  await tx.kysely
    .updateTable('webhook_endpoint')
    .set({
      ...toColumns(webhook),
      disabled_reason: null,
      failures: 0,
      last_failure: null,
      next_attempt_at: null,
      updated_at: webhook.now,
    })
    .where('id', '=', id)
    .execute()
}

/** Deletes a webhook with what it has not been sent yet, and its log; false when there is none. */
export async function deleteWebhook(
  tx: Tx,
  { projectId, id, kind = 'webhook' }: WebhookReference,
): Promise<boolean> {
  const { numDeletedRows } = await tx.kysely
    .deleteFrom('webhook_endpoint')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .where('kind', '=', kind)
    .executeTakeFirst()
  if (numDeletedRows === 0n) return false
  await tx.kysely
    .deleteFrom('webhook_message')
    .where('project_id', '=', projectId)
    .where('endpoint_id', '=', id)
    .$if(kind === 'distribution', (all) => all.where(sql<SqlBool>`endpoint_id like 'distr\\_%'`))
    .execute()
  return true
}

/** The secrets of a webhook, sealed: the one in use, and the one before while it is still honoured. */
export type SealedSecrets = { secretSealed: string; oldSecretSealed: string | null }

export async function findSealedSecrets(
  db: Db,
  { projectId, id, kind = 'webhook' }: WebhookReference,
  now: Date,
): Promise<SealedSecrets | undefined> {
  const row = await db.kysely
    .selectFrom('webhook_endpoint')
    .select(['secret_sealed', 'old_secret_sealed', 'old_secret_expires_at'])
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .where('kind', '=', kind)
    .executeTakeFirst()
  if (!row) return undefined
  const isOldValid = row.old_secret_expires_at !== null && row.old_secret_expires_at > now
  return {
    secretSealed: row.secret_sealed,
    oldSecretSealed: isOldValid ? row.old_secret_sealed : null,
  }
}

/** Stores a new secret; the one in use is honoured until `oldExpiresAt`. */
export async function replaceSecret(
  tx: Tx,
  { projectId, id, kind = 'webhook' }: WebhookReference,
  { secretSealed, oldExpiresAt }: { secretSealed: string; oldExpiresAt: Date },
): Promise<void> {
  await tx.kysely
    .updateTable('webhook_endpoint')
    .set((of) => ({
      secret_sealed: secretSealed,
      old_secret_sealed: of.ref('secret_sealed'),
      old_secret_expires_at: oldExpiresAt,
    }))
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .where('kind', '=', kind)
    .execute()
}
