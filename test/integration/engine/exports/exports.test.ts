import { describe, expect, it } from 'vitest'
import { createExport, runNextExport } from '../../../../src/engine/exports/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { createLog } from '../../../../src/platform/log.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()

/** Every field of a customer (§14.2). */
const CUSTOMER_FIELDS = [
  ...['name', 'source_id', 'id', 'description', 'email', 'phone', 'birthday', 'birthdate'],
  ...['created_at', 'updated_at'],
  ...['city', 'state', 'line_1', 'line_2', 'country', 'postal_code'].map(
    (part) => `address_${part}`,
  ),
  ...[
    'redeemed',
    'failed',
    'succeeded',
    'rolled_back',
    'rollback_failed',
    'rollback_succeeded',
  ].map((count) => `redemptions_total_${count}`),
  ...['total_amount', 'total_count', 'average_amount', 'last_order_amount', 'last_order_date'].map(
    (sum) => `orders_${sum}`,
  ),
  ...['loyalty_points', 'loyalty_referred_customers', 'metadata'],
]

const makeExports = async (): Promise<void> => {
  while (await runNextExport({ db: t.db, clock: t.clock, log: createLog('silent') }));
}

/** The file of an export, made now. */
async function fileOf(id: string, query = ''): Promise<string> {
  await makeExports()
  const { body } = await t.call('GET', `/v1/exports/${id}`)
  expect(body.status).toBe('DONE')
  const url = new URL(body.result.url)
  const response = await t.app.http.inject({
    method: 'GET',
    url: url.pathname + url.search + query,
    headers: { 'x-app-id': t.keys.appId, 'x-app-token': t.keys.appToken },
  })
  expect(response.statusCode).toBe(200)
  return response.payload
}

async function start(exported_object: string, parameters?: object): Promise<string> {
  const answer = await t.call('POST', '/v1/exports', {
    exported_object,
    ...(parameters && { parameters }),
  })
  expect(answer).toMatchObject({ status: 200 })
  return answer.body.id
}

describe('POST /v1/exports (engine-programs §14.2)', () => {
  it('schedules an export, makes it in the background, and gives its file to who has the token (X-10, X-11, programs scenario 79)', async () => {
    await t.call('POST', '/v1/customers', { source_id: 'ann', name: 'Ann, "A"' })
    const { body } = await t.call('POST', '/v1/exports', { exported_object: 'customer' })
    expect(body).toEqual({
      id: expect.stringMatching(/^exp_/),
      object: 'export',
      created_at: t.clock.now().toISOString(),
      status: 'SCHEDULED',
      channel: 'API',
      exported_object: 'customer',
      parameters: {},
      result: null,
      user_id: null,
    })
    expect(await fileOf(body.id)).toBe('name,source_id\r\n"Ann, ""A""",ann\r\n')
    expect(await t.call('GET', `/v1/exports/${body.id}?token=wrong`)).toMatchObject({
      status: 401,
      body: { key: 'unauthorized' },
    })
    const made = await t.call('GET', `/v1/exports/${body.id}`)
    expect(made.body).toEqual({ ...body, status: 'DONE', result: { url: expect.any(String) } })
    expect(new URL(made.body.result.url).pathname).toBe(`/v1/exports/${body.id}`)
    expect(await fileOf(body.id, '&format=json')).toBe(
      '[{"name":"Ann, \\"A\\"","source_id":"ann"}]\n',
    )
  })

  it('refuses fields, orders and filters that the object does not have (X-10, programs scenario 79)', async () => {
    const refused = (exported_object: string, parameters: object) =>
      t.call('POST', '/v1/exports', { exported_object, parameters })
    expect(await refused('customer', { fields: ['foo'] })).toMatchObject({
      status: 400,
      body: {
        key: 'invalid_export_fields',
        details: expect.stringMatching(/^Unsupported field used\. Allowed fields: /),
      },
    })
    const { details } = (await refused('customer', { fields: ['foo'] })).body
    expect(details.split(': ')[1].split(', ').sort()).toEqual(CUSTOMER_FIELDS.toSorted())
    expect(await refused('order', { order: 'name' })).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details: expect.stringContaining('.parameters.order') },
    })
    const filters = { nope: { conditions: { $is: 1 } } }
    expect(await refused('order', { filters })).toMatchObject({
      status: 400,
      body: {
        key: 'invalid_payload',
        details: expect.stringContaining('.parameters.filters.nope'),
      },
    })
    expect((await refused('nothing', {})).status).toBe(400)
  })

  it('exports every field of every object', async () => {
    for (const object of [
      'voucher',
      'redemption',
      'customer',
      'publication',
      'order',
      'voucher_transactions',
    ]) {
      const refusal = await t.call('POST', '/v1/exports', {
        exported_object: object,
        parameters: { fields: ['foo'] },
      })
      const fields = refusal.body.details.split(': ')[1].split(', ')
      const file = await fileOf(await start(object, { fields, filters: { junction: 'and' } }))
      expect(file.split('\r\n')[0]?.split(',')).toHaveLength(fields.length)
    }
  })

  it('shows vouchers with money in major units (X-12), and none of the bin', async () => {
    const at = t.clock.now()
    await t.db.kysely
      .insertInto('voucher')
      .values(
        [
          {
            code: 'GIFT',
            type: 'GIFT_VOUCHER',
            gift_amount_minor: 200_000,
            redeemed_amount_minor: 50,
          },
          {
            code: 'TEN',
            type: 'DISCOUNT_VOUCHER',
            discount: '{"type":"PERCENT","percent_off":10}',
          },
          {
            code: 'OFF',
            type: 'DISCOUNT_VOUCHER',
            discount: '{"type":"AMOUNT","amount_off":1250}',
          },
          {
            code: 'BIN',
            type: 'DISCOUNT_VOUCHER',
            discount: '{"type":"PERCENT","percent_off":1}',
            deleted_at: at,
          },
        ].map((row) => ({
          ...row,
          id: `v_${row.code}`,
          code_key: row.code,
          project_id: t.keys.projectId,
          created_at: at,
        })),
      )
      .execute()
    expect(await fileOf(await start('voucher', { order: 'code' }))).toBe(
      [
        'code,voucher_type,value,discount_type',
        'GIFT,GIFT_VOUCHER,2000.00,',
        'OFF,DISCOUNT_VOUCHER,12.50,AMOUNT',
        'TEN,DISCOUNT_VOUCHER,10,PERCENT',
        '',
      ].join('\r\n'),
    )
    const balance = await start('voucher', {
      fields: ['gift_balance'],
      filters: { code: { conditions: { $is: 'GIFT' } } },
    })
    expect(await fileOf(balance)).toBe('gift_balance\r\n1999.50\r\n')
  })
})

