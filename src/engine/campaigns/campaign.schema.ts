import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck } from '../api/index.ts'
import { TIER_SCHEMA, type TierInput } from '../promotions/index.ts'
import { VALIDITY_SCHEMA, type ValidityInput } from '../validity/index.ts'
import { VOUCHER_PROPERTIES, type VoucherInput } from '../vouchers/index.ts'
import type { Campaign, CampaignType, Metadata } from './campaign.ts'
import { REFERRAL_PROGRAM, type ReferralProgramInput } from './referral-program.ts'
import { TIERS_EXPIRATION, type TiersExpirationInput } from './tiers-expiration.ts'

/** A campaign as a caller writes it, to make one or to change one. */
export type CampaignInput = ValidityInput & {
  name?: string | null
  description?: string | null
  campaign_type?: CampaignType | null
  type?: Campaign['type'] | null
  voucher?: VoucherInput | null
  vouchers_count?: number | null
  auto_join?: boolean | null
  join_once?: boolean | null
  use_voucher_metadata_schema?: boolean | null
  activity_duration_after_publishing?: string | null
  active?: boolean | null
  metadata?: Metadata | null
  unset_metadata_fields?: string[] | null
  category?: string | null
  category_id?: string | null
  /** The ids of at most one rule. */
  validation_rules?: string[] | null
  promotion?: { tiers?: TierInput[] | null } | null
  referral_program?: ReferralProgramInput | null
  loyalty_tiers_expiration?: TiersExpirationInput | null
  /** Of loyalty programs: whether all members are looked at, as tiers last otherwise than before (L-54). */
  options?: { recalculate_tiers?: boolean | null } | null
}

const TEXT = { type: ['string', 'null'], maxLength: LIMITS.textLengthMax }
const FLAG = { type: ['boolean', 'null'] }

export const CAMPAIGN_BODY = {
  type: 'object',
  properties: {
    name: { type: ['string', 'null'], minLength: 1, maxLength: LIMITS.indexedTextLengthMax },
    description: TEXT,
    campaign_type: {
      type: ['string', 'null'],
      enum: [
        'LOYALTY_PROGRAM',
        'GIFT_VOUCHERS',
        'DISCOUNT_COUPONS',
        'PROMOTION',
        'REFERRAL_PROGRAM',
        null,
      ],
    },
    type: { type: ['string', 'null'], enum: ['AUTO_UPDATE', 'STATIC', 'STANDALONE', null] },
    voucher: { type: ['object', 'null'], properties: VOUCHER_PROPERTIES },
    vouchers_count: {
      type: ['integer', 'null'],
      minimum: 0,
      maximum: LIMITS.generatedVouchersMax,
    },
    auto_join: FLAG,
    join_once: FLAG,
    use_voucher_metadata_schema: FLAG,
    activity_duration_after_publishing: TEXT,
    active: FLAG,
    metadata: { type: ['object', 'null'] },
    unset_metadata_fields: { type: ['array', 'null'], items: { type: 'string' } },
    category: TEXT,
    category_id: TEXT,
    validation_rules: { type: ['array', 'null'], maxItems: 1, items: { type: 'string' } },
    promotion: {
      type: ['object', 'null'],
      properties: {
        tiers: { type: ['array', 'null'], maxItems: LIMITS.tiersPerRequestMax, items: TIER_SCHEMA },
      },
    },
    referral_program: REFERRAL_PROGRAM,
    loyalty_tiers_expiration: TIERS_EXPIRATION,
    options: { type: ['object', 'null'], properties: { recalculate_tiers: FLAG } },
    ...VALIDITY_SCHEMA,
  },
}

export const parseCampaign = compileBodyCheck<CampaignInput>(CAMPAIGN_BODY)
