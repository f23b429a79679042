/**
 * Writes src/platform/db.tables.ts from a freshly migrated embedded database. With `--check` it writes
 * nothing and fails when the file is stale.
 */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../src/platform/db.ts'
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/index.ts'
import { createLog } from '../src/platform/log.ts'
import { migrate } from '../src/platform/migrate.ts'

const log = createLog('error')
const dir = await mkdtemp(join(tmpdir(), 'promoloop-types-'))
const postgres = await startEmbeddedPostgres(dir, log)
try {
  const database = openDatabase({ url: postgres.url, poolSize: 2, log })
  await migrate(database.pool)
  await database.close()
  const options = {
    '--url': postgres.url,
    '--dialect': 'postgres',
    '--out-file': 'src/platform/db.tables.ts',
    '--exclude-pattern': 'schema_migration',
    '--date-parser': 'string',
    '--type-mapping': JSON.stringify({ int8: 'number', bytea: 'Uint8Array' }),
  }
  const verify = process.argv.includes('--check') ? ['--verify'] : []
  execFileSync('node_modules/.bin/kysely-codegen', [...Object.entries(options).flat(), ...verify], {
    stdio: 'inherit',
  })
} finally {
  await postgres.stop()
  await rm(dir, { recursive: true, force: true })
}
