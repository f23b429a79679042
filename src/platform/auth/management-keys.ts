import { newSecret } from '../../kernel/ids.ts'
import type { Config } from '../config.ts'
import type { Db, Tx } from '../db.ts'
import { LIMITS } from '../limits.ts'
import { hashSecret, type Vault } from '../secrets.ts'

/** The credentials that manage all projects of an installation; empty in one that has none yet. */
export type ManagementKeys = { managementId: string; managementToken: string }

type Given = { presets: Config['presetKeys']; vault: Vault; now: Date }

/**
 * Makes sure that there is a management key: the one that the environment presets, or else a random one. Of more than
 * `LIMITS.managementKeysMax` the oldest end.
 */
export async function ensureManagementKey(
  tx: Tx,
  { presets, vault, now }: Given,
): Promise<ManagementKeys> {
  const current = await readManagementKeys(tx, vault)
  const wanted: ManagementKeys = {
    managementId: presets.managementId ?? (current.managementId || newSecret(32)),
    managementToken: presets.managementToken ?? (current.managementToken || newSecret(40)),
  }
  const isStored =
    wanted.managementId === current.managementId &&
    wanted.managementToken === current.managementToken
  if (!isStored) await putManagementKey(tx, wanted, { vault, now })
  return wanted
}

/** The newest management key, opened. */
export async function readManagementKeys(db: Db, vault: Vault): Promise<ManagementKeys> {
  const key = await db.kysely
    .selectFrom('management_key')
    .select(['key_id', 'token_sealed'])
    .orderBy('created_at', 'desc')
    .orderBy('key_id')
    .limit(1)
    .executeTakeFirst()
  return {
    managementId: key?.key_id ?? '',
    managementToken: key ? vault.open(key.token_sealed) : '',
  }
}

async function putManagementKey(
  tx: Tx,
  { managementId, managementToken }: ManagementKeys,
  { vault, now }: Pick<Given, 'vault' | 'now'>,
): Promise<void> {
  const token = {
    token_hash: hashSecret(managementToken),
    token_sealed: vault.seal(managementToken),
    created_at: now,
  }
  await tx.kysely
    .insertInto('management_key')
    .values({ key_id: managementId, ...token })
    .onConflict((conflict) => conflict.column('key_id').doUpdateSet(token))
    .execute()
  await tx.kysely
    .deleteFrom('management_key')
    .where('key_id', 'in', (keys) =>
      keys
        .selectFrom('management_key')
        .select('key_id')
        .where('key_id', '!=', managementId)
        .orderBy('created_at', 'desc')
        .orderBy('key_id')
        .offset(LIMITS.managementKeysMax - 1),
    )
    .execute()
}
