import { describe, expect, it } from 'vitest'
import { evaluateRule } from '../../../../src/engine/rules/index.ts'
import { theFacts } from '../../../../src/engine/rules/rules.fixture.ts'
import { findAssignedRules } from '../../../../src/engine/validation-rules/index.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const PATH = '/v1/validation-rules'
const PERCENT_10 = { type: 'DISCOUNT_VOUCHER', discount: { type: 'PERCENT', percent_off: 10 } }

const atLeast = (amount: number) => ({
  name: `at least ${amount}`,
  rules: { 1: { name: 'order.amount', conditions: { $more_than_or_equal: [amount] } } },
})
const createRule = async (amount = 20_000): Promise<string> =>
  (await t.call('POST', PATH, atLeast(amount))).body.id
const createVoucher = async (code: string): Promise<string> =>
  (await t.call('POST', `/v1/vouchers/${code}`, PERCENT_10)).body.id
const assign = (ruleId: string, related_object_id: string, query = '') =>
  t.call('POST', `${PATH}/${ruleId}/assignments${query}`, { related_object_id })

describe('the assignment of a rule', () => {
  it('is to a voucher where nothing is said, by id or by code (§9.5)', async () => {
    const ruleId = await createRule()
    const voucherId = await createVoucher('ASSIGNED')
    const { status, body } = await assign(ruleId, 'ASSIGNED')
    expect(status).toBe(200)
    expect(body).toEqual({
      id: expect.stringMatching(/^asgm_/),
      rule_id: ruleId,
      related_object_id: voucherId,
      related_object_type: 'voucher',
      created_at: '2026-06-01T12:00:00.000Z',
      object: 'validation_rules_assignment',
    })
    expect((await t.call('GET', `${PATH}/${ruleId}`)).body.assignments_count).toBe(1)
    const listed = await t.call('GET', `${PATH}/${ruleId}/assignments`)
    expect(listed.body).toEqual({ object: 'list', data_ref: 'data', data: [body], total: 1 })
    const ofVoucher = `/v1/validation-rules-assignments?related_object_id=${voucherId}`
    expect((await t.call('GET', ofVoucher)).body.data).toEqual([body])
    expect((await t.call('GET', `${ofVoucher}&rule=val_other`)).body.total).toBe(0)
    expect((await t.call('GET', `${PATH}/val_unknown/assignments`)).body.total).toBe(0)
  })

  it('is to what older clients name by its type', async () => {
    const ruleId = await createRule()
    const voucherId = await createVoucher('OLDER')
    const promotion = await t.call('POST', '/v1/campaigns', {
      name: 'Older',
      campaign_type: 'PROMOTION',
      promotion: { tiers: [{ name: 'ten', action: { discount: PERCENT_10.discount } }] },
    })
    const { id: campaignId, promotion: made } = promotion.body
    const tierId = made.tiers[0].id
    const older = async (body: object) =>
      (await t.call('POST', `${PATH}/${ruleId}/assignments`, body)).body
    expect([
      await older({ voucher: 'OLDER' }),
      await older({ campaign: campaignId }),
      await older({ promotion_tier: tierId }),
    ]).toMatchObject([
      { related_object_type: 'voucher', related_object_id: voucherId },
      { related_object_type: 'campaign', related_object_id: campaignId },
      { related_object_type: 'promotion_tier', related_object_id: tierId },
    ])
  })

  it('is there once, or is replaced by force', async () => {
    const ruleId = await createRule()
    const voucherId = await createVoucher('TWICE')
    const { id } = (await assign(ruleId, voucherId)).body
    expect(await assign(ruleId, voucherId)).toMatchObject({
      status: 409,
      body: {
        key: 'duplicate_found',
        details: `Duplicated validation_rules_assignment exists with id ${id}`,
      },
    })
    const forced = await assign(ruleId, voucherId, '?force=true')
    expect(forced.status).toBe(200)
    expect(forced.body.id).not.toBe(id)
    expect((await t.call('GET', `${PATH}/${ruleId}/assignments`)).body.total).toBe(1)
  })

  it('is there once, however many ask at the same time', async () => {
    const ruleId = await createRule()
    await createVoucher('RACED')
    const answers = await Promise.all(Array.from({ length: 20 }, () => assign(ruleId, 'RACED')))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19)
  })

  it('is to something there is', async () => {
    const ruleId = await createRule()
    expect(await assign(ruleId, 'NOBODY')).toMatchObject({
      status: 404,
      body: { details: 'Cannot find voucher with id NOBODY' },
    })
    const wish = { related_object_type: 'campaign', related_object_id: 'camp_nobody' }
    expect(await t.call('POST', `${PATH}/${ruleId}/assignments`, wish)).toMatchObject({
      status: 404,
    })
    await createVoucher('FREE')
    expect(await assign('val_unknown', 'FREE')).toMatchObject({
      status: 404,
      body: { details: 'Cannot find validation_rules with id val_unknown' },
    })
    const keys = await t.addProject()
    expect(
      await t.call(
        'POST',
        `${PATH}/${ruleId}/assignments`,
        { related_object_id: 'FREE' },
        { keys },
      ),
    ).toMatchObject({ status: 404 })
    const later = { related_object_type: 'distribution', related_object_id: 'distr_1' }
    expect(await t.call('POST', `${PATH}/${ruleId}/assignments`, later)).toMatchObject({
      status: 501,
    })
  })

  it('is taken back', async () => {
    const ruleId = await createRule()
    const voucherId = await createVoucher('FREED')
    const { id } = (await assign(ruleId, voucherId)).body
    const path = `${PATH}/${ruleId}/assignments/${id}`
    expect((await t.call('DELETE', path)).status).toBe(204)
    expect(await t.call('DELETE', path)).toMatchObject({
      status: 404,
      body: { details: `Cannot find validation_rules_assignment with id ${id}` },
    })
    expect(await findAssignedRules(t.db, [voucherId])).toEqual(new Map())
    const told = await t.db.kysely
      .selectFrom('occurrence')
      .select(['type', 'data'])
      .where('type', 'like', 'business\\_validation\\_rule.assignment.%')
      .orderBy('id', 'desc')
      .limit(2)
      .execute()
    expect(told).toMatchObject([
      {
        type: 'business_validation_rule.assignment.deleted',
        data: {
          assignment: { id },
          rule: { id: ruleId },
          voucher: { id: voucherId },
          campaign: null,
        },
      },
      { type: 'business_validation_rule.assignment.created', data: { assignment: { id } } },
    ])
  })
})

