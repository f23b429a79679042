import { describe, expect, it } from 'vitest'
import { listCustomers } from '../../../../src/engine/customers/customer-list.repo.ts'
import { parseCustomerList } from '../../../../src/engine/customers/customer-list.schema.ts'
import type { Customer } from '../../../../src/engine/customers/index.ts'
import { drainEffects } from '../../../support/effects.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()

const BY_NAME = (name: string) => ({ junction: 'and', name: { conditions: { $is: name } } })
let names = 0
const make = async (body: object) => {
  names += 1
  const answer = await t.call('POST', '/v1/segments', { name: `Segment ${names}`, ...body })
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return answer.body
}
const change = (id: string, body: object) => t.call('PUT', `/v1/segments/${id}`, body)
const membersOf = async (id: string): Promise<string[]> =>
  (await t.call('GET', `/v1/customers?segment_id=${id}&order=source_id`)).body.customers.map(
    (customer: { source_id: string }) => customer.source_id,
  )
const activitiesOf = async (id: string): Promise<string[]> =>
  (await t.call('GET', `/v1/segments/${id}/activities`)).body.data.map(
    ({ type }: { type: string }) => type,
  )
const customers = async (people: Record<string, string>) => {
  for (const [source_id, name] of Object.entries(people))
    await t.call('POST', '/v1/customers', { source_id, name })
}

describe('PUT /v1/segments/{id}', () => {
  it('changes the filter of a passive one, which then means other customers at once (§5.1)', async () => {
    await customers({ 'c-ann': 'Changing Ann', 'c-bob': 'Changing Bob' })
    const { id } = await make({ type: 'passive', filter: BY_NAME('Changing Ann') })
    expect(await membersOf(id)).toEqual(['c-ann'])
    t.clock.advance(1_000)
    const { status, body } = await change(id, { filter: BY_NAME('Changing Bob') })
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        id,
        type: 'passive',
        filter: BY_NAME('Changing Bob'),
        updated_at: expect.any(String),
      },
    })
    expect(await membersOf(id)).toEqual(['c-bob'])
    expect(await activitiesOf(id)).toEqual(['segment.filters_updated', 'segment.created'])
  })

  it('replaces who is in a static one', async () => {
    await customers({ 's-a': 'A', 's-b': 'B', 's-c': 'C' })
    const { id } = await make({ type: 'static', customers: ['s-a', 's-b'] })
    expect((await change(id, { customers: ['s-b', 's-c'] })).status).toBe(200)
    expect(await membersOf(id)).toEqual(['s-b', 's-c'])
    expect(await activitiesOf(id)).toEqual(['segment.updated', 'segment.created'])
    expect(await change(id, { customers: ['s-a', 'nobody'] })).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details: expect.stringContaining('nobody') },
    })
    expect(await membersOf(id)).toEqual(['s-b', 's-c'])
  })

  it('renames any, and nothing of one that stays as it is', async () => {
    const { id, filter } = await make({ type: 'auto-update', filter: BY_NAME('Renaming') })
    const renamed = await change(id, { name: 'Renamed', type: 'auto-update', filter })
    expect(renamed.body).toMatchObject({ name: 'Renamed', type: 'auto-update' })
    expect((await change(id, { name: 'Renamed' })).status).toBe(200)
    expect(await activitiesOf(id)).toEqual(['segment.updated', 'segment.created'])
  })

  it.each([
    [{ type: 'auto-update' }, { filter: BY_NAME('y') }, '.filter of an auto-update segment'],
    [{ type: 'auto-update' }, { customers: [] }, '.customers'],
    [{ type: 'passive' }, { type: 'auto-update' }, '.type'],
    [{ type: 'passive' }, { filter: { shoe: { conditions: { $is: 1 } } } }, '.filter'],
    [{ type: 'passive' }, { filter: {} }, '.filter'],
    [{ type: 'passive' }, { name: '' }, '.name'],
  ])('refuses for %j to change %j', async (of, body, details) => {
    const { id } = await make({ ...of, filter: BY_NAME('x') })
    expect(await change(id, body)).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details: expect.stringContaining(details) },
    })
  })

  it('refuses a filter for a static one, and does not find another project’s', async () => {
    const { id } = await make({ type: 'static', customers: [] })
    expect((await change(id, { filter: BY_NAME('x') })).body.details).toContain('.filter')
    const keys = await t.addProject()
    for (const [method, url] of [
      ['PUT', `/v1/segments/${id}`],
      ['GET', `/v1/segments/${id}/activities`],
    ] as const)
      expect(
        (await t.call(method, url, method === 'PUT' ? { name: 'x' } : undefined, { keys })).status,
      ).toBe(404)
  })

  it('loses no change that is made at the same time', async () => {
    const { id } = await make({ type: 'passive', filter: BY_NAME('x') })
    await Promise.all([
      ...Array.from({ length: 5 }, () => change(id, { name: 'Both' })),
      ...Array.from({ length: 5 }, () => change(id, { filter: BY_NAME('both') })),
    ])
    expect((await t.call('GET', `/v1/segments/${id}`)).body).toMatchObject({
      name: 'Both',
      filter: BY_NAME('both'),
    })
    expect((await activitiesOf(id)).sort()).toEqual([
      'segment.created',
      'segment.filters_updated',
      'segment.updated',
    ])
  })
})

