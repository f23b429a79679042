import { describe, expect, it } from 'vitest'
import { SETTINGS, useDestinationsApi } from './support.ts'

const api = useDestinationsApi()

describe("another project's destinations (invariant 8)", () => {
  it('are not found under any path', async () => {
    const { id } = await api.addDestination()
    const mapping = (await api.call('GET', `/destinations/${id}/mappings`)).body.data[0]
    const stranger = await api.addProject()
    const path = `/destinations/${id}`
    const tries: [method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object][] = [
      ['GET', path],
      ['PATCH', path, { name: 'Mine' }],
      ['DELETE', path],
      ['POST', `${path}/test`],
      ['GET', `${path}/mappings`],
      ['POST', `${path}/mappings`, { action: 'upsertCustomer' }],
      ['GET', `${path}/mappings/${mapping.id}`],
      ['PATCH', `${path}/mappings/${mapping.id}`, { name: 'Mine' }],
      ['DELETE', `${path}/mappings/${mapping.id}`],
      ['POST', `${path}/mappings/${mapping.id}/duplicate`],
    ]
    for (const [method, url, body] of tries)
      expect(await api.call(method, url, body, stranger), `${method} ${url}`).toMatchObject({
        status: 404,
        body: { key: 'not_found', resource_id: id, resource_type: 'destination' },
      })
    expect((await api.call('GET', path)).body.name).toBe('Voucherify (Actions)')
    expect((await api.call('GET', `${path}/mappings`)).body.data[0]).toEqual(mapping)
  })

  it('are not listed, and their sources take none', async () => {
    const source_id = await api.addSource()
    await api.addDestination({ source_id })
    const stranger = await api.addProject()
    const list = await api.call('GET', `/destinations?source_id=${source_id}`, undefined, stranger)
    expect(list.body.data).toEqual([])
    const wish = { source_id, definition: 'voucherify-actions', settings: SETTINGS, setup: 'quick' }
    expect(await api.call('POST', '/destinations', wish, stranger)).toMatchObject({
      status: 404,
      body: { resource_id: source_id, resource_type: 'source' },
    })
  })

  it('lend their mappings to no other destination', async () => {
    const [one, other] = [await api.addDestination(), await api.addDestination()]
    const mapping = (await api.call('GET', `/destinations/${one.id}/mappings`)).body.data[0]
    const path = `/destinations/${other.id}/mappings/${mapping.id}`
    for (const [method, url] of [
      ['GET', path],
      ['DELETE', path],
      ['POST', `${path}/duplicate`],
    ] as const)
      expect(await api.call(method, url)).toMatchObject({
        status: 404,
        body: { resource_id: mapping.id, resource_type: 'mapping' },
      })
  })
})
