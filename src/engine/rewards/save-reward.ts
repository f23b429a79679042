import { newId } from '../../kernel/ids.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { getCampaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import { requireMetadata } from '../metadata-schemas/index.ts'
import { getProduct, getSku } from '../products/index.ts'
import {
  calculateChangedReward,
  calculateNewReward,
  type Named,
  toRewardType,
} from './calculate-reward.ts'
import { insertReward, lockReward, updateReward } from './reward.repo.ts'
import type { RewardInput } from './reward.schema.ts'
import type { Reward } from './reward.ts'

/**
 * Makes the reward that `input` describes (§9.1). Throws `not_found` for a campaign, product or SKU that the project
 * does not have, `invalid_balance`, `metadata_validation_failed`, and as `calculateNewReward`.
 */
export async function createReward(tx: Tx, call: Call, input: RewardInput): Promise<Reward> {
  const { projectId, now } = call
  toRewardType(input)
  const named = await findNamed(tx, projectId, input)
  await requireMetadata(tx, projectId, { of: 'reward', metadata: input.metadata, on: 'create' })
  const reward = calculateNewReward(input, named, { id: newId('reward'), projectId, now })
  await insertReward(tx, reward)
  return reward
}

/** Changes the reward with `id`; what is not given stays. Throws as `createReward`, and `not_found`. */
export async function changeReward(
  tx: Tx,
  call: Call,
  id: string,
  input: RewardInput,
): Promise<Reward> {
  const { projectId, now } = call
  const named = await findNamed(tx, projectId, input)
  await requireMetadata(tx, projectId, { of: 'reward', metadata: input.metadata, on: 'update' })
  const stored = await lockReward(tx, projectId, id)
  const reward = calculateChangedReward(stored, input, { named, now })
  await updateReward(tx, reward)
  return reward
}

async function findNamed(db: Db, projectId: string, { parameters }: RewardInput): Promise<Named> {
  const { campaign, product } = parameters ?? {}
  return {
    ...(campaign && { campaign: await getCampaign(db, projectId, campaign.id ?? 'null') }),
    ...(product && { product: await findProduct(db, projectId, product) }),
  }
}

/** A SKU says which product it is of. */
async function findProduct(
  db: Db,
  projectId: string,
  { id, sku_id }: { id?: string | null; sku_id?: string | null },
): Promise<NonNullable<Named['product']>> {
  if (!sku_id) return { id: (await getProduct(db, projectId, id ?? 'null')).id, skuId: null }
  const product = id ? await getProduct(db, projectId, id) : undefined
  const sku = await getSku(db, projectId, sku_id, product?.id)
  return { id: sku.productId, skuId: sku.id }
}
