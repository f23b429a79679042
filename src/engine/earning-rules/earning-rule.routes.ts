import type { FastifyInstance } from 'fastify'
import { command, parseOrder, parsePage, toCall, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { getProgram, getTier } from '../loyalty-tiers/index.ts'
import { changeRule, createRules, removeRule, showRules, switchRule } from './change-rules.ts'
import { getRule, listRules, type RuleList } from './earning-rule.repo.ts'
import { parseChange, parseRules } from './earning-rule.schema.ts'
import { estimatePoints } from './estimate-points.ts'
import { toTierRuleView } from './tier-rule-view.ts'

type OfProgram = { Params: { campaignId: string } }
type OfRule = { Params: { campaignId: string; earningRuleId: string } }
type OfTier = { Params: { campaignId: string; tierId: string } }

const RULES = '/v1/loyalties/:campaignId/earning-rules'

function parseList(query: unknown): RuleList {
  const { order } = query as { order?: unknown }
  return {
    page: parsePage(query),
    order: parseOrder(order, ['created_at', 'updated_at'], {
      column: 'created_at',
      direction: 'desc',
    }),
  }
}

/** Rules by which members of loyalty programs earn points (§8.3). */
export function earningRuleRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get<OfProgram>(RULES, async (request) => {
    const { projectId } = toCall(request, deps)
    const { id } = await getProgram(deps.db, projectId, request.params.campaignId)
    const { rules, total } = await listRules(deps.db, id, parseList(request.query))
    return toListView('data', await showRules(deps.db, rules), total)
  })

  app.get<OfRule>(`${RULES}/:earningRuleId`, async (request) => {
    const { projectId } = toCall(request, deps)
    const { campaignId, earningRuleId } = request.params
    const { id } = await getProgram(deps.db, projectId, campaignId)
    const [view] = await showRules(deps.db, [await getRule(deps.db, id, earningRuleId)])
    return view
  })

  app.get<OfTier>('/v1/loyalties/:campaignId/tiers/:tierId/earning-rules', async (request) => {
    const { projectId } = toCall(request, deps)
    const { id } = await getProgram(deps.db, projectId, request.params.campaignId)
    const tier = await getTier(deps.db, id, request.params.tierId)
    const { rules, total } = await listRules(deps.db, id, parseList(request.query))
    const views = await showRules(deps.db, rules)
    const mapped = rules.map((rule, index) => toTierRuleView(rule, views[index] ?? {}, tier))
    return toListView('data', mapped, total)
  })

  // The path of a question, not of a change: nothing is stored.
  app.post<OfProgram>('/v1/loyalties/:campaignId/qualifications', (request) => {
    const { params, body } = request
    const call = toCall(request, deps)
    return estimatePoints(deps.db, call, { program: params.campaignId, body })
  })

  changeRoutes(app, deps)
}

function changeRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post<OfProgram>(RULES, (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const inputs = parseRules(request.body)
      return { status: 200, body: await createRules(tx, call, request.params.campaignId, inputs) }
    }),
  )

  app.put<OfRule>(`${RULES}/:earningRuleId`, (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseChange(request.body)
      return { status: 200, body: await changeRule(tx, call, toReference(request.params), input) }
    }),
  )

  app.delete<OfRule>(`${RULES}/:earningRuleId`, (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      await removeRule(tx, call, toReference(request.params))
      return { status: 204, body: undefined }
    }),
  )

  for (const [verb, isActive] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    app.post<OfRule>(`${RULES}/:earningRuleId/${verb}`, (request, reply) =>
      command(deps, request, reply, async (tx, call) => ({
        status: 200,
        body: await switchRule(tx, call, toReference(request.params), isActive),
      })),
    )
  }
}

const toReference = ({ campaignId, earningRuleId }: OfRule['Params']) => ({
  program: campaignId,
  id: earningRuleId,
})
