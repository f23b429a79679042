import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { inTransaction } from '../../platform/db.ts'
import {
  idParams,
  type ManagementScope,
  NOTHING,
  toAdmin,
} from '../../platform/management/index.ts'
import { type Call, type EngineDeps, toAdminCall } from '../context.ts'
import {
  changeReferralTier,
  createReferralTier,
  getReferralCampaign,
  removeReferralTier,
} from './change-tiers.ts'
import { findReferralTiers } from './referral-tier.repo.ts'
import { REFERRAL_TIER, REFERRAL_TIER_VIEW } from './referral-tier.schema.ts'
import { toReferralTierView } from './referral-tier-view.ts'

type Deps = Pick<EngineDeps, 'db' | 'clock' | 'announced'>

const tags = ['Referrals']
const params = idParams('The id of the tier.')
const ofCampaign = z.object({ campaign: z.string().describe('The id or name of the campaign.') })

/** Which answers of these routes are of the shape of their schemas. */
const toView = (tier: Parameters<typeof toReferralTierView>[0]) =>
  REFERRAL_TIER_VIEW.parse(toReferralTierView(tier))

/** `/api/v1/campaigns/{campaign}/referral-tiers`: what referrers get; the reference has them made elsewhere. */
export function referralTierRoutes(app: ManagementScope, deps: Deps): void {
  const { db, clock, announced } = deps
  const toCall = (request: Pick<FastifyRequest, 'id'>, projectId: string): Call =>
    toAdminCall(projectId, request.id, clock.now())

  app.get(
    '/api/v1/campaigns/:campaign/referral-tiers',
    {
      schema: {
        operationId: 'listReferralTiers',
        summary: 'List what the referrers of a referral program get',
        tags,
        params: ofCampaign,
        response: { 200: z.object({ data: z.array(REFERRAL_TIER_VIEW) }) },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const { id } = await getReferralCampaign(db, projectId, request.params.campaign)
      return { data: (await findReferralTiers(db, [id])).map(toView) }
    },
  )

  app.post(
    '/api/v1/campaigns/:campaign/referral-tiers',
    {
      schema: {
        operationId: 'createReferralTier',
        summary: 'Add something that referrers get',
        tags,
        params: ofCampaign,
        body: REFERRAL_TIER,
        response: { 201: REFERRAL_TIER_VIEW },
      },
    },
    async (request, reply) => {
      const call = toCall(request, toAdmin(request).projectId)
      const tier = await inTransaction(db, (tx) =>
        createReferralTier(tx, call, request.params.campaign, request.body),
      )
      announced()
      return reply.status(201).send(toView(tier))
    },
  )

  changeRoutes(app, deps, toCall)
}

function changeRoutes(
  app: ManagementScope,
  { db, announced }: Deps,
  toCall: (request: Pick<FastifyRequest, 'id'>, projectId: string) => Call,
): void {
  app.put(
    '/api/v1/referral-tiers/:id',
    {
      schema: {
        operationId: 'updateReferralTier',
        summary: 'Change what referrers get from now on',
        tags,
        params,
        body: REFERRAL_TIER,
        response: { 200: REFERRAL_TIER_VIEW },
      },
    },
    async (request) => {
      const call = toCall(request, toAdmin(request).projectId)
      const { id } = request.params
      const tier = await inTransaction(db, (tx) => changeReferralTier(tx, call, id, request.body))
      announced()
      return toView(tier)
    },
  )

  app.delete(
    '/api/v1/referral-tiers/:id',
    {
      schema: {
        operationId: 'deleteReferralTier',
        summary: 'Delete something that referrers get; what they got stays',
        tags,
        params,
        response: { 204: NOTHING },
      },
    },
    async (request, reply) => {
      const call = toCall(request, toAdmin(request).projectId)
      await inTransaction(db, (tx) => removeReferralTier(tx, call, request.params.id))
      announced()
      return reply.status(204).send()
    },
  )
}
