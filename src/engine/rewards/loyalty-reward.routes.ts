import type { FastifyInstance } from 'fastify'
import type { Db } from '../../platform/db.ts'
import { command, parsePage, toCall, toListView } from '../api/index.ts'
import { getCampaign } from '../campaigns/index.ts'
import type { EngineDeps } from '../context.ts'
import { assignReward, changeAssignment, removeAssignment } from './assign-reward.ts'
import { getAssignment, listAssignments } from './assignment.repo.ts'
import { listMemberRewards } from './member-rewards.ts'
import { getReward } from './reward.repo.ts'
import {
  parseAssignmentChange,
  parseAssignmentList,
  parseAssignments,
  parseMemberRewards,
} from './reward.schema.ts'
import { toAssignmentView, toRewardView } from './reward-view.ts'

type OfProgram = { Params: { campaignId: string } }
type OfMember = { Params: { memberId: string } }
type OfAssignment = { Params: { campaignId: string; assignmentId: string } }

const findProgramId = async (db: Db, projectId: string, reference: string): Promise<string> =>
  (await getCampaign(db, projectId, reference)).id

/** The rewards of a loyalty program (engine-programs §9.2), under both names that the reference has for them. */
export function loyaltyRewardRoutes(app: FastifyInstance, deps: EngineDeps): void {
  for (const path of ['rewards', 'reward-assignments']) readRoutes(app, deps, path)

  app.get<OfMember>('/v1/loyalties/members/:memberId/rewards', async (request) => {
    const { affordable_only: isAffordable = false } = parseMemberRewards({
      ...(request.query as object),
    })
    const { projectId } = toCall(request, deps)
    const { memberId } = request.params
    const list = { memberId, page: parsePage(request.query), isAffordable }
    const { rewards, total } = await listMemberRewards(deps.db, projectId, list)
    return toListView('data', rewards, total)
  })

  app.get<OfAssignment>(
    '/v1/loyalties/:campaignId/reward-assignments/:assignmentId/reward',
    async (request) => {
      const { projectId } = toCall(request, deps)
      const { campaignId: reference, assignmentId: id } = request.params
      const campaignId = await findProgramId(deps.db, projectId, reference)
      const { rewardId } = await getAssignment(deps.db, projectId, { campaignId, id })
      return toRewardView(await getReward(deps.db, projectId, rewardId))
    },
  )

  app.post<OfProgram>('/v1/loyalties/:campaignId/rewards', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const campaign = await findProgramId(tx, call.projectId, request.params.campaignId)
      const body = []
      for (const { reward, ...input } of parseAssignments(request.body)) {
        const rewardId = reward ?? 'null'
        body.push(toAssignmentView(await assignReward(tx, call, { ...input, campaign, rewardId })))
      }
      return { status: 200, body }
    }),
  )

  app.put<OfAssignment>('/v1/loyalties/:campaignId/rewards/:assignmentId', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { campaignId: reference, assignmentId: id } = request.params
      const input = parseAssignmentChange(request.body)
      const campaignId = await findProgramId(tx, call.projectId, reference)
      const assignment = await changeAssignment(tx, call, { campaignId, id }, input)
      return { status: 200, body: toAssignmentView(assignment) }
    }),
  )

  app.delete<OfAssignment>('/v1/loyalties/:campaignId/rewards/:assignmentId', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { campaignId: reference, assignmentId: id } = request.params
      const campaignId = await findProgramId(tx, call.projectId, reference)
      await removeAssignment(tx, call, { campaignId, id })
      return { status: 204, body: undefined }
    }),
  )
}

function readRoutes(app: FastifyInstance, deps: EngineDeps, path: string): void {
  app.get<OfProgram>(`/v1/loyalties/:campaignId/${path}`, async (request) => {
    const { projectId } = toCall(request, deps)
    // The reference writes it one way for one path, and another for the other.
    const { assignmentId, assignment_id: id = assignmentId } = parseAssignmentList({
      ...(request.query as object),
    })
    const campaignId = await findProgramId(deps.db, projectId, request.params.campaignId)
    const page = parsePage(request.query)
    const of = { campaignId, page, ...(id !== undefined && { id }) }
    const { assignments, total } = await listAssignments(deps.db, projectId, of)
    return toListView('data', assignments.map(toAssignmentView), total)
  })

  app.get<OfAssignment>(`/v1/loyalties/:campaignId/${path}/:assignmentId`, async (request) => {
    const { projectId } = toCall(request, deps)
    const { campaignId: reference, assignmentId: id } = request.params
    const campaignId = await findProgramId(deps.db, projectId, reference)
    return toAssignmentView(await getAssignment(deps.db, projectId, { campaignId, id }))
  })
}
