import { createHmac } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { sendByHand } from '../../../../src/engine/distributions/index.ts'
import { drainEffects } from '../../../support/effects.ts'
import { verifyStandard } from '../webhooks/support.ts'
import { byHand, useDistributions } from './support.ts'

const t = useDistributions()
const SIGN_UP = { event: 'customer.custom_event', custom_event: 'sign_up' }
const HOUR = 3_600_000

beforeEach(() => t.clock.set('2026-06-01T12:00:00.000Z'))

describe('a distribution', () => {
  it('sends what happened in the envelope of the reference, under the event that was typed (§12.1, §12.2)', async () => {
    const made = await t.distribute(SIGN_UP, { name: 'Welcome', event_name: 'welcome!' })
    await t.track('sign_up')
    await t.settle()

    const [received, ...others] = t.received()
    expect(others).toEqual([])
    expect(received?.body).toMatchObject({
      id: expect.stringMatching(/^whs_/),
      project_id: t.keys.projectId,
      created_at: '2026-06-01T12:00:00.000Z',
      type: 'welcome!',
      source: { id: made.id, object: 'distribution', target_url: `${t.address}/d` },
      event: {
        id: expect.stringMatching(/^evcus_/),
        type: 'customer.custom_event',
        entity_id: received?.body.data.event.customer.id,
        group_id: expect.stringMatching(/^v-/),
      },
      data: {
        customer: { source_id: 'anna' },
        event: { type: 'sign_up' },
        distribution: {
          id: made.id,
          status: 'TO SEND',
          consents: { disabled: true },
          distribution_channels: ['webhook'],
          set_live_at: '2026-06-01T12:00:00.000Z',
        },
      },
    })
    expect(made.id).toMatch(/^distr_/)
  })

  it('is signed as webhooks are, and sends its own headers along (WH-1, WH-5)', async () => {
    const headers = { authorization: 'Bearer s3cret', 'x-shop-1': 'a b' }
    const { id } = await t.distribute(SIGN_UP, { headers })
    await t.track('sign_up', { source_id: 'anna', name: 'bør "é" \u2028' })
    await t.settle()

    const [received] = t.received()
    expect(received?.headers).toMatchObject(headers)
    const { secret } = (await t.manage('GET', `/api/v1/distributions/${id}/secret`)).body
    const hex = createHmac('sha256', secret)
      .update(received?.text ?? '')
      .digest('hex')
    expect(received?.headers['x-voucherify-signature']).toBe(hex)
    if (received) verifyStandard(received, secret)
  })

  it('is narrowed to a custom event, and hears only of its own project', async () => {
    await t.distribute(SIGN_UP)
    await t.track('visited')
    const keys = await t.addProject()
    await t.call('POST', '/v1/events', { event: 'sign_up', customer: { source_id: 'o' } }, { keys })
    await t.settle()
    expect(t.received()).toEqual([])
  })

  it('is narrowed to a campaign', async () => {
    const [ours, other] = [await t.aCampaign(), await t.aCampaign()]
    await t.distribute({ event: 'customer.publication.succeeded', campaign: ours.name })
    for (const { id } of [ours, other])
      await t.create('/v1/publications', { campaign: id, customer: { source_id: 'anna' } })
    await t.settle()
    expect(t.received().map(({ body }) => body.data.campaign.id)).toEqual([ours.id])
  })

  it('makes a passive segment active, and tells who enters it from then on (S-2)', async () => {
    const filter = { junction: 'and', 'events.joined.count': { conditions: { $more_than: ['0'] } } }
    const { id } = await t.create('/v1/segments', { name: 'Joined', type: 'passive', filter })
    await t.distribute({ event: 'customer.segment.entered', segment: id })
    expect((await t.call('GET', `/v1/segments/${id}`)).body.type).toBe('auto-update')
    t.clock.advance(1_000)
    await t.track('joined', { source_id: 'enters' })
    await t.settle()
    expect(t.received().map(({ body }) => body.data.customer.source_id)).toEqual(['enters'])
    expect(await t.call('DELETE', `/v1/segments/${id}`)).toMatchObject({
      status: 400,
      body: { key: 'resource_in_use' },
    })
  })

  it('sends a body of its own, in which the values of the message stand', async () => {
    await t.distribute(SIGN_UP, {
      event_name: 'hello',
      body: { to: '{{customer.phone}}', text: 'Hi {{customer.name}}: {{type}}', n: 1 },
    })
    await t.track('sign_up', { source_id: 'anna', name: 'Anna', phone: '+48 1' })
    await t.settle()
    const text = '{"to":"+48 1","text":"Hi Anna: hello","n":1}'
    expect(t.received().map((one) => one.text)).toEqual([text])

    // Sent again by hand it is the very same, whoever the customer is by now.
    await t.call('PUT', '/v1/customers/anna', { name: 'Ann' })
    const id = String(t.received()[0]?.headers['webhook-id'])
    const delivery = `/api/v1/webhook-deliveries/${id}`
    expect((await t.manage('GET', delivery)).body.body).toEqual(JSON.parse(text))
    expect((await t.manage('POST', `${delivery}/replay`)).body).toEqual({ queued: 1 })
    await t.settle()
    expect(t.received().map((one) => one.text)).toEqual([text, text])
    expect(t.received()[1]?.headers['webhook-id']).toBe(id)
  })

  it('tells of a promotion', async () => {
    const campaign = await t.create('/v1/campaigns', {
      name: 'Sale',
      campaign_type: 'PROMOTION',
      promotion: {
        tiers: [
          { name: 'T', banner: 'Off', action: { discount: { type: 'AMOUNT', amount_off: 10 } } },
        ],
      },
    })
    const [tier] = campaign.promotion.tiers
    await t.distribute(SIGN_UP, { promotion_tier: tier.id })
    await t.track('sign_up')
    await t.settle()
    expect(t.received()[0]?.body.data).toMatchObject({
      campaign: { id: campaign.id },
      promotion_tier: { id: tier.id, banner: 'Off' },
    })
  })

  it('keeps what it sends from who is erased', async () => {
    const { id } = await t.distribute(SIGN_UP)
    t.reply('/d', () => ({ status: 500 }))
    await t.track('sign_up', { source_id: 'erased', name: 'Somebody Special' })
    await t.settle()
    await t.call('POST', '/v1/customers/erased/permanent-deletion')
    const { rows } = await t.db.pool.query(
      'select body from webhook_message where endpoint_id = $1',
      [id],
    )
    expect(rows).toEqual([{ body: null }])
    t.clock.advance(HOUR)
    await t.settle()
    expect(t.received()).toHaveLength(1)
    expect(await t.deliveriesOf(id)).toMatchObject([{ status: 'failed', last_failure: 'erased' }])
  })
})

