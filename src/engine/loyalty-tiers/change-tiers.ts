import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newSortableId } from '../../kernel/ids.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { type Campaign, getCampaign, lockCampaign, toSimpleCampaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import { endProgram, startProgram } from '../effects/index.ts'
import { requireMetadata } from '../metadata-schemas/index.ts'
import { announce, type Fact } from '../outbox/index.ts'
import { calculateChangedTier, calculateNewTier, refuseOverlaps } from './calculate-tier.ts'
import { leaveTier } from './leave-tier.ts'
import {
  deleteTier,
  findMappable,
  findTiersOfPrograms,
  getTier,
  hasTiers,
  insertTiers,
  lockTiers,
  updateTier,
} from './loyalty-tier.repo.ts'
import type { LoyaltyTierInput } from './loyalty-tier.schema.ts'
import type { LoyaltyTier } from './loyalty-tier.ts'
import { toTierView } from './loyalty-tier-view.ts'
import { refreshTiers } from './refresh-tiers.ts'

const asProgram = (campaign: Campaign, reference: string): Campaign => {
  if (campaign.campaignType !== 'LOYALTY_PROGRAM') throw notFound('campaign', reference)
  return campaign
}

/** The loyalty program that `reference` names by id or name. Throws `not_found` for any other campaign. */
export const getProgram = async (db: Db, projectId: string, reference: string): Promise<Campaign> =>
  asProgram(await getCampaign(db, projectId, reference), reference)

/** The same, locked until `tx` ends. */
export const lockProgram = async (
  tx: Tx,
  projectId: string,
  reference: string,
): Promise<Campaign> => asProgram(await lockCampaign(tx, projectId, reference), reference)

/**
 * Adds tiers to a program (§8.7). Throws `invalid_payload` where points would be in two tiers (L-50), and
 * `metadata_validation_failed`.
 */
export async function createTiers(
  tx: Tx,
  call: Call,
  reference: string,
  inputs: readonly LoyaltyTierInput[],
): Promise<LoyaltyTier[]> {
  const { projectId, now } = call
  const campaign = await lockProgram(tx, projectId, reference)
  const written = inputs.map(
    ({ metadata }) => ({ of: 'loyalty_tier', metadata, on: 'create' }) as const,
  )
  await requireMetadata(tx, projectId, ...written)
  await lockTiers(tx, projectId)
  const earlier = (await findTiersOfPrograms(tx, [campaign.id])).get(campaign.id) ?? []
  const tiers = inputs.map((input) => {
    const id = newSortableId('loyaltyTier', now.getTime())
    return calculateNewTier(input, { id, projectId, campaignId: campaign.id, now })
  })
  refuseOverlaps([...earlier, ...tiers])
  await refuseUnmappable(tx, campaign.id, tiers)
  await insertTiers(tx, tiers)
  startProgram(tx, projectId, 'tiers')
  await refreshTiers(tx, call, campaign)
  tell(tx, call, { event: 'created', campaign, tiers })
  return tiers
}

/** Changes a tier. Throws as `createTiers`, and `not_found`. */
export async function changeTier(
  tx: Tx,
  call: Call,
  { program, id }: { program: string; id: string },
  input: LoyaltyTierInput,
): Promise<LoyaltyTier> {
  const campaign = await lockProgram(tx, call.projectId, program)
  const stored = await getTier(tx, campaign.id, id)
  const tier = calculateChangedTier(stored, input, call.now)
  const { metadata } = input
  const on = metadata === null ? 'create' : 'update'
  await requireMetadata(tx, call.projectId, { of: 'loyalty_tier', metadata, on })
  const others = (await findTiersOfPrograms(tx, [campaign.id])).get(campaign.id) ?? []
  refuseOverlaps([...others.filter((other) => other.id !== id), tier])
  await refuseUnmappable(tx, campaign.id, [tier], stored)
  await updateTier(tx, tier)
  await refreshTiers(tx, call, campaign)
  tell(tx, call, { event: 'updated', campaign, tiers: [tier] })
  return tier
}

/** Deletes a tier, which its members leave at once (L-54). Throws `not_found`. */
export async function removeTier(
  tx: Tx,
  call: Call,
  { program, id }: { program: string; id: string },
): Promise<void> {
  const campaign = await lockProgram(tx, call.projectId, program)
  const tier = await getTier(tx, campaign.id, id)
  await leaveTier(tx, call, campaign, tier)
  await deleteTier(tx, id)
  await lockTiers(tx, call.projectId)
  if (!(await hasTiers(tx, call.projectId))) endProgram(tx, call.projectId, 'tiers')
  tell(tx, call, { event: 'deleted', campaign, tiers: [tier] })
}

/**
 * A tier maps what its program has, or had when the tier was `stored`; what is paid in part has no price of its own
 * (L-57).
 */
async function refuseUnmappable(
  tx: Tx,
  campaignId: string,
  tiers: readonly LoyaltyTier[],
  stored?: LoyaltyTier,
): Promise<void> {
  if (tiers.every(({ earningRules, rewards }) => isEmpty(earningRules) && isEmpty(rewards))) return
  const { rules, rewards } = await findMappable(tx, campaignId)
  const unknownRule = tiers
    .flatMap(({ earningRules }) => Object.keys(earningRules))
    .find((id) => !rules.has(id) && !Object.hasOwn(stored?.earningRules ?? {}, id))
  if (unknownRule !== undefined) throw notFound('earning_rule', unknownRule)
  for (const [id, { type }] of tiers.flatMap((tier) => Object.entries(tier.rewards))) {
    const reward = rewards.get(id)
    if (reward === undefined && !Object.hasOwn(stored?.rewards ?? {}, id))
      throw notFound('reward_assignment', id)
    if (reward === 'COIN' && type === 'CUSTOM') throw customCoin(id)
  }
}

const isEmpty = (mappings: object): boolean => Object.keys(mappings).length === 0

const customCoin = (id: string): ApiError =>
  new ApiError('invalid_payload', {
    details: `Property .rewards.${id}.type does not allow CUSTOM for a reward of type COIN`,
  })

type Told = {
  event: 'created' | 'updated' | 'deleted'
  campaign: Campaign
  tiers: readonly LoyaltyTier[]
}

function tell(tx: Tx, call: Call, { event, campaign, tiers }: Told): void {
  const facts = tiers.map(
    (tier): Fact => ({
      call,
      type: `campaign.loyalty_tier.${event}`,
      customerId: null,
      data: { campaign: toSimpleCampaign(campaign), loyalty_tier: toTierView(tier) },
    }),
  )
  announce(tx, facts)
}
