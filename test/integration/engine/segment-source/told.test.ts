import { describe, expect, it } from 'vitest'
import { createSegmentSource } from '../../../../src/engine/segment-source/index.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { aReferralCampaign, aReferrer, redeem } from '../referrals/support.ts'
import { aCouponCampaign, aMember, aProgram, made, unique } from '../rewards/support.ts'
import { withStackingRules } from '../scenarios/support.ts'
import { useSegment, WRITE_KEY } from './support.ts'

const t = useTestApp()
const { endpoint, connect, told } = useSegment(t)

const aCoupon = async (): Promise<string> => {
  const discount = { type: 'AMOUNT', amount_off: 100 }
  return (await made(t, '/v1/vouchers', { type: 'DISCOUNT_VOUCHER', discount })).code
}
const redeemAll = (codes: readonly string[], more: object = {}) =>
  t.call('POST', '/v1/redemptions', {
    redeemables: codes.map((id) => ({ object: 'voucher', id })),
    order: { amount: 10_000 },
    ...more,
  })
const namesOf = (calls: readonly { event: string }[]) => calls.map(({ event }) => event)

describe('Segment', () => {
  it('is told a redemption of somebody by the id that they are known by (§17.6 example 1, programs scenario 99)', async () => {
    const sourceId = unique('bob')
    const { body } = await redeemAll([await aCoupon()], { customer: { source_id: sourceId } })
    const [call, ...others] = await told()
    expect(others).toEqual([])
    expect(call).toMatchObject({
      type: 'track',
      event: 'Redemption succeeded',
      userId: sourceId,
      messageId: expect.stringMatching(/^voucherify-evcus_\w+-1$/),
      timestamp: t.clock.now().toISOString(),
    })
    expect(call).not.toHaveProperty('anonymousId')
    expect(Object.keys(call.properties)).toEqual(['voucherifyEvent'])
    expect(call.properties.voucherifyEvent).toMatchObject({
      type: 'customer.redemption.succeeded',
      data: { redemption: { id: body.redemptions[0].id } },
    })
    expect(endpoint.requests.at(-1)?.headers.authorization).toBe(`Basic ${btoa(`${WRITE_KEY}:`)}`)
  })

  it('is told of somebody without one by ours, or not at all (§17.6 example 2, programs scenario 100)', async () => {
    const customer = { email: `${unique('eve')}@x.io` }
    const publish = async () => made(t, '/v1/publications', { voucher: await aCoupon(), customer })
    const { customer_id } = await publish()
    const [call] = await told()
    expect(call).toMatchObject({ event: 'Publication succeeded', anonymousId: customer_id })
    expect(call).not.toHaveProperty('userId')
    await connect({ anonymous_fallback: 'skip' })
    await publish()
    expect(await told()).toEqual([])
  })

  it('is told nothing of what nobody did, of which webhooks are (EV-2, §17.6 example 3, programs scenario 101)', async () => {
    const { rows } = await t.db.pool.query('select id from webhook_endpoint')
    expect(rows).toEqual([])
    await t.db.pool.query(
      `insert into webhook_endpoint (id, project_id, target_url, events, event_names, secret_sealed, created_at)
       values ('wh_told', $1, 'http://127.0.0.1:9', $2, $2, '', now())`,
      [t.keys.projectId, ['redemption.failed', 'redemption.succeeded']],
    )
    expect((await redeemAll([unique('NOBODY')])).status).toBe(404)
    const order = { amount: 1 }
    const large = await made(t, '/v1/validation-rules', {
      name: 'large',
      rules: { 1: { name: 'order.amount', conditions: { $more_than: [100] } } },
    })
    const code = await aCoupon()
    await made(t, `/v1/validation-rules/${large.id}/assignments`, { voucher: code })
    expect((await redeemAll([code], { order })).body.key).toBe('order_rules_violated')
    expect((await redeemAll([code])).status).toBe(200)
    expect(await told()).toEqual([])
    const messages = await t.db.pool.query('select event from webhook_message order by event')
    expect(messages.rows.map(({ event }) => event)).toEqual([
      'redemption.failed',
      'redemption.failed',
      'redemption.succeeded',
    ])
    await t.db.pool.query('delete from webhook_endpoint')
  })

  it('is told nothing but what it is for: no identify, no customers, orders and events (SO-5, §17.2)', async () => {
    const customer = { source_id: unique('ida'), name: 'Ida' }
    await made(t, '/v1/customers', customer)
    await made(t, '/v1/customers', { ...customer, name: 'Ida B' })
    await made(t, '/v1/orders', { customer, amount: 100, status: 'PAID' })
    await made(t, '/v1/events', { customer, event: 'sign_up' })
    expect(await told()).toEqual([])
  })

  it('is told once what an order earns (§17.6 example 6, programs scenario 44)', async () => {
    const program = await aProgram(t)
    await made(t, `/v1/loyalties/${program.id}/earning-rules`, [
      {
        event: 'order.paid',
        loyalty: {
          type: 'PROPORTIONAL',
          calculation_type: 'ORDER_TOTAL_AMOUNT',
          order: { total_amount: { every: 500, points: 10 } },
        },
      },
    ])
    const { card, sourceId } = await aMember(t, program)
    await told()
    const customer = { source_id: sourceId }
    const order = await made(t, '/v1/orders', { customer, amount: 45_000, status: 'PAID' })
    const calls = await told()
    expect(namesOf(calls)).toEqual(['Customer rewarded with loyalty points'])
    expect(calls[0]).toMatchObject({
      userId: sourceId,
      properties: {
        voucherifyEvent: {
          type: 'customer.rewarded.loyalty_points',
          data: {
            customer,
            voucher: { code: card },
            campaign: { id: program.id },
            balance: { points: 900, total: 900, balance: 900 },
            order: { id: order.id },
            event: { type: 'customer.order.paid' },
          },
        },
      },
    })
  })

  it('is told each redemption of a stack and its head (EV-5, §17.6 example 7)', async () => {
    const codes = [await aCoupon(), await aCoupon(), await aCoupon()]
    const customer = { source_id: unique('stan') }
    const { body } = await redeemAll(codes, { customer })
    const calls = await told()
    expect(namesOf(calls)).toEqual(Array(4).fill('Redemption succeeded'))
    const events = calls.map(({ properties }) => properties.voucherifyEvent)
    expect(events.map(({ data }) => data.redemption.id)).toEqual([
      ...body.redemptions.map(({ id }: { id: string }) => id),
      body.parent_redemption.id,
    ])
    expect(new Set(events.map(({ group_id }) => group_id)).size).toBe(1)
  })

  it('is told a rollback, and that there is no second one (EV-4, EV-7)', async () => {
    const customer = { source_id: unique('rob') }
    const { redemptions } = (await redeemAll([await aCoupon()], { customer })).body
    const [{ id }] = redemptions
    await told()
    const url = `/v1/redemptions/${id}/rollback`
    const { body } = await t.call('POST', url, {})
    expect((await t.call('POST', url, {})).body.key).toBe('already_rolled_back')
    const calls = await told()
    expect(namesOf(calls)).toEqual(['Redemption rollback succeeded', 'Redemption rollback failed'])
    expect(calls.map(({ userId }) => userId)).toEqual(Array(2).fill(customer.source_id))
    const [succeeded, failed] = calls.map(({ properties }) => properties.voucherifyEvent.data)
    for (const { redemption } of [succeeded, failed]) {
      expect(redemption).toMatchObject({ id, status: 'ROLLED_BACK' })
    }
    expect(succeeded.redemption_rollback).toMatchObject({
      id: body.id,
      redemption: id,
      result: 'SUCCESS',
    })
    expect(failed.redemption_rollback).toMatchObject({
      id: expect.stringMatching(/^rrf_/),
      redemption: id,
      result: 'FAILURE',
      failure_code: 'already_rolled_back',
    })
  })

  it('is told that a referrer may not redeem their own code (programs scenario 66)', async () => {
    const ann = await aReferrer(t, await aReferralCampaign(t))
    await told()
    expect((await redeem(t, ann.code, ann.sourceId)).body.key).toBe(
      'referrer_not_permitted_to_redeem',
    )
    const calls = await told()
    expect(calls).toMatchObject([{ event: 'Redemption failed', userId: ann.sourceId }])
    expect(calls[0].properties.voucherifyEvent.data.redemption).toMatchObject({
      id: expect.stringMatching(/^rf_/),
      result: 'FAILURE',
      failure_code: 'referrer_not_permitted_to_redeem',
    })
  })

  it('is told who came after the last code (programs scenario 74)', async () => {
    const { id } = await aCouponCampaign(t, { type: 'STATIC', vouchers_count: 0 })
    const customer = { source_id: unique('late') }
    const { status, body } = await t.call('POST', '/v1/publications', {
      campaign: { id },
      customer,
    })
    expect(status).toBe(400)
    expect(body.key).toBe('no_voucher_suitable_for_publication')
    const url = `/v1/publications?customer=${customer.source_id}&result=FAILURE`
    const { publications } = (await t.call('GET', url)).body
    expect(publications).toMatchObject([{ result: 'FAILURE', failure_code: body.key }])
    const calls = await told()
    expect(calls).toMatchObject([{ event: 'Publication failed', userId: customer.source_id }])
    expect(calls[0].properties.voucherifyEvent.data).toMatchObject({
      campaign: { id },
      publication: { id: publications[0].id, result: 'FAILURE', vouchers_id: [] },
    })
  })

  it('is told validations of a customer, and no others (EV-9, programs scenario 107)', async () => {
    const good = { object: 'voucher', id: await aCoupon() }
    const bad = { object: 'voucher', id: unique('NOBODY') }
    const customer = { source_id: unique('val') }
    const validate = (redeemables: object[], more: object = {}) =>
      made(t, '/v1/validations', { redeemables, order: { amount: 1_000 }, ...more })
    await validate([good])
    await validate([bad])
    expect(await told()).toEqual([])
    await validate([bad], { customer })
    await validate([good], { customer })
    const calls = await told()
    expect(namesOf(calls)).toEqual(['Validation failed', 'Validation succeeded'])
    expect(
      calls.map(({ userId, properties }) => [
        userId,
        properties.voucherifyEvent.data.validation.status,
      ]),
    ).toEqual([
      [customer.source_id, 'INVALID'],
      [customer.source_id, 'VALID'],
    ])
  })

  it('is told that some of it would do (EV-9)', async () => {
    await withStackingRules(t, { redeemables_application_mode: 'PARTIAL' }, async () => {
      await made(t, '/v1/validations', {
        redeemables: [await aCoupon(), unique('NOBODY')].map((id) => ({ object: 'voucher', id })),
        customer: { source_id: unique('part') },
        order: { amount: 1_000 },
      })
    })
    const calls = await told()
    expect(namesOf(calls)).toEqual(['Validation succeeded'])
    expect(calls[0].properties.voucherifyEvent.data.validation).toMatchObject({
      status: 'VALID',
      redeemables: [{}],
      inapplicable_redeemables: [{}],
    })
  })

  it('is told an order of 500 lines in 32 KB (SO-7, programs scenario 105)', async () => {
    const items = Array.from({ length: 500 }, (_, n) => ({
      source_id: `line-${n}`,
      quantity: 1,
      price: 100,
      product: { name: 'x'.repeat(700) },
    }))
    const customer = { source_id: unique('large') }
    const { status } = await redeemAll([await aCoupon()], { customer, order: { items } })
    expect(status).toBe(200)
    const [call] = await told()
    expect(Buffer.byteLength(JSON.stringify(call))).toBeLessThanOrEqual(LIMITS.sourceEventBytesMax)
    expect(call.properties.voucherifyEvent).toMatchObject({
      truncated: true,
      data: { order: { amount: 50_000 } },
    })
  })
})

