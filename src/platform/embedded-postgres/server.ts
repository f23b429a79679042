import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { type Account, makeOwnedDir, type Places } from './places.ts'

export const DATABASE_NAME = 'promoloop'
const SUPERUSER = 'promoloop'
const PASSWORD_FILE = 'promoloop.password'

/** The embedded PostgreSQL could not be started; the message says what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError'
}

const MEGABYTE = 1_048_576
const BUFFERS_MIN = 128
const BUFFERS_MAX = 1_024
/** PostgreSQL's documentation names a quarter of a machine of its own; this one is shared with us. */
const BUFFERS_PART = 8

/** Megabytes that PostgreSQL keeps tables in; it takes them from the system only as it fills them. */
function buffersMegabytes(): number {
  const limit = process.constrainedMemory()
  const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  const part = Math.floor(memory / MEGABYTE / BUFFERS_PART)
  return Math.max(BUFFERS_MIN, Math.min(BUFFERS_MAX, part))
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  max_connections: '60',
  shared_buffers: `${buffersMegabytes()}MB`,
  password_encryption: 'scram-sha-256',
  log_min_messages: 'warning',
  logging_collector: 'off',
}

type RunOptions = { account: Account | undefined; cwd: string }

/** Runs a program of the server to its end. Throws with its output when it fails. */
async function runToEnd(program: string, args: string[], options: RunOptions): Promise<void> {
  const child = spawn(program, args, {
    ...options.account,
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new EmbeddedPostgresError(`${program} failed: ${output.trim()}`)
}

/**
 * Makes the cluster unless it is there. It is built beside its place and moved in whole, so that an
 * interrupted start leaves nothing half-made and of two starts at once one wins.
 */
export async function createCluster({ binDir, clusterDir, account }: Places): Promise<void> {
  const isThere = await readFile(join(clusterDir, 'PG_VERSION')).catch(() => undefined)
  if (isThere) return

  const parent = dirname(clusterDir)
  const half = join(parent, `postgres.${process.pid}.${randomBytes(4).toString('hex')}`)
  await makeOwnedDir(half, account)
  try {
    const passwordFile = join(half, '..', `.password.${process.pid}`)
    const password = randomBytes(24).toString('base64url')
    await writeFile(passwordFile, password, { mode: 0o600 })
    if (account) await chown(passwordFile, account.uid, account.gid)
    try {
      await runToEnd(
        join(binDir, 'initdb'),
        [
          '-D',
          half,
          '-U',
          SUPERUSER,
          '-A',
          'scram-sha-256',
          `--pwfile=${passwordFile}`,
          '-E',
          'UTF8',
          '--locale=C',
          '--no-instructions',
        ],
        { account, cwd: half },
      )
    } finally {
      await rm(passwordFile, { force: true })
    }
    await writeFile(join(half, PASSWORD_FILE), password, { mode: 0o600 })
    await rename(half, clusterDir)
  } catch (cause) {
    await rm(half, { recursive: true, force: true })
    const madeByAnother = await readFile(join(clusterDir, 'PG_VERSION')).catch(() => undefined)
    if (!madeByAnother) throw cause
  }
}

async function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** What `postmaster.pid` says of a server on this cluster, whether it still runs or not. */
export async function readPidFile(clusterDir: string): Promise<Server | undefined> {
  const text = await readFile(join(clusterDir, 'postmaster.pid'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const lines = text.split('\n')
  const pid = Number(lines[0])
  const port = Number(lines[3])
  if (!Number.isInteger(pid) || pid <= 0 || !Number.isInteger(port)) return undefined
  return { pid, port, socketDir: lines[4] ?? '' }
}

/** True when `pid` is a PostgreSQL server; a pid that another program has taken over is not. */
export async function isPostgres(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
  return commandLine === undefined || commandLine.includes('postgres')
}

/** The longest address of a socket, without the zero at its end, that all systems take. */
const SOCKET_PATH_LENGTH_MAX = 103

/**
 * The folder of the server's socket, which is a tenth faster than its port; empty where there can be none: on
 * Windows, and when the path is too long for one.
 */
function socketDirOf(clusterDir: string): string {
  const path = join(clusterDir, '.s.PGSQL.65535')
  const fits = Buffer.byteLength(path) <= SOCKET_PATH_LENGTH_MAX && !path.includes(',')
  return process.platform !== 'win32' && fits ? clusterDir : ''
}

/** The address of a database of the cluster, by the server's socket where it has one. */
export async function connectionUrl(
  clusterDir: string,
  { port, socketDir }: Pick<Server, 'port' | 'socketDir'>,
  database: string,
): Promise<string> {
  const password = (await readFile(join(clusterDir, PASSWORD_FILE), 'utf8')).trim()
  const user = `postgresql://${SUPERUSER}:${password}`
  return socketDir === ''
    ? `${user}@127.0.0.1:${port}/${database}`
    : `${user}@localhost:${port}/${database}?host=${encodeURIComponent(socketDir)}`
}

/** A running server. `socketDir` is empty when it listens on its port only. */
export type Server = { pid: number; port: number; socketDir: string }

export type StartedServer = Server & {
  /** Settles when the server process ends, with the last of what it wrote. */
  ended: Promise<string>
}

/** Starts the server on a free port, in a session of its own so that Ctrl-C reaches only us. */
export async function spawnServer(
  places: Places,
  extraSettings: Record<string, string>,
): Promise<StartedServer> {
  const { binDir, clusterDir, account } = places
  const port = await findFreePort()
  const socketDir = socketDirOf(clusterDir)
  const settings = Object.entries({
    ...SETTINGS,
    ...extraSettings,
    port: String(port),
    unix_socket_directories: socketDir,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const logPath = join(dirname(clusterDir), 'postgres.log')
  const logFile = await open(logPath, 'a', 0o600)
  try {
    const child = spawn(join(binDir, 'postgres'), ['-D', clusterDir, ...settings], {
      ...account,
      cwd: clusterDir,
      detached: true,
      stdio: ['ignore', logFile.fd, logFile.fd],
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    })
    child.unref()
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', async () => resolve(await lastLines(logPath)))
    })
    return { pid: child.pid ?? 0, port, socketDir, ended }
  } finally {
    await logFile.close()
  }
}

async function lastLines(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.trim().split('\n').slice(-3).join('\n')
}

/** Removes a `postmaster.pid` whose process is gone, or is another program that got its number. */
export async function removeStalePidFile(clusterDir: string): Promise<void> {
  await rm(join(clusterDir, 'postmaster.pid'), { force: true })
}

/** Makes sure that a cluster made or moved by another account stays closed to everyone else. */
export async function closeCluster({ clusterDir, account }: Places): Promise<void> {
  await chmod(clusterDir, 0o700)
  if (account) await chown(clusterDir, account.uid, account.gid)
}