describe('a distribution that gives codes', () => {
  it('publishes one to each customer, and tells which (P-11)', async () => {
    const campaign = await t.aCampaign()
    const { id } = await t.distribute(SIGN_UP, { campaign: campaign.name })
    await t.track('sign_up', { source_id: 'gets-one' })
    await t.settle()
    const { data } = t.received()[0]?.body ?? {}
    expect(data).toMatchObject({
      customer: { source_id: 'gets-one' },
      campaign: { id: campaign.id },
      voucher: { campaign_id: campaign.id },
      publication: {
        result: 'SUCCESS',
        metadata: { source_type: 'distribution', source_id: id, distribution_id: id },
      },
    })
    const { body: voucher } = await t.call('GET', `/v1/vouchers/${data.voucher.code}`)
    expect(voucher.holder_id).toBe(data.customer.id)
  })

  it('says why there was no code to give', async () => {
    const campaign = await t.aCampaign({ type: 'STATIC' })
    const { id } = await t.distribute(SIGN_UP, { campaign: campaign.id })
    await t.track('sign_up')
    await t.call('DELETE', `/v1/campaigns/${campaign.id}?force=true`)
    await t.settle()
    await t.track('sign_up')
    await t.settle()
    expect(t.received()).toEqual([])
    const failures = await t.deliveriesOf(id, 'status=failed')
    expect(failures.map((one) => one.last_failure)).toEqual(['not_found', 'not_found'])
    // There is nothing that could be sent again.
    const replay = `/api/v1/webhook-deliveries/${failures[0]?.id}/replay`
    expect((await t.manage('POST', replay)).status).toBe(404)
  })

  it('does not follow from the codes that it gives itself', async () => {
    const campaign = await t.aCampaign()
    const { id } = await t.distribute(
      { event: 'customer.publication.succeeded' },
      { campaign: campaign.id },
    )
    const other = await t.aCampaign()
    await t.create('/v1/publications', { campaign: other.id, customer: { source_id: 'anna' } })
    await t.settle()
    expect(await t.deliveriesOf(id)).toHaveLength(1)
  })
})

