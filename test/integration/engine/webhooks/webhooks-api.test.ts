import { beforeEach, describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { useHooks, verifyStandard } from './support.ts'

const t = useHooks()
const URL = 'https://shop.example.com/hooks'
const EVENTS = ['redemption.succeeded']

const create = (wish: object) => t.manage('POST', '/api/v1/webhooks', wish)

beforeEach(() => t.clock.set('2026-06-01T12:00:00.000Z'))

describe('/api/v1/webhooks', () => {
  it('creates, shows, changes and deletes a webhook', async () => {
    const created = await create({ target_url: URL, events: EVENTS })
    expect(created).toMatchObject({
      status: 200,
      body: {
        id: expect.stringMatching(/^wh_/),
        target_url: URL,
        events: EVENTS,
        active: true,
        disabled_reason: null,
        failures: 0,
        created_at: '2026-06-01T12:00:00.000Z',
        updated_at: null,
      },
    })
    expect(JSON.stringify(created.body)).not.toContain('whsec_')
    const one = `/api/v1/webhooks/${created.body.id}`
    expect((await t.manage('GET', one)).body).toEqual(created.body)

    const events = ['redemption.failed', 'customer.order.paid']
    const changed = await t.manage('PATCH', one, { events, active: false })
    expect(changed.body).toMatchObject({ target_url: URL, events, active: false })
    expect((await t.manage('GET', '/api/v1/webhooks')).body).toEqual({
      data: [changed.body],
      next: null,
    })

    expect(await t.manage('DELETE', one)).toMatchObject({ status: 204, body: undefined })
    expect(await t.manage('GET', one)).toMatchObject({ status: 404, body: { key: 'not_found' } })
    expect(await t.manage('DELETE', one)).toMatchObject({ status: 404 })
  })

  it('goes on with a list where a page ends', async () => {
    for (const path of ['a', 'b', 'c'])
      await create({ target_url: `${URL}/${path}`, events: EVENTS })
    const first = await t.manage('GET', '/api/v1/webhooks?limit=2')
    const rest = await t.manage('GET', `/api/v1/webhooks?starting_after=${first.body.next}`)
    expect(first.body.data).toHaveLength(2)
    expect(rest.body).toMatchObject({ data: [expect.anything()], next: null })
  })

  it.each([
    [{ events: EVENTS }, "Payload should have required property 'target_url'"],
    [{ target_url: 'ftp://x', events: EVENTS }, /^Property \.target_url should be a URL/],
    [{ target_url: URL, events: [] }, 'Property .events should have at least 1 items'],
    [{ target_url: URL, events: ['no.such'] }, "Property .events[0] 'no.such' is not an event"],
  ])('refuses %j', async (wish, details) => {
    expect(await create(wish)).toMatchObject({
      status: 400,
      body: {
        key: 'invalid_payload',
        details: typeof details === 'string' ? details : expect.stringMatching(details),
      },
    })
  })

  it('has at most so many of a project, also when many are made at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: LIMITS.webhooksPerProjectMax + 10 }, () =>
        create({ target_url: URL, events: EVENTS }),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(
      LIMITS.webhooksPerProjectMax,
    )
    expect(answers.filter(({ body }) => body.key === 'webhook_limit_reached')).toHaveLength(10)
  })

  it("shows nobody another project's webhook, nor lets anybody touch it", async () => {
    const other = await t.addProject()
    const id = await t.hook('/a', EVENTS)
    const one = `/api/v1/webhooks/${id}`
    for (const answer of [
      await t.manage('GET', one, undefined, other),
      await t.manage('PATCH', one, { active: false }, other),
      await t.manage('GET', `${one}/secret`, undefined, other),
      await t.manage('POST', `${one}/secret/rotate`, undefined, other),
      await t.manage('POST', `${one}/test`, undefined, other),
      await t.manage('DELETE', one, undefined, other),
    ])
      expect(answer).toMatchObject({ status: 404, body: { key: 'not_found' } })
    expect((await t.manage('GET', one)).body.active).toBe(true)
  })

  it('lists the events there are', async () => {
    const { body } = await t.manage('GET', '/api/v1/webhook-events')
    expect(body.data).toEqual(expect.arrayContaining(['voucher.published', 'campaign.created']))
  })
})

describe('the secret of a webhook', () => {
  it('is its own, and signs beside the new one for a day after a rotation', async () => {
    const id = await t.hook('/a', EVENTS)
    const [old, others] = [await t.secretOf(id), await t.secretOf(await t.hook('/b', EVENTS))]
    expect(old).not.toBe(others)
    const rotated = await t.manage('POST', `/api/v1/webhooks/${id}/secret/rotate`)
    expect(rotated.body.secret).not.toBe(old)
    expect(await t.secretOf(id)).toBe(rotated.body.secret)

    const test = () => t.manage('POST', `/api/v1/webhooks/${id}/test`)
    await test()
    t.clock.advance(LIMITS.webhookOldSecretMs)
    await test()
    const [first, second] = t.received('/a')
    if (!first || !second) throw new Error('nothing came in')
    for (const secret of [old, rotated.body.secret]) verifyStandard(first, secret)
    verifyStandard(second, rotated.body.secret)
    expect(() => verifyStandard(second, old)).toThrow('does not match')
  })

  it('is stored sealed', async () => {
    const secret = await t.secretOf(await t.hook('/a', EVENTS))
    const rows = await t.db.kysely.selectFrom('webhook_endpoint').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(secret.replace('whsec_', ''))
  })
})

