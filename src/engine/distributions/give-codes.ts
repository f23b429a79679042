import { ApiError } from '../../kernel/api-error.ts'
import type { Json } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import { type Customer, lockCustomers } from '../customers/index.ts'
import { announce } from '../outbox/index.ts'
import { openSource, settlePublication } from '../publications/index.ts'
import type { Wish } from './decide-matches.ts'

/** What a message tells besides what happened; or why there is nothing to tell. */
export type Extra = { data: { [key: string]: Json } } | { failure: string }

const CHANNEL = 'Automation'

/**
 * Gives the customer a code of the distribution's campaign (P-11) and announces that. A refusal is recorded as one of any
 * publication is; what leaves no trace, such as a campaign that is gone, is only told as the failure.
 */
export async function giveCode(
  tx: Tx,
  { distribution, happening: { call } }: Wish,
  customer: Customer,
): Promise<Extra> {
  const { id, campaignId } = distribution
  if (campaignId === null) return { data: {} }
  try {
    const source = await openSource(tx, call, { campaign: campaignId, count: 1 })
    // Of two who join at once the second sees the first.
    if (source.campaign?.joinOnce) await lockCustomers(tx, [customer.id])
    const { decision, fact } = await settlePublication(tx, call, {
      source,
      customer,
      sourceId: null,
      channel: CHANNEL,
      metadata: { source_type: 'distribution', source_id: id, distribution_id: id },
      joinOnce: false,
    })
    announce(tx, fact ? [fact] : [])
    if (decision.kind === 'denied') return { failure: decision.error.key }
    const { campaign = null, voucher = null, publication = null } = fact?.data ?? {}
    return { data: { campaign, voucher, publication } as { [key: string]: Json } }
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) return { failure: error.key }
    throw error
  }
}
