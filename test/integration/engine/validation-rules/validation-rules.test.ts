import { describe, expect, it } from 'vitest'
import { runAsyncActions } from '../../../support/async-actions.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const PATH = '/v1/validation-rules'
const PERCENT_10 = { type: 'DISCOUNT_VOUCHER', discount: { type: 'PERCENT', percent_off: 10 } }
const AT_LEAST_100 = {
  name: 'min 100',
  rules: {
    1: {
      name: 'order.amount',
      conditions: { $more_than_or_equal: [10_000] },
      error: { message: 'Spend $100' },
    },
  },
}

const createRule = async (body: object = AT_LEAST_100) => (await t.call('POST', PATH, body)).body
const occurrences = async (type: string) =>
  (
    await t.db.kysely
      .selectFrom('occurrence')
      .select(['data', 'customer_id'])
      .where('type', '=', type)
      .orderBy('id')
      .execute()
  ).map(({ data }) => data as Record<string, Record<string, unknown>>)

describe('POST /v1/validation-rules', () => {
  it('answers with the rule, its logic and what else is filled in (§9.1)', async () => {
    const { status, body } = await t.call('POST', PATH, AT_LEAST_100)
    expect(status).toBe(200)
    expect(body).toEqual({
      id: expect.stringMatching(/^val_/),
      name: 'min 100',
      rules: {
        1: {
          name: 'order.amount',
          conditions: { $more_than_or_equal: [10_000] },
          error: { message: 'Spend $100' },
          rules: {},
        },
        logic: '1',
      },
      applicable_to: null,
      type: 'expression',
      context_type: 'global',
      created_at: '2026-06-01T12:00:00.000Z',
      updated_at: null,
      assignments_count: 0,
      object: 'validation_rules',
    })
    expect((await t.call('GET', `${PATH}/${body.id}`)).body).toEqual(body)
  })

  it('keeps the products a discount is for, and the lines of a bundle', async () => {
    const bundle = {
      1: {
        name: 'order.items.any',
        conditions: { $is: [{ id: 'prod_1', type: 'product_or_sku', object: 'product' }] },
        rules: {
          1: { name: 'order.items.aggregated_quantity', conditions: { $is: [2] } },
          logic: '1',
        },
      },
      logic: '1',
    }
    const body = await createRule({
      name: 'scoped',
      rules: {},
      applicable_to: { included: [{ object: 'product', id: 'prod_1' }] },
      bundle_rules: bundle,
      error: { message: 'no' },
    })
    expect(body).toMatchObject({
      rules: {},
      error: { message: 'no' },
      applicable_to: {
        included: [{ object: 'product', id: 'prod_1', strict: false, effect: 'APPLY_TO_EVERY' }],
        included_all: false,
      },
      bundle_rules: { ...bundle, limit: 1 },
    })
    expect(body.applicable_to).not.toHaveProperty('excluded')

    const cleared = await t.call('PUT', `${PATH}/${body.id}`, { bundle_rules: null })
    expect(cleared.body.bundle_rules).toEqual({})
    expect(cleared.body.applicable_to).toEqual(body.applicable_to)
  })

  it('refuses a rule of metadata without a property (R-RULE-04, scenario 110)', async () => {
    const rules = { 1: { name: 'custom_event.metadata', conditions: { $is: [1] } } }
    expect(await t.call('POST', PATH, { name: 'x', rules })).toMatchObject({
      status: 400,
      body: {
        key: 'invalid_validation_rules',
        message: 'Invalid Validation Rule Definition',
        details: "Rule 'custom_event.metadata' must have a 'property' (.rules.1)",
      },
    })
  })

  it('refuses a rule without a name', async () => {
    expect(await t.call('POST', PATH, { rules: {} })).toMatchObject({
      status: 400,
      body: {
        key: 'invalid_payload',
        details: "Payload should have required property 'name'",
      },
    })
  })
})

