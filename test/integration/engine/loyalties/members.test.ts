import { afterAll, describe, expect, it } from 'vitest'
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
  unique,
} from './support.ts'

const t = useTestApp()
afterAll(() => expectRight(t))

describe('loyalty programs', () => {
  it('are campaigns of loyalty cards, join once, whoever says so (§8.1, programs scenario 37)', async () => {
    const { status, body } = await t.call('POST', '/v1/loyalties', {
      name: unique('Program'),
      type: 'AUTO_UPDATE',
      join_once: false,
      voucher: { loyalty_card: { points: 10 }, code_config: { length: 6 } },
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      campaign_type: 'LOYALTY_PROGRAM',
      join_once: true,
      voucher: { type: 'LOYALTY_CARD', loyalty_card: { points: 10 } },
      object: 'campaign',
    })
    const { body: other } = await t.call('POST', '/v1/campaigns', {
      name: unique('Program'),
      voucher: { type: 'LOYALTY_CARD', loyalty_card: { points: 0 } },
    })
    expect(other).toMatchObject({ campaign_type: 'LOYALTY_PROGRAM' })
  })

  it('have a name that is taken once (programs scenario 38)', async () => {
    const name = unique('Program')
    await createProgram(t, { name })
    expect(await t.call('POST', '/v1/loyalties', { name, voucher: {} })).toMatchObject({
      status: 409,
      body: { key: 'duplicate_found', resource_type: 'campaign', resource_id: name },
    })
  })

  it('are listed, shown, changed and deleted, and other campaigns are not', async () => {
    const id = await createProgram(t)
    const coupons = await t.call('POST', '/v1/campaigns', {
      name: unique('Coupons'),
      voucher: { discount: { type: 'PERCENT', percent_off: 10 } },
    })
    const { body: list } = await t.call('GET', '/v1/loyalties?limit=1')
    expect(list).toMatchObject({ object: 'list', data_ref: 'campaigns', total: expect.any(Number) })
    expect(list.campaigns).toMatchObject([{ campaign_type: 'LOYALTY_PROGRAM' }])
    expect(await t.call('GET', `/v1/loyalties/${coupons.body.id}`)).toMatchObject({ status: 404 })
    const changed = await t.call('PUT', `/v1/loyalties/${id}`, {
      description: 'New',
      voucher: { loyalty_card: { expiration_rules: { period_type: 'MONTH', period_value: 3 } } },
    })
    expect(changed.body).toMatchObject({
      description: 'New',
      voucher: { loyalty_card: { points: 0, expiration_rules: { period_value: 3 } } },
    })
    expect(await t.call('GET', `/v1/loyalties/${id}`)).toMatchObject({
      body: { description: 'New' },
    })
    expect(await t.call('DELETE', `/v1/loyalties/${id}`)).toMatchObject({
      status: 200,
      body: { async_action_id: expect.stringMatching(/^aa_/) },
    })
    expect(await t.call('GET', `/v1/loyalties/${id}`)).toMatchObject({ status: 404 })
  })

  it('are refused with rules of expiry that name no day', async () => {
    const loyalty_card = { points: 0, expiration_rules: { period_type: 'MONTH' } }
    expect(
      await t.call('POST', '/v1/loyalties', { name: unique('P'), voucher: { loyalty_card } }),
    ).toMatchObject({
      status: 400,
      body: {
        key: 'invalid_payload',
        details:
          "Property .loyalty_card.expiration_rules should have required property 'period_value'",
      },
    })
  })
})

