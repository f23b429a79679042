import { afterEach, describe, expect, it } from 'vitest'
import type { NightlyStep } from '../../../../src/engine/nightly/index.ts'
import { addPendingPoints } from '../../../../src/engine/points/index.ts'
import { lockVouchersByCode } from '../../../../src/engine/vouchers/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { runAsyncActions } from '../../../support/async-actions.ts'
import { drainEffects } from '../../../support/effects.ts'
import { runNight } from '../../../support/nightly.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { addPoints, balanceOf, createProgram, expectRight, join } from '../loyalties/support.ts'

const t = useTestApp()
const DAY = 24 * 3_600_000

/** What an administrator of the project sees of its nights. */
async function shownNights() {
  const response = await t.app.http.inject({
    url: '/api/v1/nights',
    headers: { authorization: `Bearer ${t.keys.adminToken}` },
  })
  expect(response.statusCode).toBe(200)
  return response.json()
}

async function nightIn(days: number): Promise<void> {
  t.clock.advance(days * DAY)
  await runNight(t)
  await drainEffects(t)
}

const today = () => t.clock.now().toISOString().slice(0, 10)

/** Lets the database refuse whatever is written to `table` of one card. */
async function breakCard(table: string, code: string): Promise<void> {
  await t.db.pool.query(
    `create function break_card() returns trigger language plpgsql as $$ begin raise 'the card is broken'; end $$`,
  )
  const { rows } = await t.db.pool.query('select id from voucher where code = $1', [code])
  await t.db.pool.query(
    `create trigger break_card before insert or update on ${table}
      for each row when (new.voucher_id = '${rows[0].id}') execute function break_card()`,
  )
}
const mend = () => t.db.pool.query('drop function if exists break_card cascade')
afterEach(mend)

/** Points that an earning rule gives later. */
async function addLater(code: string, points: number): Promise<void> {
  const { projectId, appId } = t.keys
  const now = t.clock.now()
  const call = { projectId, appId, groupId: 'v-1', channel: 'INTERNAL' as const, now }
  await inTransaction(t.db, async (tx) => {
    const [voucher] = await lockVouchersByCode(tx, [{ projectId, code }])
    if (!voucher) throw new Error(`no card ${code}`)
    await addPendingPoints(tx, [{ call, voucher, points, days: 1, orderId: null, details: {} }])
  })
}

async function cardsOf(program: string, count: number): Promise<string[]> {
  const cards: string[] = []
  while (cards.length < count) cards.push(await join(t, program))
  return cards
}
const balancesOf = (cards: readonly string[]) =>
  Promise.all(cards.map((code) => balanceOf(t, code)))

const MONTHLY = {
  qualification_type: 'POINTS_IN_PERIOD',
  qualification_period: 'MONTH',
  start_date: { type: 'IMMEDIATE' },
  expiration_date: { type: 'BALANCE_DROP' },
}
const tierOf = async (code: string): Promise<string | undefined> =>
  (await t.call('GET', `/v1/loyalties/members/${code}/tiers`)).body.data[0]?.name

