import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/index.ts'
import { isPostgres } from '../../src/platform/embedded-postgres/server.ts'
import { createLog } from '../../src/platform/log.ts'
import { collectCleanUps } from '../support/clean-ups.ts'
import {
  callEngine,
  cleanEnvironment,
  ROOT,
  type Server,
  type ServerOptions,
  spawnServer,
  startServer,
} from '../support/server.ts'
import { waitFor } from '../support/wait-for.ts'

const isRoot = process.getuid?.() === 0
const NOBODY = { uid: 65_534, gid: 65_534 }

const cleanUps = collectCleanUps(afterEach)
const { newDir } = cleanUps

async function startedServer(options: ServerOptions): Promise<Server> {
  const server = await startServer(options)
  cleanUps.add(() => server.end('SIGKILL'))
  return server
}

/** Ends of a start that must fail: its exit code and what it said. */
function endOf(options: ServerOptions): Promise<{ code: number | null; said: string }> {
  const child = spawnServer(options)
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, said })))
}

/** A database that recovers from a crash looks through what it wrote last. */
const RECOVERY_MS = 30_000

const postmasterOf = (dataDir: string): number =>
  Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])

const isReady = async (server: Server): Promise<boolean> =>
  (await fetch(`${server.address}/health/ready`)).ok

describe('promoloop start', () => {
  it('answers at the first start and at the second', async () => {
    const dataDir = await newDir()
    const first = await startedServer({ dataDir })
    expect(await isReady(first)).toBe(true)
    expect(await first.end('SIGINT')).toBe(0)

    const second = await startedServer({ dataDir })
    expect(await isReady(second)).toBe(true)
  })

  it('works in a folder whose path is too long for a socket', async () => {
    const dataDir = join(await newDir(), 'deep'.repeat(25))
    const first = await startedServer({ dataDir })
    expect(await isReady(first)).toBe(true)
    expect(await first.end('SIGINT')).toBe(0)
  })

  it('stops everything on Ctrl-C: the port, the process, the database', async () => {
    const dataDir = await newDir()
    const server = await startedServer({ dataDir })
    const pid = Number(
      readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0],
    )
    expect(await server.end('SIGINT')).toBe(0)
    expect(() => process.kill(pid, 0)).toThrow()
    await expect(fetch(server.address)).rejects.toThrow()
  })

  it('shows the same four keys at every start, and with promoloop keys', async () => {
    const dataDir = await newDir()
    const first = await startedServer({ dataDir })
    const shown = execFileSync(process.execPath, ['bin/promoloop.mjs', 'keys', '--json'], {
      cwd: ROOT,
      env: cleanEnvironment({ PROMOLOOP_DATA_DIR: dataDir }),
      encoding: 'utf8',
    })
    expect(JSON.parse(shown)).toEqual({
      address: first.address,
      write_key: first.writeKey,
      app_id: first.appId,
      app_token: first.appToken,
      admin_token: first.adminToken,
      client_app_id: expect.stringMatching(/^\w{32}$/),
      client_token: expect.stringMatching(/^\w{40}$/),
      management_id: expect.stringMatching(/^\w{32}$/),
      management_token: expect.stringMatching(/^\w{40}$/),
    })
    await first.end()
    const second = await startedServer({ dataDir })
    expect([second.writeKey, second.appId, second.appToken, second.adminToken]).toEqual([
      first.writeKey,
      first.appId,
      first.appToken,
      first.adminToken,
    ])
  })

  it('takes keys from the environment, also on a folder that has others', async () => {
    const dataDir = await newDir()
    const first = await startedServer({ dataDir })
    await first.end()
    const env = {
      PROMOLOOP_WRITE_KEY: 'presetWriteKey1',
      PROMOLOOP_APP_ID: 'preset-app-id',
      PROMOLOOP_APP_TOKEN: 'preset-app-token',
      PROMOLOOP_ADMIN_TOKEN: 'preset-admin-token',
    }
    const second = await startedServer({ dataDir, env })
    expect(second).toMatchObject({
      writeKey: 'presetWriteKey1',
      appId: 'preset-app-id',
      appToken: 'preset-app-token',
      adminToken: 'preset-admin-token',
    })
    const answer = await fetch(`${second.address}/v1/customers`, {
      headers: { 'x-app-id': 'preset-app-id', 'x-app-token': 'preset-app-token' },
    })
    expect(answer.status).toBe(200)
  })

  it('refuses a second process on the same folder with a sentence', async () => {
    const dataDir = await newDir()
    await startedServer({ dataDir })
    const second = await endOf({ dataDir })
    expect(second.code).toBe(3)
    expect(second.said).toContain('another Promoloop process is using')
  })

  it('takes over the database of a process that was killed', async () => {
    const dataDir = await newDir()
    const first = await startedServer({ dataDir })
    await first.end('SIGKILL')
    const orphan = postmasterOf(dataDir)
    expect(process.kill(orphan, 0)).toBe(true)

    const second = await startedServer({ dataDir })
    expect(await isReady(second)).toBe(true)
    expect(await second.end('SIGTERM')).toBe(0)
    // Its parent is gone, so whether its number is free is up to the machine's first process.
    expect(await isPostgres(orphan)).toBe(false)
  })

  it('goes on, and still owns its folder, when a process of its database crashes', async () => {
    const dataDir = await newDir()
    const server = await startedServer({ dataDir })
    const [backend] = execFileSync('pgrep', ['-P', String(postmasterOf(dataDir)), '-f', 'idle'])
      .toString()
      .split('\n')
    process.kill(Number(backend), 'SIGKILL')
    await waitFor('that the connection was lost', () => server.stderr().includes('was lost'))
    await waitFor('a database that has recovered', () => isReady(server), RECOVERY_MS)
    const second = await endOf({ dataDir })
    expect(second.said).toContain('another Promoloop process is using')
    expect(await server.end('SIGINT')).toBe(0)
  })

  it('ends with a sentence when its database ends by itself, and starts again', async () => {
    const dataDir = await newDir()
    const first = await startedServer({ dataDir })
    const ended = new Promise((resolve) => first.process.once('exit', resolve))
    process.kill(postmasterOf(dataDir), 'SIGKILL')
    expect(await ended).toBe(1)
    expect(first.stderr()).toContain('the embedded database is gone')
    const second = await startedServer({ dataDir })
    expect(await isReady(second)).toBe(true)
  })

  it('says which port is taken', async () => {
    const blocker = createServer()
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve))
    cleanUps.add(() => new Promise((resolve) => blocker.close(resolve)))
    const bound = blocker.address()
    const port = typeof bound === 'object' ? bound?.port : undefined
    const ended = await endOf({ dataDir: await newDir(), env: { PORT: String(port) } })
    expect(ended).toMatchObject({
      code: 3,
      said: expect.stringContaining(`port ${port} is in use`),
    })
  })

  it('names every problem of the configuration at once', async () => {
    const ended = await endOf({
      dataDir: await newDir(),
      env: { PORT: 'http', PROMOLOOP_LOG_LEVEL: 'loud', PROMOLOOP_WRITE_KEY: 'x' },
    })
    expect(ended.code).toBe(3)
    for (const name of ['PORT', 'PROMOLOOP_LOG_LEVEL', 'PROMOLOOP_WRITE_KEY'])
      expect(ended.said).toContain(name)
  })

  it('runs the roles api and worker as two processes on one PostgreSQL', async () => {
    const database = await startEmbeddedPostgres(await newDir(), createLog('error'))
    cleanUps.add(() => database.stop())
    const options = {
      dataDir: await newDir(),
      env: { DATABASE_URL: database.url, PROMOLOOP_SECRET_KEY: 'ab'.repeat(32) },
    }
    const api = await startedServer({ ...options, args: ['--role', 'api'] })
    const worker = await startedServer({ ...options, args: ['--role', 'worker'] })
    expect(worker.address).toBe(api.address)

    const accepted = await fetch(`${api.address}/v1/identify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        writeKey: api.writeKey,
        userId: 'role_user',
        traits: { name: 'Rolf' },
      }),
    })
    expect(accepted.status).toBe(200)
    const customer = await waitFor('the worker to deliver', async () => {
      const answer = await callEngine(api, '/v1/customers/role_user')
      return answer.status === 200 ? answer.body : undefined
    })
    expect(customer.name).toBe('Rolf')
    expect(await worker.end('SIGINT')).toBe(0)
    expect(await api.end('SIGINT')).toBe(0)
  })

  it('refuses a secret key that does not fit the database', async () => {
    const dataDir = await newDir()
    const first = await startedServer({ dataDir })
    await first.end()
    const second = await endOf({ dataDir, env: { PROMOLOOP_SECRET_KEY: 'cd'.repeat(32) } })
    expect(second).toMatchObject({
      code: 3,
      said: expect.stringContaining('does not fit this database'),
    })
  })
})

/** A copy of what a clone holds once it is installed and built. */
async function copyOfClone(): Promise<string> {
  const copy = join(await newDir(), 'clone')
  const parts = ['bin', 'dist', 'migrations', 'src', 'tools', 'node_modules']
  const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json']
  execFileSync('mkdir', [copy])
  execFileSync('cp', ['-a', ...[...parts, ...files].map((part) => join(ROOT, part)), copy])
  return copy
}

describe.runIf(isRoot)('promoloop start on a machine that has root', () => {
  it('works for an ordinary user', async () => {
    const clone = await copyOfClone()
    execFileSync('chown', ['-R', `${NOBODY.uid}:${NOBODY.gid}`, dirname(clone)])
    const server = await startedServer({
      dataDir: join(clone, '.promoloop'),
      root: clone,
      user: NOBODY,
      env: { HOME: dirname(clone) },
    })
    expect(await isReady(server)).toBe(true)
    expect(server.stderr()).toBe('')
    expect(await server.end('SIGINT')).toBe(0)
  })

  it('works for root in a folder that only root can enter, and says where the database lives', async () => {
    const clone = await copyOfClone()
    chmodSync(clone, 0o700)
    const options = { dataDir: join(clone, '.promoloop'), root: clone }
    const server = await startedServer(options)
    expect(await isReady(server)).toBe(true)
    const [, systemDir = ''] = /it lives in (\S+)/.exec(server.stderr()) ?? []
    cleanUps.add(() => rm(dirname(systemDir), { recursive: true, force: true }))
    expect(existsSync(join(systemDir, 'PG_VERSION'))).toBe(true)
    expect(await server.end('SIGINT')).toBe(0)

    const second = await startedServer(options)
    expect(second.writeKey).toBe(server.writeKey)
    expect(await second.end('SIGINT')).toBe(0)
  })
})
