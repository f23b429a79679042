import type { Insertable } from 'kysely'
import { describe, expect, it } from 'vitest'
import { deliveryRoutes } from '../../../../src/pipeline/deliveries/index.ts'
import type { DB } from '../../../../src/platform/db.tables.ts'
import { useTestManagement } from '../../../support/management.ts'

const t = useTestManagement(deliveryRoutes)
const AT = '2026-06-01T12:00:00.000Z'

let counter = 0

/** Records a delivery; a test names what it is about. */
async function record(fields: Partial<Insertable<DB['delivery']>> = {}): Promise<void> {
  counter += 1
  await t.db.kysely
    .insertInto('delivery')
    .values({
      project_id: t.keys.projectId,
      destination_id: 'dest_a',
      mapping_id: 'map_1',
      log_position: counter,
      source_id: 'src_a',
      message_id: `message-${counter}`,
      event_type: 'track',
      event_name: 'Tested',
      user_key: 'ada',
      outcome: 'delivered',
      status: 200,
      attempts: 1,
      payload: JSON.stringify({ source_id: 'ada' }),
      response: '{}',
      request_id: 'req-1',
      received_at: AT,
      first_attempt_at: AT,
      finished_at: AT,
      ...fields,
    })
    .execute()
}

const get = async (url: string, project = t.keys) => {
  const { status, body } = await t.call('GET', url, undefined, project)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body
}
const idsOf = (page: { data: { message_id: string }[] }) => page.data.map((one) => one.message_id)

describe('GET /api/v1/deliveries', () => {
  it('shows what became of an event, delivered, filtered or still to be sent', async () => {
    await record({ message_id: 'shown' })
    await record({
      message_id: 'shown',
      outcome: 'filtered',
      mapping_id: null,
      filtered_mapping_ids: ['map_2', 'map_3'],
      reason: 'no_match',
      status: null,
      attempts: 0,
      payload: null,
      response: null,
      first_attempt_at: null,
    })
    await record({
      message_id: 'shown',
      outcome: 'pending',
      reason: 'errors.awaiting-retry.RETRY',
      message: '503 Service Unavailable',
      status: 503,
      finished_at: null,
      next_attempt_at: AT,
    })
    const { data, next } = await get('/api/v1/deliveries?message_id=shown')
    expect(next).toBeNull()
    expect(data).toMatchObject([
      { outcome: 'pending', finished_at: null, next_attempt_at: AT },
      { outcome: 'filtered', mapping_id: null, filtered_mapping_ids: ['map_2', 'map_3'] },
      { outcome: 'delivered' },
    ])
    expect(data[2]).toEqual({
      id: expect.any(Number),
      destination_id: 'dest_a',
      mapping_id: 'map_1',
      filtered_mapping_ids: null,
      source_id: 'src_a',
      message_id: 'shown',
      type: 'track',
      event: 'Tested',
      outcome: 'delivered',
      reason: null,
      message: null,
      status: 200,
      attempts: 1,
      payload: { source_id: 'ada' },
      response: '{}',
      request_id: 'req-1',
      received_at: AT,
      first_attempt_at: AT,
      finished_at: AT,
      next_attempt_at: null,
    })
  })

  it('filters by destination, outcome and event, each alone and all together', async () => {
    const keys = await t.addProject()
    const project_id = keys.projectId
    await record({ project_id, message_id: 'f1', destination_id: 'dest_x' })
    await record({ project_id, message_id: 'f2', destination_id: 'dest_y' })
    await record({ project_id, message_id: 'f3', destination_id: 'dest_y', outcome: 'failed' })
    const found = async (query: string) => idsOf(await get(`/api/v1/deliveries?${query}`, keys))
    expect(await found('destination_id=dest_y')).toEqual(['f3', 'f2'])
    expect(await found('outcome=delivered')).toEqual(['f2', 'f1'])
    expect(await found('message_id=f1')).toEqual(['f1'])
    expect(await found('destination_id=dest_y&outcome=failed&message_id=f3')).toEqual(['f3'])
    expect(await found('destination_id=&outcome=&message_id=')).toEqual(['f3', 'f2', 'f1'])
  })

  it('lists newest first and goes on after a page', async () => {
    const keys = await t.addProject()
    for (let index = 0; index < 5; index += 1)
      await record({ project_id: keys.projectId, message_id: `p${index}` })
    const first = await get('/api/v1/deliveries?limit=3', keys)
    const rest = await get(`/api/v1/deliveries?limit=3&starting_after=${first.next}`, keys)
    expect([first, rest].flatMap(idsOf)).toEqual(['p4', 'p3', 'p2', 'p1', 'p0'])
    expect(rest.next).toBeNull()
  })

  it('shows nothing of another project', async () => {
    await record({ message_id: 'private' })
    const other = await t.addProject()
    expect((await get('/api/v1/deliveries?message_id=private', other)).data).toEqual([])
  })

  it('refuses an outcome that does not exist', async () => {
    const { status, body } = await t.call('GET', '/api/v1/deliveries?outcome=lost')
    expect(status).toBe(400)
    expect(body).toMatchObject({
      key: 'invalid_query_params',
      details:
        'Property .outcome should be equal to one of the allowed values: delivered, filtered, failed, pending',
    })
  })
})