describe('who calls the API', () => {
  it('may call as often as without it (SO-8)', async () => {
    const remaining = (answer: { headers: Record<string, unknown> }) =>
      Number(answer.headers['x-rate-limit-remaining'])
    const code = await aCoupon()
    const first = await redeemAll([code], { customer: { source_id: unique('free') } })
    expect(await told()).toHaveLength(1)
    const next = await redeemAll([code], { customer: { source_id: unique('free') } })
    expect(remaining(next)).toBe(remaining(first) - 1)
  })

  it('waits for nobody when Segment does not answer (SO-9, programs scenario 108)', async () => {
    const customer = { source_id: unique('quick') }
    let answer = (): void => undefined
    endpoint.decide(
      () =>
        new Promise((resolve) => {
          answer = () => resolve({ status: 200 })
        }),
    )
    await redeemAll([await aCoupon()], { customer })
    const sending = createSegmentSource(t.app.engine).run(new AbortController().signal)
    await waitFor('the request to Segment', () => endpoint.requests.length === 1)
    expect((await redeemAll([await aCoupon()], { customer })).status).toBe(200)
    expect(endpoint.accepted).toEqual([])
    endpoint.decide(() => ({ status: 200 }))
    answer()
    await sending
    expect(await told()).toHaveLength(2)
  })
})

describe('a source that is connected', () => {
  it('tells nothing of what was before, nor of what happens while it is disabled (SO-10, SO-11)', async () => {
    const customer = { source_id: unique('early') }
    const redeemOnce = async () =>
      (await redeemAll([await aCoupon()], { customer })).body.redemptions[0].id
    await t.db.pool.query('delete from segment_source_connection')
    await redeemOnce()
    await connect()
    expect(await told()).toEqual([])
    const waiting = await redeemOnce()
    await connect({ enabled: false })
    await redeemOnce()
    expect(await told()).toEqual([])
    await connect({ enabled: true })
    const ids = (await told()).map(
      ({ properties }) => properties.voucherifyEvent.data.redemption.id,
    )
    expect(ids).toEqual([waiting])
  })
})
