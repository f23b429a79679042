import { statement, type Tx } from '../../platform/db.ts'
import type { ProgramKind } from '../outbox/index.ts'

const START = statement(
  'start_program',
  `insert into project_program (project_id, kinds)
   select $1, array[$2::text]
    where not exists (select from project_program where project_id = $1 and $2::text = any(kinds))
   on conflict (project_id) do update
      set kinds = array(select distinct unnest(project_program.kinds || excluded.kinds) order by 1)`,
)

/** From the commit of `tx` on, programs of this kind react to what happens in the project. */
export function startProgram(tx: Tx, projectId: string, kind: ProgramKind): void {
  tx.send(START, [projectId, kind])
}

const END = statement(
  'end_program',
  `update project_program set kinds = array_remove(kinds, $2::text)
    where project_id = $1 and $2::text = any(kinds)`,
)

/** No program of this kind is left in the project: what happens from now on costs it nothing. */
export function endProgram(tx: Tx, projectId: string, kind: ProgramKind): void {
  tx.send(END, [projectId, kind])
}
