import { describe, expect, it } from 'vitest'
import type { ProjectKeys } from '../../../../src/platform/auth/index.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { runAsyncActions } from '../../../support/async-actions.ts'
import { drainEffects } from '../../../support/effects.ts'
import { defineMetadata, manageSchemas } from '../../../support/metadata-schemas.ts'
import { drainWalks } from '../../../support/segments.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { unique } from '../loyalties/support.ts'

const t = useTestApp()
const VOUCHER = { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 100 } }
const BEFORE = { old: 1, kept: { old: 2 } }
const AFTER = { kept: { old: 2 } }

async function purge(resource: string, key = 'old', keys: ProjectKeys = t.keys) {
  const response = await t.app.http.inject({
    method: 'DELETE',
    url: `/api/v1/metadata-schemas/${resource}/keys/${encodeURIComponent(key)}`,
    headers: { authorization: `Bearer ${keys.adminToken}` },
  })
  return { status: response.statusCode, body: response.json() }
}

/** Purges to the end, and answers the action. */
async function purged(resource: string, key = 'old', keys: ProjectKeys = t.keys) {
  const { status, body } = await purge(resource, key, keys)
  expect(status).toBe(202)
  await runAsyncActions(t)
  const path = `/v1/async-actions/${body.async_action_id}`
  return (await t.call('GET', path, undefined, { keys })).body
}

type Made = { path: string; metadataOf: (body: { [key: string]: never }) => unknown }
const make = async (path: string, body: object): Promise<string> => {
  const answer = await t.call('POST', path, body)
  expect(answer.status).toBe(200)
  return answer.body.id
}
const whole: Made['metadataOf'] = ({ metadata }) => metadata

const MAKERS: readonly [string, string, () => Promise<Made>][] = [
  [
    'customer',
    'CUSTOMERS.METADATA_KEY_PURGE',
    async () => {
      const id = await make('/v1/customers', { source_id: unique('c'), metadata: BEFORE })
      return { path: `/v1/customers/${id}`, metadataOf: whole }
    },
  ],
  [
    'voucher',
    'VOUCHERS.METADATA_KEY_PURGE',
    async () => {
      const id = await make('/v1/vouchers', { ...VOUCHER, metadata: BEFORE })
      return { path: `/v1/vouchers/${id}`, metadataOf: whole }
    },
  ],
  [
    'campaign',
    'CAMPAIGNS.METADATA_KEY_PURGE',
    async () => {
      const body = { name: unique('C'), campaign_type: 'PROMOTION', metadata: BEFORE }
      return { path: `/v1/campaigns/${await make('/v1/campaigns', body)}`, metadataOf: whole }
    },
  ],
  [
    'product',
    'PRODUCTS.METADATA_KEY_PURGE',
    async () => {
      const id = await make('/v1/products', { metadata: BEFORE })
      return { path: `/v1/products/${id}`, metadataOf: whole }
    },
  ],
  [
    'product',
    'PRODUCTS.METADATA_KEY_PURGE',
    async () => {
      const id = await make('/v1/products', { name: 'P' })
      const sku = await make(`/v1/products/${id}/skus`, { sku: 'S', metadata: BEFORE })
      return { path: `/v1/skus/${sku}`, metadataOf: whole }
    },
  ],
  [
    'order',
    'ORDERS.METADATA_KEY_PURGE',
    async () => {
      const id = await make('/v1/orders', { amount: 1, metadata: BEFORE })
      return { path: `/v1/orders/${id}`, metadataOf: whole }
    },
  ],
  [
    'order_item',
    'ORDERS.METADATA_KEY_PURGE',
    async () => {
      const items = [{ price: 1 }, { price: 2, metadata: BEFORE }]
      const id = await make('/v1/orders', { items, metadata: AFTER })
      const metadataOf: Made['metadataOf'] = (body) => {
        const [plain, described] = body['items'] as unknown as Record<string, unknown>[]
        expect(plain?.['metadata']).toBeUndefined()
        expect(described?.['price']).toBe(2)
        return described?.['metadata']
      }
      return { path: `/v1/orders/${id}`, metadataOf }
    },
  ],
]

