import { describe, expect, it } from 'vitest'
import { drainEffects } from '../../../support/effects.ts'
import { addPoints, aProgram, join } from '../../../support/loyalty.ts'
import { drainWalks, stepOfWalk } from '../../../support/segments.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { announcedOf, inParallel, typesOf } from '../customers/support.ts'
import { aReferralCampaign, aTier, manage } from '../referrals/support.ts'
import { aGiftCampaign } from '../rewards/support.ts'

const t = useTestApp()

const SIGNED_UP = {
  junction: 'and',
  'events.sign_up.count': { conditions: { $more_than: ['0'] } },
}

const makeSegment = async (body: object, keys = t.keys): Promise<string> => {
  const answer = await t.call('POST', '/v1/segments', { type: 'auto-update', ...body }, { keys })
  expect(answer.status).toBe(200)
  return answer.body.id
}

const signUp = (sourceId: string) =>
  t.call('POST', '/v1/events', { event: 'sign_up', customer: { source_id: sourceId } })

const segmentsOf = async (reference: string): Promise<string[]> =>
  (await t.call('GET', `/v1/customers/${reference}/segments`)).body.data.map(
    ({ name }: { name: string }) => name,
  )

const settle = async () => {
  await drainWalks(t)
  await drainEffects(t)
}

const comings = async (reference: string): Promise<string[]> =>
  (await typesOf(t, reference)).filter((type) => type.startsWith('customer.segment.'))

