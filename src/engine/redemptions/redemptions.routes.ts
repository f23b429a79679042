import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { sendAnswer, toCall, toKey, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { type Asked, readSingleBody, readStackBody } from '../evaluation/index.ts'
import { isExplained } from '../validations/index.ts'
import { findVouchersByCode } from '../vouchers/index.ts'
import type { Redeem } from './create-redeem.ts'
import type { Redemption } from './redemption.ts'
import { listRedemptions, parseRedemptionList } from './redemption-list.repo.ts'
import { findFamily } from './redemptions.repo.ts'
import { showRedemptions } from './show-redemptions.ts'

type OfCode = { Params: { code: string } }
type OfId = { Params: { id: string } }

/** Redemptions (engine-core §18), with the older endpoints of one voucher or tier (§21). */
export function redemptionRoutes(app: FastifyInstance, deps: EngineDeps, redeem: Redeem): void {
  app.post('/v1/redemptions', async (request, reply) => {
    const key = toKey(request, 'v1')
    const input = readStackBody(request.body)
    return sendAnswer(
      reply,
      await redeem(toCall(request, deps), input, { key, isExplained: isExplained(request.query) }),
    )
  })

  const redeemOne = async (
    request: FastifyRequest,
    reply: FastifyReply,
    named: Pick<Asked, 'object' | 'id'>,
  ) => {
    const key = toKey(request, 'v1')
    const input = readSingleBody(named, request.body, request.query)
    const call = toCall(request, deps)
    return sendAnswer(
      reply,
      await redeem(call, input, { key, shape: 'single', isExplained: isExplained(request.query) }),
    )
  }
  app.post<OfCode>('/v1/vouchers/:code/redemption', (request, reply) =>
    redeemOne(request, reply, { object: 'voucher', id: request.params.code }),
  )
  app.post<OfId>('/v1/promotions/tiers/:id/redemption', (request, reply) =>
    redeemOne(request, reply, { object: 'promotion_tier', id: request.params.id }),
  )

  readingRoutes(app, deps)
}

/** §18.4. */
function readingRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get('/v1/redemptions', async (request) => {
    const { projectId } = toCall(request, deps)
    const list = parseRedemptionList(request.query)
    const { redemptions, total } = await listRedemptions(deps.db, projectId, list)
    return toListView('redemptions', await showRedemptions(deps.db, projectId, redemptions), total)
  })

  app.get<OfId>('/v1/redemptions/:id', async (request) => {
    const { projectId } = toCall(request, deps)
    const family = await findFamily(deps.db, projectId, request.params.id)
    if (!family) throw notFound('redemption', request.params.id)
    const [head, ...parts] = family
    const [view] = await showRedemptions(deps.db, projectId, [head])
    return { ...view, ...(head.isParent && { related_redemptions: toRelated(head, parts) }) }
  })

  app.get<OfCode>('/v1/vouchers/:code/redemption', async (request) => {
    const { projectId } = toCall(request, deps)
    const { code } = request.params
    const [voucher] = await findVouchersByCode(deps.db, [{ projectId, code }])
    if (!voucher) throw notFound('voucher', code)
    const list = parseRedemptionList(request.query)
    const { redemptions, total } = await listRedemptions(deps.db, projectId, {
      ...list,
      query: { ...list.query, voucher: voucher.id },
    })
    const { gift, loyaltyCard, redemptionQuantity, redeemedQuantity } = voucher
    return {
      quantity: redemptionQuantity,
      redeemed_quantity: redeemedQuantity,
      ...(gift && { redeemed_amount: gift.redeemedAmount }),
      ...(loyaltyCard && { redeemed_points: loyaltyCard.redeemedPoints }),
      url: `/v1/vouchers/${encodeURIComponent(voucher.code)}/redemptions?page=1&limit=10`,
      ...toListView(
        'redemption_entries',
        await showRedemptions(deps.db, projectId, redemptions),
        total,
      ),
    }
  })
}

/** The parts of a stack, by what they are (§18.2). */
const toRelated = (head: Redemption, parts: readonly Redemption[]) => ({
  [head.object === 'redemption' ? 'redemptions' : 'rollbacks']: parts.map(({ id, createdAt }) => ({
    id,
    date: createdAt.toISOString(),
  })),
})
