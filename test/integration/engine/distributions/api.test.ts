import { beforeEach, describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { MASK } from '../../../../src/platform/secrets.ts'
import { useDistributions } from './support.ts'

const t = useDistributions()
const SIGN_UP = { event: 'customer.custom_event', custom_event: 'sign_up' }

beforeEach(() => t.clock.set('2026-06-01T12:00:00.000Z'))

describe('/api/v1/distributions', () => {
  it('shows what was made, with defaults', async () => {
    const made = await t.distribute(SIGN_UP, { name: 'Welcome' })
    expect(made).toEqual({
      id: expect.stringMatching(/^distr_/),
      name: 'Welcome',
      status: 'TO SEND',
      paused_reason: null,
      trigger: {
        event: 'customer.custom_event',
        custom_event: 'sign_up',
        segment: null,
        campaign: null,
      },
      target_url: `${t.address}/d`,
      event_name: 'customer.custom_event',
      headers: {},
      body: null,
      campaign: null,
      promotion_tier: null,
      limits: { per_customer_per_day: 10, per_customer_per_month: 100 },
      channels: ['webhook'],
      set_live_at: '2026-06-01T12:00:00.000Z',
      failures: 0,
      last_failure: null,
      last_success_at: null,
      created_at: '2026-06-01T12:00:00.000Z',
      updated_at: null,
    })
    expect((await t.manage('GET', `/api/v1/distributions/${made.id}`)).body).toEqual(made)
  })

  it('lists them newest first, page by page, narrowed as asked', async () => {
    const ids: string[] = []
    for (const event of ['customer.created', 'customer.updated', 'customer.created']) {
      t.clock.advance(1_000)
      ids.unshift((await t.distribute({ event })).id)
    }
    await t.manage('POST', `/api/v1/distributions/${ids[0]}/pause`)
    const list = async (query: string) =>
      (await t.manage('GET', `/api/v1/distributions?${query}`)).body
    const first = await list('limit=2')
    const second = await list(`limit=2&starting_after=${first.next}`)
    const idsOf = ({ data }: { data: { id: string }[] }) => data.map(({ id }) => id)
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids)
    expect(second.next).toBeNull()
    expect(idsOf(await list('event=customer.created'))).toEqual([ids[0], ids[2]])
    expect(idsOf(await list('status=PAUSED'))).toEqual([ids[0]])
    expect(idsOf(await list('status=TO%20SEND'))).toEqual([ids[1], ids[2]])
    expect(idsOf(await list('status=DONE'))).toEqual([])
  })

  it('changes what is given', async () => {
    const { id } = await t.distribute(SIGN_UP, { headers: { 'x-a': '1' } })
    const changes = { name: 'Other', event_name: 'other', limits: { per_customer_per_day: null } }
    const { body } = await t.manage('PATCH', `/api/v1/distributions/${id}`, changes)
    expect(body).toMatchObject({
      name: 'Other',
      event_name: 'other',
      headers: { 'x-a': MASK },
      trigger: { custom_event: 'sign_up' },
      limits: { per_customer_per_day: null, per_customer_per_month: 100 },
      updated_at: '2026-06-01T12:00:00.000Z',
    })
  })

  it('stores headers sealed, because some let in', async () => {
    await t.distribute(SIGN_UP, { headers: { authorization: 'Bearer top-secret' } })
    const { rows } = await t.db.pool.query('select * from webhook_endpoint')
    expect(JSON.stringify(rows)).not.toContain('top-secret')
  })

  it('never answers what headers say, and keeps what comes back masked', async () => {
    const made = await t.distribute(SIGN_UP, {
      headers: { authorization: 'let me in', 'x-a': '1' },
    })
    const url = `/api/v1/distributions/${made.id}`
    expect(made.headers).toEqual({ authorization: MASK, 'x-a': MASK })
    for (const path of [url, '/api/v1/distributions'])
      expect(JSON.stringify((await t.manage('GET', path)).body)).not.toContain('let me in')
    await t.manage('PATCH', url, { headers: { authorization: MASK, 'x-b': '2' } })
    await t.track('sign_up')
    await t.settle()
    expect(t.received()[0]?.headers).toMatchObject({ authorization: 'let me in', 'x-b': '2' })
    expect(t.received()[0]?.headers['x-a']).toBeUndefined()
  })

  it.each([
    [SIGN_UP, { headers: { 'x-a': MASK } }, '.headers.x-a'],
    [{ event: 'customer.segment.entered' }, {}, '.trigger.segment is required'],
    [{ event: 'customer.created', segment: 'seg_1' }, {}, '.trigger.segment is not known'],
    [{ event: 'customer.created', custom_event: 'x' }, {}, '.trigger.custom_event is not known'],
    [{ event: 'customer.order.paid', campaign: 'x' }, {}, '.trigger.campaign is not known'],
    [{ event: 'voucher.created' }, {}, '.trigger.event'],
    [SIGN_UP, { target_url: 'ftp://x' }, '.target_url'],
    [SIGN_UP, { headers: { 'X-Upper': 'x' } }, '.headers'],
    [SIGN_UP, { headers: { 'webhook-id': 'x' } }, '.headers'],
    [SIGN_UP, { headers: { 'x-a': 'two\nlines' } }, '.headers'],
    [SIGN_UP, { body: { text: ['{{customer.name'] } }, '.body.text[0]'],
    [SIGN_UP, { limits: { per_customer_per_day: 0 } }, '.limits.per_customer_per_day'],
    [SIGN_UP, { campaign: 'a', promotion_tier: 'b' }, '.promotion_tier'],
    [SIGN_UP, { set_live_at: 'soon' }, '.set_live_at'],
    [SIGN_UP, { unheard: 1 }, 'unheard'],
  ])('refuses %j with %j and names the field', async (trigger, more, details) => {
    expect(await t.tryToDistribute(trigger, more)).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details: expect.stringContaining(details) },
    })
  })

  it.each([
    [{ event: 'customer.segment.entered', segment: 'seg_no' }, {}, 'segment'],
    [{ event: 'manual_distribution_schedule', segment: 'seg_no' }, {}, 'segment'],
    [SIGN_UP, { campaign: 'none' }, 'campaign'],
    [SIGN_UP, { promotion_tier: 'promo_no' }, 'promotion_tier'],
  ])('does not find what %j with %j refers to', async (trigger, more, type) => {
    expect(await t.tryToDistribute(trigger, more)).toMatchObject({
      status: 404,
      body: { key: 'not_found', resource_type: type },
    })
  })

  it('makes no more than a project may have, whoever asks at once', async () => {
    const keys = await t.addProject()
    const body = { name: 'x', trigger: SIGN_UP, target_url: `${t.address}/d` }
    const answers = await Promise.all(
      Array.from({ length: LIMITS.distributionsPerProjectMax + 5 }, () =>
        t.manage('POST', '/api/v1/distributions', body, keys),
      ),
    )
    const refused = answers.filter(({ status }) => status === 400)
    expect(refused).toHaveLength(5)
    expect(refused[0]?.body.key).toBe('distribution_limit_reached')
  })

  it('is nobody else’s, and is no webhook', async () => {
    const { id } = await t.distribute(SIGN_UP)
    const keys = await t.addProject()
    const url = `/api/v1/distributions/${id}`
    for (const [method, path] of [
      ['GET', url],
      ['PATCH', url],
      ['DELETE', url],
      ['GET', `${url}/secret`],
      ['GET', `${url}/deliveries`],
      ['POST', `${url}/pause`],
    ] as const) {
      const { status } = await t.manage(method, path, method === 'GET' ? undefined : {}, keys)
      expect(status, `${method} ${path}`).toBe(404)
    }
    expect((await t.manage('GET', '/api/v1/distributions', undefined, keys)).body.data).toEqual([])
    expect((await t.manage('GET', '/api/v1/webhooks')).body.data).toEqual([])
    for (const path of ['', '/secret'])
      expect((await t.manage('GET', `/api/v1/webhooks/${id}${path}`)).status).toBe(404)
    expect((await t.manage('DELETE', `/api/v1/webhooks/${id}`)).status).toBe(404)
    expect((await t.manage('GET', url)).status).toBe(200)
  })

  it('costs nothing once the last one is deleted', async () => {
    const { id } = await t.distribute(SIGN_UP)
    expect((await t.manage('DELETE', `/api/v1/distributions/${id}`)).status).toBe(204)
    await t.track('sign_up')
    const { rows } = await t.db.pool.query('select 1 from effect_message')
    expect(rows).toEqual([])
  })
})
