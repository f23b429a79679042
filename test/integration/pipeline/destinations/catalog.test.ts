import { describe, expect, it } from 'vitest'
import { useDestinationsApi } from './support.ts'

const api = useDestinationsApi()

describe('GET /api/v1/catalog/destinations', () => {
  it('lists what can be set up', async () => {
    const { status, body } = await api.call('GET', '/catalog/destinations')
    expect(status).toBe(200)
    expect(body.next).toBeNull()
    expect(body.data).toMatchObject([
      {
        slug: 'voucherify-actions',
        name: 'Voucherify (Actions)',
        mode: 'cloud',
        supported_calls: ['page', 'alias', 'group', 'identify', 'track', 'screen'],
      },
      { slug: 'segment-endpoint', name: 'Segment-compatible endpoint', mode: 'cloud' },
      { slug: 'webhook', name: 'Webhooks (Actions)', mode: 'cloud' },
    ])
  })

  it('shows settings, actions with fields and defaults, and presets of one', async () => {
    const { status, body } = await api.call('GET', '/catalog/destinations/voucherify-actions')
    expect(status).toBe(200)
    expect(Object.keys(body.settings)).toEqual(['apiKey', 'secretKey', 'customURL'])
    expect(body.actions).toMatchObject([
      { key: 'upsertCustomer', title: ' Upsert Customer', default_trigger: 'type = "identify"' },
      { key: 'addCustomEvent', title: 'Add custom event' },
      {
        key: 'assignCustomerToGroup',
        title: 'Assign customer to group',
        default_mapping: { group_id: { '@path': '$.groupId' } },
        fields: { group_id: { label: 'Group ID', type: 'string', required: true } },
      },
    ])
    expect(body.presets).toHaveLength(6)
  })

  it('answers 404 for one that is not there', async () => {
    expect(await api.call('GET', '/catalog/destinations/nobody')).toMatchObject({
      status: 404,
      body: { key: 'not_found', resource_id: 'nobody' },
    })
  })
})
