import type { Clock } from '../clock.ts'
import { type Database, inTransaction, type Statement, statement, type Tx } from '../db.ts'
import { LIMITS } from '../limits.ts'

const CLOSE = statement('close_project', 'update project set deleted_at = $2 where id = $1')
const CREDENTIALS = ['application_key', 'client_key', 'admin_token'].map((table) =>
  statement(`close_${table}`, `delete from ${table} where project_id = $1`),
)
const WRITE_KEYS = statement(
  'close_write_key',
  'delete from write_key using source where source.id = write_key.source_id and source.project_id = $1',
)

/**
 * Ends a project: from the commit on nobody finds it, and its keys open nothing once they are forgotten
 * (`LIMITS.credentialCacheMs`). What it holds is left to `deleteClosedProjects`.
 */
export async function closeProject(tx: Tx, projectId: string, now: Date): Promise<void> {
  await tx.run(CLOSE, [projectId, now])
  for (const credential of [...CREDENTIALS, WRITE_KEYS]) await tx.run(credential, [projectId])
}

/** What reaches outside goes before anything else. */
const FIRST = ['destination', 'source', 'webhook_endpoint', 'segment_source_connection']

const FIND_CLOSED = statement(
  'find_closed_project',
  'select id from project where deleted_at <= $1 order by deleted_at, id limit 1',
)
const DELETE = statement(
  'delete_closed_project',
  'delete from project where id = $1 and deleted_at is not null',
)

/**
 * Deletes all that a closed project held, in steps of `LIMITS.deletedProjectRowsPerStep` rows, and its own row last: a
 * process that ends in between is followed by one that goes on. It begins when no process remembers a key any more, so
 * that nobody writes into what is being deleted. True when there may be more.
 */
export async function deleteClosedProjects(
  { db, clock }: { db: Database; clock: Clock },
  signal: AbortSignal,
): Promise<boolean> {
  const forgotten = new Date(clock.now().getTime() - LIMITS.credentialCacheMs)
  const [project] = await db.run<{ id: string }>(FIND_CLOSED, [forgotten])
  if (!project) return false
  for (const table of await listTables(db)) {
    const deleteSome = toDeletion(table)
    for (let isDone = false; !isDone; ) {
      if (signal.aborted) return true
      const rows = await inTransaction(db, (tx) => tx.run(deleteSome, [project.id]))
      isDone = rows.length < LIMITS.deletedProjectRowsPerStep
    }
  }
  await inTransaction(db, (tx) => tx.run(DELETE, [project.id]))
  return true
}

const toDeletion = (table: string): Statement =>
  statement(
    `delete_closed_${table}`,
    `delete from ${table} where ctid = any(array(
       select ctid from ${table} where project_id = $1 limit ${LIMITS.deletedProjectRowsPerStep}))
     returning 1 as deleted`,
  )

const TABLES = statement(
  'list_tables_of_projects',
  `select relation.relname as name from pg_class relation
     join pg_attribute attribute on attribute.attrelid = relation.oid
    where relation.relnamespace = current_schema()::regnamespace and relation.relkind = 'r'
      and attribute.attname = 'project_id' and not attribute.attisdropped
    order by relation.relname`,
)
const REFERENCES = statement(
  'list_references_of_tables',
  `select child.relname as child, parent.relname as parent from pg_constraint reference
     join pg_class child on child.oid = reference.conrelid
     join pg_class parent on parent.oid = reference.confrelid
    where reference.contype = 'f' and child.oid <> parent.oid
      and reference.connamespace = current_schema()::regnamespace`,
)

/** Every table whose rows are a project's: what reaches outside first, then each before those it refers to. */
async function listTables(db: Database): Promise<string[]> {
  const tables = await db.run<{ name: string }>(TABLES, [])
  const references = await db.run<{ child: string; parent: string }>(REFERENCES, [])
  const left = new Set(tables.map(({ name }) => name))
  const ordered = FIRST.filter((name) => left.has(name))
  while (left.size > 0) {
    const isReferred = (name: string) =>
      references.some(({ child, parent }) => parent === name && left.has(child))
    const free = [...left].filter((name) => !isReferred(name))
    // Tables that refer to each other in a circle are left to their cascades.
    for (const name of free.length > 0 ? free : left) {
      left.delete(name)
      ordered.push(name)
    }
  }
  return ordered
}