describe('POST /v1/orders/export', () => {
  it('exports the orders that match, in order, as they were when it was made (X-13)', async () => {
    for (const n of [1, 2, 3]) {
      await t.call('POST', '/v1/orders', {
        source_id: `e-${n}`,
        amount: n * 100,
        discount_amount: n,
        metadata: { n },
      })
      t.clock.advance(1_000)
    }
    const { body } = await t.call('POST', '/v1/orders/export', {
      parameters: {
        order: '-created_at',
        fields: ['source_id', 'total_amount', 'metadata', 'created_at'],
        filters: { amount: { conditions: { $more_than: [100] } } },
      },
    })
    expect(body).toMatchObject({ exported_object: 'order', status: 'SCHEDULED' })
    await makeExports()
    await t.call('PUT', '/v1/orders/e-2', { amount: 9 })
    const lines = (await fileOf(body.id)).split('\r\n')
    expect(lines[0]).toBe('source_id,total_amount,metadata,created_at')
    expect(lines[1]).toMatch(/^e-3,297,"\{""n"":3\}",2\d{3}-\d\d-\d\dT[\d:.]{12}Z$/)
    expect(lines[2]).toMatch(/^e-2,198,/)
    expect(lines).toHaveLength(4)
  })
})

describe('exports of transactions', () => {
  it('are those of one card, or of a campaign, whatever else is asked for (X-13)', async () => {
    const { body: campaign } = await t.call('POST', '/v1/campaigns', {
      name: 'Gifts',
      type: 'AUTO_UPDATE',
      voucher: { type: 'GIFT_VOUCHER', gift: { amount: 1_000 } },
    })
    const codes: string[] = []
    for (let count = 0; count < 2; count += 1) {
      codes.push((await t.call('POST', `/v1/campaigns/${campaign.id}/vouchers`, {})).body.code)
    }
    await t.call('POST', '/v1/vouchers/LONE', { gift: { amount: 1_000 } })
    for (const [place, code] of [...codes, 'LONE'].entries()) {
      await t.call('POST', `/v1/vouchers/${code}/balance`, { amount: 100 + place })
    }
    const exported = async (url: string) => {
      const parameters = { fields: ['type', 'amount'], order: 'created_at' }
      const { status, body } = await t.call('POST', url, { parameters })
      expect(status).toBe(200)
      expect(body).toMatchObject({ status: 'SCHEDULED', exported_object: 'voucher_transactions' })
      return { filters: body.parameters.filters, file: await fileOf(body.id) }
    }
    const ofCard = await exported(`/v1/vouchers/${codes[0]}/transactions/export`)
    expect(ofCard.file).toBe('type,amount\r\nCREDITS_ADDITION,1.00\r\n')
    const { id } = (await t.call('GET', `/v1/vouchers/${codes[0]}`)).body
    expect(ofCard.filters).toEqual({ voucher_id: { conditions: { $in: [id] } } })
    const { body: redeemed } = await t.call('POST', `/v1/vouchers/${codes[1]}/redemption`, {
      order: { amount: 50 },
    })
    const rollback = await t.call('POST', `/v1/redemptions/${redeemed.id}/rollback`, {})
    const ofCampaign = await exported(`/v1/campaigns/${campaign.id}/transactions/export`)
    expect(ofCampaign.file.trim().split('\r\n').slice(1).sort()).toEqual([
      'CREDITS_ADDITION,1.00',
      'CREDITS_ADDITION,1.01',
      'CREDITS_REDEMPTION,-0.50',
      'CREDITS_REFUND,0.50',
    ])
    const parameters = {
      fields: ['details'],
      filters: { voucher_id: { conditions: { $is: [redeemed.voucher.id] } } },
    }
    const lines = await fileOf(await start('voucher_transactions', parameters), '&format=json')
    expect(JSON.parse(lines).at(-1).details).toEqual({
      balance: { total: 1_101, balance: 1_101 },
      order: { id: redeemed.order.id },
      redemption: { id: redeemed.id },
      rollback: { id: rollback.body.id },
    })
    const coupons = await t.call('POST', '/v1/campaigns', {
      name: 'Coupons',
      voucher: { discount: { type: 'AMOUNT', amount_off: 1 } },
    })
    const url = `/v1/campaigns/${coupons.body.id}/transactions/export`
    expect(await t.call('POST', url, {})).toMatchObject({
      status: 403,
      body: {
        key: 'forbidden',
        details: 'Transactions are allowed only for loyalty or gift campaigns',
      },
    })
  })
})

