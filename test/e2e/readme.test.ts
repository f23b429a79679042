import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDir, type OwnDir } from '../support/make-dir.ts'
import { cleanEnvironment, ROOT, type Server, startServer } from '../support/server.ts'

/** The blocks that a reader pastes, in order. */
function tourBlocks(): string[] {
  const text = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const tour = /<!-- tour:[\s\S]*?<!-- end of tour -->/.exec(text)?.[0] ?? ''
  return [...tour.matchAll(/```bash\n([\s\S]*?)```/g)].map((found) => found[1] ?? '')
}

/** Pastes `script` into a shell as a reader would; resolves with what it printed. */
function paste(script: string, dataDir: string): Promise<{ code: number | null; output: string }> {
  const shell = spawn('bash', ['-e', '-c', script], {
    cwd: ROOT,
    env: cleanEnvironment({ PROMOLOOP_DATA_DIR: dataDir }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const keep = (chunk: Buffer): void => {
    output += chunk.toString()
  }
  shell.stdout.on('data', keep)
  shell.stderr.on('data', keep)
  return new Promise((resolve) => shell.once('close', (code) => resolve({ code, output })))
}

describe('the tour of the README', () => {
  let folder: OwnDir
  let server: Server
  let blocks: string[]

  beforeAll(async () => {
    folder = await makeDir()
    server = await startServer({ dataDir: folder.dir })
    blocks = tourBlocks()
  })
  afterAll(async () => {
    await server?.end()
    await folder?.remove()
  })

  it('does what it says, pasted from top to bottom', async () => {
    expect(blocks.length).toBeGreaterThan(5)
    const { code, output } = await paste(
      blocks.join('\necho\n').replaceAll('npx promoloop', 'node bin/promoloop.mjs'),
      folder.dir,
    )
    expect(code, output).toBe(0)
    expect(output).toContain('"name":"Ada Lovelace"')
    expect(output).toContain('"valid":true')
    expect(output).toContain('"total_amount":18000')
    expect(output).toContain('"event":"Redemption succeeded"')
    expect(output).toContain('✓ FIVEOFF redeemed')
    expect(output).not.toContain('"code":4')
  })
})
