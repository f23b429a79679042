/**
 * Campaigns: what many codes, or the tiers of a promotion, have in common.
 * Start at campaign.ts and create-campaign.ts; generate-vouchers.ts makes the codes, change-campaign.ts reaches them.
 */
import type { AsyncJob } from '../async-actions/index.ts'
import { deleteJob, updateJob } from './change-campaign.ts'
import { generateJob } from './generate-vouchers.ts'
import { importJobs } from './import-jobs.ts'

export { addVoucher, addVoucherTo } from './add-voucher.ts'
export { calculateCampaignVoucher, calculateExpiration } from './calculate-campaign-voucher.ts'
export {
  findCampaigns,
  getCampaign,
  lockCampaign,
  lockCampaigns,
} from './campaign.repo.ts'
export { campaignRoutes } from './campaign.routes.ts'
export { CAMPAIGN_BODY, type CampaignInput, parseCampaign } from './campaign.schema.ts'
export type { Campaign, CampaignType } from './campaign.ts'
export { toSimpleCampaign } from './campaign-view.ts'
export { campaignVoucherRoutes, VOUCHERS_COUNT_QUERY } from './campaign-vouchers.routes.ts'
export { changeCampaign, purgeCampaign, removeCampaign } from './change-campaign.ts'
export { createCampaign } from './create-campaign.ts'
export type { ReferralProgram } from './referral-program.ts'
export { showCampaigns, showListedCampaigns } from './show-campaigns.ts'

export const campaignJobs: readonly AsyncJob[] = [generateJob, updateJob, deleteJob, ...importJobs]
export { CAMPAIGN_LIST_QUERY, listCampaigns, parseCampaignList } from './campaign-list.repo.ts'
export { PERIOD_QUERY } from './summary.repo.ts'
