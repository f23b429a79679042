import type { Clock } from '../../platform/clock.ts'
import { type Database, inTransaction } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Log } from '../../platform/log.ts'
import { type Claim, claimExport, setExportStatus, storeExportRows } from './export.repo.ts'
import { toExportQuery } from './export-query.ts'

type Deps = { db: Database; clock: Clock; log: Log }

/** Makes one export that is due; false when there is none. Any number of processes may do so at once. */
export async function runNextExport(deps: Deps): Promise<boolean> {
  const claim = await claimExport(deps.db, deps.clock.now())
  if (!claim) return false
  try {
    await make(deps.db, claim)
  } catch (error) {
    const isFinal = claim.attempt >= LIMITS.exportAttemptsMax
    deps.log.error({ err: error, export: claim.export.id, isFinal }, 'an export failed')
    await setExportStatus(deps.db, claim, isFinal ? 'ERROR' : 'SCHEDULED')
  }
  return true
}

/** All or nothing: rows of a maker who lost the lease are undone. */
async function make(db: Database, claim: Claim): Promise<void> {
  const { export: made } = claim
  await inTransaction(db, async (tx) => {
    // Holds the row, so that nobody else makes the same file, and nobody deletes it, meanwhile.
    if (!(await setExportStatus(tx, claim, 'DONE'))) return
    await storeExportRows(tx, made.id, toExportQuery(made, made.projectId))
  })
}