describe('a distribution that is paused', () => {
  it('is told nothing of what happens meanwhile, and sends what waited once it is resumed', async () => {
    const { id } = await t.distribute(SIGN_UP)
    t.reply('/d', () => ({ status: 500 }))
    await t.track('sign_up', { source_id: 'before' })
    await t.settle()
    const paused = await t.manage('POST', `/api/v1/distributions/${id}/pause`)
    expect(paused.body).toMatchObject({ status: 'PAUSED', paused_reason: null })
    await t.track('sign_up', { source_id: 'meanwhile' })
    t.clock.advance(HOUR)
    await t.settle()
    t.reply('/d', () => ({ status: 200 }))
    const resumed = await t.manage('POST', `/api/v1/distributions/${id}/resume`)
    expect(resumed.body).toMatchObject({ status: 'TO SEND' })
    await t.settle()
    const told = t.received().map(({ body }) => body.data.customer.source_id)
    expect(told).toEqual(['before', 'before'])
    expect(new Set(t.received().map(({ body }) => body.id)).size).toBe(1)
  })

  it('pauses itself after the last retry, says why, and can send again what failed (WH-2)', async () => {
    const { id } = await t.distribute(SIGN_UP)
    t.reply('/d', () => ({ status: 500 }))
    await t.track('sign_up')
    await t.settle()
    for (let retry = 0; retry < 12; retry += 1) {
      t.clock.advance(27 * HOUR)
      await t.send()
    }
    expect(t.received()).toHaveLength(13)
    expect((await t.manage('GET', `/api/v1/distributions/${id}`)).body).toMatchObject({
      status: 'PAUSED',
      paused_reason: 'failing',
      last_failure: '500',
    })
    t.reply('/d', () => ({ status: 200 }))
    await t.manage('POST', `/api/v1/distributions/${id}/resume`)
    const range = { from: '2026-06-01T00:00:00Z', to: '2026-06-02T00:00:00Z' }
    const replay = await t.manage('POST', `/api/v1/distributions/${id}/replays`, range)
    expect(replay.body).toEqual({ queued: 1 })
    await t.send()
    expect(await t.deliveriesOf(id)).toMatchObject([{ status: 'delivered' }])
  })
})

