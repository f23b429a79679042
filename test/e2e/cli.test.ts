import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDir, type OwnDir } from '../support/make-dir.ts'
import { cleanEnvironment, ROOT, type Server, startServer } from '../support/server.ts'
import { waitFor } from '../support/wait-for.ts'

let folder: OwnDir
let server: Server

beforeAll(async () => {
  folder = await makeDir()
  server = await startServer({ dataDir: folder.dir })
})
afterAll(async () => {
  await server?.end()
  await folder?.remove()
})

function spawnCli(args: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [join(ROOT, 'bin', 'promoloop.mjs'), ...args], {
    cwd: ROOT,
    env: cleanEnvironment({ PROMOLOOP_DATA_DIR: folder.dir, ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

type Ended = { code: number | null; stdout: string; stderr: string }

function cli(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const child = spawnCli(args, env)
  const ended: Ended = { code: null, stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => {
    ended.stdout += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    ended.stderr += chunk.toString()
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...ended, code })))
}

describe('promoloop, beside a running server', () => {
  it('makes a voucher, shows it, validates and redeems it, and refuses the second time with code 6', async () => {
    const created = await cli([
      'vouchers',
      'create',
      'CLI10',
      '--percent',
      '10',
      '--quantity',
      '1',
      '--json',
    ])
    expect(created).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(created.stdout)).toMatchObject({ object: 'voucher', code: 'CLI10' })

    const shown = await cli(['vouchers', 'get', 'CLI10'])
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('10 % off') })

    const cart = ['CLI10', '--as', 'cli_user', '--amount', '5000']
    const validated = await cli(['validate', ...cart])
    expect(validated).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('50.00 − 5.00 = 45.00'),
    })

    const redeemed = await cli(['redeem', ...cart])
    expect(redeemed).toMatchObject({ code: 0, stdout: expect.stringContaining('✓ CLI10 redeemed') })

    const again = await cli(['redeem', ...cart])
    expect(again.code).toBe(6)
    expect(again.stderr).toContain('quantity_exceeded')
    expect((await cli(['validate', ...cart])).code).toBe(6)
  })

  it('sends an event and finds it again', async () => {
    const sent = await cli([
      'events',
      'send',
      'Cli Tested',
      '--user',
      'cli_user',
      '--set',
      'cart.total=64.5',
      '--json',
    ])
    expect(sent.code).toBe(0)
    const { message_id: messageId } = JSON.parse(sent.stdout)
    const tailed = await cli(['events', 'tail', '--no-follow', '--event', 'Cli Tested', '--json'])
    expect(JSON.parse(tailed.stdout)).toMatchObject({
      message_id: messageId,
      user_id: 'cli_user',
      body: { properties: { cart: { total: 64.5 } } },
    })
  })

  it('follows what arrives until it is interrupted', async () => {
    const tail = spawnCli(['events', 'tail', '--event', 'Followed', '--json'])
    let printed = ''
    tail.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
    })
    await cli(['events', 'send', 'Followed', '--user', 'first'])
    await waitFor('the first event', () => printed.includes('"first"'))
    await cli(['events', 'send', 'Followed', '--user', 'second'])
    await waitFor('the second event', () => printed.includes('"second"'))
    const lines = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).user_id)
    expect(lines).toEqual(['first', 'second'])
    tail.kill('SIGINT')
  })

  it('ends with the code of what went wrong', async () => {
    expect((await cli(['vouchers', 'get', 'NOSUCHCODE'])).code).toBe(5)
    expect((await cli(['vouchers', 'create', 'CLI10', '--percent', '10'])).code).toBe(7)
    expect((await cli(['vouchers', 'create', 'X', '--percent', '10', '--amount', '5'])).code).toBe(
      2,
    )
    expect((await cli(['vouchers', 'make'])).code).toBe(2)
    expect(
      (await cli(['vouchers', 'get', 'X'], { PROMOLOOP_URL: 'http://127.0.0.1:9' })).code,
    ).toBe(9)
    const wrongKeys = {
      PROMOLOOP_URL: server.address,
      PROMOLOOP_APP_ID: 'wrong-app-id',
      PROMOLOOP_APP_TOKEN: 'wrong-token',
    }
    expect((await cli(['vouchers', 'get', 'X'], wrongKeys)).code).toBe(4)
  })

  it('says what is well and what is not', async () => {
    const { code, stdout } = await cli(['doctor', '--json'])
    expect(code).toBe(0)
    const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string }[] }
    expect(checks.map(({ name }) => name)).toContain('database')
    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([])
  })

  it('finds nothing left to migrate', async () => {
    const { code, stdout } = await cli(['migrate', '--json'])
    expect({ code, body: JSON.parse(stdout) }).toEqual({ code: 0, body: { migrated: [] } })
  })
})

describe('promoloop start --demo', () => {
  it('prints a line for each closed loop with its time', async () => {
    const { dir, remove } = await makeDir()
    const demo = await startServer({ dataDir: dir, args: ['--demo'] })
    try {
      await waitFor(
        'two closed loops',
        () => (demo.stdout().match(/^↻ .* came back after \d+ ms$/gm) ?? []).length >= 2,
        30_000,
      )
      expect(demo.stdout()).not.toContain('✕')
      expect(await demo.end('SIGINT')).toBe(0)
    } finally {
      await demo.end('SIGKILL')
      await remove()
    }
  })
})
