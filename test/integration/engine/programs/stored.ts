import { checkPoints } from '../../../../src/engine/points/index.ts'
import { type Model, MUGS } from './model.ts'
import { activeLots, leftOf } from './model-card.ts'
import type { World } from './world.ts'

/** What the model keeps and what is stored, in the same words. */
type Books = {
  cards: Record<string, unknown>
  gifts: Record<string, unknown>
  mugs: { stock: number; redeemed: number }
  spent: string[]
  told: Record<string, number>
  differences: unknown[]
}

const CARDS = `
  select code, type, points - expired_points - subtracted_points - redeemed_points as balance,
         gift_amount_minor - gift_subtracted_minor - redeemed_amount_minor as credits, pending_points,
         array(select json_build_array(type, amount_minor, balance_minor, total_minor)
                 from voucher_transaction line where line.voucher_id = voucher.id order by id) as ledger,
         array(select json_build_array(points, expires_at)
                 from points_bucket lot where lot.voucher_id = voucher.id and status = 'ACTIVE'
                order by expires_at nulls last, created_at, id) as lots,
         array(select json_build_array(points, activates_at)
                 from pending_points coming where coming.voucher_id = voucher.id and status = 'PENDING'
                order by id) as pending,
         (select json_build_array(loyalty_tier.name, member.expires_on)
            from loyalty_tier_member member join loyalty_tier on loyalty_tier.id = member.tier_id
           where member.voucher_id = voucher.id) as tier
    from voucher where project_id = $1 and type <> 'DISCOUNT_VOUCHER'`
const TOLD = `
  select type, count(*)::int as count from occurrence
   where project_id = $1
     and (type ~ '^(customer\\.)?voucher\\.(loyalty_card|gift)\\.' or type ~ '^customer\\.(rewarded|reward_redemptions|redemption)'
          or type ~ '^customer\\.loyalty\\.tier\\.' and type not like '%.expiration.changed')
   group by type`
const SPENT = `
  select coalesce(given.state, case redemption.status when 'ROLLED_BACK' then 'ROLLED_BACK' else 'COMPLETED' end) as state
    from redemption left join reward_redemption given on given.redemption_id = redemption.id
   where redemption.project_id = $1 and redemption.object = 'redemption' and redemption.result = 'SUCCESS'
   order by redemption.id`

/** What is stored of a project. */
export async function storedBooks({ t, keys, rewards }: World): Promise<Books> {
  const rowsOf = async (query: string, of: string = keys.projectId) =>
    (await t.db.pool.query(query, [of])).rows
  const [cards, told, spent, [mug], differences] = await Promise.all([
    rowsOf(CARDS),
    rowsOf(TOLD),
    rowsOf(SPENT),
    rowsOf('select stock, redeemed from reward where id = $1', rewards.mug),
    checkPoints(t.db, keys.projectId),
  ])
  const byCode = (type: string, view: (row: (typeof cards)[number]) => unknown) =>
    Object.fromEntries(cards.filter((row) => row.type === type).map((row) => [row.code, view(row)]))
  return {
    cards: byCode('LOYALTY_CARD', ({ balance, pending_points, ledger, lots, pending, tier }) => ({
      ...{ balance, coming: pending_points, ledger, lots, pending, tier },
    })),
    gifts: byCode('GIFT_VOUCHER', ({ credits, ledger }) => ({ credits, ledger })),
    mugs: mug,
    spent: spent.map(({ state }) => state),
    told: Object.fromEntries(told.map(({ type, count }) => [type, count])),
    differences,
  }
}

/** What must be stored. */
export function expectedBooks(model: Model): Books {
  const { cards, gifts, mugs, spent, told } = model
  const movements = (of: Iterable<{ ledger: unknown[] }>) =>
    [...of].reduce((sum, { ledger }) => sum + ledger.length, 0)
  const counts = {
    ...told,
    'voucher.loyalty_card.transaction.created': movements(cards.values()),
    'voucher.gift.transaction.created': movements(gifts.values()),
  }
  return {
    cards: Object.fromEntries(
      [...cards].map(([code, card]) => [
        code,
        {
          balance: leftOf(card),
          coming: card.pending.reduce((sum, { points }) => sum + points, 0),
          ledger: card.ledger,
          lots: activeLots(card).map(({ points, expires }) => [points, expires]),
          pending: card.pending.map(({ points, comes }) => [points, comes]),
          tier: card.tier ? [card.tier.name, card.until ?? null] : null,
        },
      ]),
    ),
    gifts: Object.fromEntries(
      [...gifts].map(([code, { balance, ledger }]) => [code, { credits: balance, ledger }]),
    ),
    mugs: { stock: mugs, redeemed: MUGS - mugs },
    spent: spent.map(({ state }) => state),
    told: Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    differences: [],
  }
}
