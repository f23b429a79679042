import { describe, expect, it } from 'vitest'
import { sourceRoutes } from '../../../../src/pipeline/sources/index.ts'
import { useTestManagement } from '../../../support/management.ts'

const t = useTestManagement(sourceRoutes)

type Source = { id: string; write_keys: string[] }

const create = async (): Promise<Source> => {
  const wish = { nickname: 'Shop', catalog: 'server' }
  return (await t.call('POST', '/api/v1/sources', wish)).body
}

const add = (source: Source, body?: unknown) =>
  t.call('POST', `/api/v1/sources/${source.id}/write-keys`, body)

const remove = (source: Source, key: string) =>
  t.call('DELETE', `/api/v1/sources/${source.id}/write-keys/${key}`)

const keysOf = async (source: Source): Promise<string[]> =>
  (await t.call('GET', `/api/v1/sources/${source.id}`)).body.write_keys

describe('write keys (§11.2 rule 3)', () => {
  it('are several of one source, listed oldest first', async () => {
    const source = await create()
    t.clock.advance(1_000)
    const { body: second } = await add(source)
    expect(second).toEqual({
      key: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
      created_at: t.clock.now().toISOString(),
    })
    t.clock.advance(1_000)
    await add(source, { key: 'chosenByHand' })
    const keys = [...source.write_keys, second.key, 'chosenByHand']
    expect(await keysOf(source)).toEqual(keys)

    const url = `/api/v1/sources/${source.id}/write-keys?limit=2`
    const { body: page } = await t.call('GET', url)
    const { body: rest } = await t.call('GET', `${url}&starting_after=${page.next}`)
    expect([...page.data, ...rest.data].map(({ key }) => key)).toEqual(keys)
    expect(rest.next).toBeNull()
  })

  it('can be replaced without a gap: add the new one, remove the old one', async () => {
    const source = await create()
    const { body } = await add(source)
    const [old = ''] = source.write_keys
    expect(await remove(source, old)).toMatchObject({ status: 204, body: undefined })
    expect(await keysOf(source)).toEqual([body.key])
  })

  it('belong to one source: a key in use is refused, whoever has it', async () => {
    const source = await create()
    const { status, body } = await add(source, { key: (await create()).write_keys[0] })
    expect(status).toBe(409)
    expect(body.key).toBe('duplicate_found')
    expect((await add(source, { key: source.write_keys[0] })).body.key).toBe('duplicate_found')
  })

  it('given to many sources at once end up with exactly one', async () => {
    const sources = await Promise.all(Array.from({ length: 8 }, create))
    const answers = await Promise.all(sources.map((source) => add(source, { key: 'wantedByMany' })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(7)
  })

  it('cannot be removed to the last', async () => {
    const source = await create()
    const [key = ''] = source.write_keys
    const { status, body } = await remove(source, key)
    expect(status).toBe(409)
    expect(body).toMatchObject({
      key: 'last_write_key',
      resource_id: key,
      resource_type: 'write_key',
    })
    expect(await keysOf(source)).toEqual([key])
  })

  it('keep one when all are removed at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const source = await create()
      await add(source)
      const keys = await keysOf(source)
      const answers = await Promise.all(keys.map((key) => remove(source, key)))
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
      expect(await keysOf(source)).toHaveLength(1)
    }
  })

  it('are not found when the source does not have them', async () => {
    const source = await create()
    const other = await create()
    const [key = ''] = other.write_keys
    const { status, body } = await remove(source, key)
    expect(status).toBe(404)
    expect(body).toMatchObject({ resource_id: key, resource_type: 'write_key' })
    expect(await keysOf(other)).toEqual([key])
  })

  it.each(['short', 'x'.repeat(65), 'with-dash-in-it'])('refuses the key %s', async (key) => {
    const { body } = await add(await create(), { key })
    expect(body).toMatchObject({
      key: 'invalid_payload',
      details: 'Property .key should match /^[A-Za-z0-9]{8,64}$/',
    })
  })
})
