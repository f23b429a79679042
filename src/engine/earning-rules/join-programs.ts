import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { lockCustomers } from '../customers/index.ts'
import { announce } from '../outbox/index.ts'
import { openSource, settlePublication } from '../publications/index.ts'
import { AUTOMATION, lockVouchersById, type Voucher } from '../vouchers/index.ts'
import { type Accrual, cardsKey } from './decide-accruals.ts'

/**
 * Publishes a card to each customer who earns in a program without having one (L-20), by `cardsKey`. Who gets none, as the
 * program has none left, is absent, and their refused publication is told.
 */
export async function joinPrograms(
  tx: Tx,
  accruals: readonly Accrual[],
): Promise<Map<string, Voucher>> {
  const joining = new Map(
    accruals
      .filter(({ card }) => card === undefined)
      .map((accrual) => [cardsKey(accrual.customer.id, accrual.campaign.id), accrual] as const),
  )
  const cards = new Map<string, Voucher>()
  if (joining.size === 0) return cards
  await lockCustomers(tx, [...new Set([...joining.values()].map(({ customer }) => customer.id))])
  for (const [key, { trigger, campaign, customer }] of joining) {
    const card = await publishCard(tx, trigger.happening.call, { campaign, customer })
    if (card) cards.set(key, card)
  }
  return cards
}

async function publishCard(
  tx: Tx,
  call: Call,
  { campaign, customer }: Pick<Accrual, 'campaign' | 'customer'>,
): Promise<Voucher | undefined> {
  const source = await openSource(tx, call, { campaign: campaign.id, count: 1 })
  const settled = await settlePublication(tx, call, {
    source,
    customer,
    sourceId: null,
    channel: AUTOMATION,
    metadata: {},
    joinOnce: true,
  })
  announce(tx, settled.fact ? [settled.fact] : [])
  const [card] = settled.vouchers
  if (settled.decision.kind === 'denied' || !card) return undefined
  const [locked] = await lockVouchersById(tx, call.projectId, [card.id])
  return locked
}
