import { ApiError } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { requireCategory } from '../categories/index.ts'
import type { Call } from '../context.ts'
import { storeNewVoucher, type Voucher, type VoucherInput } from '../vouchers/index.ts'
import { refuseProtected } from './calculate-campaign.ts'
import { calculateCampaignVoucher } from './calculate-campaign-voucher.ts'
import { addToVouchersCount, lockCampaign } from './campaign.repo.ts'
import type { Campaign } from './campaign.ts'

/**
 * Adds one voucher to a campaign that `tx` has locked, under its code or else under a random one. Throws
 * `duplicate_found` for a code that is taken, and `invalid_campaign` where there is room for none.
 */
export async function addVoucher(
  tx: Tx,
  call: Call,
  campaign: Campaign,
  input: VoucherInput,
): Promise<Voucher> {
  refuseProtected(campaign)
  if (campaign.type === 'STANDALONE' && campaign.vouchersCount > 0) throw standalone()
  await requireCategory(tx, call.projectId, input.category_id)
  const codes = { code: input.code ?? null, code_config: toCodeConfig(campaign, input) }
  const voucher = await storeNewVoucher(tx, call, codes, (code) =>
    calculateCampaignVoucher(campaign, input, { id: newId('voucher'), code, call }),
  )
  addToVouchersCount(tx, campaign.id, 1)
  return voucher
}

const toCodeConfig = (
  { voucher }: Campaign,
  { code_config }: VoucherInput,
): NonNullable<VoucherInput['code_config']> | null => code_config ?? voucher?.code_config ?? null

/** The same for a campaign by id or name (R-VOU-05). Throws also `not_found`. */
export async function addVoucherTo(
  tx: Tx,
  call: Call,
  reference: string,
  input: VoucherInput,
): Promise<Voucher> {
  return addVoucher(tx, call, await lockCampaign(tx, call.projectId, reference), input)
}

export const standalone = (): ApiError =>
  new ApiError('invalid_campaign', {
    details: 'You can not generate vouchers for STANDALONE type campaign.',
  })
