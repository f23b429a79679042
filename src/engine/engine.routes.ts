import type { FastifyInstance } from 'fastify'
import type { ManagementScope } from '../platform/management/index.ts'
import { byApplicationKeys, missingRoutes, openDoor } from './api/index.ts'
import { apiKeyRoutes } from './api-keys/index.ts'
import { asyncActionRoutes } from './async-actions/index.ts'
import { brandingRoutes } from './branding/index.ts'
import { addVoucherTo, campaignRoutes, campaignVoucherRoutes } from './campaigns/index.ts'
import { categoryRoutes } from './categories/index.ts'
import { clientRoutes, clientSettingsRoutes } from './client-api/index.ts'
import { consentManagementRoutes, consentRoutes } from './consents/index.ts'
import type { EngineDeps } from './context.ts'
import { customerRoutes } from './customers/index.ts'
import { distributionRoutes } from './distributions/index.ts'
import { earningRuleRoutes } from './earning-rules/index.ts'
import { effectRoutes } from './effects/index.ts'
import { eventRoutes } from './events/index.ts'
import { exportRoutes } from './exports/index.ts'
import { locationManagementRoutes, locationRoutes } from './locations/index.ts'
import { loyaltyRoutes } from './loyalties/index.ts'
import { loyaltyTierRoutes } from './loyalty-tiers/index.ts'
import {
  metadataSchemaRoutes,
  purgeRoutes,
  schemaManagementRoutes,
} from './metadata-schemas/index.ts'
import { nightRoutes } from './nightly/index.ts'
import { byAccessToken, oauthRoutes } from './oauth/index.ts'
import { documentRoute } from './openapi/index.ts'
import { orderRoutes } from './orders/index.ts'
import { activityRoutes } from './outbox/index.ts'
import { balanceRoutes } from './points/index.ts'
import { productCollectionRoutes } from './product-collections/index.ts'
import { productRoutes } from './products/index.ts'
import { projectSettingsRoutes } from './project-settings/index.ts'
import { projectRoutes } from './projects/index.ts'
import { stackRoutes, tierRoutes } from './promotions/index.ts'
import { publicationRoutes } from './publications/index.ts'
import { olderQualificationRoutes, qualificationRoutes } from './qualifications/index.ts'
import { redeemableHolderRoutes } from './redeemable-holders/index.ts'
import {
  createRedeem,
  memberRedemptionRoutes,
  redemptionRoutes,
  rollbackRoutes,
} from './redemptions/index.ts'
import { referralHolderRoutes, referralTierRoutes } from './referrals/index.ts'
import {
  loyaltyRewardRoutes,
  rewardRedemptionRoutes,
  rewardRoutes,
  tierRewardRoutes,
} from './rewards/index.ts'
import { segmentSourceRoutes } from './segment-source/index.ts'
import { segmentioRoutes } from './segmentio/index.ts'
import { listMembers, segmentRoutes } from './segments/index.ts'
import { ruleValidationRoutes, simulationRoutes } from './simulations/index.ts'
import { stackingRulesRoutes } from './stacking-rules/index.ts'
import { templateManagementRoutes, templateRoutes } from './templates/index.ts'
import { trashBinRoutes } from './trash-bin/index.ts'
import { userRoutes } from './users/index.ts'
import { validationRuleRoutes } from './validation-rules/index.ts'
import { validationRoutes } from './validations/index.ts'
import { voucherBulkRoutes, voucherRoutes } from './vouchers/index.ts'
import { webhookDeliveryRoutes, webhookManagementRoutes, webhookRoutes } from './webhooks/index.ts'

/** The reference's management API (engine-programs §15.1), each part a scope of its own. */
const MANAGEMENT_ROUTES: readonly ((app: FastifyInstance, deps: EngineDeps) => void)[] = [
  projectRoutes,
  userRoutes,
  brandingRoutes,
  templateManagementRoutes,
  webhookManagementRoutes,
  stackingRulesRoutes,
  schemaManagementRoutes,
]

/** The engine's doors: the server API under `/v1`, and the receiver of wire A under `/segmentio`. */
export async function registerEngine(app: FastifyInstance, deps: EngineDeps): Promise<void> {
  // One for all doors: callers of any of them share batches.
  const redeem = createRedeem(deps)
  await app.register(async (v1) => {
    openDoor(v1, deps, byAccessToken(deps, byApplicationKeys(deps)))
    customerRoutes(v1, deps, listMembers)
    segmentRoutes(v1, deps)
    consentRoutes(v1, deps)
    redeemableHolderRoutes(v1, deps)
    eventRoutes(v1, deps)
    metadataSchemaRoutes(v1, deps)
    voucherRoutes(v1, deps, addVoucherTo)
    voucherBulkRoutes(v1, deps)
    balanceRoutes(v1, deps)
    campaignRoutes(v1, deps)
    campaignVoucherRoutes(v1, deps)
    tierRoutes(v1, deps)
    stackRoutes(v1, deps)
    validationRoutes(v1, deps)
    qualificationRoutes(v1, deps)
    olderQualificationRoutes(v1, deps)
    redemptionRoutes(v1, deps, redeem)
    memberRedemptionRoutes(v1, deps, redeem)
    rollbackRoutes(v1, deps)
    rewardRoutes(v1, deps)
    referralHolderRoutes(v1, deps)
    loyaltyRewardRoutes(v1, deps)
    loyaltyRoutes(v1, deps)
    earningRuleRoutes(v1, deps)
    loyaltyTierRoutes(v1, deps)
    tierRewardRoutes(v1, deps)
    publicationRoutes(v1, deps)
    asyncActionRoutes(v1, deps)
    orderRoutes(v1, deps)
    productRoutes(v1, deps)
    productCollectionRoutes(v1, deps)
    locationRoutes(v1, deps)
    exportRoutes(v1, deps)
    trashBinRoutes(v1, deps)
    categoryRoutes(v1, deps)
    validationRuleRoutes(v1, deps)
    ruleValidationRoutes(v1, deps)
    templateRoutes(v1, deps)
  })
  await app.register(async (segmentio) => segmentioRoutes(segmentio, deps))
  await app.register(async (oauth) => oauthRoutes(oauth, deps))
  await app.register(async (client) => clientRoutes(client, deps, redeem))
  for (const addRoutes of MANAGEMENT_ROUTES)
    await app.register(async (management) => addRoutes(management, deps))
  missingRoutes(app)
  documentRoute(app)
}

/** The engine's part of the management API. */
export function engineManagementRoutes(scope: ManagementScope, deps: EngineDeps): void {
  segmentSourceRoutes(scope, deps)
  activityRoutes(scope, deps)
  effectRoutes(scope, deps)
  nightRoutes(scope, deps)
  projectSettingsRoutes(scope, deps)
  simulationRoutes(scope, deps)
  clientSettingsRoutes(scope, deps)
  apiKeyRoutes(scope, deps)
  locationManagementRoutes(scope, deps)
  purgeRoutes(scope, deps)
  rewardRedemptionRoutes(scope, deps)
  referralTierRoutes(scope, deps)
  webhookRoutes(scope, deps)
  webhookDeliveryRoutes(scope, deps)
  distributionRoutes(scope, deps)
  consentManagementRoutes(scope, deps)
}
