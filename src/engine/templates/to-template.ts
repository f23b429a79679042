import { ApiError, notFound } from '../../kernel/api-error.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Db } from '../../platform/db.ts'
import { type CampaignInput, getCampaign, showListedCampaigns } from '../campaigns/index.ts'
import { findTiers, toTierView } from '../promotions/index.ts'
import { findAssignments, findRule, toRuleFact } from '../validation-rules/index.ts'
import type { CampaignTemplate, TemplateContent } from './campaign-template.ts'

type Read = Pick<CampaignTemplate, 'campaignType' | 'content'>
type Origin = { campaign_id?: string | null; promotion_tier_id?: string | null }

/** What of the view of a campaign, or of a tier, is what a template keeps. */
const VALIDITY = [
  'start_date',
  'expiration_date',
  'validity_timeframe',
  'validity_day_of_week',
  'validity_hours',
]
const OF_CAMPAIGN = [
  'description',
  'type',
  'voucher',
  'auto_join',
  'join_once',
  'use_voucher_metadata_schema',
  'activity_duration_after_publishing',
  'metadata',
  ...VALIDITY,
]
const OF_TIER = ['metadata', ...VALIDITY]

/**
 * Reads a campaign, or a promotion tier, as a template. Throws `invalid_payload` unless exactly one is named,
 * `not_found`, and `invalid_campaign` for a campaign that is neither of discounts nor of gift cards.
 */
export async function readOrigin(db: Db, projectId: string, origin: Origin): Promise<Read> {
  const { campaign_id: campaignId, promotion_tier_id: tierId } = origin
  if (campaignId && !tierId) return readCampaign(db, projectId, campaignId)
  if (tierId && !campaignId) return readTier(db, projectId, tierId)
  throw new ApiError('invalid_payload', {
    details: "Payload should have either property 'campaign_id' or property 'promotion_tier_id'",
  })
}

async function readCampaign(db: Db, projectId: string, reference: string): Promise<Read> {
  const campaign = await getCampaign(db, projectId, reference)
  const { id, campaignType } = campaign
  if (campaignType !== 'DISCOUNT_COUPONS' && campaignType !== 'GIFT_VOUCHERS') {
    throw new ApiError('invalid_campaign', {
      details: `A campaign of type ${campaignType} cannot become a template`,
      resource: { type: 'campaign', id },
    })
  }
  const [view = {}] = await showListedCampaigns(db, [campaign])
  const content: CampaignInput = { campaign_type: campaignType, ...pick(view, OF_CAMPAIGN) }
  return { campaignType, content: await withRule(db, projectId, { id, campaign: content }) }
}

/** A tier becomes a campaign of discount coupons. */
async function readTier(db: Db, projectId: string, id: string): Promise<Read> {
  const tier = (await findTiers(db, projectId, [id])).get(id)
  if (!tier) throw notFound('promotion_tier', id)
  const view = toTierView(tier)
  const { discount } = view['action'] as Pick<NonNullable<CampaignInput['voucher']>, 'discount'>
  const campaign: CampaignInput = {
    campaign_type: 'DISCOUNT_COUPONS',
    type: 'AUTO_UPDATE',
    voucher: { type: 'DISCOUNT_VOUCHER', ...(discount && { discount }) },
    ...pick(view, OF_TIER),
  }
  return {
    campaignType: 'DISCOUNT_COUPONS',
    content: await withRule(db, projectId, { id, campaign }),
  }
}

const pick = (view: JsonObject, keys: readonly string[]): CampaignInput =>
  Object.fromEntries(
    keys
      .map((key) => [key, view[key]])
      .filter(([, value]) => value !== undefined && value !== null),
  )

/** With the rule that is assigned to the object with this id, as a body that makes another like it. */
async function withRule(
  db: Db,
  projectId: string,
  { id, campaign }: { id: string; campaign: CampaignInput },
): Promise<TemplateContent> {
  const [assignment] = (await findAssignments(db, [id])).get(id) ?? []
  const found = assignment && (await findRule(db, projectId, assignment.ruleId))
  if (!found) return { campaign, rule: null }
  const { id: _id, created_at, updated_at, object, ...rule } = toRuleFact(found.rule)
  return { campaign, rule: rule as unknown as JsonObject }
}
