import { z } from 'zod'
import { toIso } from '../../kernel/time.ts'
import { inTransaction } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import {
  idParams,
  type ManagementScope,
  TIMESTAMP,
  toAdmin,
} from '../../platform/management/index.ts'
import { type EngineDeps, toAdminCall } from '../context.ts'
import { completeRewardRedemption } from './complete-redemption.ts'
import { listRewardRedemptions } from './reward-redemption.repo.ts'
import type { RewardRedemption } from './reward-redemption.ts'

type Deps = Pick<EngineDeps, 'db' | 'clock' | 'announced'>

const STATE = z.enum(['PENDING', 'COMPLETED', 'ROLLED_BACK'])
const QUERY = z.strictObject({
  state: STATE.optional().describe('Only those of this state.'),
  limit: z.coerce.number().int().min(1).max(LIMITS.listLimitMax).default(LIMITS.listLimitDefault),
  page: z.coerce.number().int().min(1).max(LIMITS.listPageMax).default(1),
})
const VIEW = z
  .object({
    id: z.string(),
    state: STATE,
    redemption_id: z.string(),
    reward: z.record(z.string(), z.unknown()).describe('The reward with what was given.'),
    reward_assignment_id: z.string(),
    voucher_id: z.string().describe('The loyalty card that paid.'),
    campaign_id: z.string(),
    customer_id: z.string(),
    quantity: z.int(),
    created_at: TIMESTAMP,
    updated_at: TIMESTAMP.nullable(),
  })
  .meta({ id: 'RewardRedemption', description: 'What points of a loyalty card were spent on.' })

const toView = (redemption: RewardRedemption): z.infer<typeof VIEW> => ({
  id: redemption.id,
  state: redemption.state,
  redemption_id: redemption.redemptionId,
  reward: redemption.result,
  reward_assignment_id: redemption.assignmentId,
  voucher_id: redemption.voucherId,
  campaign_id: redemption.campaignId,
  customer_id: redemption.customerId,
  quantity: redemption.quantity,
  created_at: toIso(redemption.createdAt),
  updated_at: redemption.updatedAt && toIso(redemption.updatedAt),
})

const tags = ['Rewards']

/** `/api/v1/reward-redemptions`: which rewards wait to be sent, and that one was. */
export function rewardRedemptionRoutes(app: ManagementScope, { db, clock, announced }: Deps): void {
  app.get(
    '/api/v1/reward-redemptions',
    {
      schema: {
        operationId: 'listRewardRedemptions',
        summary: 'List what points were spent on, the newest first',
        tags,
        querystring: QUERY,
        response: { 200: z.object({ data: z.array(VIEW) }) },
      },
    },
    async (request) => {
      const { state, limit, page } = request.query
      const list = { page: { limit, offset: (page - 1) * limit }, state }
      const { projectId } = toAdmin(request)
      return { data: (await listRewardRedemptions(db, projectId, list)).map(toView) }
    },
  )

  app.post(
    '/api/v1/reward-redemptions/:id/complete',
    {
      schema: {
        operationId: 'completeRewardRedemption',
        summary: 'Note that the product of a reward was sent',
        tags,
        params: idParams('The id of the reward redemption.'),
        response: { 200: VIEW },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const call = toAdminCall(projectId, request.id, clock.now())
      const completed = await inTransaction(db, (tx) =>
        completeRewardRedemption(tx, call, request.params.id),
      )
      announced()
      return toView(completed)
    },
  )
}
