import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { inParallel } from '../customers/support.ts'

const t = useTestApp()

const customer = async (body: object): Promise<string> =>
  (await t.call('POST', '/v1/customers', body)).body.id

const BY_NAME = (name: string) => ({ junction: 'and', name: { conditions: { $is: [name] } } })

describe('/v1/segments (engine-programs §5.2)', () => {
  it('makes static, active and passive segments, and shows them', async () => {
    const id = await customer({ source_id: 'seg-a' })
    const fixed = await t.call('POST', '/v1/segments', {
      name: 'Fixed',
      type: 'static',
      customers: [id],
    })
    expect(fixed).toMatchObject({
      status: 200,
      body: { type: 'static', filter: null, initial_sync_status: 'DONE', object: 'segment' },
    })
    expect(fixed.body.id).toMatch(/^seg_/)
    const filter = BY_NAME('Nobody')
    const active = await t.call('POST', '/v1/segments', { name: 'A', type: 'auto-update', filter })
    expect(active.body).toMatchObject({ filter, initial_sync_status: 'IN_PROGRESS' })
    const passive = await t.call('POST', '/v1/segments', { name: 'P', type: 'passive', filter })
    expect(passive.body).toMatchObject({ filter, initial_sync_status: 'DONE' })
    expect((await t.call('GET', `/v1/segments/${active.body.id}`)).body).toEqual(active.body)
  })

  it('lists them, newest first unless asked otherwise, narrowed by ids, dates and filters', async () => {
    const keys = await t.addProject()
    const ids: string[] = []
    for (const name of ['one', 'two', 'three']) {
      t.clock.advance(1_000)
      const body = { name, type: 'passive', filter: BY_NAME(name) }
      ids.push((await t.call('POST', '/v1/segments', body, { keys })).body.id)
    }
    const list = async (query: string) => {
      const { body } = await t.call('GET', `/v1/segments${query}`, undefined, { keys })
      return body
    }
    const namesOf = async (query: string) =>
      (await list(query)).data.map(({ name }: { name: string }) => name)
    expect(await list('')).toMatchObject({ object: 'list', data_ref: 'data', total: 3 })
    expect(await namesOf('')).toEqual(['three', 'two', 'one'])
    expect(await namesOf('?order=created_at&limit=2')).toEqual(['one', 'two'])
    expect(await namesOf(`?ids=${ids[0]},${ids[2]}`)).toEqual(['three', 'one'])
    expect(await namesOf(`?ids[0]=${ids[1]}`)).toEqual(['two'])
    expect(await namesOf('?filters[name][conditions][$is]=two')).toEqual(['two'])
    const [{ created_at: newest }] = (await list('')).data
    expect(await namesOf(`?starting_after=${newest}`)).toEqual(['two', 'one'])
    expect(await namesOf(`?start_date=${newest}`)).toEqual(['three'])
    expect((await list('?order=name')).key).toBe('invalid_query_params')
  })

  it('deletes one, and then knows none (programs scenario 30)', async () => {
    const body = { name: 'Short', type: 'passive', filter: BY_NAME('x') }
    const { id } = (await t.call('POST', '/v1/segments', body)).body
    expect((await t.call('DELETE', `/v1/segments/${id}`)).status).toBe(204)
    expect(await t.call('GET', `/v1/segments/${id}`)).toMatchObject({
      status: 404,
      body: { key: 'not_found', resource_type: 'segment', resource_id: id },
    })
    expect((await t.call('DELETE', `/v1/segments/${id}`)).status).toBe(404)
  })

  it.each([
    [{ type: 'static', customers: [] }, "Payload should have required property 'name'"],
    [{ name: 'x', type: 'static' }, "Payload should have required property 'customers'"],
    [{ name: 'x', type: 'passive' }, "Payload should have required property 'filter'"],
    [
      { name: 'x', type: 'other' },
      'Property .type should be equal to one of the allowed values: static, auto-update, passive',
    ],
    [{ name: 'x', type: 'passive', filter: {} }, 'Property .filter should have a field'],
    [
      { name: 'x', type: 'passive', filter: { shoe: { conditions: { $is: 1 } } } },
      'Property .filter.shoe is not a field of customers',
    ],
    [
      { name: 'x', type: 'static', customers: ['cust_unknown'] },
      'Property .customers names a customer that does not exist: cust_unknown',
    ],
  ])('refuses %j', async (body, details) => {
    expect(await t.call('POST', '/v1/segments', body)).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details },
    })
  })

  it('takes 20,000 customers into a static one, and not one more (programs scenario 30)', async () => {
    const customers = Array.from({ length: 20_001 }, (_, index) => `cust_${index}`)
    const answer = await t.call('POST', '/v1/segments', { name: 'x', type: 'static', customers })
    expect(answer).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    const keys = await t.addProject()
    await t.db.pool.query(
      `insert into customer (id, project_id, created_at)
       select 'cust_many' || n, $1, now() from generate_series(1, 20000) n`,
      [keys.projectId],
    )
    const many = Array.from({ length: 20_000 }, (_, index) => `cust_many${index + 1}`)
    const body = { name: 'Many', type: 'static', customers: many }
    const { status, body: segment } = await t.call('POST', '/v1/segments', body, { keys })
    expect(status).toBe(200)
    const query = `/v1/customers?segment_id=${segment.id}&limit=1`
    expect((await t.call('GET', query, undefined, { keys })).body.total).toBe(20_000)
  })

  it('allows 100 dynamic segments, however many are asked for at once (S-1)', async () => {
    const keys = await t.addProject()
    const make = (index: number) =>
      t.call(
        'POST',
        '/v1/segments',
        {
          name: `s${index}`,
          type: index % 2 ? 'passive' : 'auto-update',
          filter: BY_NAME('x'),
        },
        { keys },
      )
    const answers = await inParallel(120, make)
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused).toHaveLength(20)
    expect(refused[0]).toMatchObject({ status: 400, body: { key: 'segment_limit_reached' } })
    expect((await t.call('GET', '/v1/segments', undefined, { keys })).body.total).toBe(100)
    // Static ones do not count.
    const fixed = { name: 'x', type: 'static', customers: [] }
    expect((await t.call('POST', '/v1/segments', fixed, { keys })).status).toBe(200)
  })

  it('keeps to its project', async () => {
    const body = { name: 'Ours', type: 'passive', filter: BY_NAME('x') }
    const { id } = (await t.call('POST', '/v1/segments', body)).body
    const keys = await t.addProject()
    expect((await t.call('GET', `/v1/segments/${id}`, undefined, { keys })).status).toBe(404)
    expect((await t.call('DELETE', `/v1/segments/${id}`, undefined, { keys })).status).toBe(404)
    const list = await t.call('GET', `/v1/customers?segment_id=${id}`, undefined, { keys })
    expect(list.body.total).toBe(0)
  })
})