describe('a validation rule', () => {
  it('is changed in what is given, and in nothing else', async () => {
    const rule = await createRule()
    const rules = {
      7: { name: 'order.amount', conditions: { $less_than: [5] }, rules: {} },
      logic: '7',
    }
    const changed = await t.call('PUT', `${PATH}/${rule.id}`, { rules })
    expect(changed.body).toEqual({ ...rule, rules, updated_at: '2026-06-01T12:00:00.000Z' })
    expect(await t.call('PUT', `${PATH}/${rule.id}`, { rules: { logic: '1' } })).toMatchObject({
      status: 400,
      body: { key: 'invalid_validation_rules' },
    })
  })

  it('goes with its assignments when it is deleted', async () => {
    const rule = await createRule()
    await t.call('POST', '/v1/vouchers/GONE', PERCENT_10)
    await t.call('POST', `${PATH}/${rule.id}/assignments`, { related_object_id: 'GONE' })
    expect((await t.call('DELETE', `${PATH}/${rule.id}`)).status).toBe(204)
    expect(await t.call('GET', `${PATH}/${rule.id}`)).toMatchObject({
      status: 404,
      body: { key: 'not_found', details: `Cannot find validation_rules with id ${rule.id}` },
    })
    const left = await t.call('GET', `/v1/validation-rules-assignments?rule=${rule.id}`)
    expect(left.body).toMatchObject({ total: 0, data: [] })
  })

  it('holds for nothing any more that was deleted for good, out of the bin or with its campaign', async () => {
    const rule = await createRule()
    const coupon = { type: 'DISCOUNT_VOUCHER', discount: PERCENT_10.discount }
    const campaign = { name: 'Gone', vouchers_count: 1, voucher: coupon }
    const of = { validation_rules: [rule.id] }
    await t.call('POST', '/v1/campaigns', { ...campaign, ...of })
    const tier = { name: 'T', action: { discount: PERCENT_10.discount }, ...of }
    const promotion = { name: 'Tiers', campaign_type: 'PROMOTION', promotion: { tiers: [tier] } }
    await t.call('POST', '/v1/campaigns', promotion)
    await t.call('POST', '/v1/vouchers/KEPT', { ...PERCENT_10, ...of })
    await t.call('POST', '/v1/vouchers/BINNED', { ...PERCENT_10, ...of })
    await runAsyncActions(t)
    const assigned = async () =>
      (await t.call('GET', `${PATH}/${rule.id}/assignments`)).body.total as number
    expect(await assigned()).toBe(4)

    await t.call('DELETE', '/v1/campaigns/Gone?force=true')
    await t.call('DELETE', '/v1/campaigns/Tiers?force=true')
    await runAsyncActions(t)
    await t.call('DELETE', '/v1/vouchers/BINNED')
    expect(await assigned()).toBe(2)
    const bin = await t.call('GET', '/v1/trash-bin?filters[resource_name][conditions][$is]=BINNED')
    await t.call('DELETE', `/v1/trash-bin/${bin.body.data[0].id}`)
    expect(await assigned()).toBe(1)
  })

  it('is not seen from another project', async () => {
    const rule = await createRule()
    const keys = await t.addProject()
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const body = method === 'PUT' ? {} : undefined
      expect((await t.call(method, `${PATH}/${rule.id}`, body, { keys })).status).toBe(404)
    }
    expect((await t.call('GET', PATH, undefined, { keys })).body.total).toBe(0)
  })

  it('tells webhooks and the log of what becomes of it', async () => {
    const rule = await createRule({ ...AT_LEAST_100, name: 'told' })
    await t.call('PUT', `${PATH}/${rule.id}`, { name: 'retold' })
    await t.call('DELETE', `${PATH}/${rule.id}`)
    for (const [type, name] of [
      ['created', 'told'],
      ['updated', 'retold'],
      ['deleted', 'retold'],
    ]) {
      const told = await occurrences(`business_validation_rule.${type}`)
      expect(told.find(({ rule: { id } = {} }) => id === rule.id)?.['rule']).toMatchObject({
        name,
        object: 'validation_rules',
      })
    }
  })
})

describe('GET /v1/validation-rules', () => {
  it('lists pages in the order asked for, the newest first by itself (R-LIST-03, R-LIST-08)', async () => {
    const keys = await t.addProject()
    for (const name of ['b', 'a', 'c']) {
      await t.call('POST', PATH, { name }, { keys })
      t.clock.advance(1_000)
    }
    const names = async (query: string) => {
      const { body } = await t.call('GET', `${PATH}${query}`, undefined, { keys })
      return [body.data.map(({ name }: { name: string }) => name).join(), body.total]
    }
    expect(await names('')).toEqual(['c,a,b', 3])
    expect(await names('?order=name&limit=2')).toEqual(['a,b', 3])
    expect(await names('?order=-name&limit=2&page=2')).toEqual(['a', 3])
  })

  it('is narrowed by when rules were made (R-LIST-04)', async () => {
    const keys = await t.addProject()
    const from = t.clock.now()
    await t.call('POST', PATH, { name: 'early' }, { keys })
    t.clock.advance(60_000)
    await t.call('POST', PATH, { name: 'late' }, { keys })
    const total = async (query: string) =>
      (await t.call('GET', `${PATH}?${query}`, undefined, { keys })).body.total
    expect(await total(`start_date=${from.toISOString()}`)).toBe(2)
    expect(await total(`end_date=${from.toISOString()}`)).toBe(1)
    expect(await total(`start_date=${t.clock.now().toISOString()}`)).toBe(1)
    expect(await t.call('GET', `${PATH}?end_date=soon`)).toMatchObject({
      status: 400,
      body: {
        key: 'invalid_query_params',
        details: 'Property .end_date cannot be recognized as a ISO-8601 compliant date',
      },
    })
  })
})