describe('a distribution that is sent by hand', () => {
  it('goes to everybody in its segment ten minutes later, once (§12.2)', async () => {
    const campaign = await t.aCampaign()
    const segment = await t.aSegment(['h1', 'h2'])
    const made = await t.distribute(byHand(segment), { campaign: campaign.id })
    expect(made).toMatchObject({ status: 'TO SEND', set_live_at: '2026-06-01T12:10:00.000Z' })
    t.clock.advance(600_000 - 1)
    await t.settle()
    expect(t.received()).toEqual([])
    t.clock.advance(1)
    await t.settle()
    await t.settle()
    const told = t.received().map(({ body }) => body)
    expect(told.map(({ data }) => data.customer.source_id).sort()).toEqual(['h1', 'h2'])
    expect(told[0]).toMatchObject({
      type: 'manual_distribution_schedule',
      event: { type: 'manual_distribution_schedule', group_id: expect.stringMatching(/^w-/) },
      data: { campaign: { id: campaign.id }, voucher: {}, publication: {} },
    })
    expect(new Set(told.map(({ data }) => data.voucher.code)).size).toBe(2)
    expect((await t.manage('GET', `/api/v1/distributions/${made.id}`)).body.status).toBe('DONE')
    const { body } = await t.call(
      'GET',
      '/v1/customers/h1/activity?type=manual_distribution_schedule',
    )
    expect(body.data).toMatchObject([{ data: { distribution: { id: made.id } } }])
  })

  it('goes to each of them once, however many workers there are', async () => {
    const count = 200
    await t.db.pool.query(
      `insert into customer (id, project_id, source_id, name, metadata, system_metadata, created_at)
       select 'cust_worker' || n, $1, 'w' || n, 'Worked', '{}', '{}', now() from generate_series(1, $2::int) n`,
      [t.keys.projectId, count],
    )
    const filter = { junction: 'and', name: { conditions: { $is: 'Worked' } } }
    const { id } = await t.create('/v1/segments', { name: 'Worked', type: 'passive', filter })
    const made = await t.distribute(byHand(id))
    t.clock.advance(600_000)
    const work = { db: t.db, clock: t.clock, announced: () => undefined }
    const goOn = async (): Promise<void> => {
      while (await sendByHand(work));
    }
    // Connections are made before, so that all of them begin at once.
    await Promise.all(Array.from({ length: 6 }, () => t.call('GET', '/v1/segments')))
    await Promise.all(Array.from({ length: 6 }, goOn))
    await drainEffects(t)
    const { rows } = await t.db.pool.query(
      `select count(*)::int as told, count(distinct occurrence.customer_id)::int as customers
         from webhook_message join occurrence on occurrence.id = occurrence_id where endpoint_id = $1`,
      [made.id],
    )
    expect(rows).toEqual([{ told: count, customers: count }])
  })

  it('can be called back, moved, or deleted until then', async () => {
    const segment = await t.aSegment(['h3'])
    const made = await t.distribute(byHand(segment))
    const url = `/api/v1/distributions/${made.id}`
    await t.manage('POST', `${url}/pause`)
    t.clock.advance(HOUR)
    await t.settle()
    expect(t.received()).toEqual([])
    await t.manage('POST', `${url}/resume`)
    await t.settle()
    expect(t.received()).toHaveLength(1)
    expect(await t.manage('PATCH', url, { set_live_at: '2026-07-01T00:00:00Z' })).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details: expect.stringContaining('.set_live_at') },
    })

    const moved = await t.distribute(byHand(segment), { set_live_at: '2026-06-02T00:00:00Z' })
    t.clock.advance(HOUR)
    await t.settle()
    expect(t.received()).toHaveLength(1)
    expect((await t.manage('DELETE', `/api/v1/distributions/${moved.id}`)).status).toBe(204)
    t.clock.advance(24 * HOUR)
    await t.settle()
    expect(t.received()).toHaveLength(1)
  })

  it('finds out who is in a passive segment when it is sent, and leaves it passive', async () => {
    const filter = { junction: 'and', name: { conditions: { $is: 'Found' } } }
    const { id } = await t.create('/v1/segments', { name: 'Found', type: 'passive', filter })
    await t.distribute(byHand(id))
    await t.create('/v1/customers', { source_id: 'f1', name: 'Found' })
    t.clock.advance(600_000)
    await t.settle()
    expect(t.received().map(({ body }) => body.data.customer.source_id)).toEqual(['f1'])
    expect((await t.call('GET', `/v1/segments/${id}`)).body.type).toBe('passive')
  })
})
