import type { Db, Tx } from '../../platform/db.ts'
import {
  findStacks,
  findTiers,
  type PromotionStack,
  type PromotionTier,
} from '../promotions/index.ts'
import { findVouchersByCode, lockVouchersByCode } from '../vouchers/index.ts'
import type { Found } from './load-state.ts'
import type { Asked } from './redeemable.ts'
import type { Named } from './to-redeemables.ts'

/** What one request names. */
export type Naming = { projectId: string; redeemables: readonly Asked[] }

/**
 * Finds what requests name: vouchers by code or id, tiers, and stacks with their tiers. With `isLocking`,
 * vouchers are locked by id until the transaction ends, before everything else that is locked.
 */
export async function nameRedeemables(
  tx: Tx,
  namings: readonly Naming[],
  { isLocking }: { isLocking: boolean },
): Promise<{ named: Named[][]; found: Found }> {
  const ofVouchers = namings.flatMap(({ projectId, redeemables }) =>
    redeemables.flatMap(({ object, id }) =>
      object === 'voucher' ? [{ projectId, code: id }] : [],
    ),
  )
  const load = isLocking ? lockVouchersByCode : findVouchersByCode
  const [vouchers, promotions] = await Promise.all([
    load(tx, ofVouchers),
    findPromotions(tx, namings),
  ])
  let position = 0
  const named = namings.map(({ projectId, redeemables }) =>
    redeemables.map(({ object, id }): Named => {
      if (object === 'voucher') {
        const voucherId = vouchers[position]?.id
        position += 1
        return { object, voucherId }
      }
      if (object === 'promotion_tier') {
        return { object, tierId: ofProject(projectId, promotions.tiers.get(id))?.id }
      }
      const stack = ofProject(projectId, promotions.stacks.get(id))
      return stack && { object, stackId: stack.id, tierIds: stack.tierIds }
    }),
  )
  return {
    named,
    found: {
      projectIds: [...new Set(namings.map(({ projectId }) => projectId))],
      vouchers: [...new Set(vouchers.flatMap((voucher) => voucher ?? []))],
      tiers: [...promotions.tiers.values()],
    },
  }
}

/** Requests of several projects share a batch; each sees only what is its own. */
const ofProject = <T extends { projectId: string }>(
  projectId: string,
  found: T | undefined,
): T | undefined => (found?.projectId === projectId ? found : undefined)

type Promotions = {
  stacks: ReadonlyMap<string, PromotionStack>
  tiers: ReadonlyMap<string, PromotionTier>
}

/** The tiers and stacks of each project by id, those in stacks included; a project sees only its own. */
async function findPromotions(db: Db, namings: readonly Naming[]): Promise<Promotions> {
  const stacks = new Map<string, PromotionStack>()
  const tiers = new Map<string, PromotionTier>()
  for (const [projectId, redeemables] of groupByProject(namings)) {
    const idsOf = (wanted: Asked['object']): string[] =>
      redeemables.flatMap(({ object, id }) => (object === wanted ? [id] : []))
    const stackIds = idsOf('promotion_stack')
    const found = await findStacks(db, projectId, stackIds)
    for (const [id, stack] of found) stacks.set(id, stack)
    const inStacks = [...found.values()].flatMap(({ tierIds }) => tierIds)
    const tierIds = [...idsOf('promotion_tier'), ...inStacks]
    if (tierIds.length === 0) continue
    for (const [id, tier] of await findTiers(db, projectId, tierIds)) tiers.set(id, tier)
  }
  return { stacks, tiers }
}

function groupByProject(namings: readonly Naming[]): Map<string, Asked[]> {
  const groups = new Map<string, Asked[]>()
  for (const { projectId, redeemables } of namings) {
    const wanted = redeemables.filter(({ object }) => object !== 'voucher')
    if (wanted.length > 0) {
      groups.set(projectId, [...(groups.get(projectId) ?? []), ...wanted])
    }
  }
  return groups
}
