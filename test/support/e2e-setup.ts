import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** False when the published clients could not be installed, for want of a network. */
    hasPeers: boolean
    /** The path of a Chromium or Chrome; undefined when this machine has none. */
    chromium: string | undefined
  }
}

const PEERS = join(import.meta.dirname, '..', 'peers')
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const modifiedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

function installPeers(): boolean {
  const installed = modifiedAt(join(PEERS, 'node_modules', '.package-lock.json'))
  if (installed >= modifiedAt(join(PEERS, 'package-lock.json'))) return true
  process.stderr.write('Installing the published clients for the end-to-end tests …\n')
  try {
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    execFileSync('npm', ['ci', ...options], { cwd: PEERS, stdio: ['ignore', 2, 2] })
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
  project.provide('hasPeers', installPeers())
  project.provide('chromium', findChromium())
}
