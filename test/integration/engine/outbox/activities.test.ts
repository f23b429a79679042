import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { manage } from '../../pipeline/deliveries/support.ts'
import { send } from '../segmentio/support.ts'

const t = useTestApp()

const activities = (requestId: string, { keys = t.keys, around = t.clock.now() } = {}) => {
  const query = new URLSearchParams({ request_id: requestId, around: around.toISOString() })
  return manage(t, 'GET', `/activities?${query}`, { keys })
}

const identify = async (sourceId: string): Promise<string> => {
  const { headers } = await send(t, 'customer', { type: 'identify', source_id: sourceId })
  return String(headers['x-request-id'])
}

describe('GET /api/v1/activities', () => {
  it('lists what a call on wire A caused, by the request id of its answer (EV-1)', async () => {
    const requestId = await identify('ada')
    await identify('bob')
    const { status, body } = await activities(requestId)
    expect(status).toBe(200)
    expect(body.data).toMatchObject([
      {
        type: 'customer.created',
        customer_id: expect.stringMatching(/^cust_/),
        data: { customer: { source_id: 'ada' } },
        created_at: t.clock.now().toISOString(),
      },
    ])
  })

  it('finds nothing of another project, at another time, or of another request', async () => {
    const requestId = await identify('cleo')
    const later = new Date(t.clock.now().getTime() + 6 * 60_000)
    expect((await activities(requestId, { keys: await t.addProject() })).body.data).toEqual([])
    expect((await activities(requestId, { around: later })).body.data).toEqual([])
    expect((await activities('v-none')).body.data).toEqual([])
    const wrong = await manage(t, 'GET', `/activities?request_id=${requestId}&around=now`)
    expect(wrong).toMatchObject({
      status: 400,
      body: { details: expect.stringContaining('around') },
    })
  })
})
