import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeDir, type OwnDir } from '../support/make-dir.ts'
import { type ReceivedRequest, type Reply, useReceiver } from '../support/receiver.ts'
import { callEngine, cleanEnvironment, ROOT, type Server, startServer } from '../support/server.ts'
import { waitFor } from '../support/wait-for.ts'

const PROFILES = 350
const TOKEN = 'token-of-the-space'
const segment = useReceiver()
let folder: OwnDir
let work: OwnDir
let server: Server

beforeAll(async () => {
  folder = await makeDir()
  server = await startServer({ dataDir: folder.dir })
})
beforeEach(async () => {
  segment.reset()
  work = await makeDir()
})
afterAll(async () => {
  await server?.end()
  await folder?.remove()
})

/** What a space of `PROFILES` profiles answers: numbered, of which number 7 has no user id and 8 a malformed birthdate. */
function answer({ path, headers }: ReceivedRequest): Reply {
  const url = new URL(path, 'http://segment')
  const expected = `Basic ${Buffer.from(`${TOKEN}:`).toString('base64')}`
  if (headers.authorization !== expected) return { status: 401 }
  const base = '/v1/spaces/spa_1/collections/users/profiles'
  if (url.pathname === base) {
    const from = Number(url.searchParams.get('next'))
    const to = Math.min(PROFILES, from + Number(url.searchParams.get('limit')))
    const data = Array.from({ length: to - from }, (_, index) => ({
      segment_id: `use_${from + index}`,
    }))
    return {
      status: 200,
      body: { data, cursor: { has_more: to < PROFILES, next: String(to), limit: to - from } },
    }
  }
  const [, number = '', what] =
    /\/segment_id:use_(\d+)\/(traits|external_ids)$/.exec(decodeURIComponent(url.pathname)) ?? []
  if (what === 'external_ids') {
    const data = number === '7' ? [] : [{ id: `user_${number}`, type: 'user_id' }]
    return { status: 200, body: { data, cursor: { has_more: false } } }
  }
  const traits = {
    firstName: 'Customer',
    lastName: number,
    plan: 'gold',
    ...(number === '8' && { birthdate: 'in spring' }),
  }
  return { status: 200, body: { traits, cursor: { has_more: false } } }
}

function start(...args: string[]) {
  const child = spawn(
    process.execPath,
    [
      join(ROOT, 'bin', 'promoloop.mjs'),
      ...['sync', 'segment', '--space', 'spa_1', '--profiles', segment.address, ...args],
    ],
    {
      cwd: work.dir,
      env: cleanEnvironment({ PROMOLOOP_DATA_DIR: folder.dir, SEGMENT_ACCESS_TOKEN: TOKEN }),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString()
  })
  const ended = new Promise<{ code: number | null } & typeof output>((resolve) =>
    child.once('close', (code) => resolve({ code, ...output })),
  )
  return { child, ended }
}

const countCustomers = async (): Promise<number> =>
  (await callEngine(server, '/v1/customers?limit=1')).body.total

describe('promoloop sync segment', () => {
  it('stores every profile, waits when the space is busy, and keeps what was refused with its reason', async () => {
    let isBusy = true
    segment.reply((request) => {
      const wasBusy = isBusy
      isBusy = false
      return wasBusy ? { status: 429, headers: { 'retry-after': '0' } } : answer(request)
    })
    const { code, stdout, stderr } = await start('--json', '--expect', String(PROFILES)).ended
    expect({ code, stderr }).toEqual({ code: 10, stderr: expect.stringContaining('100 %') })
    expect(JSON.parse(stdout)).toMatchObject({ done: PROFILES - 2, refused: 2 })
    expect(await countCustomers()).toBe(PROFILES - 2)

    const lines = await readFile(join(work.dir, 'segment-sync-spa_1.refused.ndjson'), 'utf8')
    const refused = lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(refused).toHaveLength(2)
    expect(refused).toContainEqual({
      source_id: null,
      customer: null,
      reason: expect.objectContaining({ key: 'no_user_id', segment_id: 'use_7' }),
    })
    expect(refused).toContainEqual({
      source_id: 'user_8',
      customer: expect.objectContaining({ name: 'Customer 8', birthdate: 'in spring' }),
      reason: expect.objectContaining({ source_id: 'user_8' }),
    })
    expect(await readdir(work.dir)).toEqual(['segment-sync-spa_1.refused.ndjson'])
  })

  it('goes on after the last page that was stored when it was killed', async () => {
    const inFourthPage = (request: ReceivedRequest): boolean => /use_3\d\d/.test(request.path)
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    segment.reply(async (request) => {
      if (inFourthPage(request)) await held
      return answer(request)
    })
    const first = start()
    const state = join(work.dir, 'segment-sync-spa_1.json')
    await waitFor('three pages', async () => {
      const text = await readFile(state, 'utf8').catch(() => '{}')
      return JSON.parse(text).next === '300' ? true : undefined
    })
    first.child.kill('SIGKILL')
    await first.ended
    release()

    segment.reset()
    segment.reply(answer)
    const { code, stdout } = await start('--json').ended
    expect(code).toBe(10)
    expect(JSON.parse(stdout)).toMatchObject({ done: PROFILES - 2, refused: 2 })
    const pages = segment.requests.filter(({ path }) => path.includes('profiles?'))
    expect(pages.map(({ path }) => new URL(path, 'http://s').searchParams.get('next'))).toEqual([
      '300',
    ])
  })

  it('says what is wrong with the token, and keeps its place', async () => {
    segment.reply(() => ({ status: 401 }))
    const { code, stderr } = await start().ended
    expect(code).toBe(4)
    expect(stderr).toContain('SEGMENT_ACCESS_TOKEN')
  })
})
