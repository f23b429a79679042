import { describe, expect, it } from 'vitest'
import {
  type DeliverableDestination,
  listDeliverableDestinations,
} from '../../../../src/pipeline/destinations/index.ts'
import { createVault } from '../../../../src/platform/secrets.ts'
import { SETTINGS, useDestinationsApi } from './support.ts'

const api = useDestinationsApi()

const find = async (id: string): Promise<DeliverableDestination | undefined> =>
  (await listDeliverableDestinations(api)).find((destination) => destination.id === id)

describe('listDeliverableDestinations', () => {
  it('gives enabled destinations with opened settings and all their mappings in order', async () => {
    const { id, source_id } = await api.addDestination({ enabled: true })
    const shown = (await api.call('GET', `/destinations/${id}/mappings`)).body.data
    await api.call('PATCH', `/destinations/${id}/mappings/${shown[5].id}`, { position: 0 })
    await api.call('PATCH', `/destinations/${id}/mappings/${shown[0].id}`, { enabled: false })
    const destination = await find(id)
    expect(destination).toMatchObject({
      projectId: api.keys.projectId,
      sourceId: source_id,
      definition: 'voucherify-actions',
      settings: SETTINGS,
      createdAt: api.clock.now(),
      enabledAt: api.clock.now(),
    })
    expect(destination?.mappings.map((mapping) => [mapping.id, mapping.sortOrder])).toEqual(
      [5, 0, 1, 2, 3, 4].map((preset, place) => [shown[preset].id, place]),
    )
    expect(destination?.mappings[1]).toEqual({
      id: shown[0].id,
      name: shown[0].name,
      action: shown[0].action,
      trigger: shown[0].trigger,
      mapping: shown[0].mapping,
      isEnabled: false,
      sortOrder: 1,
    })
  })

  it('leaves out what is disabled, be it the destination or its source', async () => {
    const disabled = await api.addDestination({ enabled: false })
    const source_id = await api.addSource({ isEnabled: false })
    const silenced = await api.addDestination({ source_id, enabled: true })
    expect(await find(disabled.id)).toBeUndefined()
    expect(await find(silenced.id)).toBeUndefined()
  })

  it('gives one without mappings an empty list', async () => {
    const { id } = await api.addDestination({ setup: 'custom', enabled: true })
    expect((await find(id))?.mappings).toEqual([])
  })

  it('keeps the version while nothing changes, and changes it with anything, on a clock that stands still', async () => {
    const { id } = await api.addDestination({ enabled: true })
    const mappings = `/destinations/${id}/mappings`
    const [first, second] = (await api.call('GET', mappings)).body.data
    const versions = new Set([(await find(id))?.version])
    expect((await find(id))?.version).toBe([...versions][0])

    const changes: [method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object][] = [
      ['PATCH', `/destinations/${id}`, { name: 'Renamed' }],
      ['PATCH', `/destinations/${id}`, { settings: { secretKey: 'rotated' } }],
      ['PATCH', `${mappings}/${first.id}`, { enabled: false }],
      ['PATCH', `${mappings}/${first.id}`, { enabled: true }],
      ['PATCH', `${mappings}/${first.id}`, { position: 3 }],
      ['POST', `${mappings}/${first.id}/duplicate`],
      ['DELETE', `${mappings}/${second.id}`],
    ]
    for (const [method, path, body] of changes) {
      await api.call(method, path, body)
      versions.add((await find(id))?.version)
    }
    expect(versions.size).toBe(changes.length + 1)
  })

  it('holds up nobody for a secret that cannot be opened', async () => {
    const { id } = await api.addDestination({ enabled: true })
    const other = { db: api.db, vault: createVault('a1'.repeat(32)) }
    const destinations = await listDeliverableDestinations(other)
    const found = destinations.find((destination) => destination.id === id)
    expect(found?.settings).toEqual({ ...SETTINGS, apiKey: null, secretKey: null })
  })
})