describe('findAssignedRules', () => {
  it('finds the rules of each object, the oldest assignment first', async () => {
    const [first, second] = [await createRule(1), await createRule(2)]
    const [one, other] = [await createVoucher('ONE'), await createVoucher('OTHER')]
    await assign(first, one)
    t.clock.advance(1)
    await assign(second, one)
    await assign(second, other)
    const found = await findAssignedRules(t.db, [one, other, one, 'v_none'])
    expect([...found].map(([id, rules]) => [id, rules.map((rule) => rule.id)])).toEqual([
      [one, [first, second]],
      [other, [second]],
    ])
  })

  it('understands a rule once, and anew as soon as it changes (R-RULE-06)', async () => {
    const ruleId = await createRule(20_000)
    const voucherId = await createVoucher('CHANGING')
    await assign(ruleId, voucherId)
    const rule = async () => (await findAssignedRules(t.db, [voucherId])).get(voucherId)?.[0]
    const before = await rule()
    expect(await rule()).toBe(before)
    expect(before && evaluateRule(before, theFacts())?.key).toBe('order_rules_violated')

    await t.call('PUT', `${PATH}/${ruleId}`, atLeast(10_000))
    const after = await rule()
    expect(after).not.toBe(before)
    expect(after && evaluateRule(after, theFacts())).toBeUndefined()
  })
})
