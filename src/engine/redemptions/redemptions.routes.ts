import type { FastifyInstance } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { sendAnswer, toCall, toKey, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { readSingleBody, readStackBody } from '../validations/index.ts'
import { findVouchersByCode } from '../vouchers/index.ts'
import { createRedeem } from './create-redeem.ts'
import type { Redemption } from './redemption.ts'
import { listRedemptions, parseRedemptionList } from './redemption-list.repo.ts'
import { findFamily } from './redemptions.repo.ts'
import { showRedemptions } from './show-redemptions.ts'

type OfCode = { Params: { code: string } }
type OfId = { Params: { id: string } }

/** Redemptions (engine-core §18), with the older endpoints of one voucher (§21). */
export function redemptionRoutes(app: FastifyInstance, deps: EngineDeps): void {
  const redeem = createRedeem(deps)

  app.post('/v1/redemptions', async (request, reply) => {
    const key = toKey(request, 'v1')
    const input = readStackBody(request.body)
    return sendAnswer(reply, await redeem(toCall(request, deps), input, { key }))
  })

  app.post<OfCode>('/v1/vouchers/:code/redemption', async (request, reply) => {
    const key = toKey(request, 'v1')
    const input = readSingleBody(request.params.code, request.body, request.query)
    const call = toCall(request, deps)
    return sendAnswer(reply, await redeem(call, input, { key, shape: 'single' }))
  })

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
    const { gift, redemptionQuantity, redeemedQuantity } = voucher
    return {
      quantity: redemptionQuantity,
      redeemed_quantity: redeemedQuantity,
      ...(gift && { redeemed_amount: gift.redeemedAmount }),
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
