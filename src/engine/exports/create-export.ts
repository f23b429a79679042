import { newId, newSecret } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { insertExport } from './export.repo.ts'
import type { Export, ExportedObject, ExportParameters } from './export.ts'
import { toExportQuery } from './export-query.ts'

const TOKEN_LENGTH = 64

/**
 * Schedules an export, made by `runNextExport` once `tx` has committed. Throws `invalid_export_fields`, or
 * `invalid_payload` for an order or a filter that the object does not have.
 */
export async function createExport(
  tx: Tx,
  call: Call,
  { object, parameters }: { object: ExportedObject; parameters: ExportParameters },
): Promise<Export> {
  // Refuses now what could not be made later.
  toExportQuery({ object, parameters }, call.projectId)
  const made: Export = {
    id: newId('export'),
    projectId: call.projectId,
    object,
    parameters,
    status: 'SCHEDULED',
    channel: call.channel,
    token: newSecret(TOKEN_LENGTH),
    createdAt: call.now,
  }
  await insertExport(tx, made)
  return made
}
