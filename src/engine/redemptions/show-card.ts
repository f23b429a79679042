import type { Tx } from '../../platform/db.ts'
import type { Answer } from '../api/index.ts'
import { toSimpleCustomer } from '../customers/index.ts'
import { findVouchersByCode, showVouchers } from '../vouchers/index.ts'
import { type Decided, knownCustomer } from './redeem-request.ts'

/**
 * The answers with the loyalty card in full where a member's redemption is answered (engine-programs §9.4). Whoever
 * redeems for a reward is alone in a batch.
 */
export async function showCard(
  tx: Tx,
  [one]: readonly Decided[],
  answers: readonly Answer[],
): Promise<Answer[]> {
  const [answer, ...others] = answers
  if (!answer || one?.request.shape !== 'member' || one.decision.kind === 'denied') {
    return [...answers]
  }
  const { projectId } = one.request.call
  const code = one.decision.parts[0]?.target.voucher?.id ?? ''
  const vouchers = await findVouchersByCode(tx, [{ projectId, code }])
  const [view = {}] = await showVouchers(
    tx,
    vouchers.flatMap((voucher) => voucher ?? []),
  )
  const customer = knownCustomer(one.request)
  const voucher = { ...view, holder: customer ? toSimpleCustomer(customer) : null }
  return [{ ...answer, body: { ...(answer.body as object), voucher } }, ...others]
}
