import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()

const aRule = async (body: object): Promise<string> => {
  const answer = await t.call('POST', '/v1/validation-rules', { name: 'A rule', ...body })
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return answer.body.id
}
const validate = (id: string, body?: object, options?: Parameters<typeof t.call>[3]) =>
  t.call('POST', `/v1/validation-rules/${id}/validation`, body, options)

describe('POST /v1/validation-rules/{id}/validation', () => {
  it('tells whether a customer meets the rule, one who is imagined or one who is stored', async () => {
    const rules = { 1: { name: 'customer.metadata', property: 'vip', conditions: { $is: [true] } } }
    const id = await aRule({ rules })
    const vip = await validate(id, { customer: { source_id: 'new', metadata: { vip: true } } })
    expect(vip).toMatchObject({
      status: 200,
      body: { valid: true, rule_id: id, applicable_to: { object: 'list', data: [], total: 0 } },
    })
    await t.call('POST', '/v1/customers', { source_id: 'plain', metadata: { vip: false } })
    expect((await validate(id, { customer: { source_id: 'plain' } })).body).toMatchObject({
      valid: false,
      rule_id: id,
      error: { key: expect.any(String), details: expect.stringContaining(id) },
    })
    expect((await t.call('GET', '/v1/customers/new')).status).toBe(404)
  })

  it('tells the items that it is about', async () => {
    const product = (await t.call('POST', '/v1/products', { name: 'Mug' })).body
    const other = (await t.call('POST', '/v1/products', { name: 'Cup' })).body
    const id = await aRule({
      rules: { 1: { name: 'order.amount', conditions: { $more_than: [1_000] } } },
      applicable_to: { included: [{ object: 'product', id: product.id }] },
    })
    const items = [product, other].map(({ id: product_id }) => ({
      product_id,
      quantity: 1,
      price: 800,
    }))
    const { body } = await validate(id, { order: { items } })
    expect(body).toMatchObject({
      valid: true,
      applicable_to: { data: [{ id: product.id }], total: 1 },
    })
    expect((await validate(id, { order: { items: items.slice(0, 1) } })).body.valid).toBe(false)
    expect((await validate(id, {})).body).toMatchObject({
      valid: false,
      error: { key: 'missing_order' },
    })
  })

  it('announces and stores nothing', async () => {
    const id = await aRule({ rules: {} })
    const count = async () =>
      (await t.db.pool.query('select count(*)::int as n from occurrence')).rows[0].n
    const before = await count()
    expect((await validate(id, { customer: { source_id: 'ghost' } })).body.valid).toBe(true)
    expect(await count()).toBe(before)
  })

  it('does not find a rule there is not, and names what is malformed', async () => {
    expect(await validate('val_none', {})).toMatchObject({
      status: 404,
      body: { key: 'not_found', resource_type: 'validation_rules' },
    })
    const id = await aRule({ rules: {} })
    expect(await validate(id, { order: 7 })).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details: expect.stringContaining('order') },
    })
    const keys = await t.addProject()
    expect((await validate(id, {}, { keys })).status).toBe(404)
  })
})
