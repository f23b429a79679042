import type { FastifyInstance } from 'fastify'
import type { Tx } from '../../platform/db.ts'
import { type Answer, command, isTrue, toCall, toListView } from '../api/index.ts'
import {
  type Campaign,
  type CampaignInput,
  changeCampaign,
  createCampaign,
  listCampaigns,
  parseCampaign,
  parseCampaignList,
  removeCampaign,
  showCampaigns,
  showListedCampaigns,
} from '../campaigns/index.ts'
import type { EngineDeps } from '../context.ts'
import { refreshTiers } from '../loyalty-tiers/index.ts'
import { getProgram } from './find-card.ts'

type OfProgram = { Params: { campaignId: string } }

/** A program is a campaign of loyalty cards, also where its maker does not say so (§8.1). */
const toProgram = (input: CampaignInput): CampaignInput => ({
  ...input,
  campaign_type: 'LOYALTY_PROGRAM',
  ...(input.voucher && {
    voucher: { ...input.voucher, type: input.voucher.type ?? 'LOYALTY_CARD' },
  }),
})

async function show(tx: Tx, campaign: Campaign): Promise<Answer> {
  const [body] = await showCampaigns(tx, [campaign])
  return { status: 200, body }
}

/** `/v1/loyalties`: loyalty programs, which are campaigns (engine-programs §8.1). */
export function programRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post('/v1/loyalties', (request, reply) =>
    command(deps, request, reply, async (tx, call) =>
      show(tx, await createCampaign(tx, call, toProgram(parseCampaign(request.body)))),
    ),
  )

  app.get('/v1/loyalties', async (request) => {
    const { projectId, now } = toCall(request, deps)
    const list = { ...parseCampaignList(request.query), campaignType: 'LOYALTY_PROGRAM' }
    const { campaigns, total } = await listCampaigns(deps.db, projectId, list, now)
    return toListView('campaigns', await showListedCampaigns(deps.db, campaigns), total)
  })

  app.get<OfProgram>('/v1/loyalties/:campaignId', async (request) => {
    const { projectId } = toCall(request, deps)
    const program = await getProgram(deps.db, projectId, request.params.campaignId)
    const [view] = await showCampaigns(deps.db, [program])
    return view
  })

  app.put<OfProgram>('/v1/loyalties/:campaignId', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseCampaign(request.body)
      const { id } = await getProgram(tx, call.projectId, request.params.campaignId)
      const program = await changeCampaign(tx, call, id, input)
      if (input.options?.recalculate_tiers) await refreshTiers(tx, call, program)
      return show(tx, program)
    }),
  )

  app.delete<OfProgram & { Querystring: { force?: unknown } }>(
    '/v1/loyalties/:campaignId',
    (request, reply) =>
      command(deps, request, reply, async (tx, call) => {
        const { id } = await getProgram(tx, call.projectId, request.params.campaignId)
        const isForced = isTrue(request.query.force)
        const actionId = await removeCampaign(tx, call, id, { isForced })
        return { status: 200, body: { async_action_id: actionId } }
      }),
  )
}
