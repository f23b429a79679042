import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { SETTINGS, useDestinationsApi } from './support.ts'

const api = useDestinationsApi()
const MASK = '••••••••'

const wish = (fields: Record<string, unknown>) => ({
  definition: 'voucherify-actions',
  settings: SETTINGS,
  setup: 'quick',
  ...fields,
})

describe('POST /api/v1/destinations', () => {
  it('sets up a destination, disabled and with its secrets masked (§11.3.2, §11.3.4)', async () => {
    const source_id = await api.addSource()
    const { status, body } = await api.call('POST', '/destinations', wish({ source_id }))
    expect(status).toBe(200)
    expect(body).toEqual({
      id: expect.stringMatching(/^dest_[0-9a-f]{24}$/),
      source_id,
      definition: 'voucherify-actions',
      name: 'Voucherify (Actions)',
      enabled: false,
      enabled_at: null,
      settings: { ...SETTINGS, apiKey: MASK, secretKey: MASK },
      ordering: 'best_effort',
      concurrency: 32,
      warnings: [],
      created_at: api.clock.now().toISOString(),
      updated_at: null,
    })
    expect(await api.call('GET', `/destinations/${body.id}`)).toMatchObject({ status: 200, body })
  })

  it('stores secrets only sealed', async () => {
    const { id } = await api.addDestination()
    const row = await api.db.kysely
      .selectFrom('destination')
      .select('settings')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(row.settings).toMatchObject({ customURL: SETTINGS.customURL })
    expect(JSON.stringify(row.settings)).not.toContain(SETTINGS.apiKey)
    expect(JSON.stringify(row.settings)).not.toContain(SETTINGS.secretKey)
  })

  it('makes an enabled mapping of every preset by Quick Setup (§6.9.1, A-15, D-08)', async () => {
    const { id } = await api.addDestination({ setup: 'quick' })
    const { body: definition } = await api.call('GET', '/catalog/destinations/voucherify-actions')
    const { body } = await api.call('GET', `/destinations/${id}/mappings`)
    expect(definition.presets).toHaveLength(6)
    expect(body.next).toBeNull()
    expect(body.data).toMatchObject(
      definition.presets.map((preset: object, position: number) => ({
        ...preset,
        enabled: true,
        position,
        destination_id: id,
        warnings: [],
      })),
    )
  })

  it('makes no mapping by Customized Setup (§6.9.2)', async () => {
    const { id } = await api.addDestination({ setup: 'custom' })
    expect((await api.call('GET', `/destinations/${id}/mappings`)).body).toEqual({
      data: [],
      next: null,
    })
  })

  it('takes a name, and is enabled at once when told so', async () => {
    const destination = await api.addDestination({ name: 'Shop', enabled: true })
    expect(destination).toMatchObject({
      name: 'Shop',
      enabled: true,
      enabled_at: api.clock.now().toISOString(),
    })
  })

  it('warns of the API endpoint in place of the Custom URL and names the right one', async () => {
    const destination = await api.addDestination({
      settings: { ...SETTINGS, customURL: 'https://us1.api.voucherify.io' },
    })
    expect(destination.warnings).toEqual([
      {
        path: '/settings',
        message: expect.stringContaining('https://us1.segmentio.voucherify.io'),
      },
    ])
  })

  it.each([
    ['a missing secret', { apiKey: 'a', customURL: 'https://loop.example' }, 'secretKey'],
    ['an empty key', { ...SETTINGS, apiKey: '' }, 'apiKey'],
    ['a mask in place of a secret', { ...SETTINGS, secretKey: MASK }, 'secretKey'],
    [
      'an address without protocol',
      { ...SETTINGS, customURL: 'loop.example' },
      'Custom Voucherify URL',
    ],
    ['no settings at all', {}, 'customURL'],
  ])('refuses %s (§11.3.5)', async (_what, settings, named) => {
    const source_id = await api.addSource()
    const answer = await api.call('POST', '/destinations', wish({ source_id, settings }))
    expect(answer).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    expect(answer.body.details).toContain(named)
    const list = await api.call('GET', `/destinations?source_id=${source_id}`)
    expect(list.body.data).toEqual([])
  })

  it('keeps no setting that the definition does not have', async () => {
    const destination = await api.addDestination({ settings: { ...SETTINGS, colour: 'blue' } })
    expect(Object.keys(destination.settings).sort()).toEqual(['apiKey', 'customURL', 'secretKey'])
  })

  it.each([
    ['an unknown definition', { definition: 'nobody' }, 'definition'],
    ['an unknown setup', { setup: 'slow' }, 'setup'],
    ['no setup', { setup: undefined }, 'setup'],
    ['an empty name', { name: ' ' }, 'name'],
    ['an unknown property', { colour: 'blue' }, 'colour'],
  ])('refuses %s', async (_what, fields, named) => {
    const source_id = await api.addSource()
    const answer = await api.call('POST', '/destinations', wish({ source_id, ...fields }))
    expect(answer).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    expect(answer.body.details).toContain(named)
  })

  it('answers 404 for a source that is not there', async () => {
    expect(
      await api.call('POST', '/destinations', wish({ source_id: 'src_nowhere' })),
    ).toMatchObject({ status: 404, body: { key: 'not_found', resource_id: 'src_nowhere' } })
  })

  it('gives the last place of a source to exactly one of many callers (§11.3.2)', async () => {
    const source_id = await api.addSource()
    for (let made = 1; made < LIMITS.destinationsPerDefinitionMax; made += 1)
      await api.addDestination({ source_id, setup: 'custom' })
    const answers = await api.race(20, () =>
      api.call('POST', '/destinations', wish({ source_id, setup: 'custom' })),
    )
    const keys = answers.map(({ status, body }) => (status === 200 ? 'made' : body.key))
    expect(keys.filter((key) => key === 'made')).toHaveLength(1)
    expect(keys.filter((key) => key === 'destination_limit_reached')).toHaveLength(19)
    await api.addDestination({ setup: 'custom' })
  })
})
