import { beforeEach, describe, expect, it } from 'vitest'
import { sendByHand } from '../../../../src/engine/distributions/index.ts'
import { type ProgramEffect, runEffects } from '../../../../src/engine/effects/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { createLog } from '../../../../src/platform/log.ts'
import { drainEffects } from '../../../support/effects.ts'
import { byHand, useDistributions } from './support.ts'

const t = useDistributions()
const SIGN_UP = { event: 'customer.custom_event', custom_event: 'sign_up' }
const HOUR = 3_600_000

beforeEach(() => t.clock.set('2026-06-01T12:00:00.000Z'))

const urlOf = ({ id }: { id: string }) => `/api/v1/distributions/${id}`

describe('a distribution that is changed', () => {
  it('can be paused, resumed and renamed when what it refers to is gone', async () => {
    const [codes, told] = [await t.aCampaign(), await t.aCampaign()]
    const made = await t.distribute(
      { event: 'customer.publication.succeeded', campaign: told.id },
      { campaign: codes.id },
    )
    for (const { id } of [codes, told]) await t.call('DELETE', `/v1/campaigns/${id}?force=true`)
    for (const act of ['pause', 'resume']) {
      expect(await t.manage('POST', `${urlOf(made)}/${act}`)).toMatchObject({ status: 200 })
    }
    expect(await t.manage('PATCH', urlOf(made), { name: 'Other' })).toMatchObject({
      status: 200,
      body: { name: 'Other', campaign: codes.id },
    })
  })

  it('never begins or ceases to be sent by hand', async () => {
    const segment = await t.aSegment(['c1'])
    const manual = await t.distribute(byHand(segment))
    const upon = await t.distribute(SIGN_UP)
    t.clock.advance(HOUR)
    await t.settle()
    for (const [made, trigger] of [
      [manual, SIGN_UP],
      [upon, byHand(segment)],
    ] as const) {
      expect(await t.manage('PATCH', urlOf(made), { trigger })).toMatchObject({
        status: 400,
        body: { key: 'invalid_payload', details: expect.stringContaining('.trigger') },
      })
    }
  })

  it('goes to the segment that it was made for once it is being sent by hand', async () => {
    const [first, other] = [await t.aSegment(['c2']), await t.aSegment(['c3'])]
    const made = await t.distribute(byHand(first))
    expect(await t.manage('PATCH', urlOf(made), { trigger: byHand(other) })).toMatchObject({
      status: 200,
      body: { trigger: { segment: other } },
    })
    t.clock.advance(HOUR)
    expect(await t.manage('PATCH', urlOf(made), { trigger: byHand(first) })).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details: expect.stringContaining('.trigger') },
    })
  })

  it('says why it was paused until somebody resumes it', async () => {
    const made = await t.distribute(SIGN_UP)
    t.reply('/d', () => ({ status: 410 }))
    await t.track('sign_up')
    await t.settle()
    const { body } = await t.manage('PATCH', urlOf(made), { name: 'Other' })
    expect(body).toMatchObject({ name: 'Other', status: 'PAUSED', paused_reason: 'gone' })
    const resumed = await t.manage('POST', `${urlOf(made)}/resume`)
    expect(resumed.body).toMatchObject({ status: 'TO SEND', paused_reason: null, failures: 0 })
  })
})

describe('codes of distributions', () => {
  it('do not follow from codes that distributions gave, however many there are', async () => {
    const limits = { per_customer_per_day: null, per_customer_per_month: null }
    const ids: string[] = []
    for (let count = 0; count < 3; count += 1) {
      const { id } = await t.distribute(
        { event: 'customer.publication.succeeded' },
        { campaign: (await t.aCampaign()).id, limits },
      )
      ids.push(id)
    }
    const other = await t.aCampaign()
    await t.create('/v1/publications', { campaign: other.id, customer: { source_id: 'looped' } })
    await t.settle()
    for (const id of ids) expect(await t.deliveriesOf(id, 'limit=100')).toHaveLength(1)
  })

  it('are given once to who can join only once, and later messages say why there is none', async () => {
    const campaign = await t.aCampaign({ join_once: true })
    const { id } = await t.distribute(SIGN_UP, { campaign: campaign.id })
    for (let time = 0; time < 2; time += 1) {
      await t.track('sign_up', { source_id: 'joiner' })
      await t.settle()
    }
    expect(t.received()).toHaveLength(1)
    const [failed] = await t.deliveriesOf(id, 'status=failed')
    expect(failed.last_failure).toBe('voucher_cannot_be_published')
  })
})

