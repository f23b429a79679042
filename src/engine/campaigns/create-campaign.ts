import { newId } from '../../kernel/ids.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { requireCategory } from '../categories/index.ts'
import type { Call } from '../context.ts'
import { startProgram } from '../effects/index.ts'
import { requireMetadata } from '../metadata-schemas/index.ts'
import { announce } from '../outbox/index.ts'
import { withDefaultCharset } from '../project-settings/index.ts'
import { createTiers } from '../promotions/index.ts'
import { assignRule } from '../validation-rules/index.ts'
import { addVoucher } from './add-voucher.ts'
import { calculateNewCampaign } from './calculate-campaign.ts'
import { calculateCampaignVoucher } from './calculate-campaign-voucher.ts'
import { findCampaigns, insertCampaign } from './campaign.repo.ts'
import type { CampaignInput } from './campaign.schema.ts'
import { type Campaign, toSchemaName } from './campaign.ts'
import { toCampaignFact } from './campaign-facts.ts'
import { generateVouchers } from './generate-vouchers.ts'
import { completeReferralProgram } from './referral-program.ts'

/**
 * Makes the campaign that `input` describes: with its tiers, with its one code at once (R-CAM-02), or with many that
 * are made while the caller goes on. Throws `duplicate_found` for a name that is taken, `invalid_payload`,
 * `invalid_campaign`, `invalid_code_config` or `metadata_validation_failed`.
 */
export async function createCampaign(tx: Tx, call: Call, input: CampaignInput): Promise<Campaign> {
  const calculated = calculateNewCampaign(await withCharset(tx, call, input), {
    id: newId('campaign'),
    call,
  })
  const campaign = await withReferralProgram(tx, calculated, input)
  // What is wrong with the template is told now, and not with its first code.
  if (campaign.voucher) {
    calculateCampaignVoucher(campaign, {}, { id: newId('voucher'), code: 'any', call })
  }
  await requireCategory(tx, call.projectId, campaign.categoryId)
  const { metadata } = campaign
  await requireMetadata(tx, call.projectId, { of: toSchemaName(campaign), metadata, on: 'create' })
  await insertCampaign(tx, campaign)
  if (campaign.campaignType === 'REFERRAL_PROGRAM') startProgram(tx, call.projectId, 'referrals')
  if (campaign.campaignType === 'LOYALTY_PROGRAM' || campaign.campaignType === 'REFERRAL_PROGRAM')
    startProgram(tx, call.projectId, 'loyalty_summaries')
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

/** `input` with the characters that codes of the project are made of, where it names none. */
async function withCharset(
  tx: Tx,
  { projectId }: Call,
  input: CampaignInput,
): Promise<CampaignInput> {
  if (!input.voucher) return input
  const codeConfig = await withDefaultCharset(tx, projectId, input.voucher.code_config)
  return { ...input, voucher: { ...input.voucher, code_config: codeConfig ?? null } }
}

/** `campaign` with what makes somebody a referee, if it is about that. Throws as `completeReferralProgram`. */
export async function withReferralProgram(
  db: Db,
  campaign: Campaign,
  { referral_program }: CampaignInput,
): Promise<Campaign> {
  const { campaignType, projectId, referralProgram } = campaign
  if (campaignType !== 'REFERRAL_PROGRAM') return campaign
  if (referralProgram && !referral_program) return campaign
  return {
    ...campaign,
    referralProgram: await completeReferralProgram(db, projectId, referral_program),
  }
}
