import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type OwnDir = { dir: string; remove(): Promise<void> }

/**
 * A folder of a test's own, with the way to remove it. Open to pass through: the account that runs
 * PostgreSQL for root must get at the database in it.
 */
export async function makeDir(): Promise<OwnDir> {
  const dir = await mkdtemp(join(tmpdir(), 'promoloop-test-'))
  await chmod(dir, 0o755)
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) }
}
