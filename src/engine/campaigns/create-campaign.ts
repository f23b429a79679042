import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { requireCategory } from '../categories/index.ts'
import type { Call } from '../context.ts'
import { announce } from '../outbox/index.ts'
import { createTiers } from '../promotions/index.ts'
import { assignRule } from '../validation-rules/index.ts'
import { addVoucher } from './add-voucher.ts'
import { calculateNewCampaign } from './calculate-campaign.ts'
import { calculateCampaignVoucher } from './calculate-campaign-voucher.ts'
import { findCampaigns, insertCampaign } from './campaign.repo.ts'
import type { CampaignInput } from './campaign.schema.ts'
import type { Campaign } from './campaign.ts'
import { toCampaignFact } from './campaign-facts.ts'
import { generateVouchers } from './generate-vouchers.ts'

/**
 * Makes the campaign that `input` describes: with its tiers, with its one code at once (R-CAM-02), or with many that
 * are made while the caller goes on. Throws `duplicate_found` for a name that is taken, `invalid_payload`,
 * `invalid_campaign` or `invalid_code_config`.
 */
export async function createCampaign(tx: Tx, call: Call, input: CampaignInput): Promise<Campaign> {
  const campaign = calculateNewCampaign(input, { id: newId('campaign'), call })
  // What is wrong with the template is told now, and not with its first code.
  if (campaign.voucher) {
    calculateCampaignVoucher(campaign, {}, { id: newId('voucher'), code: 'any', call })
  }
  await requireCategory(tx, call.projectId, campaign.categoryId)
  await insertCampaign(tx, campaign)
  for (const ruleId of input.validation_rules ?? []) {
    const to = { relatedObjectType: 'campaign', relatedObjectId: campaign.id } as const
    await assignRule(tx, call, { ruleId, ...to })
  }
  if (campaign.campaignType === 'PROMOTION') {
    await createTiers(tx, call, campaign, input.promotion?.tiers ?? [])
  }
  const count = campaign.voucher ? (input.vouchers_count ?? 0) : 0
  if (count === 1) await addVoucher(tx, call, campaign, {})
  if (count > 1) await generateVouchers(tx, call, campaign, { count, overrides: {} })
  const stored = (await findCampaigns(tx, [campaign.id])).get(campaign.id) ?? campaign
  announce(tx, [await toCampaignFact(tx, call, 'campaign.created', stored)])
  return stored
}
