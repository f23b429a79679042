import type { JsonObject } from '../../kernel/json.ts'
import { toSimpleCampaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import type { Customer } from '../customers/index.ts'
import type { Target } from '../evaluation/index.ts'
import type { Fact } from '../outbox/index.ts'
import type { RedemptionDecision } from './decide-redemption.ts'
import type { GivenRewards } from './give-rewards.ts'
import type { Redemption } from './redemption.ts'
import { type Related, toRedemptionView } from './redemption-view.ts'
import { toRelatedViews } from './related-views.ts'

export type FactContext = Related & { holder: Related['customer']; campaign: Related['voucher'] }

/** What an occurrence tells of the customer and of what was redeemed; the holder when it is the customer. */
export function toFactContext(
  customer: Customer | undefined,
  target: Target | undefined,
  reward?: FactContext['reward'],
): FactContext {
  const related = toRelatedViews(customer, target, reward)
  const holderId = target?.voucher?.holderId ?? null
  return {
    ...related,
    holder: holderId !== null && holderId === customer?.id ? related.customer : null,
    campaign: target?.campaign ? toSimpleCampaign(target.campaign) : null,
  }
}

/** One occurrence for each redemption of a request, one more for the head of a stack (EV-5). */
export function toRedemptionFacts(
  call: Call,
  decision: RedemptionDecision,
  customer: Customer | undefined,
  given: GivenRewards,
): Fact[] {
  const parts =
    decision.kind === 'denied'
      ? [decision]
      : [
          ...decision.parts,
          ...(decision.parent ? [{ redemption: decision.parent, target: undefined }] : []),
        ]
  return parts.map(({ redemption, target }) =>
    toRedemptionFact(
      call,
      redemption,
      toFactContext(customer, target, given.get(redemption.id)?.view),
    ),
  )
}

/**
 * The occurrence of a redemption (engine-programs §13.6). Without a customer it belongs to the project
 * and reaches nobody's activity (EV-2).
 */
function toRedemptionFact(call: Call, redemption: Redemption, context: FactContext): Fact {
  const outcome = redemption.result === 'SUCCESS' ? 'succeeded' : 'failed'
  return {
    call,
    type: context.customer ? `customer.redemption.${outcome}` : `redemption.${outcome}`,
    customerId: redemption.customerId,
    data: { ...toData(redemption, context), redemption: toRedemptionView(redemption, context) },
  }
}

/** The occurrence of a rollback: `redemption` is the original as it is now (EV-4). */
export function toRollbackFact(
  call: Call,
  { rollback, redemption }: { rollback: Redemption; redemption: Redemption },
  context: FactContext,
): Fact {
  const outcome = rollback.result === 'SUCCESS' ? 'succeeded' : 'failed'
  return {
    call,
    type: context.customer
      ? `customer.redemption.rollback.${outcome}`
      : `redemption.rollback.${outcome}`,
    customerId: rollback.customerId,
    data: {
      ...toData(rollback, context),
      redemption: toRedemptionView(redemption, context),
      redemption_rollback: toRedemptionView(rollback, context),
    },
  }
}

/** A missing relation is null, never left out. */
const toData = (
  { orderSnapshot, isParent }: Redemption,
  { customer, voucher, promotionTier, holder, campaign }: FactContext,
): JsonObject => ({
  customer,
  order: orderSnapshot,
  campaign,
  voucher: isParent ? null : voucher,
  holder,
  promotion_tier: isParent ? null : promotionTier,
  promotion_stack: null,
})