describe('purging a key of metadata (M-8)', () => {
  it.each(MAKERS)('takes it out of every %s, as %s', async (resource, type, aMade) => {
    const { path, metadataOf } = await aMade()
    const action = await purged(resource)
    expect(action).toMatchObject({
      type,
      status: 'DONE',
      operation_status: 'SUCCESS',
      request_id: expect.stringMatching(/^w-/),
      result: { message: expect.stringMatching(/^Updated 1 \w+\.$/), done_count: 1 },
    })
    expect(metadataOf((await t.call('GET', path)).body)).toEqual(AFTER)
  })

  it('reaches all of many, and those of no other project', async () => {
    const keys = await t.addProject()
    const other = await t.addProject()
    const count = LIMITS.purgedObjectsPerStep + 5
    await t.db.pool.query(
      `insert into customer (id, project_id, metadata, created_at)
       select 'cust_' || project || n, project, case when n % 2 = 0 then '{"old": 1, "a": 2}' else '{}' end::jsonb, now()
         from generate_series(1, $1::int) as n, unnest($2::text[]) as project`,
      [count, [keys.projectId, other.projectId]],
    )
    const { result } = await purged('customer', 'old', keys)
    const half = Math.floor(count / 2)
    expect(result).toMatchObject({ message: `Updated ${half} customers.`, done_count: half })
    const { rows } = await t.db.pool.query(
      `select project_id, count(*)::int as count from customer where metadata ? 'old' and project_id = any($1)
        group by project_id`,
      [[keys.projectId, other.projectId]],
    )
    expect(rows).toEqual([{ project_id: other.projectId, count: half }])
  })

  it('takes customers out of the segments, and products out of the collections, that ask for the key', async () => {
    const old = { conditions: { $is: [1] } }
    const filter = { junction: 'and', 'metadata.old': old }
    const segment = await make('/v1/segments', { name: 'Old', type: 'auto-update', filter })
    const collection = await make('/v1/product-collections', {
      name: 'Old',
      type: 'AUTO_UPDATE',
      filter: { junction: 'and', 'metadata.old': { conditions: { $is: ['1'] } } },
    })
    const sourceId = unique('member')
    await make('/v1/customers', { source_id: sourceId, metadata: BEFORE })
    const product = await make('/v1/products', { metadata: BEFORE })
    await make(`/v1/products/${product}/skus`, { sku: 'S', metadata: BEFORE })
    const drain = async () => {
      await drainWalks(t)
      await drainEffects(t)
    }
    const read = async () => [
      (await t.call('GET', `/v1/customers/${sourceId}/segments`)).body.data.length,
      (await t.call('GET', `/v1/product-collections/${collection}/products`)).body.total,
    ]
    await drain()
    expect(await read()).toEqual([1, 2])
    await purged('customer')
    await purged('product')
    await drain()
    expect(await read()).toEqual([0, 0])
    await t.call('DELETE', `/v1/segments/${segment}`)
  })

  it('leaves to an order what a rival makes of its items meanwhile', async () => {
    const id = await make('/v1/orders', { items: [{ price: 1, metadata: BEFORE }] })
    const { body } = await purge('order_item')
    const rival = await t.db.pool.connect()
    await rival.query('begin')
    await rival.query(`update orders set items = '[]' where id = $1`, [id])
    const running = runAsyncActions(t)
    await waitFor('the purge to wait for the order', async () => {
      const { rows } = await t.db.pool.query(
        `select from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock' and query like 'update orders%'`,
      )
      return rows.length > 0
    })
    await rival.query('commit')
    rival.release()
    await running
    const action = (await t.call('GET', `/v1/async-actions/${body.async_action_id}`)).body
    expect(action).toMatchObject({ status: 'DONE', operation_status: 'SUCCESS' })
    const { rows } = await t.db.pool.query('select items from orders where id = $1', [id])
    expect(rows).toEqual([{ items: [] }])
  })

  it('is refused while the schema defines the key, and forgets its removed definition', async () => {
    const keys = await t.addProject()
    const id = await defineMetadata(t, 'customer', { old: { type: 'number' } }, { keys })
    expect(await purge('customer', 'old', keys)).toMatchObject({
      status: 400,
      body: { key: 'resource_in_use', resource_id: id },
    })
    const body = { properties: { old: { type: 'number', deleted: true }, new: { type: 'date' } } }
    await manageSchemas(t, 'PUT', `metadata-schemas/${id}`, { keys, body })
    await purged('customer', 'old', keys)
    const { body: schema } = await manageSchemas(t, 'GET', `metadata-schemas/${id}`, { keys })
    expect(Object.keys(schema.properties)).toEqual(['new'])
  })

  it('is not for objects that tell what happened', async () => {
    for (const resource of ['redemption', 'publication', 'nothing'])
      expect((await purge(resource)).status).toBe(400)
  })

  it('takes a key of any name', async () => {
    const key = 'it\'s "odd", {old} / 1'
    const sourceId = unique('odd')
    await make('/v1/customers', { source_id: sourceId, metadata: { [key]: 1, '1': 2 } })
    await purged('customer', key)
    expect((await t.call('GET', `/v1/customers/${sourceId}`)).body.metadata).toEqual({ '1': 2 })
  })
})