describe('members', () => {
  it('hold a card with the points of the program (L-3, programs scenario 39)', async () => {
    const program = await createProgram(t, { points: 100 })
    const add = (query = '') =>
      t.call('POST', `/v1/loyalties/${program}/members${query}`, {
        customer: { source_id: 'm1', name: 'Member' },
        channel: 'shop',
        metadata: { from: 'test' },
      })
    const { status, body } = await add()
    expect(status).toBe(200)
    expect(body).toMatchObject({
      type: 'LOYALTY_CARD',
      holder_id: expect.stringMatching(/^cust_/),
      loyalty_card: { points: 100, balance: 100, pending_points: 0, next_expiration_date: null },
      publish: { count: 1 },
    })
    expect(await add()).toMatchObject({
      status: 400,
      body: {
        key: 'voucher_cannot_be_published',
        details: 'Voucher cannot be published. Customer already joined program.',
      },
    })
    expect(await add('?join_once=true')).toMatchObject({ status: 200, body: { code: body.code } })
    expect(await lotsOf(t, program, body.code)).toEqual([[100, null]])
  })

  it('need a free card where the program makes none (L-4, programs scenario 40)', async () => {
    const program = await createProgram(t, { type: 'STATIC', vouchers_count: 1 })
    await join(t, program)
    expect(
      await t.call('POST', `/v1/loyalties/${program}/members`, {
        customer: { source_id: unique('m') },
      }),
    ).toMatchObject({
      status: 400,
      body: {
        key: 'no_voucher_suitable_for_publication',
        details: "Couldn't create new vouchers for publication",
      },
    })
  })

  it('are given the card that is asked for, if it is of the program', async () => {
    const program = await createProgram(t, { type: 'STATIC', vouchers_count: 1 })
    const { body } = await t.call('GET', `/v1/loyalties/${program}/members`)
    const [{ code }] = body.vouchers
    const other = await createProgram(t)
    const wish = { customer: { source_id: unique('m') }, voucher: code }
    expect(await t.call('POST', `/v1/loyalties/${other}/members`, wish)).toMatchObject({
      status: 404,
      body: { resource_type: 'voucher', resource_id: code },
    })
    expect(await t.call('POST', `/v1/loyalties/${program}/members`, wish)).toMatchObject({
      status: 200,
      body: { code },
    })
  })

  it('are listed by program and found with it or without', async () => {
    const program = await createProgram(t)
    const other = await createProgram(t)
    const [first, second] = [await join(t, program), await join(t, program)]
    await join(t, other)
    const { body } = await t.call('GET', `/v1/loyalties/${program}/members?order=created_at`)
    expect(body).toMatchObject({ data_ref: 'vouchers', total: 2 })
    expect(body.vouchers.map(({ code }: { code: string }) => code).sort()).toEqual(
      [first, second].sort(),
    )
    expect(await t.call('GET', `/v1/loyalties/${program}/members/${first}`)).toMatchObject({
      status: 200,
      body: { code: first },
    })
    expect(await t.call('GET', `/v1/loyalties/members/${first}`)).toMatchObject({ status: 200 })
    expect(await t.call('GET', `/v1/loyalties/${other}/members/${first}`)).toMatchObject({
      status: 404,
    })
  })

  it('have an activity of what happened to their card', async () => {
    const program = await createProgram(t)
    const code = await join(t, program)
    await addPoints(t, code, 5)
    await addPoints(t, await join(t, program), 7)
    const { body } = await t.call('GET', `/v1/loyalties/members/${code}/activity`)
    expect(body.data.map(({ type }: { type: string }) => type)).toEqual([
      'customer.voucher.loyalty_card.points_added',
      'customer.publication.succeeded',
    ])
    const only = await t.call(
      'GET',
      `/v1/loyalties/${program}/members/${code}/activity?type=customer.publication.succeeded`,
    )
    expect(only.body.data).toHaveLength(1)
    // Older clients read another form of the list.
    const older = `/v1/loyalties/${program}/members/${code}/activities?limit=1`
    expect((await t.call('GET', older)).body).toEqual({
      object: 'list',
      data_ref: 'activities',
      activities: [body.data[0]],
      total: 2,
    })
    const path = `/v1/loyalties/members/${code}/activity`
    expect(await t.call('GET', `${path}?type=customer.redemption.succceeded`)).toMatchObject({
      status: 200,
    })
    expect(await t.call('GET', `${path}?type=customer.created`)).toMatchObject({
      status: 400,
      body: { key: 'invalid_query_params' },
    })
  })
})