describe('the segments of a customer', () => {
  it('are the static ones with them, and the passive ones whose filters match now', async () => {
    const keys = await t.addProject()
    const call = (method: 'GET' | 'POST', url: string, body?: object) =>
      t.call(method, url, body, { keys })
    const id = (await call('POST', '/v1/customers', { source_id: 'ann', name: 'Ann' })).body.id
    await call('POST', '/v1/segments', { name: 'Static', type: 'static', customers: ['ann'] })
    await call('POST', '/v1/segments', { name: 'Anns', type: 'passive', filter: BY_NAME('Ann') })
    await call('POST', '/v1/segments', { name: 'Bobs', type: 'passive', filter: BY_NAME('Bob') })
    const unnamed = { name: { conditions: { $is_unknown: [true] } } }
    await call('POST', '/v1/segments', { name: 'Unnamed', type: 'passive', filter: unnamed })
    const namesOf = async (reference: string) => {
      const { body } = await call('GET', `/v1/customers/${reference}/segments`)
      expect(body.total).toBe(body.data.length)
      return body.data.map(({ name }: { name: string }) => name)
    }
    expect(await namesOf('ann')).toEqual(['Static', 'Anns'])
    expect(await namesOf(id)).toEqual(['Static', 'Anns'])
    // Of nobody, those that an empty customer would be in (§2.4).
    expect(await namesOf('unknown')).toEqual(['Unnamed'])
  })

  it('tell apart what is missing from what is something else (S-11)', async () => {
    const keys = await t.addProject()
    const call = (method: 'GET' | 'POST', url: string, body?: object) =>
      t.call(method, url, body, { keys })
    await call('POST', '/v1/customers', { source_id: 'gold', metadata: { level: 'gold' } })
    await call('POST', '/v1/customers', { source_id: 'none' })
    await call('POST', '/v1/customers', { source_id: 'tin', metadata: { level: 'tin' } })
    const membersOf = async (conditions: object) => {
      const filter = { 'metadata.level': { conditions } }
      const segment = { name: JSON.stringify(conditions), type: 'passive', filter }
      const { id } = (await call('POST', '/v1/segments', segment)).body
      const { body } = await call('GET', `/v1/customers?segment_id=${id}&order=source_id`)
      return body.customers.map(({ source_id }: { source_id: string }) => source_id)
    }
    for (const negative of ['$is_not', '$not_in', '$not_contain']) {
      expect(await membersOf({ [negative]: ['gold'] })).toEqual(['none', 'tin'])
    }
    for (const positive of ['$is', '$in', '$contains']) {
      expect(await membersOf({ [positive]: ['gold'] })).toEqual(['gold'])
    }
  })

  it('are those whose months come next where the filter says so (programs scenario 31)', async () => {
    const keys = await t.addProject()
    const before = t.clock.now()
    t.clock.set('2026-11-15T12:00:00Z')
    const call = (method: 'GET' | 'POST', url: string, body?: object) =>
      t.call(method, url, body, { keys })
    await call('POST', '/v1/customers', { source_id: 'december', birthdate: '1990-12-03' })
    await call('POST', '/v1/customers', { source_id: 'november', birthdate: '1990-11-30' })
    const filter = { birthdate: { conditions: { $next_month: [true] } } }
    const { body } = await call('POST', '/v1/segments', { name: 'Next', type: 'passive', filter })
    const list = await call('GET', `/v1/customers?segment_id=${body.id}`)
    expect(list.body).toMatchObject({ total: 1, customers: [{ source_id: 'december' }] })
    const of = async (name: string) =>
      (await call('GET', `/v1/customers/${name}/segments`)).body.data
    expect(await of('december')).toEqual([{ id: body.id, name: 'Next', object: 'segment' }])
    expect(await of('november')).toEqual([])
    t.clock.set(before)
  })

  it('narrow a list of customers, together with its other filters (C-20)', async () => {
    const keys = await t.addProject()
    const call = (method: 'GET' | 'POST', url: string, body?: object) =>
      t.call(method, url, body, { keys })
    await call('POST', '/v1/customers', { source_id: 'p1', name: 'Pat', email: 'a@x.io' })
    await call('POST', '/v1/customers', { source_id: 'p2', name: 'Pat', email: 'b@x.io' })
    await call('POST', '/v1/customers', { source_id: 'p3', name: 'Sue', email: 'a@x.io' })
    const passive = { name: 'Pats', type: 'passive', filter: BY_NAME('Pat') }
    const { id } = (await call('POST', '/v1/segments', passive)).body
    const whole = await call('GET', `/v1/customers?segment_id=${id}&order=source_id`)
    expect(whole.body).toMatchObject({
      total: 2,
      customers: [{ source_id: 'p1' }, { source_id: 'p2' }],
    })
    const one = await call('GET', `/v1/customers?segment_id=${id}&email=a@x.io`)
    expect(one.body).toMatchObject({ total: 1, customers: [{ source_id: 'p1' }] })
    expect((await call('GET', '/v1/customers?segment_id=seg_unknown')).body.total).toBe(0)
  })

  it('end with the customer', async () => {
    const id = await customer({ source_id: 'leaver' })
    const body = { name: 'Leavers', type: 'static', customers: [id] }
    const segment = (await t.call('POST', '/v1/segments', body)).body
    await t.call('DELETE', '/v1/customers/leaver')
    const { rows } = await t.db.pool.query('select from segment_member where segment_id = $1', [
      segment.id,
    ])
    expect(rows).toEqual([])
  })
})