describe('a test of a webhook', () => {
  it('sends one message and tells what came of it', async () => {
    const id = await t.hook('/a', EVENTS)
    const url = `/api/v1/webhooks/${id}/test`
    expect((await t.manage('POST', url)).body).toEqual({
      delivered: true,
      status: 200,
      failure: null,
      answer: 'answer of /a',
      ms: expect.any(Number),
    })
    t.reply('/a', () => ({ status: 500 }))
    expect((await t.manage('POST', url, { event: 'voucher.created' })).body).toMatchObject({
      delivered: false,
      status: 500,
      failure: '500',
    })
    expect(t.received().map(({ body }) => body.type)).toEqual([...EVENTS, 'voucher.created'])
    expect((await t.manage('GET', '/api/v1/webhook-deliveries')).body.data).toEqual([])
  })
})

describe('/api/v1/webhook-deliveries', () => {
  const customer = (source_id: string) => t.call('POST', '/v1/customers', { source_id })
  const list = async (query: string) =>
    (await t.manage('GET', `/api/v1/webhook-deliveries?${query}`)).body

  it('lists what was sent by webhook, event, status and time, newest first', async () => {
    const a = await t.hook('/a', ['customer.created'])
    const b = await t.hook('/b', ['customer.created', 'customer.deleted'])
    t.reply('/b', () => ({ status: 500 }))
    await customer('first')
    await t.send()
    t.clock.advance(5_000)
    await customer('second')
    await t.call('DELETE', '/v1/customers/first')

    const all = await list('')
    expect(all.data).toHaveLength(5)
    expect(all.data[0]).toMatchObject({ webhook_id: b, event: 'customer.deleted', attempts: 0 })
    expect((await list(`webhook_id=${a}`)).data).toHaveLength(2)
    expect((await list('event=customer.deleted')).data).toHaveLength(1)
    expect((await list('status=delivered')).data).toHaveLength(1)
    expect((await list('status=pending')).data).toHaveLength(4)
    expect((await list('to=2026-06-01T12:00:01Z')).data).toHaveLength(2)
    expect((await list('from=2026-06-01T12:00:01Z')).data).toHaveLength(3)

    const page = await list('limit=3')
    const rest = await list(`limit=3&starting_after=${page.next}`)
    expect([...page.data, ...rest.data]).toEqual(all.data)
  })

  it('shows what is sent and what was answered', async () => {
    await t.hook('/a', ['customer.created'])
    await customer('third')
    await t.send()
    const [{ id }] = (await list('')).data
    const { body } = await t.manage('GET', `/api/v1/webhook-deliveries/${id}`)
    expect(body).toMatchObject({ id, last_status: 200, last_answer: 'answer of /a' })
    expect(body.body).toEqual(t.received()[0]?.body)
  })

  it('sends one again under the same id', async () => {
    await t.hook('/a', ['customer.created'])
    await customer('fourth')
    await t.send()
    const [{ id }] = (await list('')).data
    const replay = await t.manage('POST', `/api/v1/webhook-deliveries/${id}/replay`)
    expect(replay).toMatchObject({ status: 200, body: { queued: 1 } })
    await t.send()
    expect(t.received().map(({ body }) => body.id)).toEqual([id, id])
  })

  it("shows nobody another project's deliveries, nor sends them again", async () => {
    const other = await t.addProject()
    await t.hook('/a', ['customer.created'])
    await customer('fifth')
    const [{ id }] = (await list('')).data
    const one = `/api/v1/webhook-deliveries/${id}`
    expect(await t.manage('GET', one, undefined, other)).toMatchObject({ status: 404 })
    expect(await t.manage('POST', `${one}/replay`, undefined, other)).toMatchObject({ status: 404 })
  })
})

describe('/management/v1/projects/{projectId}/webhooks (engine-programs §15.1)', () => {
  const path = () => `/management/v1/projects/${t.keys.projectId}/webhooks`
  const manage = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: object) => {
    const headers = {
      'x-management-id': t.keys.projectId,
      'x-management-token': t.keys.adminToken,
    }
    return t.call(method, url, body, { headers })
  }

  it('refuses U+0000 in the URL, which cannot be looked for', async () => {
    expect(await manage('GET', `${path()}/%00`)).toMatchObject({ status: 400 })
  })

  it('is the same webhooks in the shapes of the reference (programs scenario 78)', async () => {
    const created = await manage('POST', path(), { target_url: URL, events: EVENTS })
    expect(created).toMatchObject({ status: 200 })
    expect(created.body).toEqual({
      id: expect.stringMatching(/^wh_/),
      target_url: URL,
      events: EVENTS,
      active: true,
      created_at: '2026-06-01T12:00:00.000Z',
      object: 'webhook',
    })
    const one = `${path()}/${created.body.id}`
    const events = ['redemption.failed', 'campaign.vouchers.aded']
    expect((await manage('PUT', one, { target_url: URL, events })).body.events).toEqual(events)
    expect((await manage('GET', path())).body).toEqual({
      object: 'list',
      data_ref: 'data',
      data: [(await manage('GET', one)).body],
      total: 1,
    })
    expect((await t.manage('GET', `/api/v1/webhooks/${created.body.id}`)).body.events).toEqual(
      events,
    )
    expect(await manage('DELETE', one)).toMatchObject({ status: 204 })
    expect(await manage('GET', one)).toMatchObject({ status: 404 })
  })

  it('opens with the id of the project and its admin token only', async () => {
    expect(await t.call('GET', path())).toMatchObject({ status: 401 })
    const other = await t.addProject()
    expect(
      await manage('GET', `/management/v1/projects/${other.projectId}/webhooks`),
    ).toMatchObject({ status: 404 })
  })
})
