import type { Json } from '../../kernel/json.ts'
import type { Validity } from '../validity/index.ts'
import type { VoucherInput } from '../vouchers/index.ts'
import type { ReferralProgram } from './referral-program.ts'
import type { TiersExpirationInput } from './tiers-expiration.ts'

export type Metadata = { [key: string]: Json }

export type CampaignType =
  | 'LOYALTY_PROGRAM'
  | 'GIFT_VOUCHERS'
  | 'DISCOUNT_COUPONS'
  | 'PROMOTION'
  | 'REFERRAL_PROGRAM'

export type WorkStatus = 'DONE' | 'IN_PROGRESS' | 'FAILED' | 'DRAFT' | 'MODIFYING'

/** What all vouchers of a campaign have in common, in the words of a body that makes one. */
export type VoucherTemplate = VoucherInput & { type: NonNullable<VoucherInput['type']> }

/** A campaign that is not in the bin (engine-core §5.1). */
export type Campaign = {
  id: string
  projectId: string
  name: string
  description: string | null
  campaignType: CampaignType
  /**
   * Whether publications make codes when none is free (AUTO_UPDATE), take from those that are there alone (STATIC), or
   * there is one code for everybody (STANDALONE).
   */
  type: 'AUTO_UPDATE' | 'STATIC' | 'STANDALONE'
  /** Null for promotions, which have tiers instead. */
  voucher: VoucherTemplate | null
  isActive: boolean
  /** No call can change it. */
  isProtected: boolean
  validity: Validity
  /** How long a code is valid from when it was published, a duration of ISO 8601 (R-VALID-05). */
  activityDuration: string | null
  autoJoin: boolean
  /** A customer gets one code of it (P-5). */
  joinOnce: boolean
  usesVoucherMetadataSchema: boolean
  /** Of campaigns of type REFERRAL_PROGRAM (§10.1). */
  referralProgram: ReferralProgram | null
  /** How long tiers of a loyalty program last (L-52); null when they go by the balance alone. */
  tiersExpiration: TiersExpirationInput | null
  vouchersCount: number
  metadata: Metadata
  category: string | null
  categoryId: string | null
  /** Whether a change is still on its way to the codes (R-CAM-04). */
  creationStatus: WorkStatus
  /** Whether codes are still being made. */
  generationStatus: WorkStatus
  createdAt: Date
  updatedAt: Date | null
}

/** Which schema the metadata of a campaign is held against (M-11). */
export const toSchemaName = ({ usesVoucherMetadataSchema }: Campaign): 'voucher' | 'campaign' =>
  usesVoucherMetadataSchema ? 'voucher' : 'campaign'
