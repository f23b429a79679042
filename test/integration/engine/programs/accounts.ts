import { checkPoints } from '../../../../src/engine/points/index.ts'
import { type Done, nameOf } from './callers.ts'
import { CREDITS, MUGS } from './model.ts'
import { storedBooks } from './stored.ts'
import type { World } from './world.ts'

type Sums = Record<string, number>

/** The lines of the ledger of a project by their type: how many, and what they come to. */
async function ledgerOf({ t, keys }: World): Promise<{ counts: Sums; sums: Sums }> {
  const { rows } = await t.db.pool.query(
    `select type, count(*)::int as count, sum(amount_minor)::int as sum
       from voucher_transaction where project_id = $1 group by type`,
    [keys.projectId],
  )
  return {
    counts: Object.fromEntries(rows.map(({ type, count }) => [type, count])),
    sums: Object.fromEntries(rows.map(({ type, sum }) => [type, sum])),
  }
}

/** What is stored comes to what the answers said, whoever came first. Each entry is `[what is, what must be]`. */
export async function figuresOf(
  world: World,
  done: readonly Done[],
): Promise<Record<string, [number, number]>> {
  const { counts, sums } = await ledgerOf(world)
  const [{ told }, given] = await Promise.all([storedBooks(world), givenOf(world)])
  const granted = done.filter(({ answer }) => answer.status < 300)
  const all = (...kinds: string[]) => granted.filter(({ kind }) => kinds.includes(kind))
  const amountOf = (kind: string) => all(kind).reduce((sum, { amount }) => sum + amount, 0)
  const orders = all('pay', 'pay_points', 'pay_gift')
  const earning = orders.filter(({ amount }) => amount >= 1_000)
  const waiting = orders.filter(({ amount }) => amount >= 2_000)
  const sum = (type: string) => sums[type] ?? 0
  const count = (type: string) => counts[type] ?? 0
  const heard = (type: string) => told[type] ?? 0
  const refunds = count('POINTS_REFUND') + count('CREDITS_REFUND')
  return {
    'points that were added': [sum('POINTS_ADDITION'), amountOf('add')],
    'points that were removed': [-sum('POINTS_REMOVAL'), amountOf('remove')],
    'points that were given': [-sum('POINTS_TRANSFER_OUT'), amountOf('transfer')],
    'points that were received': [sum('POINTS_TRANSFER_IN'), amountOf('transfer')],
    'points that expired': [-sum('POINTS_EXPIRATION'), given.expired],
    'credits that were put': [
      sum('CREDITS_ADDITION'),
      amountOf('put_credits') + CREDITS * given.credits,
    ],
    'credits that were taken': [-sum('CREDITS_REMOVAL'), amountOf('take_credits')],
    accruals: [count('POINTS_ACCRUAL'), earning.length + all('visit').length],
    'accruals told': [heard('customer.rewarded.loyalty_points'), count('POINTS_ACCRUAL')],
    'pending told': [heard('voucher.loyalty_card.pending_points.added'), waiting.length],
    'activations told': [
      heard('voucher.loyalty_card.pending_points.activated'),
      count('PENDING_POINTS_ACTIVATION'),
    ],
    'spent points': [count('POINTS_REDEMPTION'), all('buy', 'pay_points').length],
    'spent credits': [count('CREDITS_REDEMPTION'), all('pay_gift').length],
    'redemptions told': [
      heard('customer.redemption.succeeded'),
      all('buy', 'pay_points', 'pay_gift').length,
    ],
    refunds: [refunds, all('roll_back').length],
    'what they gave back': [sum('POINTS_REFUND') + sum('CREDITS_REFUND'), given.undone],
    'rollbacks told': [heard('customer.redemption.rollback.succeeded'), refunds],
    'expiries told': [heard('voucher.loyalty_card.points_expired'), count('POINTS_EXPIRATION')],
    'mugs that are left': [given.stock, MUGS - given.mugs],
    'mugs that were sent': [given.sent, all('complete').length],
    'tiers that are held': [
      given.tiers,
      heard('customer.loyalty.tier.joined') - heard('customer.loyalty.tier.left'),
    ],
    'movements told': [heard('voucher.loyalty_card.transaction.created'), given.lines],
    'movements told once': [given.told, given.lines],
  }
}

/** What the tables beside the ledger come to. */
async function givenOf({ t, keys, rewards }: World): Promise<Sums & Record<Given, number>> {
  const { rows } = await t.db.pool.query(
    `select
       (select coalesce(sum(points), 0)::int from points_bucket
         where project_id = $1 and status = 'EXPIRED') as expired,
       (select coalesce(-sum(line.amount_minor), 0)::int from voucher_transaction line
          join redemption on redemption.id = line.redemption_id and redemption.status = 'ROLLED_BACK'
         where line.project_id = $1 and line.type in ('POINTS_REDEMPTION', 'CREDITS_REDEMPTION')) as undone,
       (select count(*)::int from reward_redemption where reward_id = $2) as credits,
       (select count(*)::int from reward_redemption where reward_id = $3 and state <> 'ROLLED_BACK') as mugs,
       (select count(distinct occurrence.data -> 'reward_redemption' ->> 'id')::int from occurrence
         where project_id = $1 and type = 'customer.reward_redemptions.completed'
           and data -> 'reward' ->> 'id' = $3) as sent,
       (select stock::int from reward where id = $3) as stock,
       (select count(*)::int from loyalty_tier_member where project_id = $1 and tier_id is not null) as tiers,
       (select count(*)::int from voucher_transaction where project_id = $1 and type not like 'CREDITS%') as lines,
       (select count(distinct data -> 'transaction' ->> 'id')::int from occurrence
         where project_id = $1 and type = 'voucher.loyalty_card.transaction.created') as told`,
    [keys.projectId, rewards.credits, rewards.mug],
  )
  return rows[0]
}
type Given =
  | 'expired'
  | 'undone'
  | 'credits'
  | 'mugs'
  | 'sent'
  | 'stock'
  | 'tiers'
  | 'lines'
  | 'told'

/** Lines of the ledger that do not go on where the one before ended, or end elsewhere than their card. */
export async function brokenLines({ t, keys }: World): Promise<unknown[]> {
  const { rows } = await t.db.pool.query(
    `with line as (
       select voucher_id, id, type, amount_minor, balance_minor, lag(balance_minor) over card as before,
              row_number() over (partition by voucher_id order by id desc) = 1 as is_last
         from voucher_transaction where project_id = $1 window card as (partition by voucher_id order by id))
     select line.* from line join voucher on voucher.id = line.voucher_id
      where balance_minor < 0 or before + amount_minor <> balance_minor
         or is_last and balance_minor <> coalesce(gift_amount_minor - gift_subtracted_minor - redeemed_amount_minor,
                                                  points - subtracted_points - expired_points - redeemed_points)`,
    [keys.projectId],
  )
  return rows
}

/** How often what was done. */
export function toCounts(done: readonly Done[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const one of done) counts[nameOf(one)] = (counts[nameOf(one)] ?? 0) + 1
  return counts
}

export const differencesOf = ({ t, keys }: World) => checkPoints(t.db, keys.projectId)
