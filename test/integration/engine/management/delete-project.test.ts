import { describe, expect, it } from 'vitest'
import { deleteClosedProjects, type ProjectKeys } from '../../../../src/platform/auth/index.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { runNight } from '../../../support/nightly.ts'
import { ofProject, PROJECTS, useManagement } from '../../../support/projects.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { waitFor } from '../../../support/wait-for.ts'

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

async function isSomebodyWaiting(): Promise<boolean> {
  const { rows } = await t.db.pool.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows.length > 0
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

  it('ends every key of the project within five seconds, and every token (R-OAUTH-01)', async () => {
    const { keys } = await management.makeProject({ client_trusted_domains: ['*'] })
    const { appId, appToken, clientAppId, clientToken, adminToken } = keys
    const website = { nickname: 'Website', catalog: 'website' }
    const source = await management.admin('POST', '/api/v1/sources', website, adminToken)
    const grant = { grant_type: 'client_credentials', scope: 'api' }
    const issued = await t.call('POST', '/v1/oauth/token', grant, { keys })
    const base64 = (text: string): string => Buffer.from(text).toString('base64')
    const doors: [method: 'GET' | 'POST', url: string, headers: Record<string, string>][] = [
      ['GET', '/v1/vouchers', { 'x-app-id': appId, 'x-app-token': appToken }],
      ['GET', '/v1/vouchers', { authorization: `Bearer ${issued.body.access_token}` }],
      [
        'GET',
        '/client/v1/promotions/tiers',
        { 'x-client-application-id': clientAppId, 'x-client-token': clientToken, origin: 'null' },
      ],
      [
        'GET',
        '/segmentio/test-authentication',
        { authorization: `Basic ${base64(appId)}`, 'secret-key': base64(appToken) },
      ],
      ['POST', '/v1/track', { authorization: `Basic ${base64(`${source.body.write_keys[0]}:`)}` }],
      ['GET', '/api/v1/keys', { authorization: `Bearer ${adminToken}` }],
      ['GET', urlOf(keys), { 'x-management-id': keys.projectId, 'x-management-token': adminToken }],
    ]
    const knock = () =>
      Promise.all(
        doors.map(async ([method, url, headers]) => {
          const payload = JSON.stringify({ userId: 'ann', event: 'Seen' })
          const { statusCode } = await t.app.http.inject({
            ...{ method, url },
            headers: { 'content-type': 'application/json', ...headers },
            ...(method === 'POST' && { payload }),
          })
          return statusCode
        }),
      )
    expect(await knock()).toEqual(doors.map(() => 200))
    await management.call('DELETE', urlOf(keys))
    t.clock.advance(LIMITS.credentialCacheMs)
    expect(await knock()).toEqual(doors.map(() => 401))
  })

  it('deletes what lies below a row in steps too: a segment may have millions of members', async () => {
    const { keys } = await management.makeProject()
    const made = await t.call(
      'POST',
      '/v1/segments',
      { name: 'all', type: 'static', customers: [] },
      { keys },
    )
    expect(made.status).toBe(200)
    const many = 2 * LIMITS.deletedProjectRowsPerStep + 1
    await t.db.pool.query(
      `insert into segment_member (segment_id, customer_id, entered_at)
       select $1, 'cust_' || place, now() from generate_series(1, $2::int) place`,
      [made.body.id, many],
    )
    await t.db.pool.query(
      `create function refuse_many() returns trigger language plpgsql as $$ begin
         if (select count(*) from gone) > ${LIMITS.deletedProjectRowsPerStep} then
           raise exception 'too many rows at once';
         end if;
         return null;
       end $$;
       create trigger refuse_many after delete on segment_member referencing old table as gone
         for each statement execute function refuse_many()`,
    )
    await management.call('DELETE', urlOf(keys))
    t.clock.advance(LIMITS.credentialCacheMs)
    while (await work());
    const left = await t.db.kysely
      .selectFrom('segment_member')
      .select('customer_id')
      .where('segment_id', '=', made.body.id)
      .execute()
    expect(left).toEqual([])
    expect(await countRows(keys.projectId)).toEqual({})
  })

  it('leaves nothing of what is written meanwhile by who was let in before', async () => {
    const { keys } = await management.makeProject()
    await fill(keys)
    await t.db.pool.query(
      `create function write_late() returns trigger language plpgsql as $$ begin
         insert into idempotency_key (project_id, scope, key, request_hash, created_at)
         values (old.project_id, 'v1', 'late', '', now()) on conflict do nothing;
         return null;
       end $$;
       create trigger write_late after delete on voucher for each row execute function write_late()`,
    )
    await management.call('DELETE', urlOf(keys))
    t.clock.advance(LIMITS.credentialCacheMs)
    while (await work());
    expect(await countRows(keys.projectId)).toEqual({})
    await t.db.pool.query('drop trigger write_late on voucher')
  })

  it('is the work of one process at a time', async () => {
    const { keys } = await management.makeProject()
    await management.call('DELETE', urlOf(keys))
    t.clock.advance(LIMITS.credentialCacheMs)
    const other = await t.db.pool.connect()
    const lock = `hashtextextended('closed project ' || $1, 0)`
    await other.query(`select pg_advisory_lock(${lock})`, [keys.projectId])
    expect(await work()).toBe(false)
    expect(await countRows(keys.projectId)).not.toEqual({})
    await other.query(`select pg_advisory_unlock(${lock})`, [keys.projectId])
    other.release()
    while (await work());
    expect(await countRows(keys.projectId)).toEqual({})
  })

  it('lets no day begin in it any more', async () => {
    const { keys } = await management.makeProject()
    await management.call('DELETE', urlOf(keys))
    await runNight(t)
    expect(await countRows(keys.projectId)).not.toHaveProperty('nightly_run')
    expect(await countRows(t.keys.projectId)).toHaveProperty('nightly_run')
  })

  it('counts from when it holds, however long it waited for who worked in the project', async () => {
    t.clock.advance(LIMITS.credentialCacheMs)
    while (await work());
    const { keys } = await management.makeProject()
    const working = await t.db.pool.connect()
    await working.query('begin')
    await working.query('select from project where id = $1 for key share', [keys.projectId])
    const deleted = management.call('DELETE', urlOf(keys))
    await waitFor('the deletion to wait', isSomebodyWaiting)
    t.clock.advance(LIMITS.credentialCacheMs)
    await working.query('commit')
    working.release()
    expect((await deleted).status).toBe(204)
    expect(await work()).toBe(false)
    t.clock.advance(LIMITS.credentialCacheMs)
    expect(await work()).toBe(true)
    while (await work());
  })

  it('gives out no key to who asked while it was deleted', async () => {
    const { keys } = await management.makeProject()
    const wish = { name: 'late', kind: 'application' }
    const closing = await t.db.pool.connect()
    await closing.query('begin')
    await closing.query('update project set deleted_at = now() where id = $1', [keys.projectId])
    const asked = management.admin('POST', '/api/v1/keys', wish, keys.adminToken)
    await waitFor('the request to wait', isSomebodyWaiting)
    await closing.query('commit')
    closing.release()
    expect(await asked).toMatchObject({ status: 404, body: { resource_id: keys.projectId } })
    expect(await countRows(keys.projectId)).toMatchObject({ application_key: 1 })
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
