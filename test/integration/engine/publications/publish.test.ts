import { beforeAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { announced, createVoucher, unique } from './support.ts'

const t = useTestApp()
const publish = (body: unknown, query = '', options = {}) =>
  t.call('POST', `/v1/publications${query}`, body, options)
const list = async (query: string) => (await t.call('GET', `/v1/publications?${query}`)).body
const voucherOf = async (code: string) => (await t.call('GET', `/v1/vouchers/${code}`)).body

describe('POST /v1/publications', () => {
  it('answers the publication with its customer and its voucher in full (§11.1, recorded facts)', async () => {
    const code = await createVoucher(t)
    const sourceId = unique('pub')
    const { status, body } = await publish({
      voucher: code,
      customer: { source_id: 'ada', name: 'Ada', email: 'ada@example.com', metadata: { k: 1 } },
      channel: 'Email',
      metadata: { year: 2026 },
      source_id: sourceId,
    })
    expect(status).toBe(200)
    const voucher = await voucherOf(code)
    expect(body).toEqual({
      id: expect.stringMatching(/^pub_/),
      object: 'publication',
      created_at: t.clock.now().toISOString(),
      customer_id: expect.stringMatching(/^cust_/),
      tracking_id: 'ada',
      metadata: { year: 2026 },
      channel: 'Email',
      source_id: sourceId,
      result: 'SUCCESS',
      customer: (await t.call('GET', '/v1/customers/ada')).body,
      voucher,
      vouchers_id: [voucher.id],
    })
    expect(voucher).toMatchObject({ holder_id: body.customer_id, publish: { count: 1 } })
  })

  it('fills in what is not said (P-11)', async () => {
    const code = await createVoucher(t)
    expect((await publish({ voucher: code, customer: { source_id: 'ada' } })).body).toMatchObject({
      channel: 'API',
      metadata: {},
      source_id: null,
      result: 'SUCCESS',
    })
  })

  it('creates a customer of whom only the e-mail is known (P-9, programs scenario 69)', async () => {
    const code = await createVoucher(t)
    const { status, body } = await publish({
      voucher: code,
      campaign: null,
      channel: null,
      metadata: null,
      source_id: null,
      customer: { email: 'q@x.io' },
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ tracking_id: null, customer: { email: 'q@x.io' } })
  })

  it('announces the publication to the customer (P-13, §13.6)', async () => {
    const code = await createVoucher(t)
    const customer = unique('carl')
    const { body } = await publish({ voucher: code, customer: { source_id: customer } })
    const occurrences = await announced(t, customer)
    expect(occurrences.map(({ type }) => type)).toEqual([
      'customer.created',
      'customer.publication.succeeded',
    ])
    expect(occurrences[1].data).toEqual({
      customer: {
        id: body.customer_id,
        source_id: customer,
        metadata: {},
        object: 'customer',
      },
      campaign: null,
      publication: {
        ...body,
        voucher: {
          code,
          object: 'voucher',
          campaign: null,
          discount: body.voucher.discount,
          is_referral_code: false,
        },
      },
      voucher: expect.objectContaining({ id: body.voucher.id, code, holder_id: body.customer_id }),
    })
  })

  it('names the voucher by its id as well (R-ID-03), and a customer by name (C-14)', async () => {
    const { id } = await voucherOf(await createVoucher(t))
    const { status, body } = await publish({ voucher: id, customer: 'ada' })
    expect({ status, tracking: body.tracking_id }).toEqual({ status: 200, tracking: 'ada' })
  })

  it('gives a voucher to one after the other, and the last one holds it (A-12, P-15)', async () => {
    const code = await createVoucher(t)
    await publish({ voucher: code, customer: { source_id: 'ada' } })
    const { body } = await publish({ voucher: code, customer: { source_id: 'bob' } })
    expect(await voucherOf(code)).toMatchObject({
      holder_id: body.customer_id,
      publish: { count: 2 },
    })
  })

  it('lets the voucher win over a campaign beside it (P-2)', async () => {
    const code = await createVoucher(t)
    const both = { voucher: code, campaign: { name: 'C', count: 3 }, customer: 'ada' }
    expect((await publish(both)).body.voucher.code).toBe(code)
  })

  it('keeps what a redemption needs', async () => {
    const code = await createVoucher(t, { redemption: { quantity: 1 } })
    await publish({ voucher: code, customer: { source_id: 'ada' } })
    const redeeming = { redeemables: [{ object: 'voucher', id: code }], order: { amount: 1_000 } }
    expect((await t.call('POST', '/v1/redemptions', redeeming)).status).toBe(200)
    await publish({ voucher: code, customer: { source_id: 'bob' } })
    expect((await voucherOf(code)).redemption.redeemed_quantity).toBe(1)
  })

  it('repeats the first answer under an Idempotency-Key (D-17)', async () => {
    const body = { voucher: await createVoucher(t), customer: { source_id: 'ada' } }
    const options = { headers: { 'idempotency-key': unique('key') } }
    const first = await publish(body, '', options)
    expect((await publish(body, '', options)).body).toEqual(first.body)
    expect((await voucherOf(body.voucher)).publish.count).toBe(1)
  })
})

describe('join_once (P-5)', () => {
  it.each([
    ['?join_once=true', {}],
    ['?join_once=1', {}],
    ['', { join_once: true }],
  ])(
    'with %j %j gives the same customer the same again (programs scenario 70)',
    async (query, extra) => {
      const code = await createVoucher(t)
      const customer = unique('dora')
      const body = { voucher: code, customer: { source_id: customer }, ...extra }
      const first = await publish(body, query)
      const second = await publish(body, query)
      expect(second.status).toBe(200)
      expect(second.body).toEqual(first.body)
      expect((await list(`customer=${customer}`)).total).toBe(1)
      expect((await voucherOf(code)).publish.count).toBe(1)
      expect((await announced(t, customer)).map(({ type }) => type)).toEqual([
        'customer.created',
        'customer.publication.succeeded',
      ])
    },
  )

  it('gives another customer one of their own', async () => {
    const code = await createVoucher(t)
    const [ada, bob] = [
      await publish({ voucher: code, customer: 'ada' }, '?join_once=true'),
      await publish({ voucher: code, customer: 'bob' }, '?join_once=true'),
    ]
    expect(ada.body.id).not.toBe(bob.body.id)
  })

  it('is one publication for any number of parallel callers', async () => {
    const body = { voucher: await createVoucher(t), customer: { source_id: unique('eve') } }
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => publish(body, '?join_once=true')),
    )
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
    expect((await voucherOf(body.voucher)).publish.count).toBe(1)
  })

  it('of false changes nothing', async () => {
    const body = { voucher: await createVoucher(t), customer: 'ada' }
    await publish(body, '?join_once=false')
    await publish(body, '?join_once=false')
    expect((await voucherOf(body.voucher)).publish.count).toBe(2)
  })
})

