import { ApiError } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import type { Json } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import { createCampaign, parseCampaign, showCampaigns } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import { createTiers, lockPromotionCampaign, showTiers } from '../promotions/index.ts'
import { createRule } from '../validation-rules/index.ts'
import type { CampaignTemplate } from './campaign-template.ts'
import { type CampaignSetup, type TierSetup, validityOf } from './template.schema.ts'

type Created = { id: string; object: 'validation_rules' }

/** Makes the rule of a template anew, if it has one: every campaign has its own. */
async function createOwnRule(
  tx: Tx,
  call: Call,
  { content }: CampaignTemplate,
): Promise<Created[]> {
  if (!content.rule) return []
  const { id } = await createRule(tx, call, content.rule)
  return [{ id, object: 'validation_rules' }]
}

/**
 * Makes a campaign of a template, with what `setup` gives in the place of what the template says. Throws as making a
 * campaign does.
 */
export async function setUpCampaign(
  tx: Tx,
  call: Call,
  template: CampaignTemplate,
  { name, own }: CampaignSetup,
): Promise<{ [key: string]: Json | undefined }> {
  const rules = await createOwnRule(tx, call, template)
  const { campaign: content } = template.content
  const input = parseCampaign({
    ...content,
    ...own,
    name,
    voucher: { ...content.voucher, ...own.voucher },
    validation_rules: rules.map(({ id }) => id),
  })
  const [campaign] = await showCampaigns(tx, [await createCampaign(tx, call, input)])
  invariant(campaign, 'a campaign that was made is shown')
  return { created_resources: rules, campaign: campaign as Json, object: 'campaign_setup' }
}

/**
 * Adds a tier made of a template to a promotion, with what `setup` gives in the place of what the template says. Throws
 * `invalid_campaign` for a template of gift cards or another campaign than a promotion, and as making a tier does.
 */
export async function setUpTier(
  tx: Tx,
  call: Call,
  template: CampaignTemplate,
  { name, campaignId, own }: TierSetup,
): Promise<{ [key: string]: Json | undefined }> {
  const { voucher, metadata = {}, ...content } = template.content.campaign
  if (!voucher?.discount) {
    throw new ApiError('invalid_campaign', {
      details: 'A promotion tier is made of a template of type DISCOUNT_COUPONS',
      resource: { type: 'campaign_template', id: template.id },
    })
  }
  const campaign = await lockPromotionCampaign(tx, call, campaignId)
  const rules = await createOwnRule(tx, call, template)
  const input = {
    ...validityOf(content),
    metadata,
    action: { discount: voucher.discount },
    ...own,
    name,
    validation_rules: rules.map(({ id }) => id),
  }
  const [view] = await showTiers(tx, await createTiers(tx, call, campaign, [input]))
  invariant(view, 'a tier that was made is shown')
  return { created_resources: rules, promotion_tier: view as Json, object: 'promotion_tier_setup' }
}
