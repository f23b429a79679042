import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { asyncJob, enqueueAsyncAction } from '../async-actions/index.ts'
import { requireCategory } from '../categories/index.ts'
import type { Call } from '../context.ts'
import { toStoredDiscount } from '../discounts/index.ts'
import { requireMetadata, unsetAsNull } from '../metadata-schemas/index.ts'
import { announce } from '../outbox/index.ts'
import { toValidityView } from '../validity/index.ts'
import { binNextVouchers, deleteNextVouchers, toLostFacts } from '../vouchers/index.ts'
import { calculateChangedCampaign, refuseProtected } from './calculate-campaign.ts'
import { calculateCampaignVoucher } from './calculate-campaign-voucher.ts'
import {
  binCampaign,
  deleteCampaign,
  lockCampaign,
  setCampaignStatus,
  updateCampaign,
} from './campaign.repo.ts'
import type { CampaignInput } from './campaign.schema.ts'
import { type Campaign, toSchemaName } from './campaign.ts'
import { toCampaignFact } from './campaign-facts.ts'
import { changeNextVouchers, type VoucherColumns } from './change-vouchers.repo.ts'
import { withReferralProgram } from './create-campaign.ts'

/**
 * Changes a campaign at once, and then, while the caller goes on, its codes that were neither published nor redeemed
 * (R-CAM-04). Throws `not_found`, and as `calculateChangedCampaign`.
 */
export async function changeCampaign(
  tx: Tx,
  call: Call,
  reference: string,
  input: CampaignInput,
): Promise<Campaign> {
  const stored = await lockCampaign(tx, call.projectId, reference)
  const calculated = calculateChangedCampaign(stored, input, call.now)
  const changed = await withReferralProgram(tx, calculated, input)
  await requireCategory(tx, call.projectId, input.category_id)
  const written = { of: toSchemaName(changed), metadata: unsetAsNull(input) }
  await requireMetadata(tx, call.projectId, { ...written, on: 'update' })
  const columns = toVoucherColumns(call, stored, changed)
  const isForVouchers = stored.vouchersCount > 0 && Object.keys(columns).length > 0
  const campaign: Campaign = isForVouchers ? { ...changed, creationStatus: 'MODIFYING' } : changed
  await updateCampaign(tx, campaign)
  if (isForVouchers) {
    await enqueueAsyncAction(tx, call, {
      type: 'CAMPAIGN.VOUCHERS_UPDATE',
      input: { campaignId: campaign.id, columns } satisfies UpdateInput,
      totalCount: stored.vouchersCount,
    })
  }
  announce(tx, [await toCampaignFact(tx, call, 'campaign.updated', campaign)])
  return campaign
}

/** What is another for a code made now than for one made before. */
function toVoucherColumns(call: Call, before: Campaign, after: Campaign): VoucherColumns {
  if (!after.voucher) return {}
  const columnsOf = (campaign: Campaign): VoucherColumns => {
    const id = { id: 'v_any', code: 'any', call }
    const voucher = calculateCampaignVoucher(campaign, {}, id)
    return JSON.parse(
      JSON.stringify({
        ...(voucher.discount && { discount: toStoredDiscount(voucher.discount) }),
        ...(voucher.gift && { gift_effect: voucher.gift.effect }),
        redemption_quantity: voucher.redemptionQuantity,
        category: voucher.category,
        category_id: voucher.categoryId,
        ...toValidityView(voucher.validity),
      }),
    )
  }
  const old: Record<string, unknown> = columnsOf(before)
  return Object.fromEntries(
    Object.entries(columnsOf(after)).filter(
      ([name, value]) => !isDeepStrictEqual(value, old[name]),
    ),
  )
}

type UpdateInput = { campaignId: string; columns: VoucherColumns }

/** Gives the codes of a campaign what it was changed to. */
export const updateJob = asyncJob<UpdateInput, string>({
  type: 'CAMPAIGN.VOUCHERS_UPDATE',
  start: '',
  async step(tx, { call, input: { campaignId, columns }, state, doneCount }) {
    const { changed, last } = await changeNextVouchers(tx, campaignId, {
      afterId: state,
      columns,
      limit: LIMITS.changedVouchersPerStep,
      now: call.now,
    })
    const isDone = changed < LIMITS.changedVouchersPerStep
    if (isDone) setCampaignStatus(tx, campaignId, { creation: 'DONE' })
    const message = `Updated ${doneCount + changed} vouchers.`
    return { state: last ?? state, done: changed, failed: [], isDone, message }
  },
})

/** Switches a campaign on or off, and with it all its codes and tiers (R-CAM-05). */
export async function switchCampaign(
  tx: Tx,
  call: Call,
  reference: string,
  isActive: boolean,
): Promise<void> {
  const stored = await lockCampaign(tx, call.projectId, reference)
  refuseProtected(stored)
  const campaign = { ...stored, isActive, updatedAt: call.now }
  await updateCampaign(tx, campaign)
  const event = isActive ? 'campaign.enabled' : 'campaign.disabled'
  announce(tx, [await toCampaignFact(tx, call, event, campaign)])
}

type DeleteInput = { campaignId: string; isForced: boolean }

/**
 * Deletes a campaign (R-CAM-06): it and its codes are gone at once for everybody who looks for them, and are put into
 * the bin or, when `isForced`, deleted for good while the caller goes on. Answers the id of the action.
 */
export async function removeCampaign(
  tx: Tx,
  call: Call,
  reference: string,
  { isForced }: Pick<DeleteInput, 'isForced'>,
): Promise<string> {
  const campaign = await lockCampaign(tx, call.projectId, reference)
  refuseProtected(campaign)
  announce(tx, [await toCampaignFact(tx, call, 'campaign.deleted', campaign)])
  binCampaign(tx, campaign.id, call.now)
  return enqueueAsyncAction(tx, call, {
    type: 'CAMPAIGN.VOUCHERS_DELETE',
    input: { campaignId: campaign.id, isForced } satisfies DeleteInput,
    totalCount: campaign.vouchersCount,
  })
}

/** Deletes a campaign that is in the bin for good, first its codes. Answers the id of the action. */
export function purgeCampaign(tx: Tx, call: Call, campaignId: string): Promise<string> {
  const input: DeleteInput = { campaignId, isForced: true }
  return enqueueAsyncAction(tx, call, { type: 'CAMPAIGN.VOUCHERS_DELETE', input })
}

/** Puts the codes of a campaign into the bin, or deletes them and then the campaign. */
export const deleteJob = asyncJob<DeleteInput, null>({
  type: 'CAMPAIGN.VOUCHERS_DELETE',
  start: null,
  async step(tx, { call, input: { campaignId, isForced }, doneCount }) {
    const limit = LIMITS.changedVouchersPerStep
    const { count: done, held } = isForced
      ? await deleteNextVouchers(tx, campaignId, limit)
      : await binNextVouchers(tx, campaignId, { limit, now: call.now })
    announce(tx, await toLostFacts(tx, call, held))
    const isDone = done < limit
    if (isDone && isForced) deleteCampaign(tx, campaignId)
    return {
      state: null,
      done,
      failed: [],
      isDone,
      message: `Deleted ${doneCount + done} vouchers.`,
    }
  },
})
