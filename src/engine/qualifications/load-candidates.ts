import type { Db } from '../../platform/db.ts'
import { type Campaign, calculateCampaignVoucher, findCampaigns } from '../campaigns/index.ts'
import {
  type Circumstances,
  type EvaluationState,
  loadState,
  type Redeemable,
  type Target,
  tierTarget,
  toCircumstances,
  voucherTarget,
} from '../evaluation/index.ts'
import { findStacks, findTiers } from '../promotions/index.ts'
import { findVouchersByCode, type Voucher } from '../vouchers/index.ts'
import type { Candidate, LoadedCandidate } from './candidate.ts'

type Asker = {
  now: Date
  /** Who asks, as the rules of the candidates look at them. */
  loadCustomer: (state: EvaluationState) => Promise<Circumstances['customer']>
}

/** Loads `candidates`, in their order; what vanished meanwhile is left out. */
export async function loadCandidates(
  db: Db,
  projectId: string,
  candidates: readonly Candidate[],
  { now, loadCustomer }: Asker,
): Promise<LoadedCandidate[]> {
  const idsOf = (wanted: Candidate['object']): string[] =>
    candidates.flatMap(({ object, id }) => (object === wanted ? [id] : []))
  const [held, stacks, campaigns] = await Promise.all([
    findVouchersByCode(
      db,
      idsOf('voucher').map((code) => ({ projectId, code })),
    ),
    findStacks(db, projectId, idsOf('promotion_stack')),
    findCampaigns(db, idsOf('campaign')),
  ])
  const tierIds = [...idsOf('promotion_tier'), ...[...stacks.values()].flatMap((s) => s.tierIds)]
  const tiers = await findTiers(db, projectId, [...new Set(tierIds)])
  const vouchers = [
    ...held.flatMap((voucher) => voucher ?? []),
    ...[...campaigns.values()].map((campaign) => toTemplate(campaign, now)),
  ]
  const state = await loadState(
    db,
    { projectIds: [projectId], vouchers, tiers: [...tiers.values()] },
    now,
  )
  const customer = await loadCustomer(state)
  const { productOf, sessionsOf } = toCircumstances(
    state,
    { projectId, appId: '', now },
    { input: { metadata: {}, session: undefined }, customer },
  )
  const redeemablesOf = ({ object, id }: Candidate): Redeemable[] => {
    switch (object) {
      case 'voucher':
      case 'campaign':
        return toRedeemable('voucher', voucherTarget(state, id))
      case 'promotion_tier':
        return toRedeemable('promotion_tier', tierTarget(state, id))
      case 'promotion_stack':
        return (stacks.get(id)?.tierIds ?? []).flatMap((tierId) =>
          toRedeemable('promotion_tier', tierTarget(state, tierId), id),
        )
    }
  }
  return candidates.flatMap((candidate) => {
    const redeemables = redeemablesOf(candidate)
    const target = redeemables[0]?.target
    if (!target) return []
    const { campaign } = target
    const name = toName(candidate, target)
    const stack = stacks.get(candidate.id)
    return [{ ...candidate, name, redeemables, campaign, stack, productOf, sessionsOf, customer }]
  })
}

/** What a caller would name. */
const toName = ({ object, id }: Candidate, { voucher }: Target): string =>
  object === 'voucher' ? (voucher?.code ?? id) : id

/** What a campaign would give a customer: a code that nobody has made yet, under the id of the campaign. */
const toTemplate = (campaign: Campaign, now: Date): Voucher =>
  calculateCampaignVoucher(
    campaign,
    {},
    { id: campaign.id, code: campaign.name, call: { projectId: campaign.projectId, now } },
  )

const toRedeemable = (
  object: Redeemable['object'],
  target: Target | undefined,
  stackId?: string,
): Redeemable[] => {
  if (!target) return []
  const id = target.voucher?.code ?? target.tier?.id ?? ''
  return [{ object, id, credits: undefined, reward: undefined, target, stackId }]
}
