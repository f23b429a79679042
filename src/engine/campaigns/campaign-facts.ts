import type { Db } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import type { Fact, OccurrenceType } from '../outbox/index.ts'
import type { Campaign } from './campaign.ts'
import { showCampaigns } from './show-campaigns.ts'

type CampaignEvent = Extract<
  OccurrenceType,
  `campaign.${'created' | 'updated' | 'deleted' | 'enabled' | 'disabled' | 'vouchers.added'}`
>

/** What happened to a campaign, with the whole of it (engine-programs §13.4). */
export async function toCampaignFact(
  db: Db,
  call: Call,
  type: CampaignEvent,
  campaign: Campaign,
): Promise<Fact> {
  const [view = {}] = await showCampaigns(db, [campaign])
  return { call, type, customerId: null, data: { campaign: JSON.parse(JSON.stringify(view)) } }
}
