import { createHmac } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { announce, type Fact, WEBHOOK_EVENTS } from '../../../../src/engine/outbox/index.ts'
import { createWebhookSender } from '../../../../src/engine/webhooks/create-sender.ts'
import { startWebhooks } from '../../../../src/engine/webhooks/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { runAsyncActions } from '../../../support/async-actions.ts'
import { uploadCsv } from '../../../support/upload-csv.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { useHooks, verifyStandard } from './support.ts'

const t = useHooks()
const MINUTE = 60_000

let voucher = 0
async function aVoucher(): Promise<string> {
  voucher += 1
  const code = `HOOK-${voucher}`
  await t.call('POST', `/v1/vouchers/${code}`, {
    type: 'DISCOUNT_VOUCHER',
    discount: { type: 'AMOUNT', amount_off: 100 },
  })
  return code
}

const redeem = (ids: string[], more: object = { customer: { source_id: 'anna' } }) =>
  t.call('POST', '/v1/redemptions', {
    redeemables: ids.map((id) => ({ object: 'voucher', id })),
    order: { amount: 10_000 },
    ...more,
  })

/** Announces so many facts of one type, as some part of the engine would. */
const tell = (count: number, type: Fact['type'] = 'voucher.updated') =>
  inTransaction(t.db, (tx) =>
    announce(
      tx,
      Array.from({ length: count }, (_, index) => ({
        call: {
          projectId: t.keys.projectId,
          appId: t.keys.appId,
          groupId: 'v-1',
          channel: 'API' as const,
          now: t.clock.now(),
        },
        type,
        customerId: null,
        data: { voucher: { id: `v_${index}`, object: 'voucher' }, campaign: null },
      })),
    ),
  )

const delivery = async (id: string) =>
  (await t.manage('GET', `/api/v1/webhook-deliveries/${id}`)).body
const deliveries = async (query = '') =>
  (await t.manage('GET', `/api/v1/webhook-deliveries?${query}`)).body.data

beforeEach(() => t.clock.set('2026-06-01T12:00:00.000Z'))

