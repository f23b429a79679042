import { afterAll, describe, expect, it } from 'vitest'
import { addPendingPoints } from '../../../../src/engine/points/index.ts'
import { lockVouchersByCode } from '../../../../src/engine/vouchers/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { useTestApp } from '../../../support/test-app.ts'
import {
  addPoints,
  announcedOf,
  balanceOf,
  cardOf,
  createProgram,
  expectRight,
  join,
  lotsOf,
  transactionsOf,
} from './support.ts'

const t = useTestApp()
afterAll(() => expectRight(t))

/** What an earning rule gives later: answers its id. */
async function later(code: string, points: number, days = 7): Promise<string> {
  const { projectId, appId } = t.keys
  const call = {
    projectId,
    appId,
    groupId: 'v-1',
    channel: 'INTERNAL' as const,
    now: t.clock.now(),
  }
  const [pending] = await inTransaction(t.db, async (tx) => {
    const [voucher] = await lockVouchersByCode(tx, [{ projectId, code }])
    if (!voucher) throw new Error(`no card ${code}`)
    const details = { earning_rule: { id: 'ern_1', source: { banner: 'Order' } } }
    return addPendingPoints(tx, [{ call, voucher, points, days, orderId: null, details }])
  })
  return pending?.id ?? ''
}

const change = (code: string, id: string, verb: string, body?: object) =>
  t.call('POST', `/v1/loyalties/members/${code}/pending-points/${id}/${verb}`, body)
/** The data of what was told last of pending points. */
async function lastTold(what: 'added' | 'updated' | 'canceled'): Promise<unknown> {
  const { rows } = await t.db.pool.query(
    'select data from occurrence where type = $1 order by id desc limit 1',
    [`customer.voucher.loyalty_card.pending_points.${what}`],
  )
  return rows[0].data
}
const pendingOf = async (code: string) =>
  (await t.call('GET', `/v1/loyalties/members/${code}/pending-points`)).body.data

