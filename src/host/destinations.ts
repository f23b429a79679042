import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CliError, EXIT } from '../cli/index.ts'
import {
  indexPackage,
  installedDir,
  MANIFEST,
  PACKAGE,
  readIndex,
  writeIndex,
} from '../pipeline/destinations/index.ts'
import type { Config } from '../platform/config.ts'

// Scripts of packages do not run: none of what is installed needs them.
const NPM_OPTIONS = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']

/**
 * `promoloop destinations install`: gets Segment's published destinations with npm, runs each once to learn
 * its name, and puts a list of them where the next start looks. A server that runs goes on with what it has.
 */
export async function installDestinations({ dataDir }: Config, isJson: boolean): Promise<number> {
  const version = MANIFEST.dependencies[PACKAGE]
  const dir = join(installedDir(dataDir), version)
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, 'package.json'), `${JSON.stringify(MANIFEST, null, 2)}\n`)
  process.stderr.write(`Installing ${PACKAGE} ${version} into ${dir} …\n`)
  await runNpm(dir)
  const { destinations, leftOut } = await indexPackage(dir)
  await writeIndex(dataDir, { folder: version, destinations })
  const body = { version, installed: destinations.length, left_out: leftOut }
  const lines = [
    `Installed ${destinations.length} destinations. Start the server again to use them.`,
    ...leftOut.map(({ module, reason }) => `Left out ${module}: ${reason}`),
  ]
  process.stdout.write(`${isJson ? JSON.stringify(body) : lines.join('\n')}\n`)
  return EXIT.done
}

async function runNpm(cwd: string): Promise<void> {
  // Results are on standard output, so what npm says goes to standard error.
  const child = spawn('npm', ['install', '--prefix', cwd, ...NPM_OPTIONS], {
    cwd,
    stdio: ['ignore', 2, 2],
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  }).catch((error: unknown) => {
    throw new CliError(EXIT.configuration, `npm does not start: ${String(error)}`, {
      hint: 'Install npm, which comes with Node, or put it on the PATH.',
    })
  })
  if (code === 0) return
  throw new CliError(EXIT.unexpected, `npm ended with code ${code}`, {
    hint: 'What npm said is above. Does this machine reach the registry (npm ping)?',
  })
}

/** `promoloop destinations list`: what the server finds when it starts. */
export async function listDestinations({ dataDir }: Config, isJson: boolean): Promise<number> {
  const { destinations = [] } = readIndex(dataDir) ?? {}
  const data = destinations.map(({ slug, name, description }) => ({ slug, name, description }))
  const width = Math.max(0, ...data.map(({ slug }) => slug.length))
  const lines =
    data.length === 0
      ? ['None is installed: promoloop destinations install']
      : data.map(({ slug, name }) => `${slug.padEnd(width)}  ${name}`)
  process.stdout.write(`${isJson ? JSON.stringify({ data, next: null }) : lines.join('\n')}\n`)
  return EXIT.done
}