describe('exports', () => {
  it('are listed and deleted, and belong to their project (X-11)', async () => {
    const id = await start('order')
    const list = await t.call('GET', '/v1/exports?limit=1&order=-created_at')
    expect(list.body).toMatchObject({ object: 'list', data_ref: 'exports' })
    expect(list.body.exports).toHaveLength(1)
    const keys = await t.addProject()
    expect((await t.call('GET', `/v1/exports/${id}`, undefined, { keys })).status).toBe(404)
    expect((await t.call('DELETE', `/v1/exports/${id}`, undefined, { keys })).status).toBe(404)
    expect((await t.call('DELETE', `/v1/exports/${id}`)).status).toBe(204)
    expect((await t.call('GET', `/v1/exports/${id}`)).status).toBe(404)
  })

  it('hold thousands of rows, each once and in order', async () => {
    const keys = await t.addProject()
    await t.db.pool.query(
      `insert into customer (id, project_id, source_id, created_at)
       select 'cust_many' || n, $1, lpad(n::text, 5, '0'), now() from generate_series(1, 3500) as n`,
      [keys.projectId],
    )
    const call = { ...t.keys, projectId: keys.projectId }
    const made = await inTransaction(t.db, (tx) =>
      createExport(
        tx,
        {
          projectId: call.projectId,
          appId: 'app',
          groupId: 'v-1',
          channel: 'API',
          now: t.clock.now(),
        },
        { object: 'customer', parameters: { fields: ['source_id'], order: 'source_id' } },
      ),
    )
    await makeExports()
    const response = await t.app.http.inject({
      method: 'GET',
      url: `/v1/exports/${made.id}?token=${made.token}`,
      headers: { 'x-app-id': keys.appId, 'x-app-token': keys.appToken },
    })
    expect(response.headers['content-type']).toContain('text/csv')
    const rows = response.payload.trim().split('\r\n').slice(1)
    expect(rows).toEqual(Array.from({ length: 3500 }, (_, n) => String(n + 1).padStart(5, '0')))
  })

  it('are made once, however many make them at the same time', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => start('customer')))
    await Promise.all(Array.from({ length: 4 }, makeExports))
    for (const id of ids) expect((await fileOf(id)).split('\r\n')).toHaveLength(3)
  })

  it('are made by another process when their maker died', async () => {
    const id = await start('customer')
    await t.db.kysely
      .updateTable('export')
      .set({
        status: 'IN_PROGRESS',
        attempts: 1,
        leased_until: new Date(t.clock.now().getTime() + 60_000),
      })
      .where('id', '=', id)
      .execute()
    await makeExports()
    expect((await t.call('GET', `/v1/exports/${id}`)).body.status).toBe('IN_PROGRESS')
    t.clock.advance(60_000)
    expect(await fileOf(id)).toContain('Ann')
  })
})
