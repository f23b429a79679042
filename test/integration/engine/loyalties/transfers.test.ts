import { afterAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import {
  addPoints,
  announcedOf,
  balanceOf,
  createProgram,
  expectRight,
  join,
  lotsOf,
  transactionsOf,
  unique,
} from './support.ts'

const t = useTestApp()
afterAll(() => expectRight(t))

const transfer = (
  program: string,
  destination: string,
  ...transfers: { code: string; points: number; [key: string]: unknown }[]
) =>
  t.call(
    'POST',
    `/v1/loyalties/${program}/members/${destination}/transfers`,
    transfers.map((one) => ({ source_id: unique('transfer'), ...one })),
  )

describe('a transfer of points', () => {
  it('leaves two movements that know each other, and tells both holders (L-34, L-36, programs scenario 54)', async () => {
    const program = await createProgram(t)
    const [source, destination] = [await join(t, program), await join(t, program)]
    await addPoints(t, source, 1_397)
    const { status, body } = await transfer(program, destination, {
      code: source,
      points: 1,
      reason: 'Gift',
      source_id: 'gift-1',
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ code: destination, loyalty_card: { points: 1, balance: 1 } })
    const [out] = await transactionsOf(t, source)
    const [into] = await transactionsOf(t, destination)
    expect(out).toMatchObject({
      type: 'POINTS_TRANSFER_OUT',
      source_id: 'gift-1',
      reason: 'Gift',
      related_transaction_id: into.id,
      details: {
        balance: { points: -1, total: 1_396, balance: 1_396 },
        destination_voucher: { code: destination, loyalty_card: { balance: 1 } },
      },
    })
    expect(into).toMatchObject({
      type: 'POINTS_TRANSFER_IN',
      related_transaction_id: out.id,
      details: {
        balance: { points: 1, total: 1, balance: 1 },
        source_voucher: { code: source, loyalty_card: { balance: 1_396 } },
      },
    })
    for (const code of [source, destination]) {
      expect((await announcedOf(t, code)).slice(-2)).toEqual([
        'voucher.loyalty_card.transaction.created',
        'customer.voucher.loyalty_card.points_transferred',
      ])
    }
  })

  it('changes nothing when one of its cards holds too few (L-33, programs scenario 55)', async () => {
    const program = await createProgram(t, { points: 10 })
    const [first, second, destination] = [
      await join(t, program),
      await join(t, program),
      await join(t, program),
    ]
    const { status, body } = await transfer(
      program,
      destination,
      { code: first, points: 5 },
      { code: second, points: 2_000 },
    )
    expect(status).toBe(400)
    expect(body).toMatchObject({ key: 'loyalty_card_points_exceeded', details: second })
    for (const code of [first, second, destination]) expect(await balanceOf(t, code)).toBe(10)
    expect(await transactionsOf(t, first)).toEqual([])
  })

  it('takes from one card several times no more than it holds', async () => {
    const program = await createProgram(t, { points: 10 })
    const [source, destination] = [await join(t, program), await join(t, program)]
    const both = (points: number) =>
      transfer(program, destination, { code: source, points: 6 }, { code: source, points })
    expect((await both(5)).status).toBe(400)
    expect((await both(4)).body).toMatchObject({ loyalty_card: { balance: 20 } })
    expect(await balanceOf(t, source)).toBe(0)
  })

  it('starts the expiry of the other program anew (L-35, L-37)', async () => {
    const monthly = { period_type: 'MONTH', period_value: 1 }
    const program = await createProgram(t, { points: 10, expiration_rules: monthly })
    const other = await createProgram(t, {
      expiration_rules: { period_type: 'FIXED_DAY_OF_YEAR', fixed_month: 12, fixed_day: 31 },
    })
    const [source, destination] = [await join(t, program), await join(t, other)]
    expect(await lotsOf(t, program, source)).toEqual([[10, '2026-07-01']])
    const { body } = await transfer(other, destination, { code: source, points: 4 })
    expect(body.loyalty_card).toMatchObject({
      next_expiration_date: '2026-12-31',
      next_expiration_points: 4,
    })
    expect(await lotsOf(t, program, source)).toEqual([[6, '2026-07-01']])
    expect(await lotsOf(t, other, destination)).toEqual([[4, '2026-12-31']])
  })

  it('is refused for cards that nobody holds, that are not there, or are the same (L-37)', async () => {
    const program = await createProgram(t, { points: 10 })
    const destination = await join(t, program)
    const { body: free } = await t.call('POST', `/v1/campaigns/${program}/vouchers`, {})
    expect(await transfer(program, destination, { code: free.code, points: 1 })).toMatchObject({
      status: 400,
      body: { key: 'invalid_customer', details: free.code },
    })
    expect(await transfer(program, free.code, { code: destination, points: 1 })).toMatchObject({
      status: 400,
      body: { key: 'invalid_customer' },
    })
    expect(await transfer(program, destination, { code: 'nothing', points: 1 })).toMatchObject({
      status: 404,
      body: { resource_type: 'voucher', resource_id: 'nothing' },
    })
    expect(await transfer(program, destination, { code: destination, points: 1 })).toMatchObject({
      status: 400,
      body: { key: 'invalid_voucher' },
    })
    expect(await transfer(program, destination, { code: destination, points: 0 })).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload' },
    })
  })

  it('neither loses nor makes points, nor deadlocks, with 32 who transfer to and fro (invariant 1)', async () => {
    const program = await createProgram(t, { points: 50 })
    const cards = [await join(t, program), await join(t, program), await join(t, program)]
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, n) => {
        const [source, destination] = [cards[n % 3] ?? '', cards[(n + 1 + (n % 2)) % 3] ?? '']
        return transfer(program, destination, { code: source, points: 7 + (n % 5) })
      }),
    )
    expect(answers.every(({ status }) => status === 200 || status === 400)).toBe(true)
    expect(answers.some(({ status }) => status === 200)).toBe(true)
    const balances = await Promise.all(cards.map((code) => balanceOf(t, code)))
    expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(150)
    expect(Math.min(...balances)).toBeGreaterThanOrEqual(0)
  })
})
