import type { FastifyInstance } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { command, parseOrder, parsePage, toCall, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { findVouchersByCode } from '../vouchers/index.ts'
import { changeTier, createTiers, getProgram, removeTier } from './change-tiers.ts'
import { findTiersOfPrograms, getTier, listTiers } from './loyalty-tier.repo.ts'
import { parseTier, parseTiers } from './loyalty-tier.schema.ts'
import { toMemberTierView, toTierView } from './loyalty-tier-view.ts'
import { findMembers } from './member-tier.repo.ts'

type OfProgram = { Params: { campaignId: string } }
type OfTier = { Params: { campaignId: string; tierId: string } }
type OfMember = { Params: { memberId: string } }

/** Tiers of loyalty programs (§8.7). */
export function loyaltyTierRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get<OfProgram>('/v1/loyalties/:campaignId/tiers', async (request) => {
    const { projectId } = toCall(request, deps)
    const { id } = await getProgram(deps.db, projectId, request.params.campaignId)
    const { order } = request.query as { order?: unknown }
    const { tiers, total } = await listTiers(deps.db, id, {
      page: parsePage(request.query),
      order: parseOrder(order, ['created_at', 'updated_at'], {
        column: 'created_at',
        direction: 'desc',
      }),
    })
    return toListView('data', tiers.map(toTierView), total)
  })

  app.post<OfProgram>('/v1/loyalties/:campaignId/tiers', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const inputs = parseTiers(request.body)
      const tiers = await createTiers(tx, call, request.params.campaignId, inputs)
      return { status: 200, body: tiers.map(toTierView) }
    }),
  )

  app.get<OfTier>('/v1/loyalties/:campaignId/tiers/:tierId', async (request) => {
    const { projectId } = toCall(request, deps)
    const { id } = await getProgram(deps.db, projectId, request.params.campaignId)
    return toTierView(await getTier(deps.db, id, request.params.tierId))
  })

  app.put<OfTier>('/v1/loyalties/:campaignId/tiers/:tierId', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { campaignId: program, tierId: id } = request.params
      const tier = await changeTier(tx, call, { program, id }, parseTier(request.body))
      return { status: 200, body: toTierView(tier) }
    }),
  )

  app.delete<OfTier>('/v1/loyalties/:campaignId/tiers/:tierId', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { campaignId: program, tierId: id } = request.params
      await removeTier(tx, call, { program, id })
      return { status: 204, body: undefined }
    }),
  )

  memberRoute(app, deps)
}

function memberRoute(app: FastifyInstance, deps: EngineDeps): void {
  app.get<OfMember>('/v1/loyalties/members/:memberId/tiers', async (request) => {
    const { projectId } = toCall(request, deps)
    const { memberId: code } = request.params
    const [card] = await findVouchersByCode(deps.db, [{ projectId, code }])
    if (card?.type !== 'LOYALTY_CARD' || card.campaignId === null) throw notFound('voucher', code)
    const [members, programs] = await Promise.all([
      findMembers(deps.db, [card.id]),
      findTiersOfPrograms(deps.db, [card.campaignId]),
    ])
    const member = members.get(card.id)
    const tiers = (programs.get(card.campaignId) ?? []).filter(({ id }) => id === member?.tierId)
    const views = member ? tiers.map((tier) => toMemberTierView(tier, member, card.holderId)) : []
    return toListView('data', views, views.length)
  })
}
