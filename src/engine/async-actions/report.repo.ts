import { type Db, statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'

/** A line of a report: its cells. */
export type ReportLine = readonly string[]

const APPEND = statement(
  'append_to_report',
  'insert into async_action_report (action_id, place, lines) values ($1, $2, $3)',
)

/** Adds lines behind the first `place` items of an action that `tx` has locked. */
export function appendToReport(
  tx: Tx,
  actionId: string,
  place: number,
  lines: readonly ReportLine[],
): void {
  tx.send(APPEND, [actionId, place, JSON.stringify(lines)])
}

const READ = statement(
  'read_report',
  'select place, lines from async_action_report where action_id = $1 and place > $2 order by place limit 1',
)

/** The lines of a report in their order, some at a time. */
export async function* readReport(db: Db, actionId: string): AsyncGenerator<readonly ReportLine[]> {
  for (let place = -1; ; ) {
    const [row] = await db.run<{ place: number; lines: ReportLine[] }>(READ, [actionId, place])
    if (!row) return
    yield row.lines
    place = row.place
  }
}

const SWEEP = statement(
  'sweep_reports',
  `delete from async_action_report where (action_id, place) in (
     select action_id, place from async_action_report
       join async_action action on action.id = action_id
      where action.finished_at < $1 limit $2)
   returning action_id`,
)

/** Deletes reports that are no longer available. True when there may be more. */
export async function sweepReports(db: Db, now: Date): Promise<boolean> {
  const before = new Date(now.getTime() - LIMITS.asyncActionReportMs)
  const deleted = await db.run(SWEEP, [before, LIMITS.sweepRowsMax])
  return deleted.length === LIMITS.sweepRowsMax
}
