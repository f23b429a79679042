import type { Json, JsonObject } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import { toValidityView } from '../validity/index.ts'
import type { Campaign } from './campaign.ts'

/** What is shown with a campaign but stored elsewhere. */
export type CampaignRelations = {
  categories: Json[]
  assignments: Record<string, unknown>
  /** Of a promotion, as they are shown. */
  tiers: Json[]
}

const withoutNulls = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null))

/** The campaign as lists show it (engine-core §5.1): what is null is left out, but for `category_id`. */
export function toListedCampaign(campaign: Campaign, categories: Json[]): JsonObject {
  return {
    ...toCommon(campaign),
    description: campaign.description ?? undefined,
    activity_duration_after_publishing: campaign.activityDuration ?? undefined,
    use_voucher_metadata_schema: campaign.usesVoucherMetadataSchema,
    ...(campaign.voucher && { vouchers_count: campaign.vouchersCount }),
    creation_status: campaign.creationStatus,
    vouchers_generation_status: campaign.generationStatus,
    protected: campaign.isProtected,
    categories,
  }
}

/** The campaign by itself: with its rules and, for a promotion, its tiers. */
export function toCampaignView(
  campaign: Campaign,
  { categories, assignments, tiers }: CampaignRelations,
): JsonObject {
  return {
    ...toListedCampaign(campaign, categories),
    ...(campaign.campaignType === 'PROMOTION' && {
      promotion: { ...toList('tiers', tiers), has_more: false },
    }),
    validation_rules_assignments: assignments as JsonObject as Json,
  }
}

const toList = (dataRef: string, rows: Json[]): { [key: string]: Json } => ({
  object: 'list',
  data_ref: dataRef,
  [dataRef]: rows,
  total: rows.length,
})

/** The campaign inside an occurrence (SimpleCampaign, engine-programs §13.1). */
export const toSimpleCampaign = (campaign: Campaign): { [key: string]: Json } => {
  const view = { ...toCommon(campaign), description: campaign.description }
  const defined = Object.entries(view).filter(([, value]) => value !== undefined)
  return {
    is_referral_code: campaign.campaignType === 'REFERRAL_PROGRAM',
    start_date: null,
    expiration_date: null,
    ...(Object.fromEntries(defined) as { [key: string]: Json }),
  }
}

function toCommon(campaign: Campaign): JsonObject {
  return {
    id: campaign.id,
    name: campaign.name,
    campaign_type: campaign.campaignType,
    type: campaign.type,
    ...(campaign.voucher && { voucher: campaign.voucher as Json }),
    ...(campaign.referralProgram && { referral_program: campaign.referralProgram as Json }),
    ...(campaign.tiersExpiration && {
      loyalty_tiers_expiration: campaign.tiersExpiration as Json,
    }),
    auto_join: campaign.autoJoin,
    join_once: campaign.joinOnce,
    ...withoutNulls(toValidityView(campaign.validity) as JsonObject),
    active: campaign.isActive,
    metadata: campaign.metadata,
    created_at: toIso(campaign.createdAt),
    ...(campaign.updatedAt && { updated_at: toIso(campaign.updatedAt) }),
    ...(campaign.category !== null && { category: campaign.category }),
    category_id: campaign.categoryId,
    object: 'campaign',
  }
}
