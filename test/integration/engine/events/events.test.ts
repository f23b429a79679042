import { describe, expect, it } from 'vitest'
import type { Call } from '../../../../src/engine/context.ts'
import { findCustomers } from '../../../../src/engine/customers/index.ts'
import { saveCustomEvents } from '../../../../src/engine/events/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const discount = { type: 'AMOUNT', amount_off: 1 }

const send = (body: unknown) => t.call('POST', '/v1/events', body)

async function announced(sourceId: string) {
  const { rows } = await t.db.pool.query(
    `select type, group_id, data from occurrence
      where data -> 'customer' ->> 'source_id' = $1 order by id`,
    [sourceId],
  )
  return rows
}

const stored = async (type: string) =>
  (await t.db.pool.query('select * from custom_event where type = $1 order by id', [type])).rows

describe('POST /v1/events', () => {
  it('stores the event and its customer, in one group (programs scenario 21, E-1, E-2, E-4, EV-1)', async () => {
    const { status, body } = await send({
      event: 'sign_up',
      customer: { source_id: 'e1', name: 'E' },
      metadata: { plan: 'gold', nested: { a: [1] } },
    })
    const { id } = (await t.call('GET', '/v1/customers/e1')).body
    const customer = { id, source_id: 'e1', name: 'E', metadata: {}, object: 'customer' }
    expect(status).toBe(200)
    expect(body).toEqual({
      object: 'event',
      type: 'sign_up',
      customer,
      referral: null,
      loyalty: null,
    })

    const occurred = await announced('e1')
    expect(occurred).toMatchObject([
      { type: 'customer.created' },
      {
        type: 'customer.custom_event',
        data: {
          event: {
            id: expect.stringMatching(/^event_[0-9a-f]{24}$/),
            object: 'event',
            type: 'sign_up',
            customer: { id },
            referral: null,
            loyalty: null,
            metadata: { plan: 'gold', nested: { a: [1] } },
            created_at: t.clock.now().toISOString(),
          },
          event_schema: { id: expect.stringMatching(/^ms_/), name: 'sign_up' },
          customer,
          referral: null,
          loyalty: null,
        },
      },
    ])
    expect(occurred[0].group_id).toBe(occurred[1].group_id)
    expect(await stored('sign_up')).toMatchObject([
      { id: occurred[1].data.event.id, customer_id: id, project_id: t.keys.projectId },
    ])
  })

  it('changes the customer it is told about (C-13), who may be just a name (C-14)', async () => {
    await send({ event: 'x', customer: { source_id: 'e2', metadata: { a: 1 } } })
    await send({ event: 'x', customer: { source_id: 'e2', metadata: { b: 2 } } })
    const { id, metadata } = (await t.call('GET', '/v1/customers/e2')).body
    expect(metadata).toEqual({ a: 1, b: 2 })
    for (const customer of ['e2', id]) {
      expect((await send({ event: 'x', customer })).body.customer.id).toBe(id)
    }
    expect((await announced('e2')).map(({ type }) => type)).toEqual([
      'customer.created',
      'customer.custom_event',
      'customer.updated',
      'customer.custom_event',
      'customer.custom_event',
      'customer.custom_event',
    ])
  })

  it('makes two events of two equal calls, and one of one Idempotency-Key (E-9, D-17)', async () => {
    const body = { event: 'twice', customer: { source_id: 'e3' } }
    await send(body)
    await send(body)
    expect(await stored('twice')).toHaveLength(2)

    const keyed = { ...body, event: 'once' }
    const headers = { 'idempotency-key': 'event-1' }
    const first = await t.call('POST', '/v1/events', keyed, { headers })
    expect((await t.call('POST', '/v1/events', keyed, { headers })).body).toEqual(first.body)
    expect(await stored('once')).toHaveLength(1)
  })

  it('tells of the codes it names when they exist', async () => {
    await t.call('POST', '/v1/vouchers/REF', { discount })
    const { status, body } = await send({
      event: 'referred',
      customer: { source_id: 'e4' },
      referral: { code: 'REF', referrer_id: 'r-1' },
      loyalty: { code: 'REF' },
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      referral: { code: 'REF', referrer_id: 'r-1' },
      loyalty: { code: 'REF' },
    })
    expect((await announced('e4')).at(-1).data).toMatchObject({
      referral: { referrer: null, voucher: { code: 'REF', object: 'voucher' }, campaign: null },
      loyalty: { voucher: { code: 'REF' }, campaign: null },
    })
  })

  it.each([{ referral: { code: 'NONE' } }, { loyalty: { code: 'NONE' } }])(
    'refuses the unknown code of %j, and nothing happened (D-07)',
    async (codes) => {
      const answer = await send({ event: 'unknown', customer: { source_id: 'e5' }, ...codes })
      expect(answer).toMatchObject({
        status: 404,
        body: { key: 'not_found', resource_type: 'voucher', resource_id: 'NONE' },
      })
      expect(await stored('unknown')).toEqual([])
      expect((await t.call('GET', '/v1/customers/e5')).status).toBe(404)
    },
  )

  it('refuses the unknown id of a customer (C-15)', async () => {
    expect(await send({ event: 'x', customer: { id: 'cust_unknown' } })).toMatchObject({
      status: 404,
      body: { resource_type: 'customer' },
    })
  })

  const customer = { source_id: 'e6' }
  it.each<[string, unknown]>([
    ["Payload should have required property 'event'", { customer }],
    ["Payload should have required property 'customer'", { event: 'x' }],
    ['Property .customer must be object', { event: 'x', customer: null }],
    ['Property .customer.name must be string,null', { event: 'x', customer: { name: [] } }],
    [
      "Property .referral should have required property 'code'",
      { event: 'x', customer, referral: {} },
    ],
    [
      "Property .loyalty should have required property 'code'",
      { event: 'x', customer, loyalty: {} },
    ],
    ['.event must NOT have more than 300 characters', { event: 'x'.repeat(301), customer }],
    ['.event must NOT have fewer than 1 characters', { event: '', customer }],
    ['Property .metadata must be object,null', { event: 'x', customer, metadata: [] }],
    [
      'Property .metadata.a must not contain U+0000',
      { event: 'x', customer, metadata: { a: '\0' } },
    ],
    ['Property .event must not contain U+0000', { event: 'a\0', customer }],
    ['must not begin with customer. or order.', { event: 'customer.created', customer }],
    ['must not begin with customer. or order.', { event: 'order.paid', customer }],
  ])('refuses with %s (programs scenarios 22 and 23, E-10)', async (details, body) => {
    const answer = await send(body)
    expect(answer).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    expect(answer.body.details).toContain(details)
    expect((await t.call('GET', '/v1/customers/e6')).status).toBe(404)
  })
})

