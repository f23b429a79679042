import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../src/platform/db.ts'
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/index.ts'
import { createLog } from '../../src/platform/log.ts'
import { migrate } from '../../src/platform/migrate.ts'
import { makeDir } from './make-dir.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's address of the server under test, on the migrated template database. */
    templateUrl: string
  }
}

const TEMPLATE = 'promoloop_template'

/** Starts one PostgreSQL for the run (or uses TEST_DATABASE_ADMIN_URL) with a migrated template to clone. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const log = createLog('error')
  const adminUrl = process.env['TEST_DATABASE_ADMIN_URL']
  const { dir, remove } = await makeDir()
  // Tests ask for speed, not for durability; the end-to-end suite runs with fsync on.
  const embedded = adminUrl
    ? undefined
    : await startEmbeddedPostgres(dir, log, {
        settings: { fsync: 'off', full_page_writes: 'off' },
      })
  const url = new URL(adminUrl ?? embedded?.url ?? '')

  const admin = new pg.Client({ connectionString: url.href })
  await admin.connect()
  await admin.query(`drop database if exists ${TEMPLATE}`)
  await admin.query(`create database ${TEMPLATE}`)
  await admin.end()

  url.pathname = `/${TEMPLATE}`
  const database = openDatabase({ url: url.href, poolSize: 2, log })
  await migrate(database.pool)
  await database.close()
  project.provide('templateUrl', url.href)

  return async () => {
    await embedded?.stop()
    await remove()
  }
}
