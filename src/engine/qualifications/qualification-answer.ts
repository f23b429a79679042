import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { Db } from '../../platform/db.ts'
import { createdAtOf, explainQualified, metadataOf, toAppliedView } from '../evaluation/index.ts'
import { toPricedOrderView } from '../orders/index.ts'
import { toStackingRulesView } from '../stacking-rules/index.ts'
import { findAssignments, toAssignmentsView } from '../validation-rules/index.ts'
import type { Qualified } from './decide-qualification.ts'
import type { Qualification } from './qualify.ts'

type View = { [key: string]: Json | object }

/** The answer of `POST /v1/qualifications` (engine-core §20). */
export async function toBody(
  db: Db,
  qualification: Qualification,
  isExplained: boolean,
): Promise<View> {
  const { input, order, trackingId, circumstances, hasMore } = qualification
  const { qualified } = qualification
  const assignments = input.expand.has('validation_rules')
    ? await findAssignments(
        db,
        qualified.map(({ candidate }) => candidate.id),
      )
    : undefined
  const data = qualified.map((each) => ({
    ...toQualifiedView(each, qualification),
    ...(assignments && {
      validation_rules_assignments: toAssignmentsView(assignments.get(each.candidate.id) ?? []),
    }),
    ...(isExplained && { explain: explainQualified(each.outcomes, circumstances) }),
  }))
  const last = qualified.at(-1)
  return {
    redeemables: {
      object: 'list',
      data_ref: 'data',
      data,
      total: data.length,
      has_more: hasMore,
      ...(hasMore && last && { more_starting_after: toIso(last.candidate.createdAt) }),
    },
    ...(trackingId !== null && { tracking_id: trackingId }),
    ...(order && { order: toPricedOrderView(order) }),
    stacking_rules: toStackingRulesView(circumstances.stackingRules),
  }
}

/** One entry: what could be used, and what it would do. */
export function toQualifiedView(
  { candidate, outcomes, order }: Qualified,
  { input }: Qualification,
): View {
  const { object, name, createdAt, campaign, stack } = candidate
  const [first] = outcomes
  const { order: _own, ...applied } = first
    ? toAppliedView(first, { expand: withoutMetadata(input.expand) })
    : {}
  const target = first?.target
  return {
    id: name,
    object,
    created_at: toIso(createdAt),
    ...(object === 'promotion_stack' ? {} : applied),
    ...toResult(first, input.session !== undefined),
    ...(order && { order: toPricedOrderView(order) }),
    ...(target?.tier &&
      object === 'promotion_tier' && { name: target.tier.name, banner: target.tier.banner }),
    ...(stack && { name: stack.name, redeemables: outcomes.map(toTierOfStack) }),
    ...(campaign && { campaign_id: campaign.id, campaign_name: campaign.name }),
    ...(target && input.expand.has('redeemable') && { metadata: metadataOf(target) }),
  }
}

/** What a stack does, tier by tier. */
const toTierOfStack = (outcome: Qualified['outcomes'][number]): View => ({
  id: outcome.redeemable.id,
  object: outcome.redeemable.object,
  created_at: toIso(createdAtOf(outcome.target)),
  ...toAppliedView(outcome, {}),
})

/** The metadata stands beside the result here. */
const withoutMetadata = (expand: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...expand].filter((each) => each === 'category'))

/** R-SES-05: with a session the credits that it would reserve are told. */
function toResult(first: Qualified['outcomes'][number] | undefined, hasSession: boolean): View {
  if (first?.effect.kind !== 'gift') return {}
  const { credits, balance } = first.effect
  return { result: { gift: { balance, credits, ...(hasSession && { locked_credits: credits }) } } }
}
