import { beforeEach, describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { useDestinationsApi } from './support.ts'

const api = useDestinationsApi()
let mappings = ''

beforeEach(async () => {
  const { id } = await api.addDestination({ setup: 'custom' })
  mappings = `/destinations/${id}/mappings`
})

const add = async (fields: Record<string, unknown> = {}) => {
  const { status, body } = await api.call('POST', mappings, { action: 'upsertCustomer', ...fields })
  if (status !== 200) throw new Error(`no mapping: ${JSON.stringify(body)}`)
  return body
}
const names = async (): Promise<string[]> => {
  const { body } = await api.call('GET', `${mappings}?limit=100`)
  expect(body.data.map(({ position }: { position: number }) => position)).toEqual(
    body.data.map((_mapping: unknown, place: number) => place),
  )
  return body.data.map(({ name }: { name: string }) => name)
}

describe('POST /api/v1/destinations/{id}/mappings', () => {
  it("starts with the action's default trigger and values, disabled (§6.9.2, §6.1.2)", async () => {
    const { status, body } = await api.call('POST', mappings, { action: 'assignCustomerToGroup' })
    expect(status).toBe(200)
    expect(body).toEqual({
      id: expect.stringMatching(/^map_[0-9a-f]{24}$/),
      destination_id: mappings.split('/')[2],
      name: 'Assign customer to group',
      action: 'assignCustomerToGroup',
      trigger: 'type = "group"',
      mapping: {
        customer: { source_id: { '@path': '$.userId' }, email: { '@path': '$.email' } },
        group_id: { '@path': '$.groupId' },
        traits: { '@path': '$.traits' },
        type: { '@path': '$.type' },
      },
      enabled: false,
      position: 0,
      warnings: [],
      created_at: api.clock.now().toISOString(),
      updated_at: null,
    })
    expect(await api.call('GET', `${mappings}/${body.id}`)).toMatchObject({ status: 200, body })
  })

  it('takes a name, a trigger, a mapping, and enabled', async () => {
    const wish = {
      action: 'upsertCustomer',
      name: 'Gold members',
      trigger: 'type = "identify" and traits.tier = "gold"',
      mapping: { type: 'identify', source_id: { '@path': '$.userId' }, z: 'last', name: 'first' },
      enabled: true,
    }
    const { body } = await api.call('POST', mappings, wish)
    expect(body).toMatchObject(wish)
    const stored = await api.call('GET', `${mappings}/${body.id}`)
    expect(Object.keys(stored.body.mapping)).toEqual(['type', 'source_id', 'z', 'name'])
  })

  it('warns of values that would never be sent', async () => {
    const { warnings } = await add({
      mapping: { source_id: 'a', type: 'identify', colour: 'blue' },
    })
    expect(warnings).toEqual([
      { path: '/mapping/colour', message: expect.stringContaining('Upsert Customer') },
    ])
  })

  it('returns the warnings of the trigger (D-10)', async () => {
    const { warnings } = await add({ trigger: 'type = "track" or type = "page" and event = "a"' })
    expect(warnings).toEqual([
      {
        path: '/trigger',
        message: expect.any(String),
        suggestion: 'type = "track" or (type = "page" and event = "a")',
      },
    ])
  })

  it.each([
    ['a trigger that cannot be read', { trigger: 'colour = "blue"' }, '/trigger'],
    [
      'an unknown directive',
      { mapping: { source_id: { '@nope': 1 }, type: 'a' } },
      '/mapping/source_id',
    ],
    ['a required field without a value', { mapping: { type: 'identify' } }, '/mapping/source_id'],
    ['an unknown action', { action: 'sendPostcard' }, '.action'],
    ['a prototype as action', { action: 'constructor' }, '.action'],
    ['a mapping that is no object', { mapping: [] }, '.mapping'],
    ['an unknown property', { colour: 'blue' }, 'colour'],
  ])('refuses %s and names the place', async (_what, fields, place) => {
    const wish = { action: 'upsertCustomer', ...fields }
    const answer = await api.call('POST', mappings, wish)
    expect(answer).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    expect(answer.body.details).toContain(place)
    expect(await names()).toEqual([])
  })

  it('names a required member of an object that has no value', async () => {
    const mapping = { customer: { email: 'a@b.example' }, type: 'track' }
    const { body } = await api.call('POST', mappings, { action: 'addCustomEvent', mapping })
    expect(body.details).toContain('/mapping/customer/source_id')
  })

  it('gives the last place to exactly one of 20 callers and refuses the 51st (§6.1.1)', async () => {
    for (let made = 1; made < LIMITS.mappingsPerDestinationMax; made += 1) await add()
    const original = (await api.call('GET', mappings)).body.data[0].id
    const answers = await api.race(20, (index) =>
      index % 2
        ? api.call('POST', mappings, { action: 'upsertCustomer' })
        : api.call('POST', `${mappings}/${original}/duplicate`),
    )
    const keys = answers.map(({ status, body }) => (status === 200 ? 'made' : body.key))
    expect(keys.filter((key) => key === 'made')).toHaveLength(1)
    expect(keys.filter((key) => key === 'mapping_limit_reached')).toHaveLength(19)
    expect(answers.find(({ status }) => status !== 200)?.status).toBe(400)
    expect(await names()).toHaveLength(LIMITS.mappingsPerDestinationMax)
  })
})

describe('PATCH /api/v1/destinations/{id}/mappings/{mapping_id}', () => {
  it('changes what is named, keeps the rest, and notes the time', async () => {
    const before = await add()
    api.clock.advance(1_000)
    const changes = {
      name: 'Renamed',
      enabled: true,
      trigger: 'type = "identify" and userId = "a"',
    }
    const { status, body } = await api.call('PATCH', `${mappings}/${before.id}`, changes)
    expect(status).toBe(200)
    expect(body).toEqual({ ...before, ...changes, updated_at: api.clock.now().toISOString() })
    expect((await api.call('GET', `${mappings}/${before.id}`)).body).toEqual(body)
  })

  it.each([
    ['a trigger that cannot be read', { trigger: '(((' }, '/trigger'],
    ['a mapping without a required field', { mapping: {} }, '/mapping/source_id'],
    ['another action', { action: 'addCustomEvent' }, 'action'],
    ['a negative place', { position: -1 }, 'position'],
  ])('refuses %s and changes nothing', async (_what, changes, place) => {
    const before = await add()
    const answer = await api.call('PATCH', `${mappings}/${before.id}`, { name: 'X', ...changes })
    expect(answer).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    expect(answer.body.details).toContain(place)
    expect((await api.call('GET', `${mappings}/${before.id}`)).body).toEqual(before)
  })

  it('moves a mapping to another place, and the others close up', async () => {
    const ids: Record<string, string> = {}
    for (const name of ['a', 'b', 'c', 'd']) ids[name] = (await add({ name })).id
    const move = (name: string, position: number) =>
      api.call('PATCH', `${mappings}/${ids[name]}`, { position })
    expect((await move('d', 0)).body.position).toBe(0)
    expect(await names()).toEqual(['d', 'a', 'b', 'c'])
    await move('d', 2)
    expect(await names()).toEqual(['a', 'b', 'd', 'c'])
    expect((await move('a', 99)).body.position).toBe(3)
    expect(await names()).toEqual(['b', 'd', 'c', 'a'])
    await move('d', 1)
    expect(await names()).toEqual(['b', 'd', 'c', 'a'])
  })

  it('keeps every place taken once whatever is moved, added and deleted in parallel', async () => {
    const ids: string[] = []
    for (let made = 0; made < 8; made += 1) ids.push((await add()).id)
    const [first = '', second = ''] = ids
    const changes = [
      () => api.call('DELETE', `${mappings}/${first}`),
      () => api.call('POST', `${mappings}/${second}/duplicate`),
      () => api.call('POST', mappings, { action: 'upsertCustomer' }),
      ...ids
        .slice(2)
        .map((id, position) => () => api.call('PATCH', `${mappings}/${id}`, { position })),
    ]
    const answers = await api.race(changes.length, async (index) => changes[index]?.())
    expect(answers.filter((answer) => answer && answer.status < 300)).toHaveLength(changes.length)
    expect(await names()).toHaveLength(9)
  })
})

describe('POST /api/v1/destinations/{id}/mappings/{mapping_id}/duplicate', () => {
  it('copies to "<name> (Copy)", disabled and behind the others (§6.1.3)', async () => {
    const original = await add({ name: 'Members', enabled: true, trigger: 'type = "identify"' })
    await add({ name: 'Others' })
    api.clock.advance(1_000)
    const { status, body } = await api.call('POST', `${mappings}/${original.id}/duplicate`)
    expect(status).toBe(200)
    expect(body).toEqual({
      ...original,
      id: body.id,
      name: 'Members (Copy)',
      enabled: false,
      position: 2,
      created_at: api.clock.now().toISOString(),
    })
    expect(body.id).not.toBe(original.id)
    expect(await names()).toEqual(['Members', 'Others', 'Members (Copy)'])
  })
})

describe('DELETE /api/v1/destinations/{id}/mappings/{mapping_id}', () => {
  it('deletes the mapping, and those behind it close up', async () => {
    const [first] = [await add({ name: 'a' }), await add({ name: 'b' }), await add({ name: 'c' })]
    const path = `${mappings}/${first.id}`
    expect(await api.call('DELETE', path)).toMatchObject({ status: 204, body: undefined })
    expect((await api.call('GET', path)).status).toBe(404)
    expect((await api.call('DELETE', path)).status).toBe(404)
    expect(await names()).toEqual(['b', 'c'])
  })
})

describe('GET /api/v1/destinations/{id}/mappings', () => {
  it('lists in order, page by page', async () => {
    for (const name of ['a', 'b', 'c']) await add({ name })
    const first = await api.call('GET', `${mappings}?limit=2`)
    expect(first.body.data.map(({ name }: { name: string }) => name)).toEqual(['a', 'b'])
    const rest = await api.call('GET', `${mappings}?limit=2&starting_after=${first.body.next}`)
    expect(rest.body.data.map(({ name }: { name: string }) => name)).toEqual(['c'])
    expect(rest.body.next).toBeNull()
  })

  it('shows what is wrong with a stored mapping that no longer fits, and lets it be switched off', async () => {
    const { id } = await add({ enabled: true })
    await api.db.kysely
      .updateTable('mapping')
      .set({ trigger: '(((', mapping: '{}' })
      .where('id', '=', id)
      .execute()
    const { body } = await api.call('GET', `${mappings}/${id}`)
    expect(body.warnings.map(({ path }: { path: string }) => path)).toEqual([
      '/trigger',
      '/mapping/source_id',
      '/mapping/type',
    ])
    expect((await api.call('PATCH', `${mappings}/${id}`, { enabled: false })).status).toBe(200)
    expect((await api.call('PATCH', `${mappings}/${id}`, { enabled: true })).status).toBe(400)
  })
})
