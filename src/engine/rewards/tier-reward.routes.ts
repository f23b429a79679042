import type { FastifyInstance } from 'fastify'
import { parsePage, toCall, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { calculateMapped, getProgram, getTier, type LoyaltyTier } from '../loyalty-tiers/index.ts'
import { listAssignments } from './assignment.repo.ts'
import { findRewards } from './reward.repo.ts'
import type { RewardAssignment } from './reward.ts'
import { toAssignmentView, toRewardView } from './reward-view.ts'

type OfTier = { Params: { campaignId: string; tierId: string } }

/** What the members of a tier can have of their program, and for how many points (§8.7, L-57). */
export function tierRewardRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get<OfTier>('/v1/loyalties/:campaignId/tiers/:tierId/rewards', async (request) => {
    const { projectId } = toCall(request, deps)
    const { campaignId: reference, tierId } = request.params
    const { id: campaignId } = await getProgram(deps.db, projectId, reference)
    const tier = await getTier(deps.db, campaignId, tierId)
    const page = parsePage(request.query)
    const { assignments, total } = await listAssignments(deps.db, projectId, { campaignId, page })
    const rewards = await findRewards(
      deps.db,
      projectId,
      assignments.map(({ rewardId }) => rewardId),
    )
    const views = assignments.flatMap((assignment) => {
      const reward = rewards.get(assignment.rewardId)
      if (!reward) return []
      return {
        reward: toRewardView(reward),
        assignment: toAssignmentView(toPriced(assignment, tier)),
        object: 'loyalty_tier_reward',
      }
    })
    return toListView('data', views, total)
  })
}

/** The assignment at the price that the tier makes of its own. */
const toPriced = (assignment: RewardAssignment, tier: LoyaltyTier): RewardAssignment => ({
  ...assignment,
  points:
    assignment.points === null
      ? null
      : calculateMapped({ perBlock: assignment.points, blocks: 1 }, tier.rewards[assignment.id]),
})
