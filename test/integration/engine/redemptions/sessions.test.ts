import { describe, expect, it } from 'vitest'
import { sweepSessions } from '../../../../src/engine/sessions/index.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { useSecondProcess } from './second-process.ts'
import { createGiftCard, createVoucher, inParallel, redeeming, tally } from './support.ts'

/*
 * What these tests guard: a validation with a session locks the vouchers it reserves (`isLocking` in validate.ts), so
 * that it and its rivals see what the others took.
 */
const t = useTestApp()
const second = useSecondProcess(t)

const locking = (body: object, session: object = {}) => ({
  ...body,
  session: { type: 'LOCK', ...session },
})
const validate = (body: object) => t.call('POST', '/v1/validations', body)
const redeem = (body: object) => t.call('POST', '/v1/redemptions', body)
const giving = (code: string, credits: number) => ({
  redeemables: [{ object: 'voucher', id: code, gift: { credits } }],
  order: { amount: 10_000 },
})

describe('a session', () => {
  it('reserves a use for seven days under a key of its own (R-SES-01, R-SES-02, scenarios 99, 101)', async () => {
    const code = await createVoucher(t, { redemption: { quantity: 1 } })
    const { body } = await validate(locking(redeeming(code)))
    expect(body.session).toEqual({
      key: expect.stringMatching(/^ssn_/),
      type: 'LOCK',
      ttl: 7,
      ttl_unit: 'DAYS',
    })
    const others = await validate(locking(redeeming(code)))
    expect(others.body).toMatchObject({
      valid: false,
      redeemables: [{ result: { error: { key: 'quantity_exceeded' } } }],
    })
    expect(others.body).not.toHaveProperty('session')
    expect((await redeem(redeeming(code))).body.key).toBe('quantity_exceeded')
    const { key } = body.session
    expect((await redeem(locking(redeeming(code), { key }))).status).toBe(200)
    expect((await t.call('DELETE', `/v1/vouchers/${code}/sessions/${key}`)).status).toBe(404)
  })

  it('is released by its key, and by nothing else (R-SES-04, scenario 101)', async () => {
    const code = await createVoucher(t, { redemption: { quantity: 1 } })
    const key = 'cart-1'
    await validate(locking(redeeming(code), { key }))
    const wrong = await t.call('DELETE', `/v1/vouchers/${code}/sessions/cart-2`)
    expect(wrong).toMatchObject({ status: 404, body: { resource_type: 'session' } })
    expect((await t.call('DELETE', `/v1/vouchers/nope/sessions/${key}`)).status).toBe(404)
    expect((await t.call('DELETE', `/v1/vouchers/${code}/sessions/${key}`)).status).toBe(204)
    expect((await redeem(redeeming(code))).status).toBe(200)
  })

  it('expires by itself', async () => {
    const code = await createVoucher(t, { redemption: { quantity: 1 } })
    await validate(locking(redeeming(code), { ttl: 30, ttl_unit: 'MINUTES' }))
    t.clock.advance(29 * 60_000)
    expect((await validate(redeeming(code))).body.valid).toBe(false)
    t.clock.advance(2 * 60_000)
    expect((await redeem(redeeming(code))).status).toBe(200)
  })

  it.each([
    ['DAYS', 2, 2 * 86_400_000],
    ['HOURS', 2, 2 * 3_600_000],
    ['MINUTES', 2, 120_000],
    ['SECONDS', 2, 2_000],
    ['MILLISECONDS', 20, 20],
    ['MICROSECONDS', 20_000, 20],
    ['NANOSECONDS', 20_000_000, 20],
  ])('lasts as many %s as it is told (R-SES-01)', async (ttl_unit, ttl, ms) => {
    const code = await createVoucher(t, { redemption: { quantity: 1 } })
    const { body } = await validate(locking(redeeming(code), { ttl, ttl_unit }))
    expect(body.session).toMatchObject({ type: 'LOCK', ttl, ttl_unit })
    t.clock.advance(ms - 1)
    expect((await validate(redeeming(code))).body.valid).toBe(false)
    t.clock.advance(1)
    expect((await validate(redeeming(code))).body.valid).toBe(true)
  })

  it('leaves nothing behind when it has expired', async () => {
    const code = await createVoucher(t, { redemption: { quantity: 1 } })
    await validate(locking(redeeming(code), { key: 'swept', ttl: 1, ttl_unit: 'SECONDS' }))
    const kept = async () =>
      (await t.db.pool.query(`select 1 from voucher_session where session_key = 'swept'`)).rowCount
    await sweepSessions(t.db, t.clock.now())
    expect(await kept()).toBe(1)
    t.clock.advance(1_000)
    await sweepSessions(t.db, t.clock.now())
    expect(await kept()).toBe(0)
  })

  it('is replaced by another validation with its key (R-SES-02)', async () => {
    const [a, b] = [
      await createVoucher(t, { redemption: { quantity: 1 } }),
      await createVoucher(t, { redemption: { quantity: 1 } }),
    ]
    const key = 'cart-3'
    await validate(locking(redeeming(a ?? ''), { key }))
    expect((await validate(locking(redeeming(a ?? ''), { key }))).body.valid).toBe(true)
    await validate(locking(redeeming(b ?? ''), { key }))
    expect((await redeem(redeeming(a ?? ''))).status).toBe(200)
    expect((await redeem(redeeming(b ?? ''))).body.key).toBe('quantity_exceeded')
  })

  it('reserves the credits that were asked for (R-SES-03, scenario 100)', async () => {
    const code = await createGiftCard(t, 5_000)
    const { body } = await validate(locking(giving(code, 3_000)))
    expect(body.redeemables[0].result.gift).toEqual({ credits: 3_000, balance: 5_000 })
    expect((await validate(giving(code, 3_000))).body.redeemables[0].result.error.key).toBe(
      'gift_amount_exceeded',
    )
    expect((await redeem(giving(code, 2_000))).status).toBe(200)
    const { key } = body.session
    expect((await redeem(locking(giving(code, 3_000), { key }))).status).toBe(200)
    expect((await t.call('GET', `/v1/vouchers/${code}`)).body.gift.balance).toBe(0)
  })

  it('does not count for a voucher without a limit (R-SES-03)', async () => {
    const code = await createVoucher(t)
    await validate(locking(redeeming(code)))
    await validate(locking(redeeming(code)))
    expect((await redeem(redeeming(code))).status).toBe(200)
  })

  it('is given to as many as there are uses, through two processes', async () => {
    const code = await createVoucher(t, { redemption: { quantity: 4 } })
    const answers = await inParallel(32, (index) =>
      second.post(index, '/v1/validations', locking(redeeming(code))),
    )
    expect(answers.filter(({ body }) => body.valid)).toHaveLength(4)
  })

  it('and redemptions without it never take more than there is between them', async () => {
    const code = await createVoucher(t, { redemption: { quantity: 10 } })
    const answers = await inParallel(40, (index) =>
      index % 4 < 2
        ? second.post(index, '/v1/validations', locking(redeeming(code)))
        : second.post(index, '/v1/redemptions', redeeming(code)),
    )
    const sessions = answers.filter(({ body }) => body.session)
    const redeemed = answers.filter(({ body }) => body.redemptions)
    expect(sessions.length + redeemed.length).toBe(10)
    const used = await inParallel(sessions.length, (index) =>
      redeem(locking(redeeming(code), { key: sessions[index]?.body.session.key })),
    )
    expect(tally(used)).toEqual(sessions.length > 0 ? { granted: sessions.length } : {})
    expect((await redeem(redeeming(code))).body.key).toBe('quantity_exceeded')
  })
})
