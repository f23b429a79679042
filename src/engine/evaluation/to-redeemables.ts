import { findOffer } from '../rewards/index.ts'
import type { CompiledRule } from '../rules/index.ts'
import type { UsageKind } from '../usage/index.ts'
import type { Asked, Redeemable, Target } from './redeemable.ts'
import type { EvaluationState } from './state.ts'
import { unitNeedsOf } from './unit-limits.ts'
import type { UsageNeed } from './usage-deltas.ts'

/** What a name in a request was found to be; a stack is several tiers. */
export type Named =
  | { object: 'voucher'; voucherId: string | undefined }
  | { object: 'promotion_tier'; tierId: string | undefined }
  | { object: 'promotion_stack'; stackId: string; tierIds: readonly string[] }
  | undefined

/** The redeemables of a request as they are in `state` now; a stack is expanded to its tiers (R-PROMO-02). */
export function toRedeemables(
  state: EvaluationState,
  asked: readonly Asked[],
  named: readonly Named[],
): Redeemable[] {
  return asked.flatMap(({ object, id, credits, reward }, index): Redeemable[] => {
    const name = named[index]
    const base = { object, id, credits, reward, stackId: undefined }
    // What is not there has no tiers either: it stands for itself.
    if (!name) return [{ ...base, target: undefined }]
    if (name.object === 'voucher') {
      return [{ ...base, ...toOffered(state, voucherTarget(state, name.voucherId), reward) }]
    }
    if (name.object === 'promotion_tier') {
      return [{ ...base, target: tierTarget(state, name.tierId) }]
    }
    return name.tierIds.map((tierId) => ({
      ...base,
      object: 'promotion_tier',
      id: tierId,
      stackId: name.stackId,
      target: tierTarget(state, tierId),
    }))
  })
}

/** What a loyalty card is redeemed for; the rules of the reward in its program must pass, too (§9.2). */
function toOffered(
  state: EvaluationState,
  target: Target | undefined,
  reward: Asked['reward'],
): Pick<Redeemable, 'target' | 'offer'> {
  if (!reward || !target?.voucher?.loyaltyCard) return { target }
  const { campaignId, id } = target.voucher
  const offer = findOffer(state.offers, target.voucher, reward)
  const own = state.rules.get(offer?.assignment.id ?? '') ?? NO_RULES
  if (own.length === 0) return { target, offer }
  const rules = [...target.rules, ...own]
  return { offer, target: { ...target, rules, usage: toUsage(state, id, { campaignId, rules }) } }
}

/** The voucher of the project with this id, with its rules and those of its campaign (R-RULE-06). */
export function voucherTarget(state: EvaluationState, id: string | undefined): Target | undefined {
  const voucher = id === undefined ? undefined : state.vouchers.get(id)
  if (!voucher) return undefined
  const { campaignId, categoryId } = voucher
  return { object: 'voucher', voucher, ...toCommon(state, voucher.id, { campaignId, categoryId }) }
}

/** The same of a promotion tier. */
export function tierTarget(state: EvaluationState, id: string | undefined): Target | undefined {
  const tier = id === undefined ? undefined : state.tiers.get(id)
  if (!tier) return undefined
  const { campaignId, categoryId } = tier
  return { object: 'promotion_tier', tier, ...toCommon(state, tier.id, { campaignId, categoryId }) }
}

const NO_RULES: readonly CompiledRule[] = []

/** What no decision of a batch changes about a voucher or tier. */
type Common = Pick<Target, 'campaign' | 'category' | 'rules' | 'usage'>
type Belonging = { campaignId: string | null; categoryId: string | null }

const commons = new WeakMap<EvaluationState, Map<string, Common>>()

/** Worked out once in a batch: to lock the counters of a redeemable takes it as well as to decide. */
function toCommon(state: EvaluationState, id: string, belonging: Belonging): Common {
  const known = commons.get(state) ?? new Map<string, Common>()
  commons.set(state, known)
  const common = known.get(id) ?? findCommon(state, id, belonging)
  known.set(id, common)
  return common
}

function findCommon(
  state: EvaluationState,
  id: string,
  { campaignId, categoryId }: Belonging,
): Common {
  const campaign = campaignId === null ? undefined : state.campaigns.get(campaignId)
  const category = state.categories.get(categoryId ?? campaign?.categoryId ?? '')
  const own = state.rules.get(id) ?? NO_RULES
  const inherited = (campaignId === null ? undefined : state.rules.get(campaignId)) ?? NO_RULES
  const rules = own.length === 0 ? inherited : inherited.length === 0 ? own : [...own, ...inherited]
  return { campaign, category, rules, usage: toUsage(state, id, { campaignId, rules }) }
}

const NO_USAGE: readonly UsageNeed[] = []

/** The counters that rules ask for, and those that are kept already, of the redeemable and its campaign. */
function toUsage(
  state: EvaluationState,
  id: string,
  { campaignId, rules }: { campaignId: string | null; rules: readonly CompiledRule[] },
): readonly UsageNeed[] {
  const kept = [id, campaignId ?? ''].flatMap((objectId) => state.usageKinds.get(objectId) ?? [])
  const asked = rules.length === 0 ? NO_USAGE : askedBy(rules, id, campaignId)
  if (asked.length + kept.length === 0) return NO_USAGE
  const needs = new Map<string, UsageNeed>()
  for (const need of asked) {
    const text = toText(need)
    needs.set(text, { ...need, max: lower(needs.get(text)?.max ?? null, need.max) })
  }
  for (const kind of kept) {
    const text = toText(kind)
    if (!needs.has(text)) needs.set(text, { ...kind, max: null })
  }
  return [...needs.values()]
}

const toText = ({ objectId, measure, subject, period }: UsageKind): string =>
  `${objectId} ${measure} ${subject} ${period}`

function askedBy(
  rules: readonly CompiledRule[],
  id: string,
  campaignId: string | null,
): readonly UsageNeed[] {
  const counted = rules.flatMap(({ needs }) =>
    needs.counters.flatMap(({ object, measure, subject, period, max }) => {
      const objectId = object === 'campaign' ? campaignId : id
      return objectId === null ? [] : [{ objectId, measure, subject, period, max }]
    }),
  )
  return [...counted, ...unitNeedsOf(rules, campaignId ?? id)]
}

const lower = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b)
