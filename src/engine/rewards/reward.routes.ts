import type { FastifyInstance } from 'fastify'
import { command, parsePage, toCall, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { assignReward, changeAssignment, removeAssignment } from './assign-reward.ts'
import { getAssignment, listAssignments } from './assignment.repo.ts'
import { deleteReward, getReward, listRewards, lockReward } from './reward.repo.ts'
import {
  parseAssignment,
  parseAssignmentChange,
  parseReward,
  parseRewardList,
} from './reward.schema.ts'
import { toAssignmentView, toRewardView } from './reward-view.ts'
import { changeReward, createReward } from './save-reward.ts'

type OfReward = { Params: { rewardId: string } }
type OfAssignment = { Params: { rewardId: string; assignmentId: string } }

/** `/v1/rewards` with their assignments (engine-programs §9.2). */
export function rewardRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post('/v1/rewards', (request, reply) =>
    command(deps, request, reply, async (tx, call) => ({
      status: 200,
      body: toRewardView(await createReward(tx, call, parseReward(request.body))),
    })),
  )

  app.get('/v1/rewards', async (request) => {
    const { assignment_id: assignmentId } = parseRewardList({ ...(request.query as object) })
    const { rewards, total } = await listRewards(deps.db, toCall(request, deps).projectId, {
      page: parsePage(request.query),
      assignmentId,
    })
    return toListView('data', rewards.map(toRewardView), total)
  })

  app.get<OfReward>('/v1/rewards/:rewardId', async (request) => {
    const { projectId } = toCall(request, deps)
    return toRewardView(await getReward(deps.db, projectId, request.params.rewardId))
  })

  app.put<OfReward>('/v1/rewards/:rewardId', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseReward(request.body)
      const reward = await changeReward(tx, call, request.params.rewardId, input)
      return { status: 200, body: toRewardView(reward) }
    }),
  )

  app.delete<OfReward>('/v1/rewards/:rewardId', (request, reply) =>
    command(deps, request, reply, async (tx, { projectId }) => {
      const { id } = await lockReward(tx, projectId, request.params.rewardId)
      await deleteReward(tx, id)
      return { status: 204, body: undefined }
    }),
  )

  assignmentRoutes(app, deps)
}

function assignmentRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post<OfReward>('/v1/rewards/:rewardId/assignments', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { rewardId } = request.params
      const input = parseAssignment(request.body)
      await getReward(tx, call.projectId, rewardId)
      const assignment = await assignReward(tx, call, { ...input, rewardId })
      return { status: 200, body: toAssignmentView(assignment) }
    }),
  )

  app.get<OfReward>('/v1/rewards/:rewardId/assignments', async (request) => {
    const { projectId } = toCall(request, deps)
    const { id: rewardId } = await getReward(deps.db, projectId, request.params.rewardId)
    const page = parsePage(request.query)
    const { assignments, total } = await listAssignments(deps.db, projectId, { rewardId, page })
    return toListView('data', assignments.map(toAssignmentView), total)
  })

  const toOf = ({ rewardId, assignmentId: id }: OfAssignment['Params']) => ({ rewardId, id })

  app.get<OfAssignment>('/v1/rewards/:rewardId/assignments/:assignmentId', async (request) => {
    const { projectId } = toCall(request, deps)
    await getReward(deps.db, projectId, request.params.rewardId)
    return toAssignmentView(await getAssignment(deps.db, projectId, toOf(request.params)))
  })

  app.put<OfAssignment>('/v1/rewards/:rewardId/assignments/:assignmentId', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseAssignmentChange(request.body)
      await getReward(tx, call.projectId, request.params.rewardId)
      const assignment = await changeAssignment(tx, call, toOf(request.params), input)
      return { status: 200, body: toAssignmentView(assignment) }
    }),
  )

  app.delete<OfAssignment>('/v1/rewards/:rewardId/assignments/:assignmentId', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      await getReward(tx, call.projectId, request.params.rewardId)
      await removeAssignment(tx, call, toOf(request.params))
      return { status: 204, body: undefined }
    }),
  )
}