describe('the balance of a member', () => {
  it('is changed at once, and told (L-30, L-32, programs scenario 41)', async () => {
    const program = await createProgram(t, { points: 1_000 })
    const code = await join(t, program)
    const { body } = await addPoints(t, code, 10_000, { reason: 'Sorry', source_id: 'x1' })
    expect(body).toEqual({
      points: 10_000,
      total: 11_000,
      balance: 11_000,
      type: 'loyalty_card',
      object: 'balance',
      operation_type: 'MANUAL',
      related_object: { type: 'voucher', id: expect.stringMatching(/^v_/) },
    })
    expect(await balanceOf(t, code)).toBe(11_000)
    const [transaction] = await transactionsOf(t, code)
    expect(transaction).toMatchObject({
      type: 'POINTS_ADDITION',
      reason: 'Sorry',
      source_id: 'x1',
      source: 'API',
      details: { balance: { points: 10_000, total: 11_000, balance: 11_000 } },
    })
    expect(await announcedOf(t, code)).toEqual([
      'voucher.created',
      'customer.publication.succeeded',
      'voucher.loyalty_card.transaction.created',
      'voucher.loyalty_card.points_added',
      'customer.voucher.loyalty_card.points_added',
    ])
  })

  it('is what came less what was spent (L-1, L-2)', async () => {
    const program = await createProgram(t, { points: 8_000 })
    const code = await join(t, program)
    const coin = { coin: { exchange_ratio: 0.01, points_ratio: 1 } }
    const { body: reward } = await t.call('POST', '/v1/rewards', { parameters: coin })
    await t.call('POST', `/v1/rewards/${reward.id}/assignments`, { campaign: program })
    const spend = async (points: number) => {
      await t.call('POST', `/v1/loyalties/members/${code}/redemption`, {
        reward: { id: reward.id, points },
        order: { amount: 10_000 },
      })
      const { loyalty_card, redemption } = await cardOf(t, code)
      return [loyalty_card.points, redemption.redeemed_points, loyalty_card.balance]
    }
    const chain = [1_113, 1, 2, 6, 4, 2_300]
    const states: number[][] = []
    for (const points of chain) states.push(await spend(points))
    expect(states).toEqual([
      [8_000, 1_113, 6_887],
      [8_000, 1_114, 6_886],
      [8_000, 1_116, 6_884],
      [8_000, 1_122, 6_878],
      [8_000, 1_126, 6_874],
      [8_000, 3_426, 4_574],
    ])
    await addPoints(t, code, 500)
    expect(await spend(100)).toEqual([8_500, 3_526, 4_974])
  })

  it('reads numbers in texts (W-2, programs scenario 42)', async () => {
    const code = await join(t, await createProgram(t))
    expect((await addPoints(t, code, '5')).body).toMatchObject({ points: 5, balance: 5 })
  })

  it('takes from what expires next first, from what never expires last (L-64, L-65, programs scenario 53)', async () => {
    const program = await createProgram(t)
    const code = await join(t, program)
    await addPoints(t, code, 50)
    await addPoints(t, code, 10, { expiration_type: 'CUSTOM_DATE', expiration_date: '2026-07-01' })
    expect((await cardOf(t, code)).loyalty_card).toMatchObject({
      next_expiration_date: '2026-07-01',
      next_expiration_points: 10,
    })
    expect((await addPoints(t, code, -20)).body).toMatchObject({ points: -20, balance: 40 })
    expect(await lotsOf(t, program, code)).toEqual([
      [0, '2026-07-01'],
      [40, null],
    ])
    expect((await cardOf(t, code)).loyalty_card).toMatchObject({
      balance: 40,
      points: 60,
      subtracted_points: 20,
      next_expiration_date: null,
      next_expiration_points: null,
    })
  })

  it('expires as the program says, on a day of its own, or never (L-30, L-60)', async () => {
    const program = await createProgram(t, {
      points: 1,
      expiration_rules: { period_type: 'MONTH', period_value: 3, rounding_type: 'END_OF_QUARTER' },
    })
    const code = await join(t, program)
    await addPoints(t, code, 2)
    await addPoints(t, code, 3, {
      expiration_type: 'CUSTOM_DATE',
      expiration_date: '2026-06-01T23:30:00Z',
    })
    await addPoints(t, code, 4, { expiration_type: 'NON_EXPIRING' })
    expect(await lotsOf(t, program, code)).toEqual([
      [3, '2026-06-01'],
      [1, '2026-09-30'],
      [2, '2026-09-30'],
      [4, null],
    ])
    await addPoints(t, code, -3)
    expect((await cardOf(t, code)).loyalty_card).toMatchObject({
      next_expiration_date: '2026-09-30',
      next_expiration_points: 3,
    })
  })

  it('is refused for a day that is over or none, too little, nothing, or nobody (L-31, programs scenario 43)', async () => {
    const program = await createProgram(t, { type: 'STATIC', vouchers_count: 1 })
    const code = await join(t, program)
    const { body: free } = await t.call('POST', `/v1/campaigns/${program}/vouchers`, {})
    const refused = async (points: unknown, more: object = {}) =>
      (await addPoints(t, code, points, more)).body
    expect(
      await refused(1, { expiration_type: 'CUSTOM_DATE', expiration_date: '2000-01-01' }),
    ).toMatchObject({
      code: 400,
      key: 'invalid_expiration_date',
      details: 'Expiration date cannot be set in the past',
    })
    expect(
      await refused(1, { expiration_type: 'CUSTOM_DATE', expiration_date: 'soon' }),
    ).toMatchObject({
      key: 'invalid_payload',
      details: 'Property .expiration_date cannot be recognized as a ISO-8601 compliant date',
    })
    expect(await refused(1, { expiration_type: 'CUSTOM_DATE' })).toMatchObject({
      key: 'invalid_payload',
    })
    expect(await refused(-1)).toMatchObject({ code: 400, key: 'invalid_add_balance_params' })
    expect(await refused(0)).toMatchObject({ code: 400, key: 'invalid_payload' })
    expect((await addPoints(t, free.code, 1)).body).toMatchObject({ key: 'invalid_customer' })
    expect(await balanceOf(t, code)).toBe(0)
  })

  it('is never overdrawn by 32 who take from it at once (invariant 1)', async () => {
    const program = await createProgram(t, { points: 100 })
    const code = await join(t, program)
    await addPoints(t, code, 3, { expiration_type: 'CUSTOM_DATE', expiration_date: '2026-07-01' })
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, n) => addPoints(t, code, -(5 + (n % 3)))),
    )
    const taken = answers
      .filter(({ status }) => status === 200)
      .reduce((sum, { body }) => sum - body.points, 0)
    expect(answers.every(({ status }) => status === 200 || status === 400)).toBe(true)
    const balance = await balanceOf(t, code)
    expect(balance).toBe(103 - taken)
    expect(balance).toBeLessThan(7)
    await expectRight(t)
  })
})
