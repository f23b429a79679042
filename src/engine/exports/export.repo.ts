import type { Selectable } from 'kysely'
import { type RawBuilder, sql } from 'kysely'
import { notFound } from '../../kernel/api-error.ts'
import type { Export as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Order, Page } from '../api/index.ts'
import type { Export, ExportedObject, ExportParameters } from './export.ts'

const toExport = (row: Selectable<Row>): Export => ({
  id: row.id,
  projectId: row.project_id,
  object: row.exported_object as ExportedObject,
  parameters: row.parameters as ExportParameters,
  status: row.status as Export['status'],
  channel: row.channel,
  token: row.token,
  createdAt: row.created_at,
})

export async function insertExport(tx: Tx, made: Export): Promise<void> {
  await tx.kysely
    .insertInto('export')
    .values({
      id: made.id,
      project_id: made.projectId,
      exported_object: made.object,
      parameters: JSON.stringify(made.parameters),
      status: made.status,
      channel: made.channel,
      token: made.token,
      created_at: made.createdAt,
    })
    .execute()
}

/** The export with `id`; throws `not_found`. */
export async function getExport(db: Db, projectId: string, id: string): Promise<Export> {
  const row = await db.kysely
    .selectFrom('export')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw notFound('export', id)
  return toExport(row)
}

export const EXPORT_ORDER = ['created_at', 'status'] as const

/** One page of a project's exports, and how many there are in all. */
export async function listExports(
  db: Db,
  projectId: string,
  { page, order }: { page: Page; order: Order<(typeof EXPORT_ORDER)[number]> },
): Promise<{ exports: Export[]; total: number }> {
  const ours = db.kysely.selectFrom('export').where('project_id', '=', projectId)
  const [rows, { total }] = await Promise.all([
    ours
      .selectAll()
      .orderBy(order.column, order.direction)
      .orderBy('created_at', order.direction)
      .orderBy('id', order.direction)
      .limit(page.limit)
      .offset(page.offset)
      .execute(),
    ours.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { exports: rows.map(toExport), total }
}

/** Deletes an export and its file; throws `not_found`. */
export async function deleteExport(tx: Tx, projectId: string, id: string): Promise<void> {
  const gone = await tx.kysely
    .deleteFrom('export')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  if (!gone) throw notFound('export', id)
}

/** An export that this process makes, until its lease ends; `attempt` is what tells it from other makers. */
export type Claim = { export: Export; attempt: number }

const CLAIM = statement(
  'claim_export',
  `update export set status = 'IN_PROGRESS', attempts = attempts + 1,
                     leased_until = $1::timestamptz + $2 * interval '1 millisecond'
    where id = (select id from export
                 where status in ('SCHEDULED', 'IN_PROGRESS') and (leased_until is null or leased_until <= $1)
                 order by created_at, id limit 1 for update skip locked)
   returning *`,
)

/** Takes the oldest export that is to be made, and that nobody makes; undefined when there is none. */
export async function claimExport(db: Db, now: Date): Promise<Claim | undefined> {
  const [row] = await db.run<Selectable<Row>>(CLAIM, [now, LIMITS.exportLeaseMs])
  return row && { export: toExport(row), attempt: row.attempts }
}

const FINISH = statement(
  'finish_export',
  `update export set status = $3, leased_until = null where id = $1 and attempts = $2 returning id`,
)

/** Says how far the export of `claim` is; false when it is another's now, or gone. */
export async function setExportStatus(
  db: Db,
  { export: { id }, attempt }: Claim,
  status: Export['status'],
): Promise<boolean> {
  return (await db.run(FINISH, [id, attempt, status])).length > 0
}

/** Stores the rows of an export, all in one statement and so as of one moment. None of them comes through here. */
export async function storeExportRows(
  tx: Tx,
  id: string,
  query: RawBuilder<unknown>,
): Promise<void> {
  await sql`set local statement_timeout = ${sql.lit(LIMITS.exportLeaseMs)}`.execute(tx.kysely)
  await sql`insert into export_row (export_id, place, cells)
            select ${id}, place, cells from (${query}) as line`.execute(tx.kysely)
}

const READ = statement(
  'read_export_rows',
  'select place, cells from export_row where export_id = $1 and place > $2 order by place limit $3',
)

/** The cells of the rows of an export, in pages, so that a file of any size takes little memory. */
export async function* readExportRows(
  db: Db,
  id: string,
): AsyncGenerator<readonly Record<string, unknown>[]> {
  let place = 0
  for (;;) {
    const rows = await db.run<{ place: number; cells: Record<string, unknown> }>(READ, [
      id,
      place,
      LIMITS.exportPageRows,
    ])
    if (rows.length > 0) yield rows.map(({ cells }) => cells)
    if (rows.length < LIMITS.exportPageRows) return
    place = rows.at(-1)?.place ?? place
  }
}
