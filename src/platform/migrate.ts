import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { PACKAGE_DIR } from './package.ts'

type Migration = { name: string; sql: string; checksum: string }

const MIGRATIONS_DIR = join(PACKAGE_DIR, 'migrations')

/** Any number no other program uses as an advisory lock in this database. */
const MIGRATION_LOCK = 7_206_311_501

/** The database is not one this version can work with; the message says what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(MIGRATIONS_DIR))
    .filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name))
    .sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(MIGRATIONS_DIR, name), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

function checkUnchanged(applied: Map<string, string>, migrations: Migration[]): void {
  const known = new Map(migrations.map(({ name, checksum }) => [name, checksum]))
  for (const [name, checksum] of applied) {
    const current = known.get(name)
    if (current === undefined) {
      throw new MigrationError(
        `the database has migration ${name}, which this version does not know: start a newer version`,
      )
    }
    if (current !== checksum) {
      throw new MigrationError(
        `migration ${name} was changed after it ran: restore the file and add a new one instead`,
      )
    }
  }
}

/**
 * Brings the database to the newest schema, each file in a transaction of its own, under an advisory
 * lock so that several processes may start together. Returns the names of the files it applied.
 */
export async function migrate(pool: pg.Pool): Promise<string[]> {
  const migrations = await readMigrations()
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await client.query(
      `create table if not exists schema_migration
         (name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
    )
    const { rows } = await client.query<{ name: string; checksum: string }>(
      'select name, checksum from schema_migration',
    )
    const applied = new Map(rows.map((row) => [row.name, row.checksum]))
    checkUnchanged(applied, migrations)

    const missing = migrations.filter(({ name }) => !applied.has(name))
    for (const migration of missing) await apply(client, migration)
    return missing.map(({ name }) => name)
  } finally {
    // The session, and with it the lock, ends here.
    client.release(true)
  }
}

async function apply(client: pg.PoolClient, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('begin')
    await client.query(sql)
    await client.query('insert into schema_migration (name, checksum) values ($1, $2)', [
      name,
      checksum,
    ])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback')
    throw new MigrationError(
      `migration ${name} failed: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    )
  }
}
