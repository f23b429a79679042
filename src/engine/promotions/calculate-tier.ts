import { ZERO } from '../../kernel/money.ts'
import type { Call } from '../context.ts'
import { parseDiscount } from '../discounts/index.ts'
import { parseValidity } from '../validity/index.ts'
import { required, type TierInput } from './promotion.schema.ts'
import type { Metadata, PromotionTier, TierCampaign } from './promotion-tier.ts'

/** The tier that `input` describes; `hierarchy` is its place unless it names one. Throws `invalid_payload`. */
export function calculateNewTier(
  input: TierInput,
  {
    id,
    call: { projectId, now },
    campaign,
    hierarchy,
  }: { id: string; call: Call; campaign: TierCampaign; hierarchy: number },
): PromotionTier {
  const action = required(input.action, 'action')
  return {
    id,
    projectId,
    campaignId: campaign.id,
    campaign,
    name: required(input.name, 'name'),
    banner: input.banner ?? null,
    discount: parseDiscount(required(action.discount, 'discount', 'Property .action')),
    hierarchy: input.hierarchy ?? hierarchy,
    metadata: input.metadata ?? {},
    isActive: input.active ?? true,
    validity: parseValidity(input),
    categoryId: input.category_id ?? null,
    redeemedQuantity: 0,
    ordersAmount: ZERO,
    ordersDiscount: ZERO,
    createdAt: now,
    updatedAt: null,
  }
}

/** `tier` with the changes that `input` names; another type of discount is fine here, no code was handed out. */
export function calculateChangedTier(
  tier: PromotionTier,
  input: TierInput,
  now: Date,
): PromotionTier {
  const given = <T>(value: T | undefined, stored: T): T => (value === undefined ? stored : value)
  const discount = input.action?.discount
  return {
    ...tier,
    name: input.name ?? tier.name,
    banner: given(input.banner, tier.banner),
    discount: discount ? parseDiscount(discount) : tier.discount,
    hierarchy: input.hierarchy ?? tier.hierarchy,
    metadata: toChangedMetadata(tier.metadata, input),
    isActive: input.active ?? tier.isActive,
    validity: parseValidity(input, tier.validity),
    categoryId: given(input.category_id, tier.categoryId),
    updatedAt: now,
  }
}

/** R-META-02. */
function toChangedMetadata(
  stored: Metadata,
  { metadata, unset_metadata_fields }: TierInput,
): Metadata {
  const unset = new Set(unset_metadata_fields ?? [])
  const merged = { ...stored, ...metadata }
  return Object.fromEntries(Object.entries(merged).filter(([key]) => !unset.has(key)))
}
