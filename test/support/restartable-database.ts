import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/index.ts'
import { createLog } from '../../src/platform/log.ts'
import { makeDir } from './make-dir.ts'

const run = promisify(execFile)

export type RestartableDatabase = {
  url: string
  /** Stops PostgreSQL, sessions and all, and starts it again; `immediate` is as hard as a crash. */
  restart(mode: 'fast' | 'immediate'): Promise<void>
  stop(): Promise<void>
}

/** A PostgreSQL of a test's own that can be restarted under those who use it. */
export async function startRestartableDatabase(): Promise<RestartableDatabase> {
  const { dir, remove } = await makeDir()
  const { url, systemDir } = await startEmbeddedPostgres(dir, createLog('error'))
  const cluster = systemDir ?? join(dir, 'postgres')
  const { uid, gid } = await stat(cluster)
  // The first word of what it was started with is the program, in quotation marks or not.
  const [program = ''] = (await readFile(join(cluster, 'postmaster.opts'), 'utf8')).split(' ')
  const control = (args: string[]): Promise<unknown> =>
    run(join(dirname(program), 'pg_ctl'), [...args, '-D', cluster, '-w', '-s'], {
      cwd: cluster,
      ...(process.getuid?.() === 0 && { uid, gid }),
    })
  return {
    url,
    async restart(mode) {
      await control(['restart', '-m', mode, '-l', join(cluster, 'restarted.log')])
    },
    async stop() {
      await control(['stop', '-m', 'immediate'])
      await remove()
    },
  }
}
