import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, inject } from 'vitest'
import { type Database, openDatabase } from '../../src/platform/db.ts'
import { createLog } from '../../src/platform/log.ts'

export type TestDatabase = { readonly db: Database; readonly url: string }

async function onServer(query: string): Promise<void> {
  const url = new URL(inject('templateUrl'))
  url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    await client.query(query)
  } finally {
    await client.end()
  }
}

/** A migrated database of this test file's own, dropped when the file ends. */
export function useTestDatabase({ poolSize = 10 } = {}): TestDatabase {
  const name = `test_${randomBytes(6).toString('hex')}`
  let opened: Database | undefined
  const urlOf = (): string => {
    const url = new URL(inject('templateUrl'))
    const template = url.pathname.slice(1)
    return url.href.replace(`/${template}`, `/${name}`)
  }
  beforeAll(async () => {
    const template = new URL(inject('templateUrl')).pathname.slice(1)
    await onServer(`create database ${name} template ${template}`)
    opened = openDatabase({ url: urlOf(), poolSize, log: createLog('error') })
  })
  afterAll(async () => {
    await opened?.close()
    await onServer(`drop database if exists ${name} with (force)`)
  })
  return {
    get db() {
      if (!opened) throw new Error('the test database is opened in beforeAll')
      return opened
    },
    get url() {
      return urlOf()
    },
  }
}
