import type { Json } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import { toSimpleCampaign } from '../campaigns/index.ts'
import { toSimpleCustomer } from '../customers/index.ts'
import { toTierView } from '../loyalty-tiers/index.ts'
import { announce, type Fact } from '../outbox/index.ts'
import { type Moved, toTransactionFact } from '../points/index.ts'
import { toBalanceView, toSimpleVoucher } from '../vouchers/index.ts'
import { toEventDetails, toLinkEvent } from './accrual-view.ts'
import { showRules } from './change-rules.ts'
import type { CardAccrual } from './decide-accruals.ts'

type View = { [key: string]: Json }

/** Tells of accruals, each at the place of its movement (L-21): the customer's feed, and the card's movements. */
export async function tellAccruals(
  tx: Tx,
  accruals: readonly CardAccrual[],
  moved: readonly Moved[],
): Promise<void> {
  const rules = new Map(accruals.map(({ rule }) => [rule.id, rule]))
  const views = await showRules(tx, [...rules.values()])
  const viewOf = new Map([...rules.keys()].map((id, index) => [id, views[index] ?? {}]))
  announce(
    tx,
    accruals.flatMap((accrual, index) => {
      const movement = moved[index]
      return movement ? toFacts(accrual, movement, viewOf.get(accrual.rule.id) ?? {}) : []
    }),
  )
}

function toFacts(
  { trigger, customer, campaign, tier }: CardAccrual,
  { voucher, transaction }: Moved,
  earningRule: View,
): Fact[] {
  const { call } = trigger.happening
  const [person, program] = [toSimpleCustomer(customer), toSimpleCampaign(campaign)]
  const cause = {
    earning_rule: earningRule,
    order: trigger.order,
    event: toLinkEvent(trigger),
    ...(trigger.segment && { segment: trigger.segment }),
    ...toEventDetails(trigger),
  }
  const rewarded: Fact = {
    call,
    type: 'customer.rewarded.loyalty_points',
    customerId: customer.id,
    data: {
      customer: person,
      holder: person,
      voucher: toSimpleVoucher(voucher),
      campaign: program,
      loyalty_tier: trigger.tier?.view ?? (tier ? toTierView(tier) : null),
      balance: toBalanceView(transaction),
      ...cause,
      ...(trigger.customEvent && { custom_event: trigger.customEvent }),
    },
  }
  const context = { voucher, holderId: customer.id, customer: person, campaign: program }
  const holderTier = { holder_loyalty_tier: tier ? toTierView(tier) : null }
  return [rewarded, toTransactionFact(call, context, transaction, { ...cause, ...holderTier })]
}
