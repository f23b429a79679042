import { ApiError } from '../../kernel/api-error.ts'
import { parseCodeConfig, toCodeConfigView } from '../codes/index.ts'
import type { Call } from '../context.ts'
import { parseDuration, parseValidity } from '../validity/index.ts'
import { calculateMetadata, type Voucher, type VoucherInput } from '../vouchers/index.ts'
import type { CampaignInput } from './campaign.schema.ts'
import type { Campaign, CampaignType, VoucherTemplate } from './campaign.ts'
import { refuseIncompleteTiers } from './tiers-expiration.ts'

/** The types of voucher that campaigns of each type give. */
const VOUCHER_TYPES: Readonly<Record<CampaignType, readonly Voucher['type'][]>> = {
  LOYALTY_PROGRAM: ['LOYALTY_CARD'],
  GIFT_VOUCHERS: ['GIFT_VOUCHER'],
  DISCOUNT_COUPONS: ['DISCOUNT_VOUCHER'],
  REFERRAL_PROGRAM: ['DISCOUNT_VOUCHER', 'GIFT_VOUCHER'],
  PROMOTION: [],
}

/** The campaign that `input` describes, without codes (R-CAM-01). Throws `invalid_payload` or `invalid_campaign`. */
export function calculateNewCampaign(
  input: CampaignInput,
  { id, call: { projectId, now } }: { id: string; call: Call },
): Campaign {
  if (!input.name) throw invalid("Payload should have required property 'name'")
  const campaignType = input.campaign_type ?? toCampaignType(input)
  const isPromotion = campaignType === 'PROMOTION'
  const type =
    input.type ?? (isPromotion || campaignType === 'LOYALTY_PROGRAM' ? 'STATIC' : 'AUTO_UPDATE')
  return {
    id,
    projectId,
    name: input.name,
    description: input.description ?? null,
    campaignType,
    type,
    voucher: isPromotion ? null : toTemplate(input.voucher, campaignType),
    isActive: input.active ?? true,
    isProtected: false,
    validity: parseValidity(input),
    activityDuration: toActivityDuration(input.activity_duration_after_publishing) ?? null,
    autoJoin: input.auto_join ?? false,
    joinOnce: toJoinOnce(campaignType, type, input.join_once),
    usesVoucherMetadataSchema: input.use_voucher_metadata_schema ?? !isPromotion,
    referralProgram: null,
    tiersExpiration: toTiersExpiration(campaignType, input, null),
    vouchersCount: 0,
    metadata: input.metadata ?? {},
    category: input.category ?? null,
    categoryId: input.category_id ?? null,
    creationStatus: 'DONE',
    generationStatus: 'DONE',
    createdAt: now,
    updatedAt: null,
  }
}

function toCampaignType({ voucher, promotion }: CampaignInput): CampaignType {
  if (promotion) return 'PROMOTION'
  if (voucher?.is_referral_code) return 'REFERRAL_PROGRAM'
  switch (voucher && toVoucherType(voucher)) {
    case 'LOYALTY_CARD':
      return 'LOYALTY_PROGRAM'
    case 'GIFT_VOUCHER':
      return 'GIFT_VOUCHERS'
    default:
      return 'DISCOUNT_COUPONS'
  }
}

function toVoucherType({ type, gift, loyalty_card }: VoucherInput): Voucher['type'] {
  if (type) return type
  if (gift) return 'GIFT_VOUCHER'
  return loyalty_card ? 'LOYALTY_CARD' : 'DISCOUNT_VOUCHER'
}

/** One card a member, and one code for everybody, whatever is asked for (engine-core §5.1). */
function toJoinOnce(
  campaignType: CampaignType,
  type: Campaign['type'],
  given: boolean | null | undefined,
): boolean {
  if (campaignType === 'LOYALTY_PROGRAM') return true
  return type === 'STANDALONE' ? false : (given ?? false)
}

/** The template with its defaults filled in. What it says of its benefit is checked by making a voucher of it. */
function toTemplate(
  input: VoucherInput | null | undefined,
  campaignType: CampaignType,
): VoucherTemplate {
  if (!input) throw invalid("Payload should have required property 'voucher'")
  const type = toVoucherType(input)
  const isReferral = campaignType === 'REFERRAL_PROGRAM'
  if (!VOUCHER_TYPES[campaignType].includes(type)) {
    throw new ApiError('invalid_campaign', {
      details: `A campaign of type ${campaignType} cannot have vouchers of type ${type}`,
    })
  }
  if (isReferral && !input.discount && !input.gift) {
    throw new ApiError('invalid_campaign', {
      details: "Property 'discount' is required for REFERRAL_PROGRAM campaign",
    })
  }
  return {
    ...withoutNulls(input),
    type,
    redemption: { quantity: input.redemption?.quantity ?? null },
    code_config: toCodeConfigView(parseCodeConfig(input.code_config)),
    is_referral_code: isReferral,
  }
}