it('a message that grows too long is not sent, and says so', async () => {
  const body = { all: Array.from({ length: 100 }, () => '{{customer}}') }
  const { id } = await t.distribute(SIGN_UP, { body })
  const metadata = Object.fromEntries(
    ['a', 'b'].map((key) => [key, 'x'.repeat(LIMITS.distributionMessageCharsMax / 150)]),
  )
  await t.create('/v1/customers', { source_id: 'long', metadata })
  await t.track('sign_up', { source_id: 'long' })
  await t.settle()
  expect(t.received()).toEqual([])
  expect(await t.deliveriesOf(id)).toMatchObject([{ status: 'failed', last_failure: 'too_long' }])
})

it('who is erased while a message is being queued is in it no more', async () => {
  const { id } = await t.distribute(SIGN_UP)
  await t.track('sign_up', { source_id: 'slips-in', name: 'Somebody Special' })
  await drainEffects(t)
  // As when an effect commits behind the erasure.
  await t.db.pool.query(`delete from occurrence where project_id = $1`, [t.keys.projectId])
  const [{ id: delivery }] = await t.deliveriesOf(id)
  expect((await t.manage('GET', `/api/v1/webhook-deliveries/${delivery}`)).body.body).toBeNull()
  await t.settle()
  expect(t.received()).toEqual([])
  const { rows } = await t.db.pool.query(
    'select body from webhook_message where endpoint_id = $1',
    [id],
  )
  expect(rows).toEqual([{ body: null }])
})

it('who changes a distribution does not wait for messages that are being queued', async () => {
  const { id } = await t.distribute(SIGN_UP)
  await t.track('sign_up')
  await inTransaction(t.db, async (tx) => {
    await tx.run(
      { name: 'hold_distribution', text: 'select 1 from distribution where id = $1 for key share' },
      [id],
    )
    const change = await t.manage('PATCH', `/api/v1/distributions/${id}`, { name: 'Other' })
    expect(change.status).toBe(200)
  })
})

it('codes are given to some customers at a time, so that no campaign is locked for long', async () => {
  await drainEffects(t)
  await t.distribute(SIGN_UP)
  const count = LIMITS.effectBatchWithCodesMax + 5
  for (let index = 0; index < count; index += 1)
    await t.track('sign_up', { source_id: `crowd-${index}` })
  const sizes: number[] = []
  const noting: ProgramEffect = {
    kind: 'distributions',
    run: async (_tx, happenings) => {
      const events = happenings.filter(({ type }) => type === 'customer.custom_event')
      sizes.push(events.length)
    },
  }
  const { db, clock } = t
  const deps = { db, clock, log: createLog('silent'), announced: () => undefined }
  while (await runEffects(deps, [noting], new AbortController().signal));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(count)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(LIMITS.effectBatchWithCodesMax)
})

it('what is sent by hand does not wait for another that fails', async () => {
  const filter = { junction: 'and', name: { conditions: { $is: 'x' } } }
  const { id: segment } = await t.create('/v1/segments', { name: 'Bad', type: 'passive', filter })
  const failing = await t.distribute(byHand(segment))
  // As one that an earlier version understood.
  await t.db.pool.query('update segment set filter = $2 where id = $1', [
    segment,
    JSON.stringify({ junction: 'and', name: { conditions: { $unheard: ['x'] } } }),
  ])
  t.clock.advance(1)
  const made = await t.distribute(byHand(await t.aSegment(['c4'])))
  t.clock.advance(HOUR)
  const work = { db: t.db, clock: t.clock, announced: () => undefined }
  const outcomes = await Promise.allSettled([sendByHand(work)])
  outcomes.push(...(await Promise.allSettled([sendByHand(work)])))
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const statusOf = async (one: { id: string }) => (await t.manage('GET', urlOf(one))).body.status
  expect(await statusOf(made)).toBe('DONE')
  expect(await statusOf(failing)).toBe('TO SEND')
})
