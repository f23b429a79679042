import { ApiError } from '../../kernel/api-error.ts'
import type { Call } from '../context.ts'
import {
  addDuration,
  parseDuration,
  toValidityView,
  type ValidityInput,
} from '../validity/index.ts'
import { calculateNewVoucher, type Voucher, type VoucherInput } from '../vouchers/index.ts'
import type { Campaign } from './campaign.ts'

/** What a code of a campaign may have of its own (engine-core §5.2). */
const OWN = ['category', 'category_id', 'metadata', 'additional_info', 'active'] as const

/**
 * The voucher of `campaign` under `code`, made from its template (R-VOU-06): what `input` says of its dates, its limit
 * and its labels goes first, then the template, then the campaign. Throws `invalid_campaign` for one without vouchers.
 */
export function calculateCampaignVoucher(
  campaign: Campaign,
  input: VoucherInput,
  { id, code, call }: { id: string; code: string; call: Pick<Call, 'projectId' | 'now'> },
): Voucher {
  const { voucher: template } = campaign
  if (!template) throw withoutVouchers(campaign)
  const labels = Object.fromEntries(
    OWN.flatMap((key) => (input[key] === undefined ? [] : [[key, input[key]]])),
  )
  const quantity = input.redemption?.quantity
  const voucher = calculateNewVoucher(
    {
      ...template,
      category: campaign.category,
      category_id: campaign.categoryId,
      metadata: {},
      ...labels,
      ...toValidityInput(campaign, template, input),
      ...(quantity !== undefined && { redemption: { quantity } }),
    },
    { id, projectId: call.projectId, code, now: call.now },
  )
  return { ...voucher, campaignId: campaign.id, campaignName: campaign.name }
}

const VALIDITY_KEYS = [
  'start_date',
  'expiration_date',
  'validity_timeframe',
  'validity_day_of_week',
  'validity_hours',
] as const

/** The first of `input`, template and campaign that bounds it, for each bound by itself. */
function toValidityInput(
  { validity }: Campaign,
  template: ValidityInput,
  input: ValidityInput,
): ValidityInput {
  const inherited: ValidityInput = JSON.parse(JSON.stringify(toValidityView(validity)))
  return Object.fromEntries(
    VALIDITY_KEYS.map((key) => [key, input[key] ?? template[key] ?? inherited[key]]),
  )
}

/** When a code that is published at `now` stops being valid (R-VALID-05): what it was before does not matter. */
export function calculateExpiration({ activityDuration }: Campaign, now: Date): Date | undefined {
  const duration = activityDuration === null ? undefined : parseDuration(activityDuration)
  return duration && addDuration(now, duration)
}

export const withoutVouchers = ({ campaignType }: Campaign): ApiError =>
  new ApiError('invalid_campaign', {
    details: `A campaign of type ${campaignType} has no vouchers`,
  })
