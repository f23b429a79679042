import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listDeliverableDestinations } from '../../../../src/pipeline/destinations/index.ts'
import { SETTINGS, useDestinationsApi } from './support.ts'

const api = useDestinationsApi()
const MASK = '••••••••'

const settingsOf = async (id: string) =>
  (await listDeliverableDestinations(api)).find((destination) => destination.id === id)?.settings

describe('PATCH /api/v1/destinations/{id}', () => {
  it('changes what is named, keeps the rest, and notes the time', async () => {
    const before = await api.addDestination()
    api.clock.advance(1_000)
    const { status, body } = await api.call('PATCH', `/destinations/${before.id}`, { name: 'New' })
    expect(status).toBe(200)
    expect(body).toEqual({ ...before, name: 'New', updated_at: api.clock.now().toISOString() })
    expect((await api.call('GET', `/destinations/${before.id}`)).body).toEqual(body)
  })

  it('enables from now on, keeps that time while it stays enabled, and disables', async () => {
    const { id } = await api.addDestination()
    const since = api.clock.now().toISOString()
    const patch = (enabled: boolean) => api.call('PATCH', `/destinations/${id}`, { enabled })
    expect((await patch(true)).body).toMatchObject({ enabled: true, enabled_at: since })
    api.clock.advance(1_000)
    expect((await patch(true)).body).toMatchObject({ enabled: true, enabled_at: since })
    expect((await patch(false)).body).toMatchObject({ enabled: false, enabled_at: null })
    expect((await patch(true)).body.enabled_at).toBe(api.clock.now().toISOString())
  })

  it('changes one setting and leaves the secrets, also when their masks come back', async () => {
    const { id } = await api.addDestination({ enabled: true })
    const customURL = 'https://segmentio.voucherify.io'
    const { body } = await api.call('PATCH', `/destinations/${id}`, {
      settings: { apiKey: MASK, secretKey: MASK, customURL },
    })
    expect(body.settings).toEqual({ apiKey: MASK, secretKey: MASK, customURL })
    expect(await settingsOf(id)).toEqual({ ...SETTINGS, customURL })
    await api.call('PATCH', `/destinations/${id}`, { settings: { secretKey: 'rotated' } })
    expect(await settingsOf(id)).toEqual({ ...SETTINGS, customURL, secretKey: 'rotated' })
  })

  it('refuses settings that no longer fit, and changes nothing', async () => {
    const { id } = await api.addDestination({ enabled: true })
    for (const settings of [{ secretKey: null }, { customURL: 'loop.example' }]) {
      const answer = await api.call('PATCH', `/destinations/${id}`, { name: 'New', settings })
      expect(answer).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    }
    expect(await settingsOf(id)).toEqual(SETTINGS)
    expect((await api.call('GET', `/destinations/${id}`)).body.name).toBe('Voucherify (Actions)')
  })

  it('loses none of two settings that are changed at the same time', async () => {
    const { id } = await api.addDestination({ enabled: true })
    const changes = [
      { settings: { apiKey: 'left' } },
      { settings: { secretKey: 'right' } },
      { name: 'Both' },
    ]
    await api.race(changes.length, (index) =>
      api.call('PATCH', `/destinations/${id}`, changes[index]),
    )
    expect(await settingsOf(id)).toMatchObject({ apiKey: 'left', secretKey: 'right' })
    expect((await api.call('GET', `/destinations/${id}`)).body.name).toBe('Both')
  })
})

describe('DELETE /api/v1/destinations/{id}', () => {
  it('deletes the destination with its mappings', async () => {
    const { id } = await api.addDestination()
    expect(await api.call('DELETE', `/destinations/${id}`)).toMatchObject({
      status: 204,
      body: undefined,
    })
    expect((await api.call('GET', `/destinations/${id}`)).status).toBe(404)
    expect((await api.call('DELETE', `/destinations/${id}`)).status).toBe(404)
    const left = api.db.kysely.selectFrom('mapping').select('id').where('destination_id', '=', id)
    expect(await left.execute()).toEqual([])
  })
})

describe('GET /api/v1/destinations', () => {
  it('lists newest first, page by page, and of one source when asked', async () => {
    const keys = await api.addProject()
    const [one, other] = [await api.addSource({ keys }), await api.addSource({ keys })]
    const ids: string[] = []
    for (const source_id of [one, other, one, one, other]) {
      const { body } = await api.call(
        'POST',
        '/destinations',
        { source_id, definition: 'voucherify-actions', settings: SETTINGS, setup: 'custom' },
        keys,
      )
      ids.push(body.id)
      api.clock.advance(1)
    }
    const pages: string[][] = []
    let next: string | null = ''
    while (next !== null) {
      const after: string = next === '' ? '' : `&starting_after=${next}`
      const { body } = await api.call('GET', `/destinations?limit=2${after}`, undefined, keys)
      pages.push(body.data.map(({ id }: { id: string }) => id))
      next = body.next
    }
    const newest = ids.toReversed()
    expect(pages).toEqual([newest.slice(0, 2), newest.slice(2, 4), newest.slice(4)])

    const { body } = await api.call('GET', `/destinations?source_id=${other}`, undefined, keys)
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual([ids[4], ids[1]])
  })

  it('refuses a cursor that is not its own', async () => {
    const cursor = Buffer.from('["yesterday","dest_1"]').toString('base64url')
    expect(await api.call('GET', `/destinations?starting_after=${cursor}`)).toMatchObject({
      status: 400,
      body: { key: 'invalid_or_expired_cursor' },
    })
  })
})

describe('POST /api/v1/destinations/{id}/test', () => {
  let server: Server
  let address = ''
  const calls: { url: string | undefined; headers: Record<string, unknown> }[] = []

  beforeAll(async () => {
    server = createServer((request, response) => {
      calls.push({ url: request.url, headers: request.headers })
      const status = Number(/^\/(\d{3})\//.exec(request.url ?? '')?.[1] ?? 200)
      response.writeHead(status).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  const testOf = async (customURL: string) => {
    const { id } = await api.addDestination({ settings: { ...SETTINGS, customURL } })
    return api.call('POST', `/destinations/${id}/test`)
  }

  it('asks test-authentication with the keys of the settings (§12.2.3, §12.2.4)', async () => {
    expect(await testOf(`${address}/`)).toMatchObject({
      status: 200,
      body: { ok: true, status: 200, message: null, warnings: [] },
    })
    expect(calls.at(-1)).toMatchObject({
      url: '/segmentio/test-authentication',
      headers: {
        authorization: `Basic ${Buffer.from(SETTINGS.apiKey).toString('base64')}`,
        'secret-key': Buffer.from(SETTINGS.secretKey).toString('base64'),
      },
    })
  })

  it('says that the credentials are invalid when they are refused (§6.10)', async () => {
    expect((await testOf(`${address}/401`)).body).toMatchObject({
      ok: false,
      status: 401,
      message: 'Credentials are invalid: 401 Unauthorized',
    })
  })

  it.each([
    [301, '301 Moved Permanently'],
    [404, '404 Not Found'],
    [500, '500 Internal Server Error'],
  ])('does not blame the credentials for %i', async (status, words) => {
    const { body } = await testOf(`${address}/${status}`)
    expect(body).toMatchObject({ ok: false, status, message: expect.stringContaining(words) })
    expect(body.message).not.toContain('Credentials')
  })

  it('says why there was no answer', async () => {
    const { body } = await testOf('http://127.0.0.1:1')
    expect(body).toMatchObject({ ok: false, status: null })
    expect(body.message).toContain('ECONNREFUSED')
  })
})