describe('GET /v1/segments/{id}/activities', () => {
  it('tells when a passive one became active, as it was then (S-2)', async () => {
    const { id } = await make({ type: 'passive', filter: BY_NAME('x') })
    const body = {
      name: 'Activating',
      campaign_type: 'LOYALTY_PROGRAM',
      type: 'AUTO_UPDATE',
      voucher: { type: 'LOYALTY_CARD', loyalty_card: { points: 0 } },
    }
    const program = (await t.call('POST', '/v1/campaigns', body)).body
    await t.call('POST', `/v1/loyalties/${program.id}/earning-rules`, [
      { event: 'customer.segment.entered', segment: { id }, loyalty: { type: 'FIXED', points: 1 } },
    ])
    const { body: list } = await t.call('GET', `/v1/segments/${id}/activities?limit=1`)
    expect(list).toMatchObject({
      object: 'list',
      data_ref: 'data',
      total: 2,
      has_more: true,
      data: [
        {
          id: expect.stringMatching(/^evseg_/),
          type: 'segment.activated',
          group_id: expect.stringMatching(/^[vw]-/),
          data: { segment: { id, type: 'auto-update' } },
        },
      ],
    })
    await drainEffects(t)
  })
})

describe('a list of customers narrowed to a passive segment', () => {
  const COUNT = 400
  const aProjectOfMany = async () => {
    const keys = await t.addProject()
    await t.db.pool.query(
      `insert into customer (id, project_id, source_id, name, metadata, system_metadata, created_at)
       select 'cust_' || $1 || lpad(n::text, 4, '0'), $1, 'm' || lpad(n::text, 4, '0'),
              case when n % 2 = 0 then 'Even' else 'Odd' end, '{}', '{}',
              '2026-01-01T00:00:00Z'::timestamptz + (n / 3) * interval '1 minute'
         from generate_series(1, $2::int) n`,
      [keys.projectId, COUNT],
    )
    return keys
  }

  it('evaluates no more than a page needs, in any order', async () => {
    const { projectId } = await aProjectOfMany()
    for (const query of ['limit=10', 'limit=10&order=source_id', 'limit=10&order=-updated_at']) {
      let evaluated = 0
      const pick = async (some: readonly Customer[]) => {
        evaluated += some.length
        return some.filter(({ name }) => name === 'Even')
      }
      const list = parseCustomerList(
        Object.fromEntries(new URLSearchParams(`segment_id=seg_x&${query}`)),
      )
      const { customers: page, hasMore } = await listCustomers(t.db, projectId, list, pick)
      expect(page).toHaveLength(10)
      expect(hasMore).toBe(true)
      // Every second one is in: 22 of them fill the page and tell that there are more.
      expect(evaluated).toBeLessThanOrEqual(22)
    }
  })

  it('comes to everybody once where nobody is in it, in any order', async () => {
    const { projectId } = await aProjectOfMany()
    for (const query of ['limit=1', 'limit=1&order=-source_id', 'limit=1&order=updated_at']) {
      const evaluated: string[] = []
      const pick = async (some: readonly Customer[]) => {
        evaluated.push(...some.map(({ id }) => id))
        return []
      }
      const list = parseCustomerList(
        Object.fromEntries(new URLSearchParams(`segment_id=seg_x&${query}`)),
      )
      expect(await listCustomers(t.db, projectId, list, pick)).toMatchObject({
        customers: [],
        total: 0,
        hasMore: false,
      })
      expect(evaluated).toHaveLength(COUNT)
      expect(new Set(evaluated).size).toBe(COUNT)
    }
  })

  it('goes through all of them, each once, by pages and by a cursor (R-LIST-01, C-21)', async () => {
    const keys = await aProjectOfMany()
    const body = { name: 'Evens', type: 'passive', filter: BY_NAME('Even') }
    const { id } = (await t.call('POST', '/v1/segments', body, { keys })).body
    const pageOf = async (query: string) =>
      (await t.call('GET', `/v1/customers?segment_id=${id}&limit=30&${query}`, undefined, { keys }))
        .body
    for (const order of ['source_id', '-source_id', 'created_at', '-updated_at']) {
      const seen: string[] = []
      for (let page = 1, isMore = true; isMore; page += 1) {
        const answer = await pageOf(`order=${order}&page=${page}`)
        seen.push(...answer.customers.map((customer: { source_id: string }) => customer.source_id))
        isMore = answer.has_more
      }
      expect(seen, order).toHaveLength(COUNT / 2)
      expect(new Set(seen).size).toBe(COUNT / 2)
    }

    const seen: string[] = []
    for (let after = '2200-01-01T00:00:00Z', isMore = true; isMore; ) {
      const answer = await pageOf(`starting_after=${after}`)
      seen.push(...answer.customers.map((customer: { source_id: string }) => customer.source_id))
      after = answer.customers.at(-1)?.created_at
      isMore = answer.has_more
    }
    expect(seen).toHaveLength(COUNT / 2)
    expect(new Set(seen).size).toBe(COUNT / 2)
  })
})