/** Null and absent mean the same in a template, which is shown without nulls. */
const withoutNulls = (input: VoucherInput): VoucherInput =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null))

/** Only loyalty programs have tiers that members are in. */
function toTiersExpiration(
  campaignType: CampaignType,
  { loyalty_tiers_expiration: input }: CampaignInput,
  stored: Campaign['tiersExpiration'],
): Campaign['tiersExpiration'] {
  if (campaignType !== 'LOYALTY_PROGRAM') return null
  refuseIncompleteTiers(input)
  return input === undefined ? stored : input
}

function toActivityDuration(text: string | null | undefined): string | null | undefined {
  if (typeof text === 'string' && !parseDuration(text)) {
    throw invalid(
      'Property .activity_duration_after_publishing should be a duration in ISO 8601, such as P2D or PT1H',
    )
  }
  return text
}

/**
 * `campaign` with the changes that `input` names (R-CAM-04, R-CAM-08): its name and the type of its discount stay.
 * Throws `resource_protected`, and as `calculateNewCampaign`.
 */
export function calculateChangedCampaign(
  campaign: Campaign,
  input: CampaignInput,
  now: Date,
): Campaign {
  refuseProtected(campaign)
  const given = <T>(value: T | undefined, stored: T): T => (value === undefined ? stored : value)
  const { campaignType, type } = campaign
  const duration = toActivityDuration(input.activity_duration_after_publishing)
  return {
    ...campaign,
    description: given(input.description, campaign.description),
    type: toChangedType(campaign, input.type),
    voucher: campaign.voucher && toChangedTemplate(campaign.voucher, input.voucher),
    isActive: input.active ?? campaign.isActive,
    validity: parseValidity(input, campaign.validity),
    activityDuration: given(duration, campaign.activityDuration),
    autoJoin: input.auto_join ?? campaign.autoJoin,
    joinOnce: toJoinOnce(campaignType, type, input.join_once ?? campaign.joinOnce),
    usesVoucherMetadataSchema:
      input.use_voucher_metadata_schema ?? campaign.usesVoucherMetadataSchema,
    tiersExpiration: toTiersExpiration(campaignType, input, campaign.tiersExpiration),
    metadata: calculateMetadata(campaign.metadata, input),
    category: given(input.category, campaign.category),
    categoryId: given(input.category_id, campaign.categoryId),
    updatedAt: now,
  }
}

/** Pools turn into each other; one code for everybody neither comes of many nor becomes many. */
function toChangedType({ type }: Campaign, wanted: CampaignInput['type']): Campaign['type'] {
  if (!wanted || wanted === type) return type
  if (type === 'STANDALONE' || wanted === 'STANDALONE') {
    throw new ApiError('invalid_campaign', {
      details: `It is not possible to change the type of a campaign from ${type} to ${wanted}`,
    })
  }
  return wanted
}

function toChangedTemplate(
  template: VoucherTemplate,
  input: VoucherInput | null | undefined,
): VoucherTemplate {
  if (!input) return template
  if (input.type && input.type !== template.type) throw otherType()
  if (input.discount?.type && input.discount.type !== template.discount?.type) throw otherType()
  const { code_config, is_referral_code } = template
  return {
    ...withoutNulls({ ...template, ...input }),
    type: template.type,
    ...(template.discount && { discount: { ...template.discount, ...input.discount } }),
    // What is on the cards is changed by their balance alone.
    ...(template.gift && {
      gift: { ...template.gift, effect: input.gift?.effect ?? template.gift.effect ?? null },
    }),
    ...(template.loyalty_card && {
      loyalty_card: {
        ...template.loyalty_card,
        ...(input.loyalty_card?.expiration_rules !== undefined && {
          expiration_rules: input.loyalty_card?.expiration_rules ?? null,
        }),
      },
    }),
    redemption: { ...template.redemption, ...input.redemption },
    code_config: input.code_config
      ? toCodeConfigView(parseCodeConfig(input.code_config))
      : (code_config ?? null),
    is_referral_code: is_referral_code ?? false,
  }
}

/** Throws `resource_protected` for a campaign that no call may change. */
export function refuseProtected({ id, isProtected }: Campaign): void {
  if (!isProtected) return
  throw new ApiError('resource_protected', {
    details: `Resource campaign with id ${id} is protected and cannot be modified`,
    resource: { type: 'campaign', id },
  })
}

const invalid = (details: string): ApiError => new ApiError('invalid_payload', { details })

const otherType = (): ApiError =>
  new ApiError('invalid_voucher', {
    details: 'It is not possible to change Voucher discount type',
  })
