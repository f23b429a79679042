import type { CallAnswer } from '../../../support/test-app.ts'
import type { Member, RewardName } from './model.ts'
import type { World } from './world.ts'

/** What callers ask of the programs, over HTTP. */
export const change = ({ post }: World, code: string, points: number, more: object = {}) =>
  post(`/v1/loyalties/members/${code}/balance`, { points, ...more })

export const transfer = ({ post, programs }: World, from: string, to: Member, points: number) =>
  post(`/v1/loyalties/${programs.main}/members/${to.main}/transfers`, [
    { code: from, points, source_id: 'x' },
  ] as object)

let orders = 0
const anOrder = (amount: number) => {
  orders += 1
  return { source_id: `order-${orders}`, amount }
}
type Person = { customer: string }

export const pay = ({ post }: World, { customer }: Person, amount: number) =>
  post('/v1/orders', { ...anOrder(amount), status: 'PAID', customer: { source_id: customer } })

export const visit = ({ post }: World, { customer }: Person) =>
  post('/v1/events', { event: 'visit', customer: { source_id: customer } })

/** What is to come onto a card, the oldest first. */
export async function pendingOf({ t }: World, code: string): Promise<string[]> {
  const { rows } = await t.db.pool.query(
    `select pending_points.id from pending_points join voucher on voucher.id = voucher_id
      where code = $1 and status = 'PENDING' order by pending_points.id`,
    [code],
  )
  return rows.map(({ id }) => id)
}

export const onPending = (
  { post }: World,
  { code, id, verb }: { code: string; id: string; verb: 'activate' | 'balance' | 'cancel' },
  points: number,
) => post(`/v1/loyalties/members/${code}/pending-points/${id}/${verb}`, { points })

export const buy = ({ post, rewards }: World, { main }: Member, reward: RewardName) =>
  post(`/v1/loyalties/members/${main}/redemption`, { reward: { id: rewards[reward] } })

export const payWithPoints = (
  { post, rewards }: World,
  { main }: Member,
  points: number,
  amount: number,
) =>
  post(`/v1/loyalties/members/${main}/redemption`, {
    reward: { id: rewards.coin, points },
    order: anOrder(amount),
  })

export const topUp = ({ post }: World, { gift }: Member, amount: number) =>
  post(`/v1/vouchers/${gift}/balance`, { amount })

export const payWithGift = (
  { post }: World,
  { gift, customer }: Member & Person,
  credits: number,
  amount: number,
) =>
  post('/v1/redemptions', {
    redeemables: [{ object: 'voucher', id: gift, gift: { credits } }],
    customer: { source_id: customer },
    order: anOrder(amount),
  })

export const rollBack = ({ post }: World, redemptionId: string) =>
  post(`/v1/redemptions/${redemptionId}/rollback`)

/** Notes that what a redemption bought was sent. */
export async function complete(world: World, redemptionId: string): Promise<CallAnswer> {
  const { rows } = await world.t.db.pool.query(
    'select id from reward_redemption where redemption_id = $1',
    [redemptionId],
  )
  return world.manage(`/api/v1/reward-redemptions/${rows[0]?.id}/complete`)
}
