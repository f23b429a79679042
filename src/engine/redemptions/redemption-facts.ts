import type { JsonObject } from '../../kernel/json.ts'
import type { Call } from '../context.ts'
import { type Customer, toSimpleCustomer } from '../customers/index.ts'
import type { Fact } from '../outbox/index.ts'
import { toSimpleVoucher, type Voucher } from '../vouchers/index.ts'
import type { RedemptionDecision } from './decide-redemption.ts'
import type { Redemption } from './redemption.ts'
import { type Related, toRedemptionView } from './redemption-view.ts'

type FactContext = Related & { holder: Related['customer'] }

/** What an occurrence tells of the customer and the voucher; the holder when it is the customer. */
export function toFactContext(
  customer: Customer | undefined,
  voucher: Voucher | undefined,
): FactContext {
  const person = customer ? toSimpleCustomer(customer) : null
  return {
    customer: person,
    voucher: voucher ? toSimpleVoucher(voucher) : null,
    holder: voucher?.holderId && voucher.holderId === customer?.id ? person : null,
  }
}

/** One occurrence for each redemption of a request, one more for the head of a stack (EV-5). */
export function toRedemptionFacts(
  call: Call,
  decision: RedemptionDecision,
  customer: Customer | undefined,
): Fact[] {
  const parts =
    decision.kind === 'denied'
      ? [decision]
      : [
          ...decision.parts,
          ...(decision.parent ? [{ redemption: decision.parent, voucher: undefined }] : []),
        ]
  return parts.map(({ redemption, voucher }) =>
    toRedemptionFact(call, redemption, toFactContext(customer, voucher)),
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
  { customer, voucher, holder }: FactContext,
): JsonObject => ({
  customer,
  order: orderSnapshot,
  campaign: null,
  voucher: isParent ? null : voucher,
  holder,
  promotion_tier: null,
  promotion_stack: null,
})
