import { describe, expect, it } from 'vitest'
import { deleteClosedProjects, type ProjectKeys } from '../../../../src/platform/auth/index.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { ofProject, PROJECTS, useManagement } from '../../../support/projects.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const management = useManagement(t)
const urlOf = ({ projectId }: ProjectKeys) => `${PROJECTS}/${projectId}`

/** One of everything that refers to something else. */
async function fill(keys: ProjectKeys): Promise<void> {
  const ask = async (url: string, body: object) => {
    const answer = await t.call('POST', url, body, { keys })
    expect(answer, url).toMatchObject({ status: 200 })
    return answer.body
  }
  await ask('/v1/customers', { source_id: 'ann' })
  const { id: ruleId } = await ask('/v1/validation-rules', {
    name: 'r',
    rules: { 1: { name: 'order.amount', conditions: { $more_than: [1] } }, logic: '1' },
  })
  const discount = { type: 'AMOUNT', amount_off: 100 }
  await ask('/v1/campaigns', {
    name: 'coupons',
    campaign_type: 'DISCOUNT_COUPONS',
    vouchers_count: 1,
    voucher: { type: 'DISCOUNT_VOUCHER', discount },
    validation_rules: [ruleId],
  })
  const loyalty = await ask('/v1/loyalties', {
    name: 'points',
    campaign_type: 'LOYALTY_PROGRAM',
    type: 'AUTO_UPDATE',
    voucher: { type: 'LOYALTY_CARD', loyalty_card: { points: 10 } },
  })
  const product = await ask('/v1/products', { name: 'mug', source_id: 'mug' })
  const reward = await ask('/v1/rewards', {
    name: 'Mug',
    type: 'MATERIAL',
    parameters: { product: { id: product.id, sku_id: null } },
  })
  await ask(`/v1/rewards/${reward.id}/assignments`, {
    campaign: loyalty.id,
    parameters: { loyalty: { points: 5 } },
  })
  await ask('/v1/publications', { customer: 'ann', campaign: { name: 'points' } })
  await ask('/v1/vouchers/TEN', { type: 'DISCOUNT_VOUCHER', discount })
  await ask('/v1/redemptions', {
    redeemables: [{ object: 'voucher', id: 'TEN' }],
    order: { amount: 1_000 },
    customer: { source_id: 'ann' },
  })
  await management.call('POST', `${urlOf(keys)}/webhooks`, {
    target_url: 'https://shop.example.com/hooks',
    events: ['voucher.created'],
  })
  const source = await management.admin(
    'POST',
    '/api/v1/sources',
    { nickname: 'Website', catalog: 'website' },
    keys.adminToken,
  )
  expect(source.status).toBe(200)
}

/** In which tables a project has how many rows. */
async function countRows(projectId: string): Promise<Record<string, number>> {
  const { rows: tables } = await t.db.pool.query<{ name: string }>(
    `select table_name as name from information_schema.columns
      where column_name = 'project_id' and table_schema = 'public' order by 1`,
  )
  const counts: Record<string, number> = {}
  for (const { name } of tables) {
    const { rows } = await t.db.pool.query<{ count: number }>(
      `select count(*) as count from ${name} where project_id = $1`,
      [projectId],
    )
    if (rows[0] && rows[0].count > 0) counts[name] = rows[0].count
  }
  return counts
}

const work = (signal = new AbortController().signal) => deleteClosedProjects(t, signal)

describe('DELETE /management/v1/projects/{projectId}', () => {
  it('ends the project and its keys at once, then all it held and nothing else (invariant 8)', async () => {
    const { keys } = await management.makeProject()
    const { keys: neighbour } = await management.makeProject()
    await fill(keys)
    await fill(neighbour)
    const before = await countRows(neighbour.projectId)
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining([
        'occurrence',
        'redemption',
        'reward_assignment',
        'source',
        'voucher',
      ]),
    )

    expect((await management.call('DELETE', urlOf(keys))).status).toBe(204)
    t.clock.advance(LIMITS.credentialCacheMs)
    expect((await management.call('GET', urlOf(keys))).status).toBe(404)
    expect((await management.call('GET', `${urlOf(keys)}/webhooks`)).status).toBe(404)
    expect((await management.call('DELETE', urlOf(keys))).status).toBe(404)
    expect((await t.call('GET', '/v1/vouchers', undefined, { keys })).status).toBe(401)
    expect((await management.call('GET', PROJECTS, undefined, ofProject(keys))).status).toBe(401)
    const listed = (await management.call('GET', PROJECTS)).body.data
    expect(listed.map(({ id }: { id: string }) => id)).not.toContain(keys.projectId)

    while (await work());
    expect(await countRows(keys.projectId)).toEqual({})
    const projects = await t.db.kysely.selectFrom('project').select('id').execute()
    expect(projects.map(({ id }) => id)).not.toContain(keys.projectId)
    expect(await countRows(neighbour.projectId)).toEqual(before)
    expect((await t.call('GET', '/v1/vouchers/TEN', undefined, { keys: neighbour })).status).toBe(
      200,
    )
  })

  it('goes on where a process ended, however many rows there are and whoever else works on it', async () => {
    const { keys } = await management.makeProject()
    const many = 2 * LIMITS.deletedProjectRowsPerStep + 1
    await t.db.pool.query(
      `insert into idempotency_key (project_id, scope, key, request_hash, created_at)
       select $1, 'v1', 'key' || place, '', now() from generate_series(1, $2::int) place`,
      [keys.projectId, many],
    )
    await management.call('DELETE', urlOf(keys))
    expect(await work()).toBe(false)
    t.clock.advance(LIMITS.credentialCacheMs)
    const stopped = new AbortController()
    stopped.abort()
    expect(await work(stopped.signal)).toBe(true)
    expect(await countRows(keys.projectId)).toMatchObject({ idempotency_key: many })
    await Promise.all([work(), work(), work()])
    while (await work());
    expect(await countRows(keys.projectId)).toEqual({})
  })

  it('is done by exactly one of many callers', async () => {
    const { keys } = await management.makeProject()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => management.call('DELETE', urlOf(keys))),
    )
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([204, ...Array.from({ length: 9 }, () => 404)])
  })

  it('is refused for the project that the first start made', async () => {
    expect(await management.call('DELETE', urlOf(t.keys))).toMatchObject({
      status: 400,
      body: { key: 'resource_protected', resource_id: t.keys.projectId },
    })
    expect((await t.call('GET', '/v1/vouchers')).status).toBe(200)
  })
})
