import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { invariant } from '../kernel/assert.ts'
import { toArrayLiteral } from './array-literal.ts'
import type { DB as Tables } from './db.tables.ts'
import type { Log } from './log.ts'
import { toRows } from './rows.ts'

/** A statement that PostgreSQL parses and plans once per connection. `name` is unique in the product. */
export type Statement = { readonly name: string; readonly text: string }

export const statement = (name: string, text: string): Statement => ({ name, text })

/** What reads need: typed queries, or a prepared statement where it is hot. */
export type Db = {
  readonly kysely: Kysely<Tables>
  /** Runs a prepared statement. JSON values are passed as strings, arrays as arrays. */
  run<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>
}

/** A transaction. Whatever writes or locks takes one, so it cannot run without. */
export type Tx = Db & {
  readonly isTransaction: true
  /**
   * Sends a statement whose rows nobody needs, without waiting for it. What fails fails the transaction. What
   * is sent last is committed without another turn between us and PostgreSQL, during which locks are held.
   */
  send(statement: Statement, values: readonly unknown[]): void
}

export type Database = Db & {
  readonly pool: pg.Pool
  close(): Promise<void>
}

/** The connection broke while a commit was under way: it may have happened or not. */
export class CommitUnknownError extends Error {
  override readonly name = 'CommitUnknownError'
}

const INT8 = 20
const DATE = 1082

const parseInt8 = (text: string): number => {
  const value = Number(text)
  invariant(Number.isSafeInteger(value), `bigint beyond the safe integers: ${text}`)
  return value
}

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return parseInt8
    if (oid === DATE) return (text: string) => text
    return pg.types.getTypeParser(oid, format)
  },
} as pg.CustomTypesConfig

const CONNECTION_OPTIONS = [
  '-c statement_timeout=60000',
  '-c lock_timeout=15000',
  '-c idle_in_transaction_session_timeout=30000',
  '-c timezone=UTC',
].join(' ')

/** Opens a pool of connections. Nothing is connected until the first query. */
export function openDatabase(options: { url: string; poolSize: number; log: Log }): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize,
    types,
    // Statements that were sent together reach PostgreSQL together, in order.
    pipeline: true,
    options: CONNECTION_OPTIONS,
    connectionTimeoutMillis: 10_000,
  })
  let isClosing = false
  // A connection that PostgreSQL closes while idle must not end the process. The error carries the whole client
  // with it, which is not for the log.
  pool.on('error', ({ message }) => {
    if (!isClosing) options.log.warn({ reason: message }, 'database connection lost')
  })
  // Nor one that breaks under a transaction: whoever holds it learns of it from their own statement.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  return {
    kysely,
    pool,
    run: (prepared, values) => runPrepared(pool, prepared, values),
    close: () => {
      isClosing = true
      return kysely.destroy()
    },
  }
}

async function runPrepared<Row>(
  queryable: pg.Pool | pg.PoolClient,
  prepared: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const encoded = values.map((value) =>
    Array.isArray(value) ? (toArrayLiteral(value) ?? value) : value,
  )
  const { name, text } = prepared
  const result = await queryable.query({ name, text, values: encoded, rowMode: 'array' })
  return toRows(prepared, result.fields, result.rows)
}

/** A Kysely whose only connection is `client`; made when a transaction first asks for it. */
function kyselyOn(client: pg.PoolClient): Kysely<Tables> {
  const lent: PostgresPoolClient = {
    query: client.query.bind(client) as PostgresPoolClient['query'],
    release: () => undefined,
  }
  const pool = { connect: async () => lent, end: async () => undefined }
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
}

type Sent = Promise<unknown>[]

/** `end` makes `tx` refuse statements, which would be committed by themselves, and tells what was sent. */
function transactionOn(client: pg.PoolClient): { tx: Tx; end: () => Sent } {
  const sent: Sent = []
  let kysely: Kysely<Tables> | undefined
  let isOver = false
  const tx: Tx = {
    isTransaction: true,
    get kysely() {
      invariant(!isOver, 'the transaction is over')
      kysely ??= kyselyOn(client)
      return kysely
    },
    async run(prepared, values) {
      invariant(!isOver, 'the transaction is over')
      return runPrepared(client, prepared, values)
    },
    send(prepared, values) {
      invariant(!isOver, 'the transaction is over')
      const answer = runPrepared(client, prepared, values)
      // It is looked at when all is sent; until then nobody listens to its failure.
      answer.catch(() => undefined)
      sent.push(answer)
    },
  }
  const end = (): Sent => {
    isOver = true
    return sent
  }
  return { tx, end }
}

const ATTEMPTS_MAX = 4
/** Serialization failure, deadlock: PostgreSQL undid everything and asks to try again. */
const RETRYABLE = new Set(['40001', '40P01'])

const IN_FAILED_TRANSACTION = '25P02'

const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined

/** True when `error` is a violation of the named unique index or constraint. */
export const violates = (error: unknown, constraint: string): boolean =>
  error instanceof pg.DatabaseError && error.constraint === constraint

/** True when the database surely undid the work that threw `error`, so it may be run again. */
export const isUndone = (error: unknown): boolean => !(error instanceof CommitUnknownError)

/**
 * Runs `work` in one transaction: committed when it resolves, undone when it throws. Work undone by a
 * deadlock or serialization failure is run again, so it must do nothing but talk to `tx`. Statements that
 * need nothing of each other may run together; the first failure is the one that is thrown.
 */
export async function inTransaction<T>(
  database: Database,
  work: (tx: Tx) => Promise<T> | T,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryTransaction(database.pool, work)
    } catch (error) {
      if (attempt >= ATTEMPTS_MAX || !RETRYABLE.has(errorCode(error) ?? '')) throw error
    }
  }
}

async function tryTransaction<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T> | T): Promise<T> {
  const client = await pool.connect()
  const { tx, end } = transactionOn(client)
  let isBroken = false
  try {
    // The first statement does not wait for the answer to BEGIN, which only a lost connection can fail.
    const began = client.query('begin')
    const [, result] = await Promise.all([began, work(tx)])
    await commit(client, end())
    return result
  } catch (error) {
    const sent = end()
    isBroken = error instanceof CommitUnknownError || !(await rolledBack(client))
    // What was sent before may be the reason why a later statement was refused.
    throw errorCode(error) === IN_FAILED_TRANSACTION ? ((await failureOf(sent)) ?? error) : error
  } finally {
    client.release(isBroken)
  }
}

/** The first failure of what was sent. */
const failureOf = async (sent: Sent): Promise<unknown> =>
  (await Promise.allSettled(sent)).find((answer) => answer.status === 'rejected')?.reason

/** Sends COMMIT behind what was sent, and waits for all of it. Throws what failed first. */
async function commit(client: pg.PoolClient, sent: Sent): Promise<void> {
  const [end, ...answers] = await Promise.allSettled([client.query('commit'), ...sent])
  const failures = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [answer.reason] : [],
  )
  // PostgreSQL refused one: it answered COMMIT with ROLLBACK.
  const refusal = failures.find((reason) => reason instanceof pg.DatabaseError)
  if (refusal) throw refusal
  if (end.status === 'rejected' && end.reason instanceof pg.DatabaseError) throw end.reason
  const [cause = end.status === 'rejected' ? end.reason : undefined] = failures
  if (cause !== undefined) throw new CommitUnknownError('connection lost during commit', { cause })
  invariant(
    end.status === 'fulfilled' && end.value.command === 'COMMIT',
    'a failed transaction was committed',
  )
}

async function rolledBack(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('rollback')
    return true
  } catch {
    return false
  }
}
