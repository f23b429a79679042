import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { sendAnswer, toCall, toKey } from '../api/index.ts'
import { getCampaign } from '../campaigns/index.ts'
import type { EngineDeps } from '../context.ts'
import { readSingleBody } from '../evaluation/index.ts'
import { isExplained } from '../validations/index.ts'
import { findVouchersByCode, type Voucher } from '../vouchers/index.ts'
import type { Redeem } from './create-redeem.ts'

type OfMember = { Params: { memberId: string } }
type OfProgram = { Params: { campaignId: string; memberId: string } }

/** Loyalty cards that are redeemed for a reward by their holder (engine-programs §9.4). */
export function memberRedemptionRoutes(
  app: FastifyInstance,
  deps: EngineDeps,
  redeem: Redeem,
): void {
  const redeemCard = async (
    request: FastifyRequest,
    reply: FastifyReply,
    member: { memberId: string; campaignId?: string },
  ) => {
    const key = toKey(request, 'v1')
    const call = toCall(request, deps)
    const card = await getCard(deps, call.projectId, member)
    const named = { object: 'voucher' as const, id: card.id }
    const input = readSingleBody(named, request.body, request.query)
    const customer = card.holderId === null ? undefined : { id: card.holderId }
    const options = { key, shape: 'member' as const, isExplained: isExplained(request.query) }
    return sendAnswer(reply, await redeem(call, { ...input, customer }, options))
  }

  app.post<OfMember>('/v1/loyalties/members/:memberId/redemption', (request, reply) =>
    redeemCard(request, reply, request.params),
  )
  app.post<OfProgram>('/v1/loyalties/:campaignId/members/:memberId/redemption', (request, reply) =>
    redeemCard(request, reply, request.params),
  )
}

async function getCard(
  { db }: Pick<EngineDeps, 'db'>,
  projectId: string,
  { memberId, campaignId }: { memberId: string; campaignId?: string },
): Promise<Voucher> {
  const [card] = await findVouchersByCode(db, [{ projectId, code: memberId }])
  const program =
    campaignId === undefined ? undefined : await getCampaign(db, projectId, campaignId)
  const isMember = card?.loyaltyCard && (!program || card.campaignId === program.id)
  if (!card || !isMember) throw notFound('voucher', memberId)
  return card
}