describe('source_id (P-6)', () => {
  it('is used once, and the list finds the original (programs scenario 71)', async () => {
    const [first, second] = [await createVoucher(t), await createVoucher(t)]
    const sourceId = unique('crm')
    const stranger = unique('frank')
    await publish({ voucher: first, customer: 'ada', source_id: sourceId })
    const { status, body } = await publish({
      voucher: second,
      customer: stranger,
      source_id: sourceId,
    })
    expect(status).toBe(400)
    expect(body).toMatchObject({
      code: 400,
      key: 'duplicate_source_id',
      message: 'Duplicate source_id',
      details: `Publication with source_id: '${sourceId}' already exists`,
    })
    const found = await list(`source_id=${sourceId}`)
    expect(found).toMatchObject({ total: 1, publications: [{ voucher: { code: first } }] })
    // Nothing of the refused call is left: neither a count nor a customer (P-14).
    expect((await voucherOf(second)).publish.count).toBe(0)
    expect((await t.call('GET', `/v1/customers/${stranger}`)).status).toBe(404)
  })

  it('goes to exactly one of many parallel callers, whatever vouchers they publish', async () => {
    const sourceId = unique('race')
    const codes = await Promise.all(Array.from({ length: 16 }, () => createVoucher(t)))
    const answers = await Promise.all(
      codes.map((voucher) => publish({ voucher, customer: 'ada', source_id: sourceId })),
    )
    const keys = answers.map(({ status, body }) => (status === 200 ? 'published' : body.key))
    expect(keys.filter((key) => key === 'published')).toHaveLength(1)
    expect(keys.filter((key) => key === 'duplicate_source_id')).toHaveLength(15)
    const vouchers = await Promise.all(codes.map(voucherOf))
    expect(vouchers.filter(({ publish: { count } }) => count === 1)).toHaveLength(1)
    expect((await list(`source_id=${sourceId}`)).total).toBe(1)
  })

  it('of another project is no obstacle', async () => {
    const sourceId = unique('crm')
    await publish({ voucher: await createVoucher(t), customer: 'ada', source_id: sourceId })
    const keys = await t.addProject()
    const discount = { type: 'AMOUNT', amount_off: 1 }
    await t.call('POST', '/v1/vouchers/THEIRS', { discount }, { keys })
    const theirs = { voucher: 'THEIRS', customer: 'ada', source_id: sourceId }
    expect((await publish(theirs, '', { keys })).status).toBe(200)
  })
})

