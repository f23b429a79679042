import { describe, expect, it } from 'vitest'
import {
  createSource,
  findFirstSource,
  findSource,
  sourceRoutes,
} from '../../../../src/pipeline/sources/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { useTestManagement } from '../../../support/management.ts'

const t = useTestManagement(sourceRoutes)

const create = async (fields: Record<string, unknown> = {}) => {
  const { status, body } = await t.call('POST', '/api/v1/sources', {
    nickname: 'Shop',
    catalog: 'website',
    ...fields,
  })
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body
}

describe('POST /api/v1/sources', () => {
  it('creates an enabled source with a write key and the schema name of its nickname (§8.2)', async () => {
    const source = await create({ nickname: ' Voucherify Prod ', catalog: 'voucherify' })
    expect(source).toEqual({
      id: expect.stringMatching(/^src_[0-9a-f]{24}$/),
      nickname: 'Voucherify Prod',
      schema_name: 'voucherify_prod',
      catalog: 'voucherify',
      enabled: true,
      write_keys: [expect.stringMatching(/^[A-Za-z0-9]{32}$/)],
      created_at: '2026-06-01T12:00:00.000Z',
      updated_at: null,
    })
  })

  it('gives sources of one nickname schema names of their own, however many come at once (§8.2 rule 2)', async () => {
    const sources = await Promise.all(
      Array.from({ length: 20 }, () => create({ nickname: 'Same Name' })),
    )
    const names = sources.map((source) => source.schema_name).sort()
    const expected = Array.from({ length: 19 }, (_, index) => `same_name_${index + 1}`)
    expect(names).toEqual(['same_name', ...expected].sort())
  })

  it('lets another project use the same schema name', async () => {
    await create({ nickname: 'Shared' })
    const other = await t.addProject()
    const { body } = await t.call(
      'POST',
      '/api/v1/sources',
      { nickname: 'Shared', catalog: 'server' },
      other,
    )
    expect(body.schema_name).toBe('shared')
  })

  it('takes a write key that clients use already, once', async () => {
    const source = await create({ write_key: 'keptFromBefore1' })
    expect(source.write_keys).toEqual(['keptFromBefore1'])
    const { status, body } = await t.call('POST', '/api/v1/sources', {
      nickname: 'Second of the key',
      catalog: 'server',
      write_key: 'keptFromBefore1',
    })
    expect(status).toBe(409)
    expect(body).toMatchObject({
      key: 'duplicate_found',
      details: 'The write key keptFromBefore1 is in use',
    })
    const { body: all } = await t.call('GET', '/api/v1/sources?limit=100')
    const nicknames = all.data.map((found: { nickname: string }) => found.nickname)
    expect(nicknames).not.toContain('Second of the key')
  })

  it.each([
    [{ catalog: 'website' }, "Payload should have required property 'nickname'"],
    [{ nickname: ' ', catalog: 'website' }, 'Property .nickname should have at least 1 characters'],
    [
      { nickname: 'x', catalog: 'fax' },
      'Property .catalog should be equal to one of the allowed values: website, server, http-api, voucherify',
    ],
    [
      { nickname: 'x', catalog: 'website', write_key: 'short' },
      'Property .write_key should match /^[A-Za-z0-9]{8,64}$/',
    ],
    [
      { nickname: 'x', catalog: 'website', schema_name: 'y' },
      "Payload should not have property 'schema_name'",
    ],
  ])('refuses %j', async (body, details) => {
    const answer = await t.call('POST', '/api/v1/sources', body)
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ key: 'invalid_payload', details })
  })
})

describe('GET /api/v1/sources', () => {
  it('lists the sources of the project alone, newest first, page by page', async () => {
    const project = await t.addProject()
    const made: string[] = []
    for (let index = 0; index < 5; index += 1) {
      // Two share a time, as those of the first start do.
      if (index % 2 === 0) t.clock.advance(1_000)
      const { body } = await t.call(
        'POST',
        '/api/v1/sources',
        { nickname: `Source ${index}`, catalog: 'server' },
        project,
      )
      made.push(body.id)
    }
    const pages: string[][] = []
    let next: string | null = null
    do {
      const after: string = next === null ? '' : `&starting_after=${next}`
      const { body } = await t.call('GET', `/api/v1/sources?limit=2${after}`, undefined, project)
      pages.push(body.data.map((source: { id: string }) => source.id))
      next = body.next
    } while (next !== null)
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1])
    const [a, b, c, d, e] = made
    expect(pages.flat()[0]).toBe(e)
    expect(pages.flat().slice(1, 3).sort()).toEqual([c, d].sort())
    expect(pages.flat().slice(3).sort()).toEqual([a, b].sort())
  })

  it.each([
    '["2026-06-01","src_1"]',
    '[1e300,"src_1"]',
    '[-1,"src_1"]',
    '[0,"src_\\u0000"]',
    '[0]',
    '{}',
  ])('refuses the cursor %s', async (cursor) => {
    const text = Buffer.from(cursor).toString('base64url')
    const { body } = await t.call('GET', `/api/v1/sources?starting_after=${text}`)
    expect(body).toMatchObject({ code: 400, key: 'invalid_or_expired_cursor' })
  })
})

