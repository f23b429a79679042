import { expect, it } from 'vitest'
import { addPendingPoints } from '../../../../src/engine/points/index.ts'
import { lockVouchersByCode } from '../../../../src/engine/vouchers/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { runNight } from '../../../support/nightly.ts'
import { useTestApp } from '../../../support/test-app.ts'
import {
  addPoints,
  balanceOf,
  createProgram,
  expectRight,
  join,
  unique,
} from '../loyalties/support.ts'
import { createRandom } from '../model/random.ts'

const t = useTestApp()

/* Whatever is done to cards, each balance is what its ledger, and what its lots come to. */
it.each([1, 2, 3])('points add up after anything that happens to them (seed %i)', async (seed) => {
  const random = createRandom(seed)
  const program = await createProgram(t, {
    points: 20,
    expiration_rules: { period_type: 'MONTH', period_value: 1 },
  })
  const cards = [await join(t, program), await join(t, program), await join(t, program)]
  const pending: { code: string; id: string }[] = []
  // Points by card, and what comes of pending points and of expiry when it comes: the model keeps sums alone.
  let added = 60
  const upTo = (end: number) => 1 + random.below(end)

  const operations: (() => Promise<unknown>)[] = [
    async () => {
      const points = upTo(30)
      const expiry = random.chance(0.5)
        ? { expiration_type: 'CUSTOM_DATE', expiration_date: dayAhead(random.below(20)) }
        : {}
      const { status } = await addPoints(t, random.pick(cards), points, expiry)
      expect(status).toBe(200)
      added += points
    },
    async () => {
      const { status, body } = await addPoints(t, random.pick(cards), -upTo(25))
      expect([200, 400]).toContain(status)
      if (status === 200) added += body.points
    },
    async () => {
      const [code, destination] = [random.pick(cards), random.pick(cards)]
      const path = `/v1/loyalties/${program}/members/${destination}/transfers`
      const body = [{ code, points: upTo(20), source_id: unique('x') }]
      expect([200, 400]).toContain((await t.call('POST', path, body)).status)
    },
    async () => {
      const code = random.pick(cards)
      pending.push({ code, id: await later(code, upTo(9), upTo(9)) })
    },
    async () => {
      if (pending.length === 0) return
      const { code, id } = random.pick(pending)
      const verb = random.pick(['activate', 'balance', 'cancel'])
      const path = `/v1/loyalties/members/${code}/pending-points/${id}/${verb}`
      expect((await t.call('POST', path, { points: random.pick([-3, 4]) })).status).toBeLessThan(
        500,
      )
    },
    async () => {
      t.clock.advance(upTo(6) * 24 * 3_600_000)
      await runNight(t)
    },
  ]
  for (let round = 0; round < 60; round += 1) await random.pick(operations)()

  await expectRight(t)
  const { rows } = await t.db.pool.query(
    `select coalesce(sum(amount_minor) filter (where type = 'PENDING_POINTS_ACTIVATION'), 0)::int as came,
            coalesce(sum(amount_minor) filter (where type = 'POINTS_EXPIRATION'), 0)::int as expired
       from voucher_transaction where campaign_id = $1`,
    [program],
  )
  const balances = await Promise.all(cards.map((code) => balanceOf(t, code)))
  expect(balances.reduce((sum, one) => sum + one, 0)).toBe(added + rows[0].came + rows[0].expired)
})

const dayAhead = (days: number): string =>
  new Date(t.clock.now().getTime() + days * 24 * 3_600_000).toISOString().slice(0, 10)

async function later(code: string, points: number, days: number): Promise<string> {
  const { projectId, appId } = t.keys
  const call = {
    projectId,
    appId,
    groupId: 'v-1',
    channel: 'INTERNAL' as const,
    now: t.clock.now(),
  }
  const [made] = await inTransaction(t.db, async (tx) => {
    const [voucher] = await lockVouchersByCode(tx, [{ projectId, code }])
    if (!voucher) throw new Error(`no card ${code}`)
    return addPendingPoints(tx, [{ call, voucher, points, days, orderId: null, details: {} }])
  })
  return made?.id ?? ''
}
