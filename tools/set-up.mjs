// Makes a clone ready to run: installs packages and builds when they are missing or stale. Uses nothing
// but Node and npm, because it runs before anything is installed.
import { execSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

const modifiedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

function newestIn(dir) {
  let newest = modifiedAt(dir)
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    newest = Math.max(newest, entry.isDirectory() ? newestIn(path) : modifiedAt(path))
  }
  return newest
}

function run(what, command, cwd = ROOT) {
  process.stderr.write(`${what} …\n`)
  try {
    // What these commands print goes to standard error: standard output is for results.
    execSync(command, { cwd, stdio: ['ignore', 2, 2] })
  } catch {
    process.stderr.write(`${what} failed: ${command}\n`)
    process.exit(1)
  }
}

/** Installs the packages of `dir` when its lockfile is newer than what is installed. */
export function installIfStale(dir = ROOT, what = 'Installing packages') {
  const installed = modifiedAt(join(dir, 'node_modules', '.package-lock.json'))
  if (installed >= modifiedAt(join(dir, 'package-lock.json'))) return
  // What we only compare with has no scripts to run on the user's machine.
  const scripts = dir === ROOT ? '' : ' --ignore-scripts'
  run(what, `npm ci${scripts} --no-audit --no-fund --loglevel=error`, dir)
}

function buildIfStale() {
  const stamp = join(ROOT, 'dist', '.built')
  const newest = Math.max(
    newestIn(join(ROOT, 'src')),
    modifiedAt(join(ROOT, 'tsconfig.build.json')),
    modifiedAt(join(ROOT, 'package-lock.json')),
  )
  if (modifiedAt(stamp) > newest) return
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true })
  run('Building', 'npm run --silent build')
  writeFileSync(stamp, '')
}

/** Everything a start or a test run needs. An installed package without sources is ready as it is. */
export function setUp() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    process.stderr.write(`Promoloop needs Node 20.19 or newer; this is ${process.versions.node}.\n`)
    process.exit(3)
  }
  if (!existsSync(join(ROOT, 'src'))) return
  installIfStale()
  buildIfStale()
}