describe('a webhook', () => {
  it('is told a redemption in the envelope of the reference, and when it was (WH-6, programs scenario 76, §12.1)', async () => {
    const id = await t.hook('/a', ['redemption.succeeded'])
    const code = await aVoucher()
    const { body: answer } = await redeem([code])
    await t.send()

    const [received, ...others] = t.received()
    expect(others).toEqual([])
    expect(Object.keys(received?.body)).toEqual([
      'id',
      'project_id',
      'created_at',
      'type',
      'data',
      'source',
      'event',
    ])
    expect(received?.body).toMatchObject({
      id: expect.stringMatching(/^whs_/),
      project_id: t.keys.projectId,
      type: 'redemption.succeeded',
      source: { id, object: 'webhook', target_url: `${t.address}/a` },
      event: {
        id: expect.stringMatching(/^evcus_/),
        type: 'customer.redemption.succeeded',
        created_at: '2026-06-01T12:00:00.000Z',
        entity_id: answer.redemptions[0].customer_id,
        group_id: expect.stringMatching(/^v-/),
        event_source: { channel: 'API', api_key: { app_id: t.keys.appId } },
      },
      data: {
        redemption: { id: answer.redemptions[0].id, result: 'SUCCESS' },
        customer: { source_id: 'anna' },
        voucher: { code },
        promotion_tier: null,
        created_at: '2026-06-01T12:00:00.000Z',
      },
    })
  })

  it('is signed so that receivers of either kind can verify it (programs scenario 76, WH-1)', async () => {
    const secret = await t.secretOf(await t.hook('/a', ['redemption.succeeded']))
    await redeem([await aVoucher()], { customer: { source_id: 'bør "é" \u2028' } })
    await t.send()

    const [received] = t.received()
    const hex = createHmac('sha256', secret)
      .update(received?.text ?? '')
      .digest('hex')
    expect(received?.headers['x-voucherify-signature']).toBe(hex)
    if (received) verifyStandard(received, secret)
    expect(received?.headers['webhook-id']).toBe(received?.body.id)
    expect(received?.headers['webhook-timestamp']).toBe('1780315200')
    // The older SDK signs what it parsed and wrote again (trap 13).
    expect(JSON.stringify(JSON.parse(received?.text ?? ''))).toBe(received?.text)
  })

  it('is told n + 1 redemptions of a stack of n (WH-4, programs scenario 77)', async () => {
    await t.hook('/a', ['redemption.succeeded'])
    expect(await redeem([await aVoucher(), await aVoucher()])).toMatchObject({ status: 200 })
    await t.send()
    expect(t.received()).toHaveLength(3)
    expect(new Set(t.received().map(({ body }) => body.id)).size).toBe(3)
  })

  it('is told a publication, and the voucher that was published (P-13)', async () => {
    await t.hook('/a', ['publication.succeeded', 'voucher.published'])
    const code = await aVoucher()
    await t.call('POST', '/v1/publications', { voucher: code, customer: { source_id: 'bob' } })
    await t.send()
    const told = t.received().map(({ body }) => [body.type, body.data.voucher.code])
    expect(told.sort()).toEqual([
      ['publication.succeeded', code],
      ['voucher.published', code],
    ])
  })

  it('is told a refusal that was recorded, and nothing that was undone', async () => {
    await t.hook('/a', ['redemption.failed', 'customer.created'])
    await redeem(['NOBODY-HAS-THIS'])
    const failing = inTransaction(t.db, async (tx) => {
      announce(tx, [
        {
          call: {
            projectId: t.keys.projectId,
            appId: '',
            groupId: '',
            channel: 'API',
            now: t.clock.now(),
          },
          type: 'customer.created',
          customerId: null,
          data: {},
        },
      ])
      throw new Error('undone')
    })
    await expect(failing).rejects.toThrow('undone')
    await t.send()
    expect(t.received().map(({ body }) => body.type)).toEqual(
      (await deliveries()).map(({ event }: { event: string }) => event),
    )
    expect(t.received().filter(({ body }) => body.type === 'customer.created')).toHaveLength(0)
  })

  it('hears nothing of customers that are changed in bulk, nor of orders that are imported (WH-7)', async () => {
    await t.call('POST', '/v1/customers', { source_id: 'hushed' })
    await t.hook('/a', [...WEBHOOK_EVENTS])
    await t.call('POST', '/v1/customers/bulk/async', [{ source_id: 'hushed', name: 'A' }])
    const metadata = { source_ids: ['hushed'], metadata: { k: 1 } }
    await t.call('POST', '/v1/customers/metadata/async', metadata)
    await uploadCsv(t, '/v1/customers/importCSV', 'Source_id,Name\nhushed,C\n')
    const order = { source_id: 'hushed-1', amount: 100, status: 'PAID' }
    const customer = { source_id: 'hushed' }
    await t.call('POST', '/v1/orders/import', [{ ...order, customer }])
    await runAsyncActions(t)
    expect((await t.call('GET', '/v1/orders/hushed-1')).status).toBe(200)
    expect((await t.call('GET', '/v1/customers/hushed')).body.name).toBe('C')
    await t.send()
    expect(t.received()).toEqual([])
  })

  it('hears only of its own project', async () => {
    const other = await t.addProject()
    await t.hook('/other', ['voucher.updated'], other)
    await t.hook('/ours', ['voucher.updated'])
    await tell(1)
    await t.send()
    expect(t.received('/other')).toEqual([])
    expect(t.received('/ours')).toHaveLength(1)
    expect(
      (await t.manage('GET', '/api/v1/webhook-deliveries', undefined, other)).body.data,
    ).toEqual([])
  })

  it('is told nothing of what happened while it was disabled', async () => {
    const id = await t.hook('/a', ['voucher.updated'])
    await t.manage('PATCH', `/api/v1/webhooks/${id}`, { active: false })
    await tell(1)
    await t.manage('PATCH', `/api/v1/webhooks/${id}`, { active: true })
    await t.send()
    expect(t.received()).toEqual([])
  })

  it('matches both spellings of an event (WH-8, programs scenario 78)', async () => {
    const id = await t.hook('/a', ['voucher.gift.balance_aded'])
    expect((await t.manage('GET', `/api/v1/webhooks/${id}`)).body.events).toEqual([
      'voucher.gift.balance_aded',
    ])
    await tell(1, 'voucher.gift.balance_added')
    await t.send()
    expect(t.received()[0]?.body.type).toBe('voucher.gift.balance_added')
  })
})