describe('saveCustomEvents', () => {
  it('stores a batch in order, and names the codes that nobody has (D-07)', async () => {
    await t.call('POST', '/v1/customers', { source_id: 'batch' })
    await t.call('POST', '/v1/vouchers/KNOWN', { discount })
    const { projectId, appId } = t.keys
    const call: Call = { projectId, appId, groupId: 'v-1', channel: 'API', now: t.clock.now() }
    const [person] = await findCustomers(t.db, projectId, ['batch'])
    if (!person) throw new Error('the customer was just created')
    const saved = await inTransaction(t.db, (tx) =>
      saveCustomEvents(tx, [
        { call, customer: person, type: 'first', metadata: {}, referral: null, loyalty: null },
        {
          call,
          customer: person,
          type: 'second',
          metadata: {},
          referral: { code: 'KNOWN', referrer_id: null },
          loyalty: { code: 'GHOST' },
        },
      ]),
    )
    expect(saved.map(({ unknownCodes }) => unknownCodes)).toEqual([[], ['GHOST']])
    const occurred = (await announced('batch')).slice(1)
    expect(occurred.map(({ data }) => data.event.type)).toEqual(['first', 'second'])
    expect(occurred[1].data).toMatchObject({
      loyalty: null,
      referral: { voucher: { code: 'KNOWN' } },
    })
    expect(await stored('second')).toMatchObject([{ loyalty: { code: 'GHOST' } }])
  })
})
