import { type Db, statement, type Tx } from '../../platform/db.ts'

/** What the keys of the client-side API open in a project (R-AUTH-03, R-AUTH-07). */
export type ClientSettings = {
  trustedDomains: readonly string[]
  canRedeem: boolean
  canPublish: boolean
  canListVouchers: boolean
  canCreateCustomers: boolean
  canSetVoucherExpirationDate: boolean
  canTrackEvents: boolean
}

export type ClientFlag = Exclude<keyof ClientSettings, 'trustedDomains'>

const CLOSED: ClientSettings = {
  trustedDomains: [],
  canRedeem: false,
  canPublish: false,
  canListVouchers: false,
  canCreateCustomers: false,
  canSetVoucherExpirationDate: false,
  canTrackEvents: false,
}

const COLUMNS = `trusted_domains as "trustedDomains", can_redeem as "canRedeem", can_publish as "canPublish",
          can_list_vouchers as "canListVouchers", can_create_customers as "canCreateCustomers",
          can_set_voucher_expiration_date as "canSetVoucherExpirationDate", can_track_events as "canTrackEvents"`
const FIND = statement(
  'find_client_settings',
  `select ${COLUMNS} from client_settings where project_id = $1`,
)
const FIND_ALL = statement(
  'find_client_settings_of_projects',
  `select project.id as "projectId", ${COLUMNS}
     from project join client_settings on client_settings.project_id = project.id
    where project.id = any($1::text[])`,
)

/** The settings of a project; everything is closed in one that was never given any. */
export async function findClientSettings(db: Db, projectId: string): Promise<ClientSettings> {
  const [settings] = await db.run<ClientSettings>(FIND, [projectId])
  return settings ?? CLOSED
}

/** The same of each of many projects. */
export async function findClientSettingsOf(
  db: Db,
  projectIds: readonly string[],
): Promise<(projectId: string) => ClientSettings> {
  const rows = await db.run<ClientSettings & { projectId: string }>(FIND_ALL, [projectIds])
  const found = new Map(rows.map(({ projectId, ...settings }) => [projectId, settings]))
  return (projectId) => found.get(projectId) ?? CLOSED
}

const LOCK = statement(
  'lock_client_settings',
  'select from project where id = $1 for no key update',
)

/** The settings of a project, which nobody else changes until `tx` ends. */
export async function lockClientSettings(tx: Tx, projectId: string): Promise<ClientSettings> {
  await tx.run(LOCK, [projectId])
  return findClientSettings(tx, projectId)
}

const SAVE = statement(
  'save_client_settings',
  `insert into client_settings (project_id, trusted_domains, can_redeem, can_publish, can_list_vouchers,
                                can_create_customers, can_set_voucher_expiration_date, can_track_events, updated_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
   on conflict (project_id) do update set
     trusted_domains = excluded.trusted_domains, can_redeem = excluded.can_redeem,
     can_publish = excluded.can_publish, can_list_vouchers = excluded.can_list_vouchers,
     can_create_customers = excluded.can_create_customers,
     can_set_voucher_expiration_date = excluded.can_set_voucher_expiration_date,
     can_track_events = excluded.can_track_events, updated_at = excluded.updated_at`,
)

export async function saveClientSettings(
  tx: Tx,
  projectId: string,
  { now, ...settings }: ClientSettings & { now: Date },
): Promise<void> {
  await tx.run(SAVE, [
    projectId,
    settings.trustedDomains,
    settings.canRedeem,
    settings.canPublish,
    settings.canListVouchers,
    settings.canCreateCustomers,
    settings.canSetVoucherExpirationDate,
    settings.canTrackEvents,
    now,
  ])
}
