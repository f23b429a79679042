import type { TestApp } from '../../../support/test-app.ts'
import type { Recorded } from './clients.ts'
import { rowsOf } from './history.ts'
import type { ModelState } from './model.ts'

type Named = { name: string; value: unknown }
export type Bookkeeping = Record<(typeof PARTS)[number], Record<string, unknown>>

const PARTS = ['vouchers', 'tiers', 'counters', 'orders', 'redemptions', 'announced'] as const

const QUERIES: Record<(typeof PARTS)[number], string> = {
  vouchers: `select code as name, json_build_object('uses', redeemed_quantity, 'spent', redeemed_amount_minor, 'active', is_active,
      'balance', coalesce(gift_amount_minor - gift_subtracted_minor - redeemed_amount_minor,
                          points - subtracted_points - redeemed_points, -redeemed_amount_minor)) as value from voucher`,
  tiers: `select id as name, json_build_object('uses', redeemed_quantity, 'amount', orders_amount_minor,
      'discount', orders_discount_minor) as value from promotion_tier`,
  counters: `select object_id || ' ' || measure || ' ' || subject as name, used::int as value from usage_counter where used <> 0`,
  orders: `select id as name, json_build_object('discount', discount_amount_minor, 'status', status) as value from orders`,
  redemptions: `select object || ' ' || status as name, count(*)::int as value from redemption group by 1`,
  announced: `select redemption.object || ' ' || redemption.result as name, count(*)::int as value
      from occurrence join redemption on redemption.id =
        coalesce(data -> 'redemption_rollback' ->> 'id', data -> 'redemption' ->> 'id')
     where type like '%redemption.%succeeded' or type like '%redemption.%failed' or type like '%rollback.%' group by 1`,
}

/** What is stored and announced, in the model's words. */
export async function storedState(t: TestApp): Promise<Bookkeeping> {
  const parts = await Promise.all(
    PARTS.map(async (part): Promise<[string, Record<string, unknown>]> => {
      const rows = await rowsOf<Named>(t, QUERIES[part])
      return [part, Object.fromEntries(rows.map(({ name, value }) => [name, value]))]
    }),
  )
  return Object.fromEntries(parts) as Bookkeeping
}

/** What must be stored and announced according to the model and to the answers. */
export function toExpected(state: ModelState, records: readonly Recorded[]): Bookkeeping {
  const history = toHistory(records)
  const of = (name: string): number => history[name] ?? 0
  const granted = of('redeemed')
  const rolledBack = of('rolled back')
  return {
    vouchers: mapOf(state.accounts, ({ uses, spent, isActive: active, balance }) => ({
      ...{ uses, spent, active, balance },
    })),
    tiers: mapOf(state.tiers, (tier) => tier),
    counters: Object.fromEntries([...state.counters].filter(([, used]) => used !== 0)),
    orders: mapOf(state.orders, (order) => order),
    redemptions: present({
      'redemption SUCCEEDED': granted - rolledBack,
      'redemption ROLLED_BACK': rolledBack,
      'redemption FAILED': of('refused'),
      'redemption_rollback SUCCEEDED': rolledBack,
      'redemption_rollback FAILED': of('rollback refused'),
    }),
    announced: present({
      'redemption SUCCESS': granted,
      'redemption FAILURE': of('refused'),
      'redemption_rollback SUCCESS': rolledBack,
      'redemption_rollback FAILURE': of('rollback refused'),
    }),
  }
}

/** How many lines of the history the answers tell of. */
function toHistory(records: readonly Recorded[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const record of records) {
    const [name, count] = toLines(record)
    counts[name] = (counts[name] ?? 0) + count
  }
  return counts
}

/** The lines of the history that one answer tells of; the head of a stack has a line of its own. */
function toLines({ operation, answer: { status, body } }: Recorded): [string, number] {
  const isRedemption = operation.kind === 'redeem'
  if (!isRedemption && operation.kind !== 'roll_back') return ['nothing', 0]
  if (status !== 200) {
    return [isRedemption ? 'refused' : 'rollback refused', body.resource_id ? 1 : 0]
  }
  const parts = isRedemption ? body.redemptions : body.rollbacks
  const head = isRedemption ? body.parent_redemption : body.parent_rollback
  return [isRedemption ? 'redeemed' : 'rolled back', (parts?.length ?? 1) + (head ? 1 : 0)]
}

const mapOf = <T>(from: ReadonlyMap<string, T>, to: (value: T) => unknown) =>
  Object.fromEntries([...from].map(([name, value]) => [name, to(value)]))

const present = (counts: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
