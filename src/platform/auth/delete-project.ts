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
const FIRST = ['segment_source_connection', 'source', 'destination', 'webhook_endpoint']

const FIND_CLOSED = statement(
  'find_closed_project',
  'select id from project where deleted_at <= $1 order by deleted_at, id limit 1',
)
const LOCK = statement(
  'lock_closed_project',
  `select pg_try_advisory_xact_lock(hashtextextended('closed project ' || $1, 0)) as "isOurs"`,
)
const DELETE = statement(
  'delete_closed_project',
  'delete from project where id = $1 and deleted_at is not null',
)

/**
 * Deletes all that a closed project held, in steps of `LIMITS.deletedProjectRowsPerStep` rows, and its own row last: a
 * process that ends in between is followed by one that goes on. It begins when no process remembers a key any more. Who
 * was let in before that may still write, so the project is there until a whole round found nothing. True when there
 * may be more.
 */
export async function deleteClosedProjects(
  { db, clock }: { db: Database; clock: Clock },
  signal: AbortSignal,
): Promise<boolean> {
  const forgotten = new Date(clock.now().getTime() - LIMITS.credentialCacheMs)
  const [project] = await db.run<{ id: string }>(FIND_CLOSED, [forgotten])
  if (!project) return false
  let hasFound = false
  for (const deletion of await listDeletions(db)) {
    for (let isDone = false; !isDone; ) {
      if (signal.aborted) return true
      const rows = await takeStep(db, deletion, project.id)
      if (!rows) return false
      if (rows.length > 0) hasFound = true
      isDone = rows.length < LIMITS.deletedProjectRowsPerStep
    }
  }
  if (!hasFound) await takeStep(db, DELETE, project.id)
  return true
}

/** What one statement deleted of a project; undefined while another process is at it: its step is not over. */
async function takeStep(
  db: Database,
  deletion: Statement,
  projectId: string,
): Promise<unknown[] | undefined> {
  return inTransaction(db, async (tx) => {
    const [lock] = await tx.run<{ isOurs: boolean }>(LOCK, [projectId])
    return lock?.isOurs ? tx.run(deletion, [projectId]) : undefined
  })
}

/** A table, by whether its rows name their project. */
type Table = { name: string; isOfProjects: boolean }
/** Rows of `child` go when the row of `parent` goes that they refer to by `condition`. */
type Reference = { child: string; parent: string; condition: string }

const TABLES = statement(
  'list_tables',
  `select relation.relname as name, exists (
       select from pg_attribute attribute where attribute.attrelid = relation.oid
          and attribute.attname = 'project_id' and not attribute.attisdropped) as "isOfProjects"
     from pg_class relation
    where relation.relnamespace = current_schema()::regnamespace and relation.relkind = 'r'
    order by relation.relname`,
)
const REFERENCES = statement(
  'list_references',
  `select child.relname as child, parent.relname as parent, (
       select string_agg(format('child.%I = parent.%I', own.attname, theirs.attname), ' and ')
         from unnest(reference.conkey, reference.confkey) as pair (own, theirs)
         join pg_attribute own on own.attrelid = child.oid and own.attnum = pair.own
         join pg_attribute theirs on theirs.attrelid = parent.oid and theirs.attnum = pair.theirs) as condition
     from pg_constraint reference
     join pg_class child on child.oid = reference.conrelid
     join pg_class parent on parent.oid = reference.confrelid
    where reference.contype = 'f' and reference.connamespace = current_schema()::regnamespace
    order by child.relname, parent.relname`,
)

/** What deletes some rows of each table that a project has: what reaches outside first, each before what it refers to. */
async function listDeletions(db: Database): Promise<Statement[]> {
  const tables = await db.run<Table>(TABLES, [])
  const references = await db.run<Reference>(REFERENCES, [])
  const ofProjects = new Set(tables.flatMap(({ name, isOfProjects }) => (isOfProjects ? name : [])))
  const deletions: Statement[] = []
  const seen = new Set<string>()
  const add = (table: string): void => {
    if (seen.has(table)) return
    seen.add(table)
    for (const reference of references.filter(({ parent }) => parent === table)) {
      if (ofProjects.has(reference.child)) add(reference.child)
      // One row may have millions below it, which a cascade would delete in one statement.
      else deletions.push(ofParent(reference))
    }
    deletions.push(ofProject(table))
  }
  for (const table of [...FIRST, ...ofProjects]) if (ofProjects.has(table)) add(table)
  return deletions
}

const ofProject = (table: string): Statement =>
  statement(
    `delete_closed_${table}`,
    `delete from ${table} where ctid = any(array(
       select ctid from ${table} where project_id = $1 limit ${LIMITS.deletedProjectRowsPerStep}))
     returning 1 as deleted`,
  )

const ofParent = ({ child, parent, condition }: Reference): Statement =>
  statement(
    `delete_closed_${child}_of_${parent}`,
    `delete from ${child} where ctid = any(array(
       select child.ctid from ${child} child join ${parent} parent on ${condition}
        where parent.project_id = $1 limit ${LIMITS.deletedProjectRowsPerStep}))
     returning 1 as deleted`,
  )
