import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findEmbeddedPostgres } from '../../src/platform/embedded-postgres/index.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** As `npm start` sets it. */
const YOUNG_SPACE = '--max-semi-space-size=64'

export type Product = {
  address: string
  writeKey: string
  databaseUrl: string
  dataDir: string
  process: ChildProcess
  stop(): Promise<void>
}

/** Starts the built product in `role`, on an empty data folder unless one is given, with the durability that users have. */
export async function startProduct(role: 'all' | 'api', folder?: string): Promise<Product> {
  const dataDir = folder ?? (await mkdtemp(join(tmpdir(), 'promoloop-bench-')))
  await chmod(dataDir, 0o755)
  const child = spawn(
    process.execPath,
    [YOUNG_SPACE, 'bin/promoloop.mjs', 'start', '--role', role],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        PORT: '0',
        PROMOLOOP_DATA_DIR: dataDir,
        PROMOLOOP_WRITE_KEY: 'benchWriteKey',
        PROMOLOOP_LOG_LEVEL: 'warn',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const address = await new Promise<string>((resolve, reject) => {
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      const found = /^Address +(\S+)/m.exec(printed)
      if (found?.[1] && printed.includes('Admin token')) resolve(found[1])
    })
    child.once('exit', (code) => reject(new Error(`the product ended with ${code}`)))
  })
  const databaseUrl = await findEmbeddedPostgres(dataDir)
  if (!databaseUrl) throw new Error('the embedded database does not run')
  return {
    address,
    writeKey: 'benchWriteKey',
    databaseUrl,
    dataDir,
    process: child,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGINT')
      await ended
      if (folder === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}
