import type { FastifyInstance, InjectOptions } from 'fastify'
import type { ProjectKeys } from '../../../src/platform/auth/index.ts'

export const ORIGIN = 'https://shop.example.com'
/** What lets pages do whatever pages may. */
export const OPEN_TO_PAGES = {
  client_trusted_domains: ['shop.example.com'],
  client_redeem_enabled: true,
  client_publish_enabled: true,
  client_list_vouchers_enabled: true,
  client_create_customer_enabled: true,
  client_set_voucher_expiration_date_enabled: true,
  client_loyalty_events_enabled: true,
}

type Body = Record<string, unknown>

/** What a project has for the tests to name: by the first word of the path, such as `vouchers`. */
export type Furnished = { writeKey: string; names: Record<string, string[]> }

/** The word of a path that says what it is about. */
export const familyOf = (path: string): string => {
  const words = path.split(/[/?]/).filter((word) => word !== '' && !word.startsWith('{'))
  const ofManagement = words.indexOf('projects')
  return words[words[0] === 'v1' ? 1 : words[0] === 'management' ? ofManagement + 1 : 2] ?? ''
}

/**
 * Fills a project with one or more of everything. `mark` stands in every text that is not a name, so that an answer
 * which holds it tells something of this project; names begin with `prefix`.
 */
export async function furnish(
  http: FastifyInstance,
  keys: ProjectKeys,
  { mark, prefix }: { mark: string; prefix: string },
): Promise<Furnished> {
  const names: Record<string, string[]> = {}

  async function send(method: InjectOptions['method'], url: string, body: Body): Promise<Body> {
    const response = await http.inject({
      method: method ?? 'POST',
      url,
      headers: {
        'x-app-id': keys.appId,
        'x-app-token': keys.appToken,
        'x-management-id': keys.projectId,
        'x-management-token': keys.adminToken,
        ...(url.startsWith('/api/') && { authorization: `Bearer ${keys.adminToken}` }),
      },
      payload: body,
    })
    if (response.statusCode >= 300) throw new Error(`${url}: ${response.payload}`)
    const answer = response.json() as Body
    const known = [answer['id'], answer['code'], answer['source_id'], answer['key']]
    const family = familyOf(url)
    names[family] = [
      ...(names[family] ?? []),
      ...known.filter((name): name is string => typeof name === 'string' && !name.includes(mark)),
    ]
    return answer
  }
  const post = (url: string, body: Body): Promise<Body> => send('POST', url, body)

  const metadata = { note: mark }
  const customer = { source_id: `${prefix}-1` }
  for (const number of [1, 2, 3]) {
    const source_id = `${prefix}-${number}`
    await post('/v1/customers', { source_id, name: mark, email: `${mark}@example.com`, metadata })
    await post('/v1/products', { source_id, name: mark, price: 1_000, metadata })
    await post('/v1/orders', { source_id, amount: 5_000, customer, metadata })
  }
  await post(`/v1/products/${prefix}-1/skus`, { source_id: `${prefix}-sku`, sku: mark, metadata })
  await post('/v1/product-collections', { name: mark, products: [] })
  const rule = await post('/v1/validation-rules', {
    name: mark,
    rules: { 1: { name: 'order.amount', conditions: { $more_than: [1] } }, logic: '1' },
  })
  const category = await post('/v1/categories', { name: mark, hierarchy: 1 })

  const discount = { type: 'PERCENT', percent_off: 10 }
  const campaign = await post('/v1/campaigns', {
    name: `${prefix}-campaign`,
    description: mark,
    campaign_type: 'DISCOUNT_COUPONS',
    type: 'AUTO_UPDATE',
    voucher: { type: 'DISCOUNT_VOUCHER', discount, redemption: { quantity: null } },
    metadata,
  })
  names['campaigns']?.push(`${prefix}-campaign`)
  const promotion = await post('/v1/campaigns', {
    name: `${prefix}-promotion`,
    campaign_type: 'PROMOTION',
    metadata,
  })
  const tier = await post(`/v1/promotions/${promotion['id']}/tiers`, {
    name: mark,
    banner: mark,
    action: { discount },
    metadata,
  })
  await post(`/v1/promotions/${promotion['id']}/stacks`, {
    name: mark,
    tiers: { ids: [tier['id']] },
  })
  const voucher = { type: 'DISCOUNT_VOUCHER', discount, additional_info: mark, metadata }
  const gift = { type: 'GIFT_VOUCHER', gift: { amount: 100_000 }, additional_info: mark, metadata }
  for (const number of [1, 2, 3]) await post(`/v1/vouchers/${prefix}-${number}`, voucher)
  await post(`/v1/vouchers/${prefix}-gift`, gift)
  await post(`/v1/vouchers/${prefix}-gift/balance`, { amount: 5, reason: mark })
  await post(`/v1/campaigns/${campaign['id']}/vouchers`, {})
  await post(`/v1/validation-rules/${rule['id']}/assignments`, {
    related_object_type: 'voucher',
    related_object_id: `${prefix}-2`,
  })
  await post('/v1/publications', { voucher: `${prefix}-3`, customer, metadata })
  await post('/v1/redemptions', {
    redeemables: [{ object: 'voucher', id: `${prefix}-1` }],
    customer,
    order: { source_id: `${prefix}-1`, amount: 5_000 },
    metadata,
  })
  const redemption = await post(`/v1/vouchers/${prefix}-1/redemption`, { customer, metadata })
  names['redemptions'] = [...(names['redemptions'] ?? []), String(redemption['id'])]
  await post('/v1/validations', {
    redeemables: [{ object: 'voucher', id: `${prefix}-gift`, gift: { credits: 5 } }],
    order: { amount: 500 },
    session: { type: 'LOCK', key: `${prefix}-session` },
  })
  await post('/v1/events', { event: `${prefix}.seen`, customer, metadata })
  await post('/v1/exports', { exported_object: 'voucher', parameters: { fields: ['code'] } })

  await post('/api/v1/locations', {
    name: mark,
    shape: { type: 'circle', distance: { center: 'geo:1,2', radius: '3 km' } },
  })
  await send('PATCH', '/api/v1/client-settings', OPEN_TO_PAGES)
  const webhook = { target_url: `http://127.0.0.1:1/${mark}`, events: ['voucher.created'] }
  await post(`/management/v1/projects/${keys.projectId}/webhooks`, webhook)
  await post(`/management/v1/projects/${keys.projectId}/stacking-rules`, {
    exclusive_categories: [category['id']],
  })
  const source = await post('/api/v1/sources', { nickname: mark, catalog: 'website' })
  await post('/api/v1/destinations', {
    source_id: source['id'],
    definition: 'webhook',
    name: mark,
    settings: {},
    setup: 'custom',
  })
  return { writeKey: (source['write_keys'] as string[])[0] ?? '', names }
}
