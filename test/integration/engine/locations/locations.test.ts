import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()

const CIRCLE = { type: 'circle', distance: { center: 'geo:52.23,21.01', radius: '1.54 km' } }

async function manage(method: 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown) {
  const response = await t.app.http.inject({
    method,
    url,
    headers: { authorization: `Bearer ${t.keys.adminToken}`, 'content-type': 'application/json' },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  })
  return { status: response.statusCode, body: response.payload && response.json() }
}

describe('locations (engine-programs §6.3)', () => {
  it('are made in the management API and seen in the engine API', async () => {
    const made = await manage('POST', '/api/v1/locations', { name: 'Warsaw', shape: CIRCLE })
    expect(made).toEqual({
      status: 201,
      body: {
        id: expect.stringMatching(/^loc_/),
        object: 'location',
        name: 'Warsaw',
        shape: { ...CIRCLE, format: 'distance' },
        created_at: t.clock.now().toISOString(),
      },
    })
    expect((await t.call('GET', `/v1/locations/${made.body.id}`)).body).toEqual(made.body)
    expect((await t.call('GET', '/v1/locations')).body).toEqual({
      object: 'list',
      data_ref: 'data',
      data: [made.body],
      total: 1,
      has_more: false,
    })
  })

  it('are changed, deleted and filtered by name', async () => {
    const ring = [
      [0, 0],
      [0, 1],
      [1, 1],
      [0, 0],
    ]
    const shape = { type: 'polygon', geojson: { type: 'Polygon', coordinates: [ring] } }
    const { body } = await manage('POST', '/api/v1/locations', { name: 'Old', shape: CIRCLE })
    const changed = await manage('PUT', `/api/v1/locations/${body.id}`, { name: 'New', shape })
    expect(changed.body).toMatchObject({ name: 'New', shape: { format: 'geojson' } })
    const found = await t.call('GET', '/v1/locations?filters[name][conditions][$is]=New')
    expect(found.body.total).toBe(1)
    expect((await manage('DELETE', `/api/v1/locations/${body.id}`)).status).toBe(204)
    expect((await t.call('GET', `/v1/locations/${body.id}`)).status).toBe(404)
  })

  it('have a shape that can be drawn', async () => {
    const shape = { type: 'circle', distance: { center: 'here', radius: 'far' } }
    expect((await manage('POST', '/api/v1/locations', { name: 'n', shape })).status).toBe(400)
  })
})
