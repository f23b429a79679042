import { execFile } from 'node:child_process'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import {
  indexPackage,
  installedDir,
  MANIFEST,
  writeIndex,
} from '../../src/pipeline/destinations/index.ts'
import { makeDir, type OwnDir } from '../support/make-dir.ts'
import { useReceiver } from '../support/receiver.ts'
import {
  callEngine,
  callManagement,
  cleanEnvironment,
  ROOT,
  type Server,
  startServer,
} from '../support/server.ts'
import { waitFor } from '../support/wait-for.ts'

const VERSION = MANIFEST.dependencies['@segment/action-destinations']
const PEERS = join(ROOT, 'test', 'peers', 'node_modules')

/** What `promoloop destinations install` leaves, with the packages that these tests have already. */
async function install(dataDir: string): Promise<void> {
  const dir = join(installedDir(dataDir), VERSION)
  await mkdir(dir, { recursive: true })
  await symlink(PEERS, join(dir, 'node_modules'))
  const { destinations } = await indexPackage(dir)
  await writeIndex(dataDir, { folder: VERSION, destinations })
}

describe.skipIf(!inject('hasPeers'))("Segment's published destinations, installed", () => {
  const receiver = useReceiver()
  let folder: OwnDir
  let server: Server
  let sourceId: string

  beforeAll(async () => {
    folder = await makeDir()
    await install(folder.dir)
    server = await startServer({ dataDir: folder.dir })
    const { data } = await callManagement(server, '/api/v1/sources?limit=100')
    sourceId = data.find(({ catalog }: { catalog: string }) => catalog === 'website').id
  })
  afterAll(async () => {
    await server?.end()
    await folder?.remove()
  })

  const post = (path: string, body: object) =>
    callManagement(server, `/api/v1${path}`, { method: 'POST', body: JSON.stringify(body) })

  const setUp = (definition: string, settings: object, setup: 'quick' | 'custom') =>
    post('/destinations', { source_id: sourceId, definition, settings, setup, enabled: true })

  const identify = (userId: string) =>
    fetch(`${server.address}/v1/identify`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${server.writeKey}:`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ userId, traits: { name: 'Ada', email: 'ada@example.com' } }),
    })

  it('are listed by the command and by the catalog, beside those of the product', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(ROOT, 'bin', 'promoloop.mjs'), 'destinations', 'list', '--json'],
      { cwd: ROOT, env: cleanEnvironment({ PROMOLOOP_DATA_DIR: folder.dir }) },
    )
    const listed = JSON.parse(stdout).data.map(({ slug }: { slug: string }) => slug)
    const { data } = await callManagement(server, '/api/v1/catalog/destinations')
    const offered = data.map(({ slug }: { slug: string }) => slug)
    expect(listed.length).toBeGreaterThan(200)
    expect(offered.slice(0, 3)).toEqual(['voucherify-actions', 'segment-endpoint', 'webhook'])
    expect(offered.slice(3)).toEqual(listed)
    expect(
      await callManagement(server, '/api/v1/catalog/destinations/segment-actions-klaviyo'),
    ).toMatchObject({ name: 'Klaviyo (Actions)', mode: 'cloud' })
  })

  it('deliver into the engine, as Voucherify (Actions) does', async () => {
    const settings = {
      apiKey: server.appId,
      secretKey: server.appToken,
      customURL: server.address,
    }
    const { id } = await setUp('segment-voucherify-actions', settings, 'quick')
    expect(await post(`/destinations/${id}/test`, {})).toMatchObject({ ok: true, status: 200 })
    await identify('segment_ada')
    const { body } = await waitFor('the customer', async () => {
      const answer = await callEngine(server, '/v1/customers/segment_ada')
      return answer.status === 200 && answer
    })
    expect(body).toMatchObject({ name: 'Ada', email: 'ada@example.com' })
  })

  it('do not reach private addresses: their requests pass the same guard (D-16)', async () => {
    const { id } = await setUp('segment-actions-webhook', {}, 'custom')
    await post(`/destinations/${id}/mappings`, {
      action: 'send',
      trigger: 'type = "identify"',
      mapping: { url: receiver.address, method: 'POST', data: { '@path': '$.traits' } },
      enabled: true,
    })
    await identify('segment_grace')
    const [delivery] = await waitFor('the delivery', async () => {
      const path = `/api/v1/deliveries?destination_id=${id}`
      const { data } = await callManagement(server, path)
      return data.length > 0 && data
    })
    expect(delivery).toMatchObject({ outcome: 'failed', reason: 'errors.discarded.EPRIVATE' })
    expect(receiver.requests).toEqual([])
  })
})