describe('a card that fails at night', () => {
  it('holds up no other whose points come or expire, and is tried again the next night', async () => {
    const cards = await cardsOf(await createProgram(t), 5)
    const [, , broken = ''] = cards
    const expiry = { expiration_type: 'CUSTOM_DATE', expiration_date: today() }
    for (const code of cards) {
      await addPoints(t, code, 10, expiry)
      await addLater(code, 7)
    }
    await breakCard('voucher_transaction', broken)
    await nightIn(1)
    expect(await balancesOf(cards)).toEqual([7, 7, 10, 7, 7])
    const shown = await shownNights()
    expect(shown).toMatchObject({ done_to: today(), complete_to: today() })
    const failed = {
      ...{ code: broken, voucher_id: expect.stringMatching(/^v_/), day: today() },
      ...{ failure: 'the card is broken', failed_at: t.clock.now().toISOString() },
    }
    expect(shown.failed).toHaveLength(2)
    expect(shown.failed).toEqual(
      expect.arrayContaining([
        { ...failed, step: 'activate_pending_points' },
        { ...failed, step: 'expire_points' },
      ]),
    )
    await mend()
    await nightIn(1)
    expect(await balancesOf(cards)).toEqual([7, 7, 7, 7, 7])
    expect((await shownNights()).failed).toEqual([])
    await expectRight(t)
  })

  it('keeps its tier for the night alone, and others lose theirs', async () => {
    t.clock.set('2026-08-10T12:00:00Z')
    const program = await createProgram(t, { loyalty_tiers_expiration: MONTHLY })
    const gold = { name: 'Gold', points: { from: 100 } }
    await t.call('POST', `/v1/loyalties/${program}/tiers`, [gold])
    const cards = await cardsOf(program, 3)
    const [, broken = ''] = cards
    for (const code of cards) {
      await addPoints(t, code, 100)
      await addPoints(t, code, -60)
    }
    await drainEffects(t)
    await runNight(t)
    expect(await Promise.all(cards.map(tierOf))).toEqual(['Gold', 'Gold', 'Gold'])
    await breakCard('loyalty_tier_member', broken)
    t.clock.set('2026-09-01T00:00:01Z')
    await runNight(t)
    expect(await Promise.all(cards.map(tierOf))).toEqual([undefined, 'Gold', undefined])
    expect((await shownNights()).failed).toMatchObject([{ step: 'end_tiers', code: broken }])
    await mend()
    await nightIn(1)
    expect(await tierOf(broken)).toBeUndefined()
  })

  it('is one of few: where a step fails at very many it is left for the next day', async () => {
    const { body } = await t.call('POST', '/v1/campaigns', {
      name: 'Many',
      campaign_type: 'LOYALTY_PROGRAM',
      type: 'STATIC',
      vouchers_count: LIMITS.nightlyFailuresMax + 20,
      voucher: { type: 'LOYALTY_CARD', loyalty_card: { points: 1 } },
    })
    await runAsyncActions(t)
    const { rows } = await t.db.pool.query('select id from voucher where campaign_id = $1', [
      body.id,
    ])
    const ids = rows.map(({ id }) => id)
    expect(ids).toHaveLength(LIMITS.nightlyFailuresMax + 20)
    const failing: NightlyStep = {
      name: 'failing',
      async run(_tx, { failed, cardsMax, takes }) {
        const taken = ids.filter((id) => !failed.includes(id)).slice(0, cardsMax)
        takes(taken)
        throw new Error('none of them works')
      },
    }
    t.clock.advance(DAY)
    for (let time = 0; time < LIMITS.nightlyAttemptsMax; time += 1) await runNight(t, [failing])
    await runNight(t, [failing])
    const { done_to, complete_to, failure, failed } = await shownNights()
    expect(failed).toHaveLength(LIMITS.nightlyFailuresMax)
    expect({ done_to, failure }).toEqual({
      done_to: today(),
      failure: 'failing: none of them works',
    })
    expect(complete_to < done_to).toBe(true)
  })
})

describe('a night', () => {
  it('waits for a database in trouble, and counts it as nobody’s failure', async () => {
    let isInTrouble = true
    let runs = 0
    const shaken: NightlyStep = {
      name: 'shaken',
      async run(_tx, { takes }) {
        runs += 1
        takes(['v_1', 'v_2'])
        if (isInTrouble) throw Object.assign(new Error('shutting down'), { code: '57P01' })
        return { isDone: true }
      },
    }
    t.clock.advance(DAY)
    for (let time = 0; time < LIMITS.nightlyAttemptsMax + 2; time += 1) await runNight(t, [shaken])
    expect(runs).toBe(LIMITS.nightlyAttemptsMax + 2)
    isInTrouble = false
    await runNight(t, [shaken])
    const { rows } = await t.db.pool.query('select attempts, step, day from nightly_run')
    expect(rows).toEqual([{ attempts: 0, step: 0, day: today() }])
    expect(runs).toBe(LIMITS.nightlyAttemptsMax + 3)
  })

  it('is left for the next day by a step that fails with a text that cannot be stored', async () => {
    const failing: NightlyStep = {
      name: 'failing',
      run: () => Promise.reject(new Error('a\u0000b')),
    }
    t.clock.advance(DAY)
    for (let time = 0; time <= LIMITS.nightlyAttemptsMax; time += 1) await runNight(t, [failing])
    const { done_to, failure } = await shownNights()
    expect(done_to).toBe(today())
    expect(failure).toMatch(/^failing: a.*b$/u)
  })

  it('makes up for the first of a period that nobody was there for (L-52, L-66)', async () => {
    t.clock.set('2027-03-10T12:00:00Z')
    await runNight(t)
    const program = await createProgram(t, { loyalty_tiers_expiration: MONTHLY })
    const gold = { name: 'Gold', points: { from: 100 } }
    await t.call('POST', `/v1/loyalties/${program}/tiers`, [gold])
    const [code = ''] = await cardsOf(program, 1)
    await addPoints(t, code, 100)
    await addPoints(t, code, -60)
    await drainEffects(t)
    t.clock.set('2027-03-31T00:00:01Z')
    await runNight(t)
    expect(await tierOf(code)).toBe('Gold')
    t.clock.set('2027-04-03T00:00:01Z')
    await runNight(t)
    expect(await tierOf(code)).toBeUndefined()
  })
})
