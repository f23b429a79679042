import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** False when the published clients could not be installed, for want of a network. */
    hasPeers: boolean
    /** The same of the linters of OpenAPI documents. */
    hasLinters: boolean
    /** The path of a Chromium or Chrome; undefined when this machine has none. */
    chromium: string | undefined
  }
}

const TEST = join(import.meta.dirname, '..')
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const modifiedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** Installs the packages of a folder of tests that has some of its own. */
function install(folder: string, what: string): boolean {
  const dir = join(TEST, folder)
  const installed = modifiedAt(join(dir, 'node_modules', '.package-lock.json'))
  if (installed >= modifiedAt(join(dir, 'package-lock.json'))) return true
  process.stderr.write(`Installing ${what} for the end-to-end tests …\n`)
  try {
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    execFileSync('npm', ['ci', ...options], { cwd: dir, stdio: ['ignore', 2, 2] })
    return true
  } catch {
    process.stderr.write('They could not be installed: the tests that need them are skipped.\n')
    return false
  }
}

function findChromium(): string | undefined {
  const found = BROWSERS.map((name) => join('/usr/bin', name)).find(existsSync)
  if (!found) process.stderr.write('There is no Chromium here: the browser tests are skipped.\n')
  return found
}

/** Gets the services that the end-to-end tests use, and says which are missing. */
export default function setup(project: TestProject): void {
  project.provide('hasPeers', install('peers', 'the published clients'))
  project.provide('hasLinters', install('linters', 'the linters of OpenAPI documents'))
  project.provide('chromium', findChromium())
}
