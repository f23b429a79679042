import type { FastifyInstance } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import type { Db, Tx } from '../../platform/db.ts'
import {
  type Answer,
  command,
  isTrue,
  parseOrder,
  parsePage,
  toCall,
  toListView,
} from '../api/index.ts'
import { requireCategory } from '../categories/index.ts'
import type { Call, EngineDeps } from '../context.ts'
import { requireMetadata, unsetAsNull } from '../metadata-schemas/index.ts'
import { announce } from '../outbox/index.ts'
import { calculateChangedTier } from './calculate-tier.ts'
import { createTiers, toTierFact } from './create-tiers.ts'
import { parseTier } from './promotion.schema.ts'
import { getPromotionCampaign, lockPromotionCampaign } from './promotion-campaign.repo.ts'
import type { PromotionTier } from './promotion-tier.ts'
import { showTiers } from './show-tiers.ts'
import {
  deleteTier,
  findTiers,
  listTiers,
  lockTier,
  type TierList,
  updateTier,
} from './tier.repo.ts'

type OfTier = { Params: { id: string } }
type OfCampaign = { Params: { campaignId: string } }

async function show(tx: Tx, tier: PromotionTier): Promise<Answer> {
  const [body] = await showTiers(tx, [tier])
  return { status: 200, body }
}

async function lock(tx: Tx, { projectId }: Call, id: string): Promise<PromotionTier> {
  const tier = await lockTier(tx, projectId, id)
  if (!tier) throw notFound('promotion_tier', id)
  return tier
}

function parseList(query: unknown, now: Date): TierList {
  const { order, is_available } = query as { order?: unknown; is_available?: unknown }
  return {
    page: parsePage(query),
    order: parseOrder(order, ['created_at', 'updated_at'], {
      column: 'created_at',
      direction: 'desc',
    }),
    ...(isTrue(is_available) && { availableAt: now }),
  }
}

/** Answers `GET /v1/promotions/tiers` and its client-side twin. */
export async function answerTierList(
  db: Db,
  { projectId, now }: Call,
  { query }: { query: unknown },
): Promise<object> {
  const { tiers, total } = await listTiers(db, projectId, parseList(query, now))
  return toListView('tiers', await showTiers(db, tiers), total)
}

/** Tiers under `/v1/promotions` (engine-core §7). */
export function tierRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get('/v1/promotions/tiers', (request) =>
    answerTierList(deps.db, toCall(request, deps), request),
  )

  app.get<OfCampaign>('/v1/promotions/:campaignId/tiers', async (request) => {
    const { projectId, now } = toCall(request, deps)
    const { id } = await getPromotionCampaign(deps.db, projectId, request.params.campaignId)
    const list = { ...parseList(request.query, now), campaignId: id }
    const { tiers, total } = await listTiers(deps.db, projectId, list)
    return toListView('tiers', await showTiers(deps.db, tiers), total)
  })

  app.post<OfCampaign>('/v1/promotions/:campaignId/tiers', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseTier(request.body)
      const campaign = await lockPromotionCampaign(tx, call, request.params.campaignId)
      const [tier] = await createTiers(tx, call, campaign, [input])
      invariant(tier, 'a tier that was asked for is made')
      return show(tx, tier)
    }),
  )

  app.get<OfTier>('/v1/promotions/tiers/:id', async (request) => {
    const { id } = request.params
    const tiers = await findTiers(deps.db, toCall(request, deps).projectId, [id])
    const tier = tiers.get(id)
    if (!tier) throw notFound('promotion_tier', id)
    const [view] = await showTiers(deps.db, [tier])
    return view
  })

  changeRoutes(app, deps)
}

function changeRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.put<OfTier>('/v1/promotions/tiers/:id', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseTier(request.body)
      await requireCategory(tx, call.projectId, input.category_id)
      const metadata = unsetAsNull(input)
      await requireMetadata(tx, call.projectId, { of: 'promotion_tier', metadata, on: 'update' })
      const tier = calculateChangedTier(await lock(tx, call, request.params.id), input, call.now)
      await updateTier(tx, tier)
      announce(tx, [toTierFact(call, 'campaign.promotion_tier.updated', tier)])
      return show(tx, tier)
    }),
  )

  for (const [verb, isActive] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    app.post<OfTier>(`/v1/promotions/tiers/:id/${verb}`, (request, reply) =>
      command(deps, request, reply, async (tx, call) => {
        const stored = await lock(tx, call, request.params.id)
        const tier = { ...stored, isActive, updatedAt: call.now }
        await updateTier(tx, tier)
        announce(tx, [toTierFact(call, `campaign.promotion_tier.${verb}d`, tier)])
        return show(tx, tier)
      }),
    )
  }

  app.delete<OfTier>('/v1/promotions/tiers/:id', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const found = (await findTiers(tx, call.projectId, [request.params.id])).get(
        request.params.id,
      )
      if (!found) throw notFound('promotion_tier', request.params.id)
      // A stack that is being made of it waits, and then does not find it.
      await lockPromotionCampaign(tx, call, found.campaignId)
      const tier = await lock(tx, call, found.id)
      await deleteTier(tx, tier)
      announce(tx, [toTierFact(call, 'campaign.promotion_tier.deleted', tier)])
      return { status: 204, body: undefined }
    }),
  )
}