describe('a webhook that fails', () => {
  it('is tried again after about 1 minute, then 2, under the same id (programs scenario 76, WH-3)', async () => {
    await t.hook('/a', ['voucher.updated'])
    t.reply('/a', () => ({ status: 500 }))
    await tell(1)
    for (const advance of [0, 0.8 * MINUTE, 0.4 * MINUTE, 1.5 * MINUTE, MINUTE]) {
      t.clock.advance(advance)
      await t.send()
    }
    expect(t.received()).toHaveLength(3)
    const ids = new Set(t.received().map(({ headers }) => headers['webhook-id']))
    expect(ids.size).toBe(1)
    expect(new Set(t.received().map(({ text }) => text)).size).toBe(1)

    t.reply('/a', () => ({ status: 204 }))
    t.clock.advance(5 * MINUTE)
    await t.send()
    const [id = ''] = ids
    expect(await delivery(String(id))).toMatchObject({
      status: 'delivered',
      attempts: 4,
      last_status: 204,
      last_failure: null,
      next_attempt_at: null,
    })
  })

  it('delays nobody else, however long it takes to answer', async () => {
    await t.hook('/hangs', ['voucher.updated'])
    await t.hook('/lives', ['voucher.updated'])
    t.reply('/hangs', () => 'never')
    await tell(20)

    const loop = startWebhooks(t.app.engine)
    const startedAt = performance.now()
    await waitFor('all of the living', () => t.received('/lives').length === 20)
    expect(performance.now() - startedAt).toBeLessThan(LIMITS.deliveryTimeoutMs / 2)
    await loop.stop()
    const [oldest] = (await deliveries('status=pending&limit=100')).toReversed()
    expect(oldest).toMatchObject({ attempts: 1, last_failure: 'ETIMEDOUT', last_status: null })
  })

  it('is tried with one message at a time until it is well again', async () => {
    const id = await t.hook('/a', ['voucher.updated'])
    t.reply('/a', () => ({ status: 503 }))
    await tell(30)
    await t.send()
    expect(t.received()).toHaveLength(LIMITS.webhookMessagesInFlightMax)
    await t.send()
    expect(t.received()).toHaveLength(LIMITS.webhookMessagesInFlightMax)
    t.clock.advance(1_000)
    await t.send()
    expect(t.received()).toHaveLength(LIMITS.webhookMessagesInFlightMax + 1)
    expect((await t.manage('GET', `/api/v1/webhooks/${id}`)).body).toMatchObject({
      failures: 2,
      last_failure: '503',
      next_attempt_at: expect.any(String),
    })

    t.reply('/a', () => ({ status: 200 }))
    for (let round = 0; round < 8; round += 1) {
      t.clock.advance(MINUTE)
      await t.send()
    }
    expect(await deliveries('status=delivered&limit=100')).toHaveLength(30)
  })

  it('is disabled after the last retry, and sent what waits once it is enabled again', async () => {
    const id = await t.hook('/a', ['voucher.updated'])
    t.reply('/a', () => ({ status: 500 }))
    await tell(1)
    await t.send()
    for (let retry = 0; retry < 12; retry += 1) {
      t.clock.advance(27 * 60 * MINUTE)
      await t.send()
    }
    expect(t.received()).toHaveLength(13)
    expect((await t.manage('GET', `/api/v1/webhooks/${id}`)).body).toMatchObject({
      active: false,
      disabled_reason: 'failing',
    })
    expect(await deliveries()).toMatchObject([{ status: 'failed', attempts: 13 }])

    t.reply('/a', () => ({ status: 200 }))
    await t.manage('PATCH', `/api/v1/webhooks/${id}`, { active: true })
    expect((await t.manage('GET', `/api/v1/webhooks/${id}`)).body).toMatchObject({
      active: true,
      disabled_reason: null,
      failures: 0,
    })
    const range = { from: '2026-06-01T00:00:00Z', to: '2026-06-02T00:00:00Z' }
    const replay = await t.manage('POST', `/api/v1/webhooks/${id}/replays`, range)
    expect(replay.body).toEqual({ queued: 1 })
    expect((await t.manage('POST', `/api/v1/webhooks/${id}/replays`, range)).body).toEqual({
      queued: 0,
    })
    await t.send()
    expect(await deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }])
  })

  it('is disabled at once when it says that it is gone', async () => {
    const id = await t.hook('/a', ['voucher.updated'])
    t.reply('/a', () => ({ status: 410 }))
    await tell(1)
    await t.send()
    expect((await t.manage('GET', `/api/v1/webhooks/${id}`)).body).toMatchObject({
      active: false,
      disabled_reason: 'gone',
    })
  })

  it('does not follow a redirect (WH-3)', async () => {
    await t.hook('/a', ['voucher.updated'])
    t.reply('/a', () => ({ status: 302, headers: { location: `${t.address}/b` } }))
    await tell(1)
    await t.send()
    expect(t.received('/b')).toEqual([])
    expect(await deliveries()).toMatchObject([{ status: 'pending', last_failure: '302' }])
  })
})

describe('senders', () => {
  it('send each message once, however many of them there are', async () => {
    await t.hook('/a', ['voucher.updated'])
    await t.hook('/b', ['voucher.updated'])
    await tell(100)
    const workers = Array.from({ length: 4 }, () => startWebhooks(t.app.engine))
    await waitFor('all messages', () => t.received().length >= 200)
    await Promise.all(workers.map((worker) => worker.stop()))
    expect(t.received()).toHaveLength(200)
    expect(new Set(t.received().map(({ body }) => body.id)).size).toBe(200)
    expect(await deliveries('status=pending')).toEqual([])
  })

  it('take over what one that died had begun, when its lease is over', async () => {
    await t.hook('/a', ['voucher.updated'])
    await tell(1)
    // It dies before it can record what came of the message.
    const broken = { ...t.app.engine, send: () => Promise.reject(new Error('killed')) }
    const db = new Proxy(t.db, {
      get: (target, name) =>
        name === 'run'
          ? (statement: { name: string }, values: unknown[]) =>
              statement.name === 'settle_webhook_endpoint'
                ? Promise.reject(new Error('killed'))
                : target.run(statement as never, values)
          : Reflect.get(target, name),
    })
    const log = { ...t.app.engine.log, error: () => undefined } as never
    const dying = createWebhookSender({ ...broken, db, log }, () => undefined)
    await dying.run(new AbortController().signal)
    await dying.finish()

    await t.send()
    expect(t.received()).toEqual([])
    t.clock.advance(LIMITS.webhookLeaseMs)
    await t.send()
    expect(t.received()).toHaveLength(1)
  })
})