describe('PATCH /api/v1/sources/:id', () => {
  it('renames a source and leaves its schema where it is (§8.2 rule 4)', async () => {
    const source = await create({ nickname: 'Old Name' })
    t.clock.advance(5_000)
    const { body } = await t.call('PATCH', `/api/v1/sources/${source.id}`, {
      nickname: 'New Name',
    })
    expect(body).toEqual({
      ...source,
      nickname: 'New Name',
      updated_at: t.clock.now().toISOString(),
    })
    expect((await t.call('GET', `/api/v1/sources/${source.id}`)).body).toEqual(body)
  })

  it('disables and enables a source (§11.2 rule 7)', async () => {
    const { id } = await create()
    const disabled = await t.call('PATCH', `/api/v1/sources/${id}`, { enabled: false })
    expect(disabled.body.enabled).toBe(false)
    expect((await findSource(t.db, t.keys.projectId, id))?.isEnabled).toBe(false)
    const enabled = await t.call('PATCH', `/api/v1/sources/${id}`, { enabled: true })
    expect(enabled.body.enabled).toBe(true)
  })

  it('refuses what it does not change', async () => {
    const { id } = await create()
    const { body } = await t.call('PATCH', `/api/v1/sources/${id}`, { enable: false })
    expect(body).toMatchObject({ code: 400, details: "Payload should not have property 'enable'" })
  })
})

describe('DELETE /api/v1/sources/:id', () => {
  it('deletes a source with its write keys', async () => {
    const { id, write_keys } = await create()
    const answer = await t.call('DELETE', `/api/v1/sources/${id}`)
    expect(answer).toMatchObject({ status: 204, body: undefined })
    expect((await t.call('GET', `/api/v1/sources/${id}`)).status).toBe(404)
    const left = await t.db.kysely
      .selectFrom('write_key')
      .selectAll()
      .where('key', 'in', write_keys)
      .execute()
    expect(left).toEqual([])
    expect((await t.call('DELETE', `/api/v1/sources/${id}`)).status).toBe(404)
  })
})

describe('sources of another project', () => {
  it.each([
    ['GET', '', undefined],
    ['PATCH', '', { nickname: 'Mine' }],
    ['DELETE', '', undefined],
    ['GET', '/write-keys', undefined],
    ['POST', '/write-keys', {}],
    ['DELETE', '/write-keys/KEY', undefined],
  ] as const)('are not found by %s /:id%s', async (method, path, sent) => {
    const source = await create()
    const url = `/api/v1/sources/${source.id}${path.replace('KEY', source.write_keys[0])}`
    const { status, body } = await t.call(method, url, sent, await t.addProject())
    expect(status).toBe(404)
    expect(body).toMatchObject({
      key: 'not_found',
      resource_id: source.id,
      resource_type: 'source',
    })
    expect((await t.call('GET', `/api/v1/sources/${source.id}`)).body).toEqual(source)
  })
})

describe('GET /api/v1/catalog/sources', () => {
  it('names every kind that a source can be of (§11.2 rule 1)', async () => {
    const { body } = await t.call('GET', '/api/v1/catalog/sources')
    expect(body.next).toBeNull()
    expect(body.data.map((entry: { slug: string }) => entry.slug)).toEqual([
      'website',
      'server',
      'http-api',
      'voucherify',
    ])
    for (const { slug } of body.data) expect((await create({ catalog: slug })).catalog).toBe(slug)
  })
})

describe('findFirstSource', () => {
  it('finds the oldest source of a kind', async () => {
    const { projectId } = await t.addProject()
    const make = (nickname: string) => {
      t.clock.advance(1_000)
      const wish = { projectId, nickname, catalog: 'website', now: t.clock.now() } as const
      return inTransaction(t.db, (tx) => createSource(tx, wish))
    }
    expect(await findFirstSource(t.db, projectId, 'website')).toBeUndefined()
    const first = await make('First')
    await make('Second')
    expect(await findFirstSource(t.db, projectId, 'website')).toEqual(first)
    expect(await findFirstSource(t.db, projectId, 'server')).toBeUndefined()
  })
})
