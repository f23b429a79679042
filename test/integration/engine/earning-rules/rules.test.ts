import { describe, expect, it } from 'vitest'
import { aProgram } from '../../../support/loyalty.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const FIXED = { event: 'order.paid', loyalty: { type: 'FIXED', points: 5 } }
const total = (every: number, points: number) => ({
  event: 'order.paid',
  loyalty: {
    type: 'PROPORTIONAL',
    calculation_type: 'ORDER_TOTAL_AMOUNT',
    order: { total_amount: { every, points } },
  },
})

const rulesPath = (program: string) => `/v1/loyalties/${program}/earning-rules`
const create = (program: string, ...rules: object[]) => t.call('POST', rulesPath(program), rules)

describe('/v1/loyalties/{campaignId}/earning-rules (§8.3)', () => {
  it('makes rules in the words in which they were given', async () => {
    const program = await aProgram(t)
    const { body: condition } = await t.call('POST', '/v1/validation-rules', {
      name: 'any',
      rules: {},
    })
    const first = {
      ...FIXED,
      loyalty: { type: 'FIXED', points: '5' },
      validation_rule_id: condition.id,
      source: { banner: 'Order paid 5 points.' },
      start_date: '2022-11-02T13:00:00.000Z',
      validity_timeframe: { duration: 'PT1H', interval: 'P1D' },
      validity_day_of_week: [0, 1, 2],
      pending_points: { period_type: 'DAY', period_value: 3 },
      expiration_rules: { period_type: 'MONTH', period_value: 3 },
      metadata: { kind: 'a' },
    }
    const items = {
      event: 'order.paid',
      loyalty: {
        type: 'PROPORTIONAL',
        calculation_type: 'ORDER_ITEMS_AMOUNT',
        order_items: { amount: { every: 2, points: 1, object: 'product', id: 'prod_1' } },
      },
    }
    const { status, body } = await create(program, first, items)
    expect(status).toBe(200)
    expect(body[0]).toEqual({
      ...first,
      loyalty: { type: 'FIXED', points: 5 },
      id: expect.stringMatching(/^ern_/),
      automation_id: expect.stringMatching(/^auto_/),
      source: { banner: 'Order paid 5 points.', object_id: program, object_type: 'campaign' },
      active: true,
      created_at: '2026-06-01T12:00:00.000Z',
      updated_at: null,
      object: 'earning_rule',
    })
    expect(body[1].loyalty.order_items.amount).toEqual({
      every: 2,
      points: 1,
      object: 'product',
      id: 'prod_1',
      applicable_to: [{ object: 'product', id: 'prod_1' }],
    })
    expect((await t.call('GET', `${rulesPath(program)}/${body[0].id}`)).body).toEqual(body[0])
    const list = (await t.call('GET', `${rulesPath(program)}?order=created_at&limit=1`)).body
    expect(list).toEqual({ object: 'list', data_ref: 'data', data: [body[0]], total: 2 })
  })

  it.each([
    [{ event: 'order.paid' }, "Property [0] should have required property 'loyalty'"],
    [{ loyalty: FIXED.loyalty }, "Property [0] should have required property 'event'"],
    [
      { ...FIXED, loyalty: { type: 'FIXED' } },
      "Property [0].loyalty should have required property 'points'",
    ],
    [
      {
        ...FIXED,
        loyalty: { type: 'PROPORTIONAL', calculation_type: 'ORDER_TOTAL_AMOUNT', order: {} },
      },
      "Loyalty order rules must contain one of the following properties - 'total_amount'",
    ],
    [
      { ...FIXED, event: 'customer.segment.entered', loyalty: total(1, 1).loyalty },
      'Property [0].loyalty.calculation_type does not allow ORDER_TOTAL_AMOUNT for the event customer.segment.entered',
    ],
    [
      { ...FIXED, event: 'order.lost' },
      'Property [0].event does not allow order.lost: no rule can be for it',
    ],
    [{ ...total(0, 1) }, 'Property [0].loyalty.order.total_amount.every must be >= 1'],
    [
      { ...FIXED, event: 'sign_up', pending_points: { period_type: 'DAY', period_value: 1 } },
      'Property [0].pending_points is for order.paid alone',
    ],
    [
      { ...FIXED, pending_points: { period_type: 'DAY', period_value: 91 } },
      'Property [0].pending_points.period_value must be <= 90',
    ],
    [
      { ...FIXED, loyalty: { type: 'FIXED', points_formula: '1 +' } },
      expect.stringContaining('Property [0].loyalty.points_formula is no formula: '),
    ],
  ])('refuses %j (programs scenario 64, L-40)', async (rule, details) => {
    const program = await aProgram(t)
    expect(await create(program, rule)).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details },
    })
  })

  it.each([
    [{ ...FIXED, validation_rule_id: 'val_none' }, 'validation_rules'],
    [{ ...FIXED, event: 'customer.segment.entered', segment: { id: 'seg_none' } }, 'segment'],
    [
      { ...FIXED, event: 'customer.loyalty.tier.left', loyalty_tier: { id: 'ltr_none' } },
      'loyalty_tier',
    ],
  ])('knows nothing of what %j names', async (rule, type) => {
    const program = await aProgram(t)
    expect(await create(program, rule)).toMatchObject({
      status: 404,
      body: { key: 'not_found', resource_type: type },
    })
    expect((await t.call('GET', rulesPath(program))).body.total).toBe(0)
  })

  it('changes what a rule gives, not what sets it off', async () => {
    const program = await aProgram(t)
    const { body } = await create(program, {
      ...FIXED,
      source: { banner: 'a' },
      metadata: { a: 1 },
    })
    const path = `${rulesPath(program)}/${body[0].id}`
    const change = { event: 'sign_up', loyalty: { type: 'FIXED', points: 7 }, metadata: { b: 2 } }
    expect((await t.call('PUT', path, change)).body).toMatchObject({
      event: 'order.paid',
      loyalty: { points: 7 },
      source: { banner: 'a' },
      metadata: { a: 1, b: 2 },
      updated_at: '2026-06-01T12:00:00.000Z',
    })
    expect(await t.call('PUT', path, { loyalty: total(1, 1).loyalty })).toMatchObject({
      status: 400,
      body: { details: 'Property .loyalty cannot be changed from FIXED to ORDER_TOTAL_AMOUNT' },
    })
    const { body: condition } = await t.call('POST', '/v1/validation-rules', {
      name: 'x',
      rules: {},
    })
    const bound = await t.call('PUT', path, { validation_rule_id: condition.id })
    expect(bound.body.validation_rule_id).toBe(condition.id)
    const freed = await t.call('PUT', path, { validation_rule_id: null })
    expect(freed.body).toMatchObject({ validation_rule_id: null, loyalty: { points: 7 } })
  })

  it('is switched off and on, and deleted, and tells so', async () => {
    const program = await aProgram(t)
    const { body } = await create(program, FIXED)
    const path = `${rulesPath(program)}/${body[0].id}`
    expect((await t.call('POST', `${path}/disable`)).body).toMatchObject({ active: false })
    expect((await t.call('POST', `${path}/enable`)).body).toMatchObject({ active: true })
    expect((await t.call('DELETE', path)).status).toBe(204)
    for (const [method, url] of [
      ['GET', path],
      ['PUT', path],
      ['DELETE', path],
      ['POST', `${path}/enable`],
    ] as const) {
      expect(await t.call(method, url, method === 'PUT' ? {} : undefined)).toMatchObject({
        status: 404,
        body: { resource_type: 'earning_rule' },
      })
    }
    const told = await t.db.kysely
      .selectFrom('occurrence')
      .select('type')
      .where('type', 'like', 'campaign.earning_rule.%')
      .orderBy('id', 'desc')
      .limit(4)
      .execute()
    expect(told.map(({ type }) => type.split('.').at(-1))).toEqual([
      'deleted',
      'enabled',
      'disabled',
      'assigned',
    ])
  })

  it('are at most 100 a project, however many callers there are (L-10)', async () => {
    const keys = await t.addProject()
    const program = await aProgram(t, {}, 0, { keys })
    const nine = Array.from({ length: 9 }, () => FIXED)
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => t.call('POST', rulesPath(program), nine, { keys })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(11)
    expect(answers.find(({ status }) => status !== 200)).toMatchObject({
      status: 400,
      body: { key: 'earning_rule_limit_reached' },
    })
    const list = await t.call('GET', rulesPath(program), undefined, { keys })
    expect(list.body.total).toBe(99)

    // What is in the bin with its program counts no longer.
    const other = rulesPath(await aProgram(t, {}, 0, { keys }))
    expect((await t.call('POST', other, nine, { keys })).status).toBe(400)
    await t.call('DELETE', `/v1/loyalties/${program}`, undefined, { keys })
    expect((await t.call('POST', other, nine, { keys })).status).toBe(200)
  })

  it('shows what members of a tier earn (§8.7)', async () => {
    const program = await aProgram(t)
    const { body: rules } = await create(program, FIXED, total(500, 10), FIXED)
    const tier = {
      name: 'Gold',
      points: { from: 1 },
      earning_rules: {
        [rules[0].id]: { type: 'CUSTOM', points: 200 },
        [rules[1].id]: { type: 'MULTIPLY', multiplier: 3 },
      },
    }
    const { body: tiers } = await t.call('POST', `/v1/loyalties/${program}/tiers`, [tier])
    expect(tiers[0].earning_rules).toEqual(tier.earning_rules)
    const path = `/v1/loyalties/${program}/tiers/${tiers[0].id}/earning-rules?order=created_at`
    const { data } = (await t.call('GET', path)).body
    expect(data[0].loyalty).toEqual({ type: 'FIXED', points: 200 })
    expect(data[1].loyalty.order.total_amount).toEqual({ every: 500, points: 30 })
    expect(data[2].loyalty).toEqual({ type: 'FIXED', points: 5 })
    await t.call('DELETE', `${rulesPath(program)}/${rules[0].id}`)
    const tierPath = `/v1/loyalties/${program}/tiers/${tiers[0].id}`
    expect((await t.call('GET', tierPath)).body.earning_rules).toEqual({
      [rules[1].id]: tier.earning_rules[rules[1].id],
    })
    expect((await t.call('PUT', tierPath, { name: 'Best' })).status).toBe(200)
    const unknown = {
      ...tier,
      points: { from: 0, to: 0 },
      earning_rules: { ern_none: { multiplier: 2 } },
    }
    expect(await t.call('POST', `/v1/loyalties/${program}/tiers`, [unknown])).toMatchObject({
      status: 404,
      body: { resource_type: 'earning_rule' },
    })
  })
})