describe('pending points', () => {
  it('come in so many days, and count for nothing until then (L-40, L-44)', async () => {
    const program = await createProgram(t)
    const code = await join(t, program)
    const id = await later(code, 25)
    expect(await cardOf(t, code)).toMatchObject({
      loyalty_card: { points: 0, balance: 0, pending_points: 25 },
    })
    const entry = {
      id,
      voucher_id: expect.stringMatching(/^v_/),
      campaign_id: program,
      customer_id: expect.stringMatching(/^cust_/),
      order_id: null,
      points: 25,
      activates_at: '2026-06-08',
      details: { earning_rule: { id: 'ern_1', source: { banner: 'Order' } } },
      created_at: t.clock.now().toISOString(),
      updated_at: null,
    }
    expect(await pendingOf(code)).toEqual([entry])
    for (const path of [`${program}/pending-points`, `${program}/members/${code}/pending-points`]) {
      expect((await t.call('GET', `/v1/loyalties/${path}`)).body).toEqual({
        object: 'list',
        data_ref: 'data',
        data: [entry],
        has_more: false,
      })
    }
    expect((await announcedOf(t, code)).slice(-2)).toEqual([
      'voucher.loyalty_card.pending_points.added',
      'customer.voucher.loyalty_card.pending_points.added',
    ])
    expect(await lastTold('added')).toMatchObject({
      voucher_pending_points_balance: { points: 25, total: 25, operation_type: 'AUTOMATIC' },
    })
  })

  it('can neither be taken nor transferred (L-33, L-44)', async () => {
    const program = await createProgram(t, { points: 10 })
    const [code, other] = [await join(t, program), await join(t, program)]
    await later(code, 25)
    expect(await addPoints(t, code, -11)).toMatchObject({ status: 400 })
    const transfer = [{ code, points: 11, source_id: 'too-much' }]
    expect(
      await t.call('POST', `/v1/loyalties/${program}/members/${other}/transfers`, transfer),
    ).toMatchObject({ status: 400, body: { key: 'loyalty_card_points_exceeded' } })
    expect(await balanceOf(t, code)).toBe(10)
  })

  it('come on a day of the time zone of the project (L-40)', async () => {
    const setZone = (zone: string) =>
      t.db.pool.query('update project set time_zone = $1 where id = $2', [zone, t.keys.projectId])
    await setZone('Asia/Tokyo')
    t.clock.set('2026-06-01T15:00:00Z')
    const code = await join(t, await createProgram(t))
    await later(code, 5, 1)
    expect(await pendingOf(code)).toMatchObject([{ activates_at: '2026-06-03' }])
    await setZone('UTC')
    t.clock.set('2026-06-01T12:00:00Z')
  })

  it('are paged by id', async () => {
    const code = await join(t, await createProgram(t))
    const ids = [await later(code, 1), await later(code, 2), await later(code, 3)]
    const path = `/v1/loyalties/members/${code}/pending-points?limit=2&order=id`
    const { body: first } = await t.call('GET', path)
    expect(first).toMatchObject({ has_more: true, more_starting_after: ids[1] })
    const { body: second } = await t.call('GET', `${path}&starting_after_id=${ids[1]}`)
    expect(second.data).toMatchObject([{ id: ids[2] }])
    expect(await t.call('GET', `${path}&starting_after_id=lopp_1`)).toMatchObject({
      status: 400,
      body: { key: 'invalid_or_expired_cursor' },
    })
  })

  it('come at once when that is asked for, and expire from then on (L-42, L-44, programs scenario 51)', async () => {
    const program = await createProgram(t, {
      expiration_rules: { period_type: 'MONTH', period_value: 1 },
    })
    const code = await join(t, program)
    const id = await later(code, 25)
    t.clock.set('2026-06-03T12:00:00Z')
    const { status, body } = await change(code, id, 'activate')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      points: 25,
      total: 25,
      balance: 25,
      type: 'loyalty_card',
      object: 'balance',
      operation_type: 'MANUAL',
    })
    expect(await cardOf(t, code)).toMatchObject({
      loyalty_card: { balance: 25, pending_points: 0, next_expiration_date: '2026-07-03' },
    })
    expect(await lotsOf(t, program, code)).toEqual([[25, '2026-07-03']])
    expect(await pendingOf(code)).toEqual([])
    expect(await transactionsOf(t, code)).toMatchObject([
      {
        type: 'PENDING_POINTS_ACTIVATION',
        details: { earning_rule: { id: 'ern_1' }, pending_points: { id } },
      },
    ])
    expect((await announcedOf(t, code)).slice(-3)).toEqual([
      'voucher.loyalty_card.pending_points.activated',
      'customer.voucher.loyalty_card.pending_points.activated',
      'voucher.loyalty_card.transaction.created',
    ])
    expect(await change(code, id, 'activate')).toMatchObject({
      status: 400,
      body: {
        key: 'invalid_pending_points_state',
        details:
          "Only pending points in 'PENDING' status can be activated. Current status: 'ACTIVATED'.",
      },
    })
    t.clock.set('2026-06-01T12:00:00Z')
  })

  it('are adjusted, but not to none (L-41, programs scenario 51)', async () => {
    const code = await join(t, await createProgram(t))
    await later(code, 6)
    const id = await later(code, 25)
    const { body } = await change(code, id, 'balance', { points: 10 })
    expect(body).toEqual({
      points: 10,
      total: 41,
      object: 'balance',
      related_object: { type: 'voucher', id: expect.stringMatching(/^v_/) },
      operation_type: 'MANUAL',
    })
    expect(await pendingOf(code)).toMatchObject([{ id, points: 35 }, { points: 6 }])
    expect(await change(code, id, 'balance', { points: -35 })).toMatchObject({
      status: 400,
      body: { key: 'invalid_amount', details: 'Amount has to be a valid positive number' },
    })
    expect((await announcedOf(t, code)).at(-1)).toBe(
      'customer.voucher.loyalty_card.pending_points.updated',
    )
  })

  it('are no more than the card has room for, so that they can come', async () => {
    const code = await join(t, await createProgram(t))
    const [id, other] = [await later(code, 6), await later(code, 25)]
    const points = Number.MAX_SAFE_INTEGER - 31
    expect(await change(code, id, 'balance', { points })).toMatchObject({ status: 200 })
    expect(await change(code, other, 'balance', { points: 1 })).toMatchObject({
      status: 400,
      body: { key: 'invalid_amount' },
    })
    await expect(later(code, 1)).rejects.toMatchObject({ key: 'invalid_add_balance_params' })
    expect(await addPoints(t, code, 1)).toMatchObject({
      status: 400,
      body: { key: 'invalid_add_balance_params', details: 'Property .points must be <= 0' },
    })
    for (const each of [id, other]) {
      expect(await change(code, each, 'activate')).toMatchObject({ status: 200 })
    }
    expect(await balanceOf(t, code)).toBe(Number.MAX_SAFE_INTEGER)
  })

  it('are canceled once, and then never come (L-42, L-43, programs scenario 51)', async () => {
    const code = await join(t, await createProgram(t))
    const id = await later(code, 25)
    expect(await change(code, id, 'cancel')).toMatchObject({ status: 204 })
    expect(await cardOf(t, code)).toMatchObject({ loyalty_card: { pending_points: 0 } })
    expect(await lastTold('canceled')).toMatchObject({
      voucher_pending_points_balance: { points: -25, total: 0, operation_type: 'MANUAL' },
    })
    for (const [verb, done] of [
      ['activate', 'activated'],
      ['balance', 'updated'],
      ['cancel', 'canceled'],
    ] as const) {
      expect(await change(code, id, verb, { points: 1 })).toMatchObject({
        status: 400,
        body: {
          key: 'invalid_pending_points_state',
          details: `Only pending points in 'PENDING' status can be ${done}. Current status: 'CANCELED'.`,
        },
      })
    }
    expect(await balanceOf(t, code)).toBe(0)
  })

  it('are those of their card alone', async () => {
    const program = await createProgram(t)
    const id = await later(await join(t, program), 25)
    expect(await change(await join(t, program), id, 'activate')).toMatchObject({
      status: 404,
      body: { resource_type: 'pending_points', resource_id: id },
    })
  })

  it('come once, whoever asks how often at once', async () => {
    const code = await join(t, await createProgram(t))
    const id = await later(code, 25)
    const answers = await Promise.all([
      ...Array.from({ length: 12 }, () => change(code, id, 'activate')),
      ...Array.from({ length: 4 }, () => change(code, id, 'cancel')),
    ])
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1)
    expect([0, 25]).toContain(await balanceOf(t, code))
  })
})

describe('a change of pending points', () => {
  it('tells why its caller made it (§8.6)', async () => {
    const code = await join(t, await createProgram(t))
    const id = await later(code, 25)
    const why = { reason: 'goodwill', source_id: 'case-7' }
    expect((await change(code, id, 'balance', { points: 10, ...why })).status).toBe(200)
    expect(await lastTold('updated')).toMatchObject({ ...why, pending_points: { id, points: 35 } })
    expect((await change(code, id, 'balance', { points: -5 })).status).toBe(200)
    expect(await lastTold('updated')).toMatchObject({ reason: null, source_id: null })
  })
})
