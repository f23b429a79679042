import { connectSegmentSource, pointSegmentSource } from '../engine/segment-source/index.ts'
import { newSecret } from '../kernel/ids.ts'
import { createDestination, pointDestinations } from '../pipeline/destinations/index.ts'
import { addWriteKey, createSource, findFirstSource } from '../pipeline/sources/index.ts'
import {
  applyPresetKeys,
  ensureManagementKey,
  findFirstProject,
  hasProject,
  insertProject,
  type ManagementKeys,
  type ProjectKeys,
  readManagementKeys,
  readProjectKeys,
} from '../platform/auth/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import { type Database, type Db, inTransaction, type Tx } from '../platform/db.ts'
import type { Vault } from '../platform/secrets.ts'

/** The keys of the project that the first start made, and those of the installation. */
export type Provisioned = ProjectKeys & ManagementKeys & { writeKey: string }

type Deps = { db: Database; vault: Vault; clock: Clock }
type Wish = {
  /** Under which the server is reached: where destination and source are pointed. */
  address: string
  presets: Config['presetKeys']
}

const PROJECT_NAME = 'My project'
const WRITE_KEY_LENGTH = 32

/**
 * Makes sure that there is a project whose loop is closed: source *Website* → destination *Voucherify
 * (Actions)* at this engine → source *Voucherify* fed by it. Later starts add keys that the environment
 * presets, and let what points at our own address follow it. Several processes may start at once.
 */
export async function provision(deps: Deps, wish: Wish): Promise<Provisioned> {
  await inTransaction(deps.db, async (tx) => {
    const earlierAddress = await lockInstallation(tx)
    const projectId = await findFirstProject(tx)
    if (projectId === undefined) await closeLoop(tx, deps, wish)
    else await applyPresets(tx, projectId, { ...deps, presets: wish.presets })
    const { vault, clock } = deps
    await ensureManagementKey(tx, { presets: wish.presets, vault, now: clock.now() })
    await followAddress(tx, { from: earlierAddress, to: wish.address, now: deps.clock.now() })
  })
  const provisioned = await readProvisioned(deps.db, deps.vault)
  if (!provisioned) throw new Error('the project that was set up is gone')
  return provisioned
}

/** Processes that start together queue up here. Returns the address of the start before. */
async function lockInstallation(tx: Tx): Promise<string | null> {
  const { address } = await tx.kysely
    .selectFrom('installation')
    .select('address')
    .forUpdate()
    .executeTakeFirstOrThrow()
  return address
}

async function closeLoop(
  tx: Tx,
  { vault, clock }: Deps,
  { address, presets }: Wish,
): Promise<void> {
  const now = clock.now()
  const { projectId, appId, appToken } = await insertProject(tx, {
    name: PROJECT_NAME,
    presets,
    vault,
    now,
  })
  const website = await createSource(tx, {
    projectId,
    nickname: 'Website',
    catalog: 'website',
    writeKey: presets.writeKey,
    now,
  })
  await createDestination(tx, {
    projectId,
    sourceId: website.id,
    definition: 'voucherify-actions',
    settings: { apiKey: appId, secretKey: appToken, customURL: address },
    setup: 'quick',
    isEnabled: true,
    vault,
    now,
  })
  const writeKey = newSecret(WRITE_KEY_LENGTH)
  await createSource(tx, {
    projectId,
    nickname: 'Voucherify',
    catalog: 'voucherify',
    writeKey,
    now,
  })
  await connectSegmentSource(tx, {
    projectId,
    writeKeySealed: vault.seal(writeKey),
    region: 'CUSTOM',
    endpoint: `${address}/v1`,
    now,
  })
}

async function applyPresets(
  tx: Tx,
  projectId: string,
  { presets, vault, clock }: Deps & Pick<Wish, 'presets'>,
): Promise<void> {
  const now = clock.now()
  await applyPresetKeys(tx, projectId, { presets, vault, now })
  const website = await findFirstSource(tx, projectId, 'website')
  if (!website || presets.writeKey === undefined) return
  if (website.writeKeys.includes(presets.writeKey)) return
  await addWriteKey(tx, { projectId, sourceId: website.id, key: presets.writeKey, now })
}

/** Settings that point at ourselves follow our address; those of other servers stay. */
async function followAddress(
  tx: Tx,
  { from, to, now }: { from: string | null; to: string; now: Date },
): Promise<void> {
  if (from === to) return
  await tx.kysely.updateTable('installation').set({ address: to }).execute()
  if (from === null) return
  await pointDestinations(tx, { from, to, now })
  await pointSegmentSource(tx, { from, to, now })
}

/** The keys of a project, or else of the first one, opened; undefined when there is none (yet). */
export async function readProvisioned(
  db: Db,
  vault: Vault,
  wanted?: string,
): Promise<Provisioned | undefined> {
  const projectId = wanted ?? (await findFirstProject(db))
  if (projectId === undefined || !(await hasProject(db, projectId))) return undefined
  const keys = await readProjectKeys(db, projectId, vault)
  const management = await readManagementKeys(db, vault)
  const website = await findFirstSource(db, projectId, 'website')
  // The newest key comes last; a project may have deleted its website.
  return { ...keys, ...management, writeKey: website?.writeKeys.at(-1) ?? '' }
}

/** The address under which this installation was last reached; undefined before the first start. */
export async function readAddress(db: Db): Promise<string | undefined> {
  const row = await db.kysely.selectFrom('installation').select('address').executeTakeFirst()
  return row?.address ?? undefined
}
