import { describe, expect, it } from 'vitest'
import { runAsyncActions } from '../../../support/async-actions.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { inParallel } from './support.ts'

const t = useTestApp()

const erase = (reference: string) => t.call('POST', `/v1/customers/${reference}/permanent-deletion`)

describe('POST /v1/customers/{id}/permanent-deletion (engine-programs §2.6, programs scenario 11)', () => {
  it('erases the customer, and counts what was erased', async () => {
    const customer = { source_id: 'gone', name: 'Gone Girl', email: 'gone@x.io' }
    const { id } = (await t.call('POST', '/v1/customers', customer)).body
    await t.call('POST', '/v1/segments', { name: 'S', type: 'static', customers: [id] })
    await t.call('POST', '/v1/events', { event: 'sign_up', customer: { id } })
    await t.call('POST', '/v1/orders', { amount: 500, status: 'PAID', customer: { id } })
    await t.call('POST', '/v1/vouchers/GONE', { gift: { amount: 500 } })
    await t.call('POST', '/v1/publications', { voucher: 'GONE', customer: { id } })
    const redeemed = await t.call('POST', '/v1/vouchers/GONE/redemption', {
      customer: { id },
      order: { amount: 100 },
    })
    // Somebody else redeems the card, and their activity names its holder.
    await t.call('POST', '/v1/vouchers/GONE/redemption', {
      customer: { source_id: 'friend' },
      order: { amount: 100 },
    })
    const answer = await erase('gone')
    expect(answer).toMatchObject({
      status: 200,
      body: {
        related_object_id: id,
        related_object: 'customer',
        status: 'DONE',
        data_json: { events: 1, daily_events: 0, segments: 1, orders: 2, customer: 1 },
        object: 'pernament_deletion',
      },
    })
    expect(answer.body.id).toMatch(/^del_/)
    expect(answer.body.data_json.customer_events).toBeGreaterThanOrEqual(3)
    expect(answer.body.data_json.order_events).toBeGreaterThanOrEqual(2)

    expect((await t.call('GET', `/v1/customers/${id}`)).status).toBe(404)
    expect((await erase('gone')).status).toBe(404)
    await runAsyncActions(t)
    const { rows: tables } = await t.db.pool.query(
      `select table_name as name from information_schema.tables
        where table_schema = 'public' and table_type = 'BASE TABLE'`,
    )
    const holding: string[] = []
    for (const { name } of tables) {
      const { rows } = await t.db.pool.query(
        `select from "${name}" as each where each::text like '%gone@x.io%' or each::text like '%Gone Girl%'`,
      )
      if (rows.length > 0) holding.push(name)
    }
    expect(holding).toEqual([])
    // What was redeemed stays, and names nobody.
    const { body } = await t.call('GET', `/v1/redemptions/${redeemed.body.id}`)
    expect(body).toMatchObject({ customer_id: id, tracking_id: null })
  })

  it('finds what tells of the customer among much that does not', async () => {
    const holder = { source_id: 'holder', name: 'Lost Holder' }
    const { id } = (await t.call('POST', '/v1/customers', holder)).body
    await t.db.pool.query(
      `insert into occurrence (id, project_id, type, group_id, category, channel, data, created_at)
       select 'evcus_' || repeat('f', 16) || lpad(place::text, 8, '0'), $1, 'voucher.updated', 'v-1', 'ACTION', 'API',
              case when place % 5000 = 0 then $2::json else '{}' end, now()
         from generate_series(1, 10000) as place`,
      [t.keys.projectId, JSON.stringify({ holder: { id, name: 'Lost Holder' }, amount: 0.1 })],
    )
    expect((await erase('holder')).status).toBe(200)
    await runAsyncActions(t)
    const actions = (await t.call('GET', '/v1/async-actions')).body.async_actions
    const forgetting = actions.find(
      (action: { type: string; status: string }) =>
        action.type === 'CUSTOMERS.FORGET' && action.status === 'DONE',
    )
    expect((await t.call('GET', `/v1/async-actions/${forgetting.id}`)).body.result).toMatchObject({
      message: 'Updated 2 occurrences.',
    })
    const { rows } = await t.db.pool.query(`select data from occurrence where data::text <> '{}'
      and type = 'voucher.updated' and group_id = 'v-1'`)
    const data = { holder: { id, object: 'customer' }, amount: 0.1 }
    expect(rows).toEqual([{ data }, { data }])
  })

  it('forgets everybody who is told of together, also when they are erased at once', async () => {
    const people = await Promise.all(
      ['Zoe', 'Yan'].map(async (name) => {
        const { body } = await t.call('POST', '/v1/customers', { source_id: name, name })
        return { id: body.id as string, name }
      }),
    )
    const [holder, referrer] = people
    await t.db.pool.query(
      `insert into occurrence (id, project_id, type, group_id, category, channel, data, created_at)
       select 'evcus_' || repeat('f', 16) || 'a' || place, $1, 'voucher.updated', 'v-2', 'ACTION', 'API', $2, now()
         from generate_series(1, 500) as place`,
      [t.keys.projectId, JSON.stringify({ holder, referrer })],
    )
    await Promise.all(people.map(({ name }) => erase(name)))
    await Promise.all([runAsyncActions(t), runAsyncActions(t)])
    const { rows } = await t.db.pool.query(
      `select distinct data::text as data from occurrence where group_id = 'v-2'`,
    )
    const toNobody = (person?: { id: string }) => ({ id: person?.id, object: 'customer' })
    const data = JSON.stringify({ holder: toNobody(holder), referrer: toNobody(referrer) })
    expect(rows).toEqual([{ data }])
  })

  it('finds what somebody told of the customer while it went on', async () => {
    const { id } = (await t.call('POST', '/v1/customers', { source_id: 'late', name: 'Late' })).body
    await erase('late')
    await runAsyncActions(t)
    await t.db.pool.query(
      `insert into occurrence (id, project_id, type, group_id, category, channel, data, created_at)
       select max(id) || '-', $1, 'voucher.updated', 'v-3', 'ACTION', 'API', $2, now() from occurrence`,
      [t.keys.projectId, JSON.stringify({ holder: { id, name: 'Late' } })],
    )
    t.clock.advance(11 * 60_000)
    await runAsyncActions(t)
    const { rows } = await t.db.pool.query(`select data from occurrence where group_id = 'v-3'`)
    expect(rows).toEqual([{ data: { holder: { id, object: 'customer' } } }])
  })

  it('happens once, however often it is asked for at once', async () => {
    await t.call('POST', '/v1/customers', { source_id: 'once' })
    const answers = await inParallel(8, () => erase('once'))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(404)])
  })

  it('keeps to its project', async () => {
    await t.call('POST', '/v1/customers', { source_id: 'ours' })
    const keys = await t.addProject()
    const url = '/v1/customers/ours/permanent-deletion'
    expect((await t.call('POST', url, undefined, { keys })).status).toBe(404)
    expect((await t.call('GET', '/v1/customers/ours')).status).toBe(200)
  })
})