describe('a refused publication', () => {
  it('is answered, recorded and announced (P-14)', async () => {
    const code = await createVoucher(t, { active: false })
    const customer = unique('gina')
    const sourceId = unique('crm')
    const attempt = { voucher: code, customer: { source_id: customer }, source_id: sourceId }
    const { status, body } = await publish(attempt)
    expect(status).toBe(400)
    expect(body).toEqual({
      code: 400,
      key: 'no_voucher_suitable_for_publication',
      message: "Couldn't find any voucher suitable for publication",
      details: `Voucher ${code} is disabled`,
      request_id: expect.stringMatching(/^v-/),
      resource_id: expect.stringMatching(/^pub_/),
      resource_type: 'publication',
    })

    const { publications } = await list(`customer=${customer}`)
    expect(publications).toEqual([
      {
        id: body.resource_id,
        object: 'publication',
        created_at: t.clock.now().toISOString(),
        customer_id: expect.stringMatching(/^cust_/),
        tracking_id: customer,
        metadata: {},
        channel: 'API',
        source_id: sourceId,
        result: 'FAILURE',
        failure_code: body.key,
        failure_message: body.message,
        customer: (await t.call('GET', `/v1/customers/${customer}`)).body,
        vouchers: [],
        vouchers_id: [],
      },
    ])
    const occurrences = await announced(t, customer)
    expect(occurrences.map(({ type }) => type)).toEqual([
      'customer.created',
      'customer.publication.failed',
    ])
    expect(occurrences[1].data).toEqual({
      customer: expect.objectContaining({ source_id: customer }),
      campaign: null,
      publication: publications[0],
    })
    expect(await voucherOf(code)).toMatchObject({ holder_id: null, publish: { count: 0 } })
  })

  it('does not use up its source_id', async () => {
    const code = await createVoucher(t, { active: false })
    const attempt = { voucher: code, customer: 'ada', source_id: unique('crm') }
    await publish(attempt)
    await publish(attempt)
    await t.call('POST', `/v1/vouchers/${code}/enable`)
    expect((await publish(attempt)).status).toBe(200)
    expect((await publish(attempt)).body.key).toBe('duplicate_source_id')
    expect((await list(`source_id=${attempt.source_id}&result=FAILURE`)).total).toBe(2)
  })

  it.each([
    ['nobody', { voucher: 'X' }, 400, 'invalid_payload'],
    ['a customer that is null', { voucher: 'X', customer: null }, 400, 'invalid_payload'],
    ['no voucher (P-1, programs scenario 69)', { customer: 'ada' }, 400, 'missing_vouchers'],
    [
      'neither, as nulls (P-1)',
      { customer: 'ada', voucher: null, campaign: null },
      400,
      'missing_vouchers',
    ],
    [
      'several under one source_id (P-6, programs scenario 72)',
      { customer: 'ada', campaign: { name: 'C', count: 3 }, source_id: 's' },
      400,
      'too_many_vouchers_requested',
    ],
    [
      'more than a campaign may give',
      { customer: 'ada', campaign: { count: 51 } },
      400,
      'invalid_payload',
    ],
    ['an unknown campaign', { customer: 'ada', campaign: { name: 'C' } }, 404, 'not_found'],
    ['an unknown campaign by its name', { customer: 'ada', campaign: 'C' }, 404, 'not_found'],
    ['an unknown voucher', { customer: 'ada', voucher: 'NONE' }, 404, 'not_found'],
    [
      'metadata that is no object',
      { customer: 'ada', voucher: 'X', metadata: 5 },
      400,
      'invalid_payload',
    ],
    [
      'text that cannot be stored',
      { customer: 'ada', voucher: 'X', metadata: { a: '\0' } },
      400,
      'invalid_payload',
    ],
    ['no object', [], 400, 'invalid_payload'],
  ])('leaves no trace when it names %s', async (_what, body, status, key) => {
    const before = (await list('')).total
    expect(await publish(body)).toMatchObject({ status, body: { key } })
    expect((await list('')).total).toBe(before)
  })

  it('leaves no trace when it names an unknown customer by id (C-15)', async () => {
    const code = await createVoucher(t)
    expect(await publish({ voucher: code, customer: { id: 'cust_none' } })).toMatchObject({
      status: 404,
      body: { key: 'not_found', resource_type: 'customer' },
    })
    expect((await voucherOf(code)).publish.count).toBe(0)
  })

  it('does not see the vouchers of another project', async () => {
    const keys = await t.addProject()
    const code = await createVoucher(t)
    expect((await publish({ voucher: code, customer: 'ada' }, '', { keys })).status).toBe(404)
  })
})

