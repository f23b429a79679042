import type { FastifyInstance } from 'fastify'
import { ApiError } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import { type Answer, command, isTrue, toCall, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { toExportView } from '../exports/index.ts'
import {
  exportTransactions,
  listVoucherTransactions,
  parseTransactionList,
  toTransactionListView,
} from '../vouchers/index.ts'
import { getCampaign } from './campaign.repo.ts'
import { parseCampaign } from './campaign.schema.ts'
import type { Campaign } from './campaign.ts'
import { listCampaigns, parseCampaignList } from './campaign-list.repo.ts'
import { changeCampaign, removeCampaign, switchCampaign } from './change-campaign.ts'
import { createCampaign } from './create-campaign.ts'
import { showCampaigns, showListedCampaigns } from './show-campaigns.ts'
import { parsePeriod, summarizeCampaign } from './summary.repo.ts'

type OfCampaign = { Params: { campaignId: string } }

async function show(tx: Tx, campaign: Campaign): Promise<Answer> {
  const [body] = await showCampaigns(tx, [campaign])
  return { status: 200, body }
}

/** `/v1/campaigns` (engine-core §5.2). */
export function campaignRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post('/v1/campaigns', (request, reply) =>
    command(deps, request, reply, async (tx, call) =>
      show(tx, await createCampaign(tx, call, parseCampaign(request.body))),
    ),
  )

  app.get('/v1/campaigns', async (request) => {
    const { projectId, now } = toCall(request, deps)
    const list = parseCampaignList(request.query)
    const { campaigns, total } = await listCampaigns(deps.db, projectId, list, now)
    return toListView('campaigns', await showListedCampaigns(deps.db, campaigns), total)
  })

  app.get<OfCampaign>('/v1/campaigns/:campaignId', async (request) => {
    const { projectId } = toCall(request, deps)
    const campaign = await getCampaign(deps.db, projectId, request.params.campaignId)
    const [view] = await showCampaigns(deps.db, [campaign])
    return view
  })

  app.put<OfCampaign>('/v1/campaigns/:campaignId', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseCampaign(request.body)
      return show(tx, await changeCampaign(tx, call, request.params.campaignId, input))
    }),
  )

  for (const [verb, isActive] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    app.post<OfCampaign>(`/v1/campaigns/:campaignId/${verb}`, (request, reply) =>
      command(deps, request, reply, async (tx, call) => {
        await switchCampaign(tx, call, request.params.campaignId, isActive)
        return { status: 200, body: {} }
      }),
    )
  }

  app.delete<OfCampaign & { Querystring: { force?: unknown } }>(
    '/v1/campaigns/:campaignId',
    (request, reply) =>
      command(deps, request, reply, async (tx, call) => {
        const options = { isForced: isTrue(request.query.force) }
        const id = await removeCampaign(tx, call, request.params.campaignId, options)
        return { status: 202, body: { async_action_id: id } }
      }),
  )

  readRoutes(app, deps)
}

/** Throws `forbidden` for a campaign whose vouchers have no balance (engine-programs §7.2). */
function refuseWithoutBalances({ campaignType }: Campaign): void {
  if (campaignType === 'GIFT_VOUCHERS' || campaignType === 'LOYALTY_PROGRAM') return
  throw new ApiError('forbidden', {
    details: 'Transactions are allowed only for loyalty or gift campaigns',
  })
}

function readRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get<OfCampaign>('/v1/campaigns/:campaignId/transactions', async (request) => {
    const list = parseTransactionList(request.query)
    const { projectId } = toCall(request, deps)
    const campaign = await getCampaign(deps.db, projectId, request.params.campaignId)
    refuseWithoutBalances(campaign)
    const of = { campaignId: campaign.id }
    return toTransactionListView(await listVoucherTransactions(deps.db, of, list))
  })

  app.get<OfCampaign>('/v1/campaigns/:campaignId/summary', async (request) => {
    const period = parsePeriod(request.query)
    const { projectId } = toCall(request, deps)
    const campaign = await getCampaign(deps.db, projectId, request.params.campaignId)
    return summarizeCampaign(deps.db, campaign, period)
  })

  app.post<OfCampaign>('/v1/campaigns/:campaignId/transactions/export', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const campaign = await getCampaign(tx, call.projectId, request.params.campaignId)
      refuseWithoutBalances(campaign)
      const made = await exportTransactions(tx, call, request.body, { campaign_id: campaign.id })
      return { status: 200, body: toExportView(made, deps.address()) }
    }),
  )
}
