import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { collectCleanUps } from '../support/clean-ups.ts'
import { type Server, startServer } from '../support/server.ts'

const LINTERS = join(import.meta.dirname, '..', 'linters')
const DOCUMENTS = ['/api/engine/openapi.json', '/api/openapi.json']
const run = promisify(execFile)

let server: Server
let dir: string
const cleanUps = collectCleanUps(afterAll)

/** What a linter says of a document, and fails with when it has anything to say. */
async function lint(linter: string, args: string[]): Promise<string> {
  const bin = join(LINTERS, 'node_modules', '.bin', linter)
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  const { stdout, stderr } = await run(bin, args, { cwd: LINTERS, env }).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(`${error.stdout}${error.stderr}`)
    },
  )
  return `${stdout}${stderr}`
}

async function fetchDocument(path: string): Promise<string> {
  const response = await fetch(server.address + path)
  expect(response.status).toBe(200)
  const file = join(dir, `${path.replaceAll('/', '-')}`)
  await writeFile(file, await response.text())
  return file
}

beforeAll(async () => {
  dir = await cleanUps.newDir()
  server = await startServer({ dataDir: await cleanUps.newDir() })
  cleanUps.add(() => server.end('SIGKILL'))
})

describe.skipIf(!inject('hasLinters')).each(DOCUMENTS)('%s', (path) => {
  it('gives Redocly nothing to say', async () => {
    const said = await lint('redocly', [
      'lint',
      await fetchDocument(path),
      '--config=redocly.yaml',
      '--format=stylish',
    ])
    expect(said).not.toMatch(/\bwarning\b|\berror\b/)
  })

  it('gives Spectral nothing to say', async () => {
    const file = await fetchDocument(path)
    await lint('spectral', ['lint', file, '--ruleset=spectral.yaml', '--fail-severity=warn'])
  })
})