describe('GET /v1/publications/create', () => {
  /** The header values of an integration key of the project. */
  let integration: Record<string, string>
  beforeAll(async () => {
    const response = await t.app.http.inject({
      method: 'POST',
      url: '/api/v1/keys',
      headers: { authorization: `Bearer ${t.keys.adminToken}` },
      payload: JSON.stringify({ name: 'Mailing', kind: 'integration' }),
    })
    const { app_id, app_token } = response.json()
    integration = { 'x-app-id': app_id, 'x-app-token': app_token }
  })
  const get = (url: string) => t.call('GET', url, undefined, { headers: integration })

  it('is refused to application keys (programs scenario 73)', async () => {
    const code = await createVoucher(t)
    const url = `/v1/publications/create?voucher=${code}&customer[source_id]=hal`
    expect(await t.call('GET', url)).toMatchObject({
      status: 403,
      body: { key: 'integration_api_key_required', message: 'Forbidden' },
    })
    expect((await get(url)).status).toBe(200)
  })

  it('publishes by query (§11.2)', async () => {
    const code = await createVoucher(t)
    const sourceId = unique('get')
    const { status, body } = await get(
      `/v1/publications/create?voucher=${code}&customer[source_id]=hal&customer[metadata][lang]=en&metadata[year]=2026&source_id=${sourceId}`,
    )
    expect(status).toBe(200)
    expect(body).toMatchObject({
      tracking_id: 'hal',
      metadata: { year: '2026' },
      source_id: sourceId,
      customer: { metadata: { lang: 'en' } },
      voucher: { code },
    })
  })

  it('joins once (P-5)', async () => {
    const code = await createVoucher(t)
    const url = `/v1/publications/create?join_once=true&voucher=${code}&customer[source_id]=hal`
    expect((await get(url)).body).toEqual((await get(url)).body)
  })

  it.each([
    ['voucher=X', 400, 'invalid_query_params', "Query should have required property 'customer'"],
    ['customer[source_id]=hal', 400, 'missing_vouchers', 'Either Campaign or Voucher is required'],
    [
      'customer[source_id]=hal&campaign[name]=C&campaign[count]=2',
      400,
      'too_many_vouchers_requested',
      'Only up to 1 can be published',
    ],
    [
      'customer[source_id]=hal&campaign[name]=C',
      404,
      'not_found',
      'Cannot find campaign with id C',
    ],
  ])('refuses %s (§11.2, programs scenario 73)', async (query, status, key, details) => {
    expect(await get(`/v1/publications/create?${query}`)).toMatchObject({
      status,
      body: { key, details },
    })
  })
})
