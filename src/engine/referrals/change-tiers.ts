import { ApiError } from '../../kernel/api-error.ts'
import { newSortableId } from '../../kernel/ids.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { type Campaign, findCampaigns, getCampaign, toSimpleCampaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import { announce } from '../outbox/index.ts'
import { getReward } from '../rewards/index.ts'
import { activateSegments } from '../segments/index.ts'
import type { ReferralTier } from './referral.ts'
import {
  deleteReferralTier,
  insertReferralTier,
  lockReferralTier,
  updateReferralTier,
} from './referral-tier.repo.ts'
import type { ReferralTierInput } from './referral-tier.schema.ts'
import { toSimpleReferralTier } from './referral-tier-view.ts'

/** The referral campaign that `reference` names. Throws `not_found`, and `invalid_campaign` for another kind. */
export async function getReferralCampaign(
  db: Db,
  projectId: string,
  reference: string,
): Promise<Campaign> {
  const campaign = await getCampaign(db, projectId, reference)
  if (campaign.campaignType === 'REFERRAL_PROGRAM') return campaign
  throw new ApiError('invalid_campaign', {
    details: 'Only campaigns of type REFERRAL_PROGRAM have referral tiers',
    resource: { type: 'campaign', id: campaign.id },
  })
}

/** Adds what referrers get (§10.2). Throws `not_found`, `invalid_campaign`, and `invalid_payload` for other rewards. */
export async function createReferralTier(
  tx: Tx,
  call: Call,
  reference: string,
  input: ReferralTierInput,
): Promise<ReferralTier> {
  const campaign = await getReferralCampaign(tx, call.projectId, reference)
  const tier: ReferralTier = {
    ...(await toSettings(tx, call, input)),
    id: newSortableId('referralTier', call.now.getTime()),
    projectId: call.projectId,
    campaignId: campaign.id,
    createdAt: call.now,
    updatedAt: null,
  }
  await insertReferralTier(tx, tier)
  tell(tx, call, 'created', { campaign, tier })
  return tier
}

/** Changes what referrers get from now on. Throws as `createReferralTier`. */
export async function changeReferralTier(
  tx: Tx,
  call: Call,
  id: string,
  input: ReferralTierInput,
): Promise<ReferralTier> {
  const settings = await toSettings(tx, call, input)
  const stored = await lockReferralTier(tx, call.projectId, id)
  const tier: ReferralTier = { ...stored, ...settings, updatedAt: call.now }
  await updateReferralTier(tx, tier)
  tell(tx, call, 'updated', { campaign: await findCampaign(tx, tier), tier })
  return tier
}

/** Ends that referrers get something; what they got stays. Throws `not_found`. */
export async function removeReferralTier(tx: Tx, call: Call, id: string): Promise<void> {
  const tier = await lockReferralTier(tx, call.projectId, id)
  await deleteReferralTier(tx, id)
  tell(tx, call, 'deleted', { campaign: await findCampaign(tx, tier), tier })
}

async function toSettings(
  tx: Tx,
  call: Call,
  { banner, parameters }: ReferralTierInput,
): Promise<
  Pick<ReferralTier, 'rewardId' | 'banner' | 'conversions' | 'isRecurring' | 'segmentId'>
> {
  const { conversions, recurring, segment, reward } = parameters
  const { id: rewardId, type } = await getReward(tx, call.projectId, reward.id)
  if (type !== 'CAMPAIGN') {
    throw new ApiError('invalid_payload', {
      details: 'Property .parameters.reward should be a reward of a campaign',
    })
  }
  // Its members are kept from now on (S-2).
  if (segment) await activateSegments(tx, call, [segment.id])
  const segmentId = segment?.id ?? null
  return { rewardId, banner, conversions, isRecurring: recurring, segmentId }
}

const findCampaign = async (db: Db, { campaignId }: ReferralTier): Promise<Campaign | undefined> =>
  (await findCampaigns(db, [campaignId])).get(campaignId)

function tell(
  tx: Tx,
  call: Call,
  what: 'created' | 'updated' | 'deleted',
  { campaign, tier }: { campaign: Campaign | undefined; tier: ReferralTier },
): void {
  announce(tx, [
    {
      call,
      type: `campaign.referral_tier.${what}`,
      customerId: null,
      data: {
        campaign: campaign ? toSimpleCampaign(campaign) : null,
        referral_tier: toSimpleReferralTier(tier),
      },
    },
  ])
}