describe('the members of an active segment', () => {
  it('are placed silently when they were there before, and told of when they come (programs scenario 28, E-5, S-3, S-10)', async () => {
    await signUp('early')
    const id = await makeSegment({ name: 'Signed up', filter: SIGNED_UP })
    expect((await t.call('GET', `/v1/segments/${id}`)).body.initial_sync_status).toBe('IN_PROGRESS')
    await settle()
    expect((await t.call('GET', `/v1/segments/${id}`)).body.initial_sync_status).toBe('DONE')
    expect(await segmentsOf('early')).toEqual(['Signed up'])
    expect(await comings('early')).toEqual([])

    t.clock.advance(1_000)
    const { headers } = await signUp('late')
    await settle()
    expect(await typesOf(t, 'late')).toEqual([
      'customer.created',
      'customer.custom_event',
      'customer.segment.entered',
    ])
    expect(await segmentsOf('late')).toEqual(['Signed up'])
    const occurred = (await announcedOf(t, 'late')).at(-1)
    const { body: customer } = await t.call('GET', '/v1/customers/late')
    expect(occurred?.group_id).toBe(headers['x-request-id'])
    expect(occurred?.data).toEqual({
      customer,
      segment: { id, name: 'Signed up', object: 'segment' },
    })
    const activity = await t.call(
      'GET',
      '/v1/customers/late/activity?type=customer.segment.entered&category=EFFECT',
    )
    expect(activity.body.data).toHaveLength(1)
    await t.call('DELETE', `/v1/segments/${id}`)
  })

  it('are told of neither in a passive nor in a static one (programs scenario 29)', async () => {
    const id = await makeSegment({ name: 'Passive', type: 'passive', filter: SIGNED_UP })
    await signUp('quiet')
    const fixed = { name: 'Fixed', type: 'static', customers: ['quiet'] }
    const { body: segment } = await t.call('POST', '/v1/segments', fixed)
    await settle()
    expect(await segmentsOf('quiet')).toEqual(['Passive', 'Fixed'])
    expect(await typesOf(t, 'quiet')).toEqual(['customer.created', 'customer.custom_event'])
    for (const each of [id, segment.id]) await t.call('DELETE', `/v1/segments/${each}`)
  })

  it('leave it, and are told of', async () => {
    const filter = { 'metadata.level': { conditions: { $is: ['gold'] } } }
    const id = await makeSegment({ name: 'Gold', filter })
    await settle()
    const be = async (level: string | null) => {
      t.clock.advance(1_000)
      await t.call('POST', '/v1/customers', { source_id: 'fickle', metadata: { level } })
      await settle()
    }
    await be('gold')
    await be('silver')
    await be('gold')
    expect(await comings('fickle')).toEqual([
      'customer.segment.entered',
      'customer.segment.left',
      'customer.segment.entered',
    ])
    await t.call('DELETE', `/v1/segments/${id}`)
    await be('silver')
    expect(await comings('fickle')).toHaveLength(3)
  })

  it('follow orders, redemptions, publications and credits (S-4)', async () => {
    const names = new Map([
      ['summary.orders.total_amount', { $more_than: [100] }],
      ['summary.redemptions.total_succeeded', { $more_than: [0] }],
      ['publications.created_at', { $has_value: [true] }],
      ['publications.related_object_id', { $count_more: [0] }],
      ['summary.redemptions.gift.amount_to_go', { $more_than: [500] }],
    ])
    const ids: string[] = []
    for (const [path, conditions] of names) {
      ids.push(await makeSegment({ name: path, filter: { [path]: { conditions } } }))
    }
    await settle()
    const customer = { source_id: 'busy' }
    await t.call('POST', '/v1/orders', { amount: 500, status: 'PAID', customer })
    await settle()
    expect(await segmentsOf('busy')).toContain('summary.orders.total_amount')
    expect(await segmentsOf('busy')).not.toContain('summary.redemptions.total_succeeded')
    await t.call('POST', '/v1/vouchers/BUSY', { gift: { amount: 500 } })
    await t.call('POST', '/v1/vouchers/BUSY/redemption', { customer, order: { amount: 100 } })
    await settle()
    expect(await segmentsOf('busy')).toContain('summary.redemptions.total_succeeded')
    await t.call('POST', '/v1/publications', { voucher: 'BUSY', customer })
    await settle()
    expect(await segmentsOf('busy')).toContain('publications.related_object_id')
    expect(await segmentsOf('busy')).not.toContain('summary.redemptions.gift.amount_to_go')
    await t.call('POST', '/v1/vouchers/BUSY/balance', { amount: 200 })
    await settle()
    expect(await segmentsOf('busy')).toContain('summary.redemptions.gift.amount_to_go')
    for (const id of ids) await t.call('DELETE', `/v1/segments/${id}`)
  })

  it('follow points and tiers of loyalty programs (S-4)', async () => {
    const program = await aProgram(t)
    const { name } = (await t.call('GET', `/v1/campaigns/${program}`)).body
    await t.call('POST', `/v1/loyalties/${program}/tiers`, [
      { name: 'Silver', points: { from: 100, to: 500 } },
    ])
    const path = `loyalty_points.campaigns.${name}.points`
    const rich = { [path]: { conditions: { $more_than_equal: [41] } } }
    const silver = { [`loyalty_tier.${name}`]: { conditions: { $is: ['Silver'] } } }
    const ids = [
      await makeSegment({ name: 'Rich', filter: rich }),
      await makeSegment({ name: 'Silver', filter: silver }),
    ]
    await settle()
    const code = await join(t, program, 'points')
    await settle()
    expect(await segmentsOf('points')).toEqual([])
    await addPoints(t, code, 50)
    await settle()
    expect(await segmentsOf('points')).toEqual(['Rich'])
    await addPoints(t, code, 50)
    await settle()
    expect(await segmentsOf('points')).toEqual(['Rich', 'Silver'])
    expect(await comings('points')).toEqual([
      'customer.segment.entered',
      'customer.segment.entered',
    ])
    for (const id of ids) await t.call('DELETE', `/v1/segments/${id}`)
  })

  it('are kept for a passive one from when an earning rule waits for them (S-2, S-3)', async () => {
    await signUp('before')
    const id = await makeSegment({ name: 'Waited for', type: 'passive', filter: SIGNED_UP })
    const program = await aProgram(t)
    const rule = {
      event: 'customer.segment.entered',
      segment: { id },
      loyalty: { type: 'FIXED', points: 7 },
    }
    const path = `/v1/loyalties/${program}/earning-rules`
    const unknown = { ...rule, segment: { id: 'seg_unknown' } }
    expect(await t.call('POST', path, [unknown])).toMatchObject({
      status: 404,
      body: { resource_type: 'segment' },
    })
    const { body: rules } = await t.call('POST', path, [rule])
    expect((await t.call('GET', `/v1/segments/${id}`)).body).toMatchObject({
      type: 'auto-update',
      initial_sync_status: 'IN_PROGRESS',
    })
    for (const customer of ['before', 'after']) await join(t, program, customer)
    await settle()
    t.clock.advance(1_000)
    await signUp('before')
    await signUp('after')
    await settle()
    const pointsOf = async (customer: string) =>
      (await t.call('GET', `/v1/customers/${customer}`)).body.loyalty.points
    expect([await pointsOf('before'), await pointsOf('after')]).toEqual([0, 7])
    expect(await t.call('DELETE', `/v1/segments/${id}`)).toMatchObject({
      status: 400,
      body: {
        key: 'resource_in_use',
        details: `Resource segment with id ${id} is in use by earning_rules with ids [${rules[0].id}]`,
      },
    })
    expect((await t.call('DELETE', `${path}/${rules[0].id}`)).status).toBe(204)
    expect((await t.call('DELETE', `/v1/segments/${id}`)).status).toBe(204)
  })

  it('are kept for a passive one from when a referral tier asks for it (S-2)', async () => {
    const id = await makeSegment({ name: 'Referrers', type: 'passive', filter: SIGNED_UP })
    const campaign = await aReferralCampaign(t)
    const gifts = await aGiftCampaign(t)
    const of = { id: gifts.id, balance: 1 }
    const { tier } = await aTier(t, campaign, of, { segment: { id } })
    expect((await t.call('GET', `/v1/segments/${id}`)).body.type).toBe('auto-update')
    await settle()
    t.clock.advance(1_000)
    await signUp('referrer')
    await settle()
    expect(await comings('referrer')).toEqual(['customer.segment.entered'])
    await manage(t, 'DELETE', `/api/v1/referral-tiers/${tier.id}`)
    expect((await t.call('DELETE', `/v1/segments/${id}`)).status).toBe(204)
  })

  it('are told of once, however many workers look at them at once', async () => {
    const id = await makeSegment({ name: 'Rush', filter: SIGNED_UP })
    await drainWalks(t)
    t.clock.advance(1_000)
    await inParallel(40, (index) => signUp(`rush-${index % 10}`))
    await inParallel(6, () => drainEffects(t))
    for (const index of Array.from({ length: 10 }, (_, each) => each)) {
      expect(await comings(`rush-${index}`)).toEqual(['customer.segment.entered'])
    }
    const { body } = await t.call('GET', `/v1/customers?segment_id=${id}`)
    expect(body.customers.length).toBeGreaterThanOrEqual(10)
    await t.call('DELETE', `/v1/segments/${id}`)
  })

  it('are placed in steps by any number of workers, while customers come and change', async () => {
    await t.db.pool.query(
      `insert into customer (id, project_id, source_id, name, created_at)
       select 'cust_crowd' || lpad(n::text, 5, '0'), $1, 'crowd-' || n, 'Crowd', $2
         from generate_series(1, 3500) n`,
      [t.keys.projectId, t.clock.now()],
    )
    const id = await makeSegment({
      name: 'Crowd',
      filter: { name: { conditions: { $is: ['Crowd'] } } },
    })
    const isDone = async () =>
      (await t.call('GET', `/v1/segments/${id}`)).body.initial_sync_status === 'DONE'
    expect(await stepOfWalk(t)).toBe(true)
    expect(await isDone()).toBe(false)
    t.clock.advance(1_000)
    // Somebody who was there and is not placed yet, and somebody who is new.
    await t.call('PUT', '/v1/customers/crowd-3499', { phone: '1' })
    await t.call('POST', '/v1/customers', { source_id: 'crowd-new', name: 'Crowd' })
    await Promise.all([drainWalks(t), drainWalks(t), drainEffects(t)])
    expect(await isDone()).toBe(true)
    const { body } = await t.call('GET', `/v1/customers?segment_id=${id}&limit=1`)
    expect(body.total).toBe(3_501)
    expect(await comings('crowd-3499')).toEqual([])
    expect(await comings('crowd-new')).toEqual(['customer.segment.entered'])
    await t.call('DELETE', `/v1/segments/${id}`)
  })

  it('come and go with the days where filters look at the calendar (S-4)', async () => {
    const keys = await t.addProject()
    const call = (method: 'GET' | 'POST', url: string, body?: object) =>
      t.call(method, url, body, { keys })
    const today = t.clock.now()
    const inDays = (days: number) =>
      new Date(today.getTime() + days * 86_400_000).toISOString().slice(5, 10)
    await call('POST', '/v1/customers', { source_id: 'soon', birthdate: `1990-${inDays(1)}` })
    await call('POST', '/v1/customers', { source_id: 'now', birthdate: `1990-${inDays(0)}` })
    const filter = { birthdate: { conditions: { $today_md: [true] } } }
    await makeSegment({ name: 'Birthday', filter }, keys)
    await makeSegment(
      { name: 'Not today', filter: { birthdate: { conditions: { $today_md: [false] } } } },
      keys,
    )
    await settle()
    const membersOf = async (name: string) => {
      const { body } = await call('GET', '/v1/segments')
      const { id } = body.data.find((each: { name: string }) => each.name === name)
      const list = await call('GET', `/v1/customers?segment_id=${id}`)
      return list.body.customers.map((each: { source_id: string }) => each.source_id)
    }
    expect(await membersOf('Birthday')).toEqual(['now'])
    expect(await stepOfWalk(t)).toBe(false)
    t.clock.advance(86_400_000)
    await settle()
    expect(await membersOf('Birthday')).toEqual(['soon'])
    expect(await membersOf('Not today')).toEqual(['now'])
    expect(await comings('soon')).toEqual(['customer.segment.entered', 'customer.segment.left'])
    expect(await comings('now')).toEqual(['customer.segment.left', 'customer.segment.entered'])
    // The days of a standstill are not made up for one by one.
    t.clock.advance(30 * 86_400_000)
    await settle()
    expect(await membersOf('Birthday')).toEqual([])
    expect(await stepOfWalk(t)).toBe(false)
  })

  it('wait a while where going through the customers fails, and hold up no other project', async () => {
    const keys = await t.addProject()
    const filter = { name: { conditions: { $is: ['x'] } } }
    const body = { name: 'Broken', type: 'auto-update', filter }
    const { id } = (await t.call('POST', '/v1/segments', body, { keys })).body
    await t.db.pool.query(`update segment set filter = '{"shoe": {}}' where id = $1`, [id])
    t.clock.advance(1_000)
    const other = await makeSegment({ name: 'Sound', filter })
    await drainWalks(t)
    const statusOf = async (segment: string, of = t.keys) =>
      (await t.call('GET', `/v1/segments/${segment}`, undefined, { keys: of })).body
        .initial_sync_status
    expect(await statusOf(other)).toBe('DONE')
    expect(await statusOf(id, keys)).toBe('IN_PROGRESS')
    await t.db.pool.query('update segment set filter = $2 where id = $1', [id, filter])
    await drainWalks(t)
    expect(await statusOf(id, keys)).toBe('IN_PROGRESS')
    t.clock.advance(60_000)
    await drainWalks(t)
    expect(await statusOf(id, keys)).toBe('DONE')
  })

  it('are placed in turns, so that many customers hold up no other project', async () => {
    const [crowded, other] = [await t.addProject(), await t.addProject()]
    await t.db.pool.query(
      `insert into customer (id, project_id, created_at)
       select 'cust_crowd' || place, $1, now() from generate_series(1, 5000) as place`,
      [crowded.projectId],
    )
    const place = async (keys: typeof other): Promise<() => Promise<string>> => {
      const body = { name: 'Turns', type: 'auto-update', filter: SIGNED_UP }
      const { id } = (await t.call('POST', '/v1/segments', body, { keys })).body
      return async () =>
        (await t.call('GET', `/v1/segments/${id}`, undefined, { keys })).body.initial_sync_status
    }
    await drainWalks(t)
    const crowdedStatus = await place(crowded)
    await stepOfWalk(t)
    t.clock.advance(1_000)
    const otherStatus = await place(other)
    for (let step = 0; step < 2; step += 1) await stepOfWalk(t)
    expect([await crowdedStatus(), await otherStatus()]).toEqual(['IN_PROGRESS', 'DONE'])
    await drainWalks(t)
    expect(await crowdedStatus()).toBe('DONE')
  })

  it('are forgotten with their segment, also while somebody enters it', async () => {
    const ids = await inParallel(5, (index) =>
      makeSegment({ name: `E${index}`, filter: SIGNED_UP }),
    )
    t.clock.advance(1_000)
    await inParallel(20, (index) => signUp(`ending-${index}`))
    await Promise.all([
      drainWalks(t),
      drainEffects(t),
      ...ids.map((id) => t.call('DELETE', `/v1/segments/${id}`)),
    ])
    await settle()
    const { rows } = await t.db.pool.query(
      `select (select count(*)::int from segment_member where segment_id = any($1)) as members,
              (select string_agg(coalesce(failure, 'waits'), '; ') from effect_message) as waiting`,
      [ids],
    )
    expect(rows).toEqual([{ members: 0, waiting: null }])
  })

  it('cost a project nothing that has no active segment', async () => {
    const keys = await t.addProject()
    const customer = { source_id: 'free' }
    const waiting = async () => {
      await t.call('POST', '/v1/events', { event: 'sign_up', customer }, { keys })
      const { rows } = await t.db.pool.query('select from effect_message where project_id = $1', [
        keys.projectId,
      ])
      await drainEffects(t)
      return rows.length
    }
    await t.call(
      'POST',
      '/v1/segments',
      { name: 'P', type: 'passive', filter: SIGNED_UP },
      { keys },
    )
    expect(await waiting()).toBe(0)
    const id = await makeSegment({ name: 'A', filter: SIGNED_UP }, keys)
    expect(await waiting()).toBeGreaterThan(0)
    await t.call('DELETE', `/v1/segments/${id}`, undefined, { keys })
    expect(await waiting()).toBe(0)
  })
})
