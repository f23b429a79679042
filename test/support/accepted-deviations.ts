import type { Found } from './answer-contract.ts'

/** Where an answer may differ from the reference's OpenAPI document, and why it does. */
type Accepted = { at: RegExp; operation?: RegExp; reason: string }

const ACCEPTED: readonly Accepted[] = [
  {
    at: /^\.(campaign_templates?|data_ref)$/,
    operation: /^GET \/v1\/templates\/campaigns /,
    reason:
      'The example of this very answer has the list under this name; its schema has two others.',
  },
  {
    at: /^\.json_template$/,
    operation: /^GET \/v1\/templates\/campaigns\/\{\w+\} /,
    reason: 'The parameter that asks for it is described, and the answer to it is not.',
  },
  {
    at: /^\.data$/,
    operation: /^GET \/v1\/metadata-schemas /,
    reason:
      'The schema requires a list that it does not describe; the example has `schemas` alone.',
  },
  {
    at: /^\.campaign$/,
    operation: /tier-setup /,
    reason: 'The schema requires a campaign and describes none; the example has the tier alone.',
  },
  {
    at: /^\.data\[\]\.data\.(points|buckets)$/,
    operation: /activity/,
    reason: 'The schema of an activity lacks what expired; that of the same webhook has it.',
  },
  {
    at: /^\.active$/,
    operation: /transfers /,
    reason: 'The schema of this one answer has a text, whose description speaks of true and false.',
  },
  {
    at: /^\.(discount|gift|object)$/,
    operation: /^POST \/v1\/loyalties\/\{campaignId\}\/members\/\{memberId\}\/transfers /,
    reason:
      'The document leaves them out of this one answer; wherever else a card is shown, they are there.',
  },
  {
    at: /^\.data\[\]\.(object|redeemable\.voucher\.validation_rules_assignments)$/,
    operation: /^GET \/v1\/customers\/\{\w+\}\/redeemables /,
    reason: 'Holders have it elsewhere in the document, and vouchers everywhere; this schema lags.',
  },
  {
    at: /^(\.async_actions\[\])?\.type$/,
    operation: /^GET \/v1\/async-actions/,
    reason:
      'What the reference does not let its callers wait for is an action of ours; our own document names all.',
  },
  {
    at: /^\.initial_sync_status$/,
    operation: /segments/,
    reason:
      'In the examples of these very answers, and read by published clients; the schema lags.',
  },
  {
    at: /redemption\.redeemed_amount$/,
    reason: 'The document knows only redeemed_points; recorded answers of gift cards have it too.',
  },
  {
    at: /\.stacking_rules\.(discount_calculation_mode|(initial|discounted)_amount_mode_categories|grouped_redeemables_sorting_rule)$/,
    reason: 'Described in the guide of stacking rules and shown in the examples; the schema lags.',
  },
  {
    at: /applicable_to\.(included|excluded)\[\]\.strict$/,
    reason: 'Recorded of the service, and in the examples of webhooks; the schema lacks it.',
  },
  {
    at: /\.error\.redeemable_(type|id)$/,
    reason: 'Published clients read them of errors of redeemables; the schema of errors lags.',
  },
  {
    at: /^\.vouchers\[\]\.validation_rules_assignments$/,
    operation: /^GET \/v1\/vouchers /,
    reason: 'The document has it of one voucher only; a list shows the same object.',
  },
  {
    at: /^\.updated_at$/,
    operation: /^POST \/v1\/promotions\/\{campaignId\}\/stacks /,
    reason:
      'The document leaves it out of this one answer; wherever else a stack is shown, it is there.',
  },
  {
    at: /^\.channel$/,
    operation: /publications/,
    reason: 'The document says that a channel may be of the caller’s own, and lists one.',
  },
  {
    at: /^\.data\[\]\.type$/,
    operation: /customers\/\{\w+\}\/activit/,
    reason:
      'manual_distribution_schedule is among the events of the reference, not in this one list of them.',
  },
  {
    at: /^\.data\[\]\.data\.(customer|event|event_schema|referral|loyalty)$/,
    operation: /activity/,
    reason: 'The document has no custom events among activities; webhooks describe their data.',
  },
  {
    at: /^\.data\[\]\.data\.(balance|campaign|created_at|custom_event|distribution|earning_rule|expiration_date|holder|loyalty_tier(_from|_to)?|order|pending_points|publication|redemption|referrer|segment|transaction|voucher|voucher_pending_points_balance)$/,
    operation: /activity/,
    reason:
      'The document has the data of an activity one level deeper; webhooks and examples show it as it is here (A-7).',
  },
  {
    at: /^\.validation_rule_id$/,
    operation: /earning-rules\/\{\w+\}\/(en|dis)able /,
    reason:
      'The document leaves it out of these two answers; wherever else a rule is shown, it is there.',
  },
  {
    at: /^\.data\[\]\.shape\.geojson\.type$|^\.shape\.geojson\.type$/,
    operation: /locations/,
    reason:
      'The schema has one level too few in the coordinates of a polygon; its examples are GeoJSON.',
  },
  {
    at: /^$/,
    operation: /^GET \/v1\/exports\/\{\w+\} /,
    reason: 'A file as JSON is our own, and only where `?format=json` asks for it.',
  },
  {
    at: /related_object_parent_id$/,
    operation: /redemption/,
    reason: 'Shown in the examples of redemptions, and in their schema inside orders.',
  },
  {
    at: /redeemables\[\]\.object$/,
    operation: /validations/,
    reason: 'A promotion stack that is unknown has no tiers, so it is told under its own name.',
  },
  {
    at: /(^|\.)explain$/,
    operation: /validation|validate|qualification|redemption/,
    reason: 'Our own, and only where `?explain=true` asks for it.',
  },
  {
    at: /^\.publications\[\]\.metadata\.\w+$/,
    operation: /^GET \/v1\/publications /,
    reason: 'Metadata is what its caller wrote; this one schema of it knows no keys at all.',
  },
  {
    at: /applicable_to\.data\[\]\.strict$/,
    operation: /qualifications|validations/,
    reason:
      'Recorded validation rules have it in their scope; the schemas of both lag (R-APPL-03).',
  },
  {
    at: /result\.discount\.units$/,
    reason:
      'Of several units the schema lacks is_dynamic, which results of all others have (R-VAL-06).',
  },
  {
    at: /^\.redeemables\[\]\.redemption$/,
    operation: /validations/,
    reason:
      'Only where `options.expand` asks for it; the document names the option, not the answer.',
  },
  {
    at: /^$/,
    operation: /^POST \/v1\/loyalties\/\{campaignId\}\/rewards /,
    reason: 'Described and shown as a list of assignments; the schema has one of them.',
  },
  {
    at: /reward\.reward$/,
    operation: /redemption/,
    reason:
      'Required by the schema of a redeemed reward, which says nothing of it; no example has it.',
  },
  {
    at: /reward\.parameters\.coin\.exchange_ratio$/,
    operation: /redemption/,
    reason: 'A number where rewards themselves are shown: 0.01 is an example of the guide.',
  },
  {
    at: /redeemables\[\]\.result\.loyalty_card$/,
    operation: /validation/,
    reason: 'Shown in the examples, and in a schema of its own that the answers do not refer to.',
  },
]

/** Whether a deviation is one that we know and want. */
export const isAccepted = (found: Found): boolean =>
  ACCEPTED.some(
    ({ at, operation }) => at.test(found.at) && (operation?.test(found.operation) ?? true),
  )
