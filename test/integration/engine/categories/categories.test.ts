import { describe, expect, it } from 'vitest'
import { findCategories } from '../../../../src/engine/categories/index.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const PATH = '/v1/categories'
const create = async (name: string, hierarchy = 1) =>
  (await t.call('POST', PATH, { name, hierarchy })).body

describe('/v1/categories (engine-core §10.1)', () => {
  it('makes, shows and changes a category', async () => {
    const { status, body } = await t.call('POST', PATH, { name: 'Seasonal', hierarchy: 1 })
    expect(status).toBe(200)
    expect(body).toEqual({
      id: expect.stringMatching(/^cat_/),
      name: 'Seasonal',
      hierarchy: 1,
      object: 'category',
      created_at: '2026-06-01T12:00:00.000Z',
    })
    expect((await t.call('GET', `${PATH}/${body.id}`)).body).toEqual(body)
    const changed = await t.call('PUT', `${PATH}/${body.id}`, { name: 'Summer', hierarchy: 2 })
    expect(changed.body).toEqual({
      ...body,
      name: 'Summer',
      hierarchy: 2,
      updated_at: '2026-06-01T12:00:00.000Z',
    })
  })

  it.each([
    [{ name: 'x' }, "Payload should have required property 'hierarchy'"],
    [{ hierarchy: 1 }, "Payload should have required property 'name'"],
    [{ name: 'x', hierarchy: -1 }, 'Property .hierarchy must be >= 0'],
    [{ name: '', hierarchy: 1 }, 'Property .name must NOT have fewer than 1 characters'],
  ])('refuses %j', async (body, details) => {
    const { id } = await create('refused')
    const refusal = { status: 400, body: { key: 'invalid_payload', details } }
    expect(await t.call('POST', PATH, body)).toMatchObject(refusal)
    expect(await t.call('PUT', `${PATH}/${id}`, body)).toMatchObject(refusal)
  })

  it('lists all of them with the newest first, or a page', async () => {
    const keys = await t.addProject()
    for (let index = 0; index < 12; index += 1) {
      await t.call('POST', PATH, { name: `c${index}`, hierarchy: index }, { keys })
      t.clock.advance(1)
    }
    const all = (await t.call('GET', PATH, undefined, { keys })).body
    expect(all).toMatchObject({ object: 'list', data_ref: 'data', total: 12 })
    expect(all.data).toHaveLength(12)
    expect(all.data[0].name).toBe('c11')
    const page = (await t.call('GET', `${PATH}?limit=5&page=3`, undefined, { keys })).body
    expect(page.data.map(({ name }: { name: string }) => name)).toEqual(['c1', 'c0'])
  })

  it('is deleted, and then unknown', async () => {
    const { id } = await create('gone')
    expect((await t.call('DELETE', `${PATH}/${id}`)).status).toBe(204)
    for (const method of ['GET', 'DELETE'] as const) {
      expect(await t.call(method, `${PATH}/${id}`)).toMatchObject({
        status: 404,
        body: { key: 'not_found', resource_type: 'category' },
      })
    }
  })

  it('stays within its project', async () => {
    const { id } = await create('mine')
    const keys = await t.addProject()
    expect((await t.call('GET', `${PATH}/${id}`, undefined, { keys })).status).toBe(404)
    expect((await t.call('DELETE', `${PATH}/${id}`, undefined, { keys })).status).toBe(404)
    expect(await findCategories(t.db, keys.projectId, [id])).toEqual([])
    expect(await findCategories(t.db, t.keys.projectId, [id])).toMatchObject([{ id, name: 'mine' }])
  })
})
