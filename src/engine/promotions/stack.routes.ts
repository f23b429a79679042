import type { FastifyInstance } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { type Answer, command, parseOrder, parsePage, toCall, toListView } from '../api/index.ts'
import { requireCategory } from '../categories/index.ts'
import type { Call, EngineDeps } from '../context.ts'
import { announce, type Fact, type OccurrenceType } from '../outbox/index.ts'
import { parseStack, required } from './promotion.schema.ts'
import { getPromotionCampaign, lockPromotionCampaign } from './promotion-campaign.repo.ts'
import type { PromotionStack, TierCampaign } from './promotion-tier.ts'
import { toStackView } from './promotion-view.ts'
import { showStacks } from './show-tiers.ts'
import { deleteStack, findStacks, insertStack, listStacks, updateStack } from './stack.repo.ts'
import { findTiers } from './tier.repo.ts'

type OfCampaign = { Params: { campaignId: string } }
type OfStack = { Params: { campaignId: string; stackId: string } }

const DEFAULT_MODE = 'MANUAL'

const parseList = (query: unknown) => ({
  page: parsePage(query),
  order: parseOrder((query as { order?: unknown }).order, ['created_at', 'updated_at'], {
    column: 'created_at',
    direction: 'desc',
  }),
})

async function show(tx: Tx, stack: PromotionStack): Promise<Answer> {
  const [body] = await showStacks(tx, [stack])
  return { status: 200, body }
}

/** Throws `not_found` unless the campaign has all of these tiers (R-PROMO-02). */
async function checkTiers(
  tx: Tx,
  campaign: TierCampaign,
  projectId: string,
  ids: readonly string[],
): Promise<void> {
  const tiers = await findTiers(tx, projectId, ids)
  const unknown = ids.find((id) => tiers.get(id)?.campaignId !== campaign.id)
  if (unknown !== undefined) throw notFound('promotion_tier', unknown)
}

async function getStack(
  db: Db,
  projectId: string,
  campaign: TierCampaign,
  id: string,
): Promise<PromotionStack> {
  const stack = (await findStacks(db, projectId, [id])).get(id)
  if (stack?.campaignId !== campaign.id) throw notFound('promotion_stack', id)
  return stack
}

type StackEvent = Extract<OccurrenceType, `campaign.promotion_stack.${string}`>

const toFact = (
  call: Call,
  type: StackEvent,
  { id, name }: TierCampaign,
  stack: PromotionStack,
): Fact => ({
  call,
  type,
  customerId: null,
  data: { campaign: { id, name, object: 'campaign' }, promotion_stack: toStackView(stack) },
})

/** Stacks under `/v1/promotions` (engine-core §7). */
export function stackRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get('/v1/promotions/stacks', async (request) => {
    const { projectId } = toCall(request, deps)
    const { stacks, total } = await listStacks(deps.db, projectId, parseList(request.query))
    return toListView('data', await showStacks(deps.db, stacks), total)
  })

  app.get<OfCampaign>('/v1/promotions/:campaignId/stacks', async (request) => {
    const { projectId } = toCall(request, deps)
    const { id } = await getPromotionCampaign(deps.db, projectId, request.params.campaignId)
    const list = { ...parseList(request.query), campaignId: id }
    const { stacks, total } = await listStacks(deps.db, projectId, list)
    return toListView('data', await showStacks(deps.db, stacks), total)
  })

  app.get<OfStack>('/v1/promotions/:campaignId/stacks/:stackId', async (request) => {
    const { projectId } = toCall(request, deps)
    const { campaignId, stackId } = request.params
    const campaign = await getPromotionCampaign(deps.db, projectId, campaignId)
    const stack = await getStack(deps.db, projectId, campaign, stackId)
    const [view] = await showStacks(deps.db, [stack])
    return view
  })

  app.post<OfCampaign>('/v1/promotions/:campaignId/stacks', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseStack(request.body)
      const campaign = await lockPromotionCampaign(tx, call, request.params.campaignId)
      const stack = toNewStack(call, campaign, input)
      await requireCategory(tx, call.projectId, stack.categoryId)
      await checkTiers(tx, campaign, call.projectId, stack.tierIds)
      await insertStack(tx, stack)
      announce(tx, [toFact(call, 'campaign.promotion_stack.created', campaign, stack)])
      return show(tx, stack)
    }),
  )

  changeRoutes(app, deps)
}

function toNewStack(
  { projectId, now }: Call,
  campaign: TierCampaign,
  input: ReturnType<typeof parseStack>,
): PromotionStack {
  const tiers = required(input.tiers, 'tiers')
  return {
    id: newId('promotionStack'),
    projectId,
    campaignId: campaign.id,
    name: required(input.name, 'name'),
    tierIds: required(tiers.ids, 'ids', 'Property .tiers'),
    hierarchyMode: tiers.hierarchy_mode ?? DEFAULT_MODE,
    categoryId: input.category_id ?? null,
    createdAt: now,
    updatedAt: null,
  }
}

function changeRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.put<OfStack>('/v1/promotions/:campaignId/stacks/:stackId', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseStack(request.body)
      const { campaignId, stackId } = request.params
      const campaign = await lockPromotionCampaign(tx, call, campaignId)
      const stored = await getStack(tx, call.projectId, campaign, stackId)
      const stack: PromotionStack = {
        ...stored,
        name: input.name ?? stored.name,
        tierIds: input.tiers?.ids ?? stored.tierIds,
        hierarchyMode: input.tiers?.hierarchy_mode ?? stored.hierarchyMode,
        categoryId: input.category_id === undefined ? stored.categoryId : input.category_id,
        updatedAt: call.now,
      }
      await requireCategory(tx, call.projectId, stack.categoryId)
      await checkTiers(tx, campaign, call.projectId, stack.tierIds)
      await updateStack(tx, stack)
      announce(tx, [toFact(call, 'campaign.promotion_stack.updated', campaign, stack)])
      return show(tx, stack)
    }),
  )

  app.delete<OfStack>('/v1/promotions/:campaignId/stacks/:stackId', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { campaignId, stackId } = request.params
      const campaign = await lockPromotionCampaign(tx, call, campaignId)
      const stack = await getStack(tx, call.projectId, campaign, stackId)
      await deleteStack(tx, stack.id)
      announce(tx, [toFact(call, 'campaign.promotion_stack.deleted', campaign, stack)])
      return { status: 204, body: undefined }
    }),
  )
}
