import type { Config } from '../platform/config.ts'
import { type Database, openDatabase } from '../platform/db.ts'
import { findEmbeddedPostgres, startEmbeddedPostgres } from '../platform/embedded-postgres/index.ts'
import type { Log } from '../platform/log.ts'
import { migrate } from '../platform/migrate.ts'
import { createVault, readOrCreateSecretKey, type Vault } from '../platform/secrets.ts'

/** What every command on this machine works with: the database and the key to its secrets. */
export type Host = {
  db: Database
  vault: Vault
  /** Where the embedded database had to move because its account cannot enter the data folder. */
  systemDir: string | undefined
  /** The names of the migrations that were applied just now. */
  migrated: string[]
  close(): Promise<void>
}

/** The secret key does not fit this database; the message says what to do. */
export class SecretKeyError extends Error {
  override readonly name = 'SecretKeyError'
}

const SECRET_CHECK = 'promoloop'

/**
 * Opens the database of `config` as its owner: starts the embedded PostgreSQL unless `DATABASE_URL` names
 * one, migrates, and checks the secret key. `isOwner: false` joins an embedded server that another
 * process runs, when there is one.
 */
export async function openHost(config: Config, log: Log, { isOwner = true } = {}): Promise<Host> {
  const joined =
    !isOwner && !config.databaseUrl ? await findEmbeddedPostgres(config.dataDir) : undefined
  const embedded =
    config.databaseUrl || joined
      ? undefined
      : await startEmbeddedPostgres(config.dataDir, log, {
          onLost: (error) => endWithout(error, log),
        })
  const url = config.databaseUrl ?? joined ?? embedded?.url ?? ''
  const db = openDatabase({ url, poolSize: config.databasePoolSize, log })
  const close = async (): Promise<void> => {
    await db.close()
    await embedded?.stop()
  }
  try {
    const migrated = await migrate(db.pool)
    const vault = createVault(config.secretKey ?? (await readOrCreateSecretKey(config.dataDir)))
    await checkSecretKey(db, vault)
    return { db, vault, systemDir: embedded?.systemDir, migrated, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Nothing can be done without a database; whoever watches over us starts both again, and nothing answered is lost. */
function endWithout(error: unknown, log: Log): never {
  log.fatal({ err: error }, 'the embedded database is gone: start again')
  process.exit(1)
}

/** Leaves a sealed word at the first start and expects to open it at every other. */
async function checkSecretKey(db: Database, vault: Vault): Promise<void> {
  await db.kysely
    .insertInto('installation')
    .values({ secret_check: vault.seal(SECRET_CHECK) })
    .onConflict((conflict) => conflict.column('is_only').doNothing())
    .execute()
  const { secret_check } = await db.kysely
    .selectFrom('installation')
    .select('secret_check')
    .executeTakeFirstOrThrow()
  try {
    vault.open(secret_check)
  } catch (cause) {
    throw new SecretKeyError(
      'the secret key does not fit this database: set PROMOLOOP_SECRET_KEY to the key it was set up with (secret.key in the data folder of the first start)',
      { cause },
    )
  }
}
