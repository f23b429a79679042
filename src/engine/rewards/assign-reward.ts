import { ApiError } from '../../kernel/api-error.ts'
import { newSortableId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { type Campaign, lockCampaign, toSimpleCampaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import { announce } from '../outbox/index.ts'
import { assignRule } from '../validation-rules/index.ts'
import {
  type AssignmentsOf,
  deleteAssignmentRow,
  getAssignment,
  insertAssignment,
  lockAssignment,
  updateAssignment,
} from './assignment.repo.ts'
import { calculateTerms } from './calculate-reward.ts'
import { lockReward } from './reward.repo.ts'
import type { AssignmentInput } from './reward.schema.ts'
import type { Reward, RewardAssignment } from './reward.ts'
import { toAssignmentView, toRewardView } from './reward-view.ts'

/**
 * Puts a reward into a loyalty program (§9.2). Throws `not_found` for a program or reward that the project does not
 * have, `missing_param` without a price, `duplicate_found` when it is there already, and `invalid_campaign` for a
 * campaign that is no program or would give itself.
 */
export async function assignReward(
  tx: Tx,
  call: Call,
  { rewardId, ...input }: AssignmentInput & { rewardId: string },
): Promise<RewardAssignment> {
  const campaign = await lockCampaign(tx, call.projectId, input.campaign ?? 'null')
  const reward = await lockReward(tx, call.projectId, rewardId)
  refuseCampaign(campaign, reward)
  const assignment: RewardAssignment = {
    ...calculateTerms(reward, input.parameters),
    id: newSortableId('rewardAssignment', call.now.getTime()),
    projectId: call.projectId,
    rewardId,
    campaignId: campaign.id,
    createdAt: call.now,
    updatedAt: null,
  }
  await insertAssignment(tx, assignment)
  for (const ruleId of input.validation_rules ?? []) {
    const to = { relatedObjectType: 'reward_assignment', relatedObjectId: assignment.id } as const
    await assignRule(tx, call, { ruleId, ...to })
  }
  tell(tx, call, 'created', { campaign, reward, assignment })
  return assignment
}

function refuseCampaign({ id, campaignType }: Campaign, reward: Reward): void {
  const resource = { type: 'campaign', id }
  if (campaignType !== 'LOYALTY_PROGRAM') {
    throw new ApiError('invalid_campaign', {
      details: 'Rewards can be assigned to loyalty programs only',
      resource,
    })
  }
  if (reward.type === 'CAMPAIGN' && reward.parameters.campaign.id === id) {
    throw new ApiError('invalid_campaign', {
      details: 'A loyalty program cannot be its own reward',
      resource,
    })
  }
}

/** Changes the price of an assignment; what is not given stays. Throws `not_found` and `invalid_payload`. */
export async function changeAssignment(
  tx: Tx,
  call: Call,
  of: AssignmentsOf & { id: string },
  { parameters }: Pick<AssignmentInput, 'parameters'>,
): Promise<RewardAssignment> {
  const { campaign, reward, assignment } = await lockAll(tx, call, of)
  const changed: RewardAssignment = {
    ...assignment,
    ...calculateTerms(reward, parameters, assignment),
    updatedAt: call.now,
  }
  await updateAssignment(tx, changed)
  tell(tx, call, 'updated', { campaign, reward, assignment: changed })
  return changed
}

/** Takes a reward out of a program; what was redeemed stays. Throws `not_found`. */
export async function removeAssignment(
  tx: Tx,
  call: Call,
  of: AssignmentsOf & { id: string },
): Promise<void> {
  const found = await lockAll(tx, call, of)
  await deleteAssignmentRow(tx, found.assignment.id)
  tell(tx, call, 'deleted', found)
}

type Found = { campaign: Campaign; reward: Reward; assignment: RewardAssignment }

/** Campaigns are locked before their assignments, and rewards last. */
async function lockAll(
  tx: Tx,
  { projectId }: Call,
  of: AssignmentsOf & { id: string },
): Promise<Found> {
  const { campaignId } = await getAssignment(tx, projectId, of)
  const campaign = await lockCampaign(tx, projectId, campaignId)
  const assignment = await lockAssignment(tx, projectId, of)
  return { campaign, assignment, reward: await lockReward(tx, projectId, assignment.rewardId) }
}

function tell(
  tx: Tx,
  call: Call,
  what: 'created' | 'updated' | 'deleted',
  { campaign, reward, assignment }: Found,
): void {
  announce(tx, [
    {
      call,
      type: `campaign.reward.assignment.${what}`,
      customerId: null,
      data: {
        campaign: toSimpleCampaign(campaign),
        reward: toRewardView(reward),
        reward_assignment: toAssignmentView(assignment),
      },
    },
  ])
}
